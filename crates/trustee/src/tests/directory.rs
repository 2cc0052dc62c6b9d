//! A directory whose tokens are words.

use contract::operation::{Party, Role};
use contract::route::Matched;
use edge::{Request, Response};
use kernel::{AppId, Code, Problem, TenantId, UserId};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{OTHER_PARTNER, PARTNER, party_of, tenant};
use crate::identity::Caller;
use crate::ports::{Approver, Directory, FirstSignIn, Later, NewApprover, NewCustomer, NewSandbox};

/// Tenants that are open, with their domain.
#[derive(Default)]
pub(crate) struct Town {
    pub(crate) opened: Mutex<HashMap<TenantId, String>>,
    pub(crate) passwords: Mutex<u32>,
    /// Whether the trustee has not verified anybody.
    pub(crate) unverified: AtomicBool,
}

impl Town {
    fn caller_of(token: &str) -> Option<Caller> {
        let (who, app_only) = match token.strip_suffix("-app") {
            Some(who) => (who, true),
            None => (token, false),
        };
        let (tenant, roles) = match who {
            "partner" => (tenant(PARTNER), vec![Role::AdminAgent]),
            "helper" => (tenant(PARTNER), vec![Role::HelpdeskAgent]),
            "other" => (tenant(OTHER_PARTNER), vec![Role::AdminAgent]),
            "applicant" => (tenant(0xe1), vec![Role::GlobalAdmin]),
            "staff" => (tenant(0xc1), vec![Role::OperatorStaff]),
            "officer" => (tenant(0xd1), vec![Role::TrusteeOfficer]),
            _ => {
                let customer = who.strip_prefix("customer:")?;
                (customer.parse().ok()?, vec![Role::CustomerAdmin])
            }
        };
        Some(Caller {
            tenant,
            party: party_of(who),
            user: (!app_only).then_some(UserId(Uuid::from_u128(0x77))),
            app: AppId(Uuid::from_u128(0x88)),
            roles: if app_only { Vec::new() } else { roles },
            mfa: true,
            expires: i64::MAX,
        })
    }
}

impl Directory for Town {
    fn caller<'a>(&'a self, bearer: &'a str) -> Later<'a, Result<Arc<Caller>, Problem>> {
        let caller = Self::caller_of(bearer).map(Arc::new).ok_or_else(contract::admit::no_token);
        Box::pin(async { caller })
    }

    fn endpoint(&self, request: Request) -> Later<'_, Result<Response, Request>> {
        Box::pin(async { Err(request) })
    }

    fn operation<'a>(
        &'a self,
        matched: &'a Matched<'a>,
        _: Option<&'a Arc<Caller>>,
        _: &'a Request,
    ) -> Later<'a, Result<Response, Problem>> {
        Box::pin(async { Err(Problem::new(501, Code(0), "planned", matched.spec.id)) })
    }

    fn open_customer(&self, customer: NewCustomer) -> Later<'_, Result<FirstSignIn, Problem>> {
        let mut passwords = self.passwords.lock().expect("a lock");
        *passwords += 1;
        let password = Zeroizing::new(format!("secret-{}", *passwords));
        let user_name = format!("admin@{}", customer.domain);
        self.opened.lock().expect("a lock").insert(customer.tenant, customer.domain);
        Box::pin(async { Ok(FirstSignIn { user_name, password }) })
    }

    fn open_sandbox(&self, sandbox: NewSandbox) -> Later<'_, Result<FirstSignIn, Problem>> {
        let NewSandbox { tenant, domain, .. } = sandbox;
        self.open_customer(NewCustomer { tenant, domain, company: String::new(), country: String::new() })
    }

    fn close_sandbox(&self, tenant: TenantId) -> Later<'_, Result<(), Problem>> {
        self.close_customer(tenant)
    }

    fn close_customer(&self, tenant: TenantId) -> Later<'_, Result<(), Problem>> {
        self.opened.lock().expect("a lock").remove(&tenant);
        Box::pin(async { Ok(()) })
    }

    fn user_name(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<String>, Problem>> {
        let own = tenant == super::tenant(PARTNER) && user.0 == Uuid::from_u128(0x77);
        Box::pin(async move { Ok(own.then(|| "anna@partner.example".to_owned())) })
    }

    fn is_verified(&self, _: TenantId) -> Later<'_, Result<bool, Problem>> {
        let verified = !self.unverified.load(Ordering::Relaxed);
        Box::pin(async move { Ok(verified) })
    }

    fn open_approver(&self, _: NewApprover) -> Later<'_, Result<Approver, Problem>> {
        Box::pin(async { Err(Problem::internal()) })
    }

    fn renew_approver(&self, _: TenantId, _: UserId) -> Later<'_, Result<FirstSignIn, Problem>> {
        Box::pin(async { Err(Problem::internal()) })
    }

    fn is_taken<'a>(&'a self, domain: &'a str) -> Later<'a, Result<bool, Problem>> {
        let taken = self.opened.lock().expect("a lock").values().any(|known| known == domain);
        Box::pin(async move { Ok(taken) })
    }
}

#[test]
fn tokens_are_who_they_say() {
    assert_eq!(Town::caller_of("partner-app").expect("a caller").user, None);
    assert_eq!(Town::caller_of("staff").expect("a caller").party, Party::Operator);
    assert!(Town::caller_of("nobody").is_none());
}
