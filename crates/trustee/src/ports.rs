//! What the gateway needs of its neighbours in the trustee zone, as traits: the directory of principals, and the
//! pages. Identity and portal implement them; tests have their own.
//!
//! Deliberately absent: anything through which the *operator* could reach a principal.

use contract::route::Matched;
use edge::{Request, Response};
use kernel::{Problem, TenantId, UserId};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use zeroize::Zeroizing;

pub use crate::identity::Caller;

/// The future of an answer.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A customer that a partner creates: its tenant and first administrator, both with ids minted by the gateway.
#[derive(Clone, Debug)]
pub struct NewCustomer {
    /// The customer's tenant.
    pub tenant: TenantId,
    /// The tenant's first domain, under the cloud's own suffix.
    pub domain: String,
    /// The company's name.
    pub company: String,
    /// The company's country.
    pub country: String,
}

/// What a first administrator signs in with. Shown once.
#[derive(Clone)]
pub struct FirstSignIn {
    /// The user name.
    pub user_name: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// The directory: who calls, and which tenants there are.
pub trait Directory: Send + Sync {
    /// Who holds this bearer token. 401 when it is not valid.
    fn caller<'a>(&'a self, bearer: &'a str) -> Later<'a, Result<Arc<Caller>, Problem>>;

    /// Answers the directory's own endpoints and pages; gives everything else back.
    fn endpoint(&self, request: Request) -> Later<'_, Result<Response, Request>>;

    /// Carries out an operation of the contract that is the directory's alone. The caller was admitted.
    fn operation<'a>(
        &'a self,
        matched: &'a Matched<'a>,
        caller: Option<&'a Arc<Caller>>,
        request: &'a Request,
    ) -> Later<'a, Result<Response, Problem>>;

    /// Opens the tenant of a customer that is being created, with its first administrator. Asked again for the same
    /// tenant, it makes a new password for the same administrator. A domain that another tenant has, or another
    /// domain than the first time, is a problem (400 `domain_taken`, 409 `request_id_reused`).
    fn open_customer(&self, customer: NewCustomer) -> Later<'_, Result<FirstSignIn, Problem>>;

    /// Closes a customer's tenant for good: it was refused or deleted. Nobody signs in, its domain is free again.
    fn close_customer(&self, tenant: TenantId) -> Later<'_, Result<(), Problem>>;

    /// The sign-in name of a user, if it is of this tenant.
    fn user_name(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<String>, Problem>>;

    /// Whether the trustee itself verified the company of a partner's tenant.
    fn is_verified(&self, tenant: TenantId) -> Later<'_, Result<bool, Problem>>;

    /// Whether a tenant has this domain.
    fn is_taken<'a>(&'a self, domain: &'a str) -> Later<'a, Result<bool, Problem>>;
}

/// Pages for people that the program hands in (the portal). The trustee does not know what they show.
pub trait Pages: Send + Sync {
    /// Answers a page; gives back what is none.
    fn page(&self, request: Request) -> Later<'_, Result<Response, Request>>;
}
