//! The operations that are the trustee's alone: they never reach the operator.
//!
//! Invariant: a served operation with this home that nobody here carries out does not compile, nor does one that is
//! listed without a step of its own.

use contract::admit::no_token;
use contract::operation::{Effect, Home, Operation, Spec, first_unhandled_at};
use contract::operations as op;
use contract::route::Matched;
use edge::{Request, Response, StatusCode};
use kernel::Problem;
use std::sync::Arc;

use crate::gateway::{Call, Gateway};
use crate::identity::{self, Caller};

macro_rules! own {
    ($($operation:ident),* $(,)?) => {
        /// What the gateway itself carries out.
        #[derive(Clone, Copy)]
        enum Own {
            $($operation),*
        }

        impl Own {
            const ALL: &[Self] = &[$(Self::$operation),*];
            const SPECS: &[&Spec] = &[$(<op::$operation as Operation>::SPEC),*];
        }
    };
}

own! {
    ValidateAddress, CheckDomainExists, CheckDomainPrefix, GetTrusteeAgreement, AcceptTrusteeAgreement,
    ListOwnAgreements, AcceptAgreements, CreateRestoreAct, ConfirmRestoreAct, ListRestoreActs, GetAssurance,
    RequestErasure, GetErasure, ListErasures, WithdrawErasure, ConfirmErasure, RotateCustomerKeys, GetKeyRotation,
    GiveNotice, GetDeparture, WithdrawNotice, ListDepartures,
}

const FORGOTTEN: Option<&str> = first_unhandled_at(
    Home::Trustee,
    &[
        Own::SPECS,
        crate::directory::HANDLED,
        crate::exports::HANDLED,
        crate::exports::FILES,
        crate::grants::HANDLED,
        crate::legal::HANDLED,
        crate::reports::HANDLED,
        crate::reports::FILES,
        crate::shares::HANDLED,
        crate::subjects::HANDLED,
        crate::tickets::HANDLED,
        identity::ENDPOINTS,
    ],
);
const _: () = assert!(FORGOTTEN.is_none(), "a served operation of the trustee has no handler: see own.rs");

/// Carries out an operation for a caller who was let in.
pub(crate) async fn carry_out(
    gateway: &Gateway,
    matched: Matched<'_>,
    caller: Option<Arc<Caller>>,
    request: &Request,
) -> Result<Response, Problem> {
    let spec = matched.spec;
    let Some(at) = Own::SPECS.iter().position(|own| *own == spec) else {
        if let Some(done) = at_desk(gateway, &matched, caller.as_ref(), request).await? {
            return Ok(done);
        }
        let done = gateway.directory.operation(&matched, caller.as_ref(), request).await?;
        match spec.effect {
            // An account can be what a vote or a grant stands on.
            Effect::Change | Effect::Delete => gateway.grants.void_lost().await?,
            Effect::Create | Effect::Act => gateway.grants.tell_later().await,
            Effect::Read => {}
        }
        return Ok(done);
    };
    let known = || caller.clone().ok_or_else(no_token);
    match Own::ALL[at] {
        Own::ValidateAddress => gateway.validate_address(spec, request),
        Own::CheckDomainExists => gateway.check_domain(&matched.params).await,
        Own::CheckDomainPrefix => gateway.check_domain_prefix(&matched.params).await,
        Own::GetAssurance => Ok(Response::json(StatusCode::OK, gateway.assurance.report().to_string())),
        Own::CreateRestoreAct => gateway.create_restore_act(spec, &*known()?, request).await,
        Own::ConfirmRestoreAct => {
            let id = matched.params.get("act-id").unwrap_or_default();
            gateway.confirm_restore_act(&*known()?, id).await
        }
        Own::ListRestoreActs => gateway.list_restore_acts().await,
        Own::RequestErasure | Own::GetErasure | Own::WithdrawErasure | Own::ConfirmErasure => {
            erasure(gateway, Own::ALL[at], &gateway.call(matched, known()?, request).await?, request).await
        }
        Own::RotateCustomerKeys => {
            gateway.rotate_customer_keys(&gateway.call(matched, known()?, request).await?).await
        }
        Own::ListErasures => gateway.list_erasures().await,
        Own::ListDepartures => gateway.list_departures(request, spec.query).await,
        Own::GiveNotice => {
            gateway.give_notice(&gateway.call(matched, known()?, request).await?, request).await
        }
        Own::GetDeparture => gateway.get_departure(&gateway.call(matched, known()?, request).await?).await,
        Own::WithdrawNotice => {
            gateway.withdraw_notice(&gateway.call(matched, known()?, request).await?).await
        }
        Own::GetKeyRotation => gateway.key_rotation(&gateway.call(matched, known()?, request).await?).await,
        Own::ListOwnAgreements => {
            let list = gateway.own_agreements(&*known()?).await?;
            Ok(Response::json(StatusCode::OK, list.to_string()))
        }
        Own::AcceptAgreements => gateway.accept_agreements(spec, &*known()?, request).await,
        Own::GetTrusteeAgreement => {
            let call = gateway.call(matched, known()?, request).await?;
            gateway.trustee_agreement(&call).await
        }
        Own::AcceptTrusteeAgreement => {
            let call = gateway.call(matched, known()?, request).await?;
            gateway.accept_trustee_agreement(&call, request).await
        }
    }
}

/// Carries out an operation of an area that has a desk of its own; none where it is nobody's.
async fn at_desk(
    gateway: &Gateway,
    matched: &Matched<'_>,
    caller: Option<&Arc<Caller>>,
    request: &Request,
) -> Result<Option<Response>, Problem> {
    let is_of = |areas: &[&[&Spec]]| areas.iter().any(|area| area.contains(&matched.spec));
    let caller = || caller.ok_or_else(no_token);
    let done = if is_of(&[crate::grants::HANDLED]) {
        let caller = caller()?;
        if matched.spec == <op::ActivateAccessRequest as Operation>::SPEC {
            gateway.keys.sound()?;
        }
        crate::grants::serve((&gateway.persons, &gateway.grants), matched, caller, request).await?
    } else if is_of(&[crate::legal::HANDLED]) {
        crate::legal::serve(gateway, matched, caller()?, request).await?
    } else if is_of(&[crate::subjects::HANDLED]) {
        crate::subjects::serve(gateway, matched, caller()?, request).await?
    } else if is_of(&[crate::shares::HANDLED]) {
        crate::shares::serve(gateway, matched, caller()?, request).await?
    } else if is_of(&[crate::exports::HANDLED, crate::exports::FILES]) {
        crate::exports::serve(gateway, matched, caller()?, request).await?
    } else if is_of(&[crate::tickets::HANDLED]) {
        crate::tickets::serve(gateway, matched, caller()?, request).await?
    } else if is_of(&[crate::reports::HANDLED, crate::reports::FILES]) {
        crate::reports::serve(&gateway.reports, matched, caller()?, request).await?
    } else {
        return Ok(None);
    };
    Ok(Some(done))
}

/// The steps of an erasure.
async fn erasure(
    gateway: &Gateway,
    step: Own,
    call: &Call<'_>,
    request: &Request,
) -> Result<Response, Problem> {
    match step {
        Own::RequestErasure => gateway.request_erasure(call, request).await,
        Own::WithdrawErasure => gateway.withdraw_erasure(call).await,
        Own::ConfirmErasure => gateway.confirm_erasure(call).await,
        _ => gateway.get_erasure(call).await,
    }
}
