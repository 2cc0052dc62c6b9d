//! The operator's people under a grant: the same operations, and of the answer only what was granted.
//!
//! Invariants: the call is proved, counted and logged before the operator is asked; towards the operator it is made for
//! a partner of the customer, so that the answer is the one the contract describes; private members outside the grant
//! stay absent; nothing goes out unless the grant, looked at once more, still allows it.

use access::RequestId;
use contract::operation::{Auth, Party, Spec};
use contract::route::Matched;
use edge::Request;
use edge::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use kernel::{AccountId, CustomerId, Problem, TenantId};
use std::sync::Arc;

use super::answer::Answer;
use super::call::{customer_of, ticket_number, unknown_customer};
use super::expect::Plan;
use super::ticketed::is_released;
use super::{Gateway, Outgoing};
use crate::controls::Control;
use crate::grants::Telling;
use crate::identity::Caller;

/// Under which grant a call is made.
pub(super) const GRANT: HeaderName = HeaderName::from_static("treuhand-grant");
/// The proof: nonce and signature, with a blank between them.
const PROOF: HeaderName = HeaderName::from_static("treuhand-proof");
/// Longest proof that is looked at.
const LONGEST: usize = 4096;

/// Whether somebody of the operator calls under a grant.
pub(crate) fn is_granted(caller: &Caller, spec: &Spec, request: &Request) -> bool {
    caller.party == Party::Operator
        && !caller.is_app_only()
        && request.header(&GRANT).is_some()
        && access::scope::is_openable(spec)
}

impl Gateway {
    /// Carries out one call under a grant.
    pub(crate) async fn granted(
        &self,
        matched: Matched<'_>,
        caller: &Caller,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let spec = matched.spec;
        let id: RequestId =
            request.header(&GRANT).and_then(|id| id.parse().ok()).ok_or(access::Refusal::GrantRequired)?;
        let proof = request.header(&PROOF).filter(|proof| proof.len() <= LONGEST);
        let (nonce, signature) = proof.and_then(|proof| proof.split_once(' ')).unwrap_or_default();
        let ticket = match ticket_number(&matched.params) {
            Some(id) => self.tickets.find(id).await?,
            None => None,
        };
        let of_ticket = || ticket.as_ref().map(|ticket| CustomerId(ticket.tenant.0));
        let customer = customer_of(&matched.params)?.or_else(of_ticket).ok_or_else(unknown_customer)?;
        let target = match request.query() {
            "" => request.path().to_owned(),
            query => format!("{}?{query}", request.path()),
        };
        let telling = Telling { id, spec, customer, target: &target, nonce, signature };
        self.keys.sound()?;
        let begun = self.grants.begin(caller, telling).await?;
        let stand_in = Arc::new(match &ticket {
            Some(ticket) => ticket.opener(caller),
            None => self.stand_in(caller, spec, customer).await?,
        });
        let mut call = self.call(matched, stand_in, request).await?;
        call.grant = Some(Arc::new(begun));
        let body = Self::body(spec, request)?;
        let outgoing = Outgoing { body, raw: request.body.clone(), minted: None, whole: false };
        let answer = self.forward(&call, plan, outgoing, request).await;
        // Also where the answer could not be used: what was counted is closed.
        let released = match &call.grant {
            Some(begun) => self.grants.finish(begun).await,
            None => Ok(()),
        };
        self.grants.after().await;
        let mut answer = answer?;
        released?;
        answer.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(answer)
    }

    /// A partner of the customer, as whom the operator is asked. It says nothing about people.
    pub(crate) async fn stand_in(
        &self,
        caller: &Caller,
        spec: &Spec,
        customer: CustomerId,
    ) -> Result<Caller, Problem> {
        let partners = self.relationships.partners_of(customer).await?;
        let partner = partners.into_iter().next().ok_or_else(unknown_customer)?;
        Ok(as_partner(caller, spec, partner))
    }

    /// Whether a refusal to the operator's people gives way to a grant.
    pub(crate) fn gives_way(
        &self,
        problem: &Problem,
        spec: &Spec,
        caller: &Caller,
        request: &Request,
    ) -> bool {
        problem.slug == "grant_required"
            && (is_granted(caller, spec, request)
                || is_released(caller, spec, request)
                || !self.controls.on(Control::StaffGrant))
    }
}

/// A caller as whom a partner is asked for: in the partner's name, with the roles that the operation takes.
pub(crate) fn as_partner(caller: &Caller, spec: &Spec, AccountId(partner): AccountId) -> Caller {
    let roles = spec.roles.iter().copied().filter(|role| role.party() == Party::Partner).collect();
    Caller {
        tenant: TenantId(partner),
        party: Party::Partner,
        user: caller.user.filter(|_| spec.auth != Auth::App),
        app: caller.app,
        roles,
        mfa: caller.mfa,
        expires: caller.expires,
    }
}
