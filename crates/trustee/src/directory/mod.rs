//! Identity as the gateway's directory: the port on one side, what identity offers on the other.
//!
//! Deliberately absent: rules about people and tenants. They are identity's.

mod account;
mod apps;
mod desk;
mod issuer;
mod tenants;
#[cfg(test)]
mod tests;
mod users;

use contract::errors::code;
use contract::operation::{Party, Role};
use contract::route::Matched;
use edge::{Request, Response};
use kernel::{Problem, TenantId, UserId};
use std::sync::Arc;

use crate::identity::{Actor, Caller, Identity, NewTenant, NewUser};
use crate::ports::{Approver, Directory, FirstSignIn, Later, NewApprover, NewCustomer, NewSandbox};

pub(crate) use desk::HANDLED;

/// People looked through for a tenant's first administrator.
const ANEW: u32 = 500;

impl Directory for Identity {
    fn caller<'a>(&'a self, bearer: &'a str) -> Later<'a, Result<Arc<Caller>, Problem>> {
        Box::pin(self.check(bearer))
    }

    fn endpoint(&self, request: Request) -> Later<'_, Result<Response, Request>> {
        Box::pin(async move {
            match self.handle(&request).await {
                Some(response) => Ok(response),
                None => Err(request),
            }
        })
    }

    fn operation<'a>(
        &'a self,
        matched: &'a Matched<'a>,
        caller: Option<&'a Arc<Caller>>,
        request: &'a Request,
    ) -> Later<'a, Result<Response, Problem>> {
        Box::pin(desk::serve(self, matched, caller, request))
    }

    fn open_customer(&self, customer: NewCustomer) -> Later<'_, Result<FirstSignIn, Problem>> {
        Box::pin(async move {
            match self.tenant(customer.tenant).await? {
                Some(known) if known.domains.contains(&customer.domain) => anew(self, customer.tenant).await,
                Some(_) => Err(reused()),
                None => first(self, customer).await,
            }
        })
    }

    fn open_sandbox(&self, sandbox: NewSandbox) -> Later<'_, Result<FirstSignIn, Problem>> {
        Box::pin(async move {
            match self.tenant(sandbox.tenant).await? {
                Some(known) if known.domains.contains(&sandbox.domain) => anew(self, sandbox.tenant).await,
                Some(_) => Err(reused()),
                None => first_of_sandbox(self, sandbox).await,
            }
        })
    }

    fn close_sandbox(&self, tenant: TenantId) -> Later<'_, Result<(), Problem>> {
        Box::pin(async move {
            if self.tenant(tenant).await?.is_some_and(|known| known.party == Party::Partner) {
                self.close_tenant(tenant).await?;
            }
            Ok(())
        })
    }

    fn close_customer(&self, tenant: TenantId) -> Later<'_, Result<(), Problem>> {
        Box::pin(async move {
            if self.tenant(tenant).await?.is_some_and(|known| known.party == Party::Customer) {
                self.close_tenant(tenant).await?;
            }
            Ok(())
        })
    }

    fn user_name(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<String>, Problem>> {
        Box::pin(async move {
            match self.user(&Actor::House, tenant, user).await {
                Ok(user) => Ok(Some(user.user_name)),
                Err(problem) if problem.status == 404 => Ok(None),
                Err(problem) => Err(problem),
            }
        })
    }

    fn is_verified(&self, tenant: TenantId) -> Later<'_, Result<bool, Problem>> {
        Box::pin(async move { Ok(self.tenant(tenant).await?.is_some_and(|known| known.verified.is_some())) })
    }

    fn open_approver(&self, approver: NewApprover) -> Later<'_, Result<Approver, Problem>> {
        Box::pin(async move {
            let new = NewUser {
                user_name: approver.login,
                given_name: approver.given_name.clone(),
                family_name: approver.family_name.clone(),
                display_name: format!("{} {}", approver.given_name, approver.family_name).trim().to_owned(),
                roles: vec![Role::CustomerAdmin],
                ..NewUser::default()
            };
            let made = self.create_user(&Actor::House, approver.tenant, new).await?;
            self.set_tenant_mfa(approver.tenant, true).await?;
            let password = made.one_time_password.ok_or_else(Problem::internal)?;
            let first = FirstSignIn { user_name: made.user.user_name, password };
            Ok(Approver { user: made.user.id, first })
        })
    }

    fn renew_approver(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<FirstSignIn, Problem>> {
        Box::pin(async move {
            let renewed = self.reset_mfa(&Actor::House, tenant, user).await?;
            let password = self.reset_password(&Actor::House, tenant, user).await?;
            Ok(FirstSignIn { user_name: renewed.user_name, password })
        })
    }

    fn is_taken<'a>(&'a self, domain: &'a str) -> Later<'a, Result<bool, Problem>> {
        Box::pin(async move { Ok(self.tenant_by_domain(domain).await?.is_some()) })
    }
}

/// Opens the tenant with its first administrator.
async fn first(identity: &Identity, customer: NewCustomer) -> Result<FirstSignIn, Problem> {
    let new = NewTenant {
        id: Some(customer.tenant),
        party: Party::Customer,
        name: customer.company,
        country: customer.country,
        domain: customer.domain,
        require_mfa: false,
        admin: NewUser {
            user_name: "admin".to_owned(),
            roles: vec![Role::CustomerAdmin],
            ..NewUser::default()
        },
    };
    let opened = identity.open_tenant(new).await.map_err(as_bad_property)?;
    let password = opened.admin.one_time_password.ok_or_else(Problem::internal)?;
    Ok(FirstSignIn { user_name: opened.admin.user.user_name, password })
}

/// Opens a sandbox's tenant. It is its production company's, so what the trustee's officers saw of that counts for it.
async fn first_of_sandbox(identity: &Identity, sandbox: NewSandbox) -> Result<FirstSignIn, Problem> {
    let production = identity.tenant(sandbox.production).await?.filter(|known| known.verified.is_some());
    let production = production.ok_or_else(Problem::internal)?; // the gateway asked before
    let new = NewTenant {
        id: Some(sandbox.tenant),
        party: Party::Partner,
        name: production.name,
        country: production.country,
        domain: sandbox.domain,
        require_mfa: false,
        admin: NewUser {
            user_name: "admin".to_owned(),
            roles: vec![Role::GlobalAdmin, Role::AdminAgent],
            ..NewUser::default()
        },
    };
    let opened = identity.open_tenant(new).await.map_err(as_bad_property)?;
    let password = opened.admin.one_time_password.ok_or_else(Problem::internal)?;
    let evidence = format!("The sandbox of {}, which is verified.", sandbox.production);
    identity.verify_tenant(&Actor::House, sandbox.tenant, &evidence).await?;
    Ok(FirstSignIn { user_name: opened.admin.user.user_name, password })
}

/// A new password for the first administrator of a tenant that is open already.
async fn anew(identity: &Identity, tenant: TenantId) -> Result<FirstSignIn, Problem> {
    let people = identity.users(&Actor::House, tenant, 0, ANEW).await?;
    let admin = people.into_iter().find(|user| user.user_name.starts_with("admin@"));
    let admin = admin.ok_or_else(reused)?;
    if identity.is_person(admin.id).await? {
        return Err(reused()); // verified by the trustee since: no partner hears a new password of this person
    }
    let password = identity.reset_password(&Actor::House, tenant, admin.id).await?;
    Ok(FirstSignIn { user_name: admin.user_name, password })
}

/// On the contract's paths a domain that cannot be had is a bad member of the body.
fn as_bad_property(problem: Problem) -> Problem {
    match problem.slug {
        "domain_taken" | "domain_invalid" => Problem { status: 400, code: code::BAD_PROPERTY, ..problem },
        _ => problem,
    }
}

fn reused() -> Problem {
    Problem::new(
        409,
        code::BAD_INPUT,
        "request_id_reused",
        "This MS-RequestId was used for another request. Use a new one for each logical call; nothing was changed.",
    )
}
