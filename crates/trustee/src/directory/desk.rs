//! The operations of the contract that the directory carries out, as one table.
//!
//! Invariant: an answer about people is about people of the caller's own tenant.
//!
//! Deliberately absent: who may make the call at all (the contract's table), and what a role may do to whom
//! (identity).

use contract::collection::Collection;
use contract::operation::{Operation, Role};
use contract::operations::CreateStaffMember;
use contract::query::{PageLimits, Query};
use contract::route::Matched;
use contract::{admit, errors};
use edge::{Request, Response};
use kernel::{Problem, TenantId};
use std::str::FromStr;
use std::sync::Arc;

use super::{account, apps, issuer, tenants, users};
use crate::desk::desk;
use crate::gateway::bad;
use crate::identity::{Actor, Caller, Identity};

/// One call on its way: what the handlers see of it.
pub(super) struct Desk<'a> {
    pub(super) identity: &'a Identity,
    matched: &'a Matched<'a>,
    caller: Option<&'a Arc<Caller>>,
    pub(super) request: &'a Request,
}

desk! {
    CreateTenant => tenants::create,
    ListTenants => tenants::list,
    GetTenant => tenants::get,
    VerifyTenant => tenants::verify,
    WithdrawVerification => tenants::withdraw,
    ListTenantUsers => users::own::list,
    CreateTenantUser => users::own::create,
    GetTenantUser => users::own::get,
    UpdateTenantUser => users::own::update,
    DeleteTenantUser => users::own::delete,
    ResetTenantUserPassword => users::own::reset_password,
    ResetTenantUserMfa => users::own::reset_mfa,
    ListStaff => users::staff::list,
    CreateStaffMember => users::staff::create,
    GetStaffMember => users::staff::get,
    UpdateStaffMember => users::staff::update,
    DeleteStaffMember => users::staff::delete,
    ResetStaffMemberPassword => users::staff::reset_password,
    ResetStaffMemberMfa => users::staff::reset_mfa,
    GetOwnUser => account::get,
    ChangeOwnPassword => account::change_password,
    GetSignInIssuer => issuer::get,
    SetSignInIssuer => issuer::set,
    RemoveSignInIssuer => issuer::remove,
    UnlinkOwnSignIn => issuer::unlink,
    ListTenantApps => apps::list,
    CreateTenantApp => apps::create,
    DeleteTenantApp => apps::delete,
    CreateAppSecret => apps::create_secret,
    DeleteAppSecret => apps::delete_secret,
}

/// Carries out an operation for a caller who was let in.
pub(super) async fn serve<'a>(
    identity: &'a Identity,
    matched: &'a Matched<'a>,
    caller: Option<&'a Arc<Caller>>,
    request: &'a Request,
) -> Result<Response, Problem> {
    carry_out(&Desk { identity, matched, caller, request }).await
}

impl Desk<'_> {
    /// The caller, who has a token.
    pub(super) fn caller(&self) -> Result<&Caller, Problem> {
        self.caller.map(|caller| &**caller).ok_or_else(admit::no_token)
    }

    /// The caller as identity asks for it.
    pub(super) fn actor(&self) -> Result<Actor, Problem> {
        Ok(Actor::Caller(self.caller()?.clone()))
    }

    /// The caller's own tenant.
    pub(super) fn tenant(&self) -> Result<TenantId, Problem> {
        Ok(self.caller()?.tenant)
    }

    /// The caller's own tenant, for calls that are about people.
    pub(super) async fn own_tenant(&self) -> Result<TenantId, Problem> {
        std::future::ready(self.tenant()).await
    }

    /// The operator's tenant.
    pub(super) async fn operator_tenant(&self) -> Result<TenantId, Problem> {
        self.identity.operator_tenant().await
    }

    /// The roles of a person who is made without naming any: there is only one that the operator's people can have.
    pub(super) fn usual_roles(&self) -> Vec<Role> {
        let staff = self.matched.spec == <CreateStaffMember as Operation>::SPEC;
        if staff { vec![Role::OperatorStaff] } else { Vec::new() }
    }

    /// An id of the path. What is no id names nothing.
    pub(super) fn id<T: FromStr>(&self, name: &'static str) -> Result<T, Problem> {
        let text = self.text(name);
        text.parse().map_err(|_| errors::not_found(format!("The {name} in the path is no id.")))
    }

    /// A parameter of the path.
    pub(super) fn text(&self, name: &'static str) -> &str {
        self.matched.params.get(name).unwrap_or_default()
    }

    pub(super) fn query(&self) -> Result<Query, Problem> {
        Query::parse(self.request.query(), self.matched.spec.query)
    }

    /// A page of a list. `find` gets where to start and how many to bring at most.
    pub(super) async fn page<T, F>(&self, find: impl FnOnce(u32, u32) -> F) -> Result<Collection<T>, Problem>
    where
        F: Future<Output = Result<Vec<T>, Problem>>,
    {
        let query = self.query()?;
        let page = query.page(PageLimits::CUSTOMERS)?;
        let size = u32::try_from(page.size).unwrap_or(u32::MAX);
        let offset = u32::try_from(page.offset).unwrap_or(u32::MAX);
        // One more than asked for says whether there is a next page.
        let mut items = find(offset, size.saturating_add(1)).await?;
        let more = items.len() as u64 > page.size;
        items.truncate(usize::try_from(page.size).unwrap_or(usize::MAX));
        let list = Collection::new(items);
        if !more {
            return Ok(list);
        }
        let next = query.with("offset", (page.offset + page.size).to_string());
        Ok(list.next(format!("{}?{}", self.matched.spec.path, next.encode())))
    }
}

/// A member that must be given.
pub(super) fn required(given: Option<String>, member: &str) -> Result<String, Problem> {
    given.filter(|text| !text.trim().is_empty()).ok_or_else(|| bad(member, "is required"))
}

/// An instant on the wire.
pub(super) fn instant(at: kernel::Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok()
}
