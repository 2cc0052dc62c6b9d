//! What the portal needs of the trustee: who visits, and a way to call the contract as that visitor.

use client::Transport;
use contract::{Party, Role};
use edge::HeaderMap;
use kernel::{Problem, TenantId, UserId};
use ledger::Level;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A future that is handed around.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The trustee as the portal sees it.
pub trait Backend: Send + Sync {
    /// Who is signed in with these headers (the session's cookie); `None` when nobody is, or when the sign-in still
    /// lacks a step.
    fn visitor<'a>(&'a self, headers: &'a HeaderMap) -> Later<'a, Result<Option<SignedIn>, Problem>>;

    /// Where to sign in, so that one comes back to `back_to`, a path and query of ours.
    fn sign_in(&self, back_to: &str) -> String;

    /// Where the form that signs out is sent; it carries the session's token as `csrf`.
    fn sign_out(&self) -> String;

    /// Where the form is sent that links an account at one's organisation's issuer; it carries the token as well.
    fn link_sign_in(&self) -> String;

    /// The assurance level of the installation, as the trustee measured it last.
    fn level(&self) -> Level;
}

/// A visitor and the calls it can make.
#[derive(Clone)]
pub struct SignedIn {
    /// Who it is.
    pub visitor: Visitor,
    /// Brings calls of the contract to the gateway, with the rights of this visitor and no others. Requests carry an
    /// absolute URI, of which only path and query count, and no `authorization`.
    pub api: Arc<dyn Transport>,
}

/// Who visits.
#[derive(Clone, PartialEq, Eq)]
pub struct Visitor {
    /// The visitor's own tenant.
    pub tenant: TenantId,
    /// The name of the tenant's company.
    pub organisation: String,
    /// The person's pseudonymous id.
    pub user: UserId,
    /// The person's name, as the trustee's own directory has it.
    pub display_name: String,
    /// What the person may be.
    pub roles: Vec<Role>,
    /// The kind of tenant.
    pub party: Party,
    /// The token that every form of this session carries.
    pub csrf: String,
    /// The language the person prefers, as a tag.
    pub language: Option<String>,
}

impl fmt::Debug for Visitor {
    /// Without the person and without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Visitor({}, {:?})", self.user, self.roles)
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.fmt(f)
    }
}
