//! What the gateway needs of its neighbours in the trustee zone, as traits: the directory of principals, and the
//! pages. Identity and portal implement them; tests have their own.
//!
//! Deliberately absent: anything through which the *operator* could reach a principal.

use contract::route::Matched;
use edge::{Request, Response};
use kernel::{Problem, TenantId, UserId};
use std::any::Any;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use store::Tx;
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

/// A sandbox that a partner opens: its tenant, with an id minted by the gateway.
#[derive(Clone, Debug)]
pub struct NewSandbox {
    /// The sandbox's tenant.
    pub tenant: TenantId,
    /// The tenant's first domain, under the cloud's own suffix.
    pub domain: String,
    /// The tenant of the partner whose sandbox it is. Name, country and verification are this company's.
    pub production: TenantId,
}

/// What a first administrator signs in with. Shown once.
#[derive(Clone)]
pub struct FirstSignIn {
    /// The user name.
    pub user_name: String,
    /// The password.
    pub password: Zeroizing<String>,
}

/// A customer's approver, verified by the trustee, who is to get an account.
#[derive(Clone)]
pub struct NewApprover {
    /// The customer's tenant.
    pub tenant: TenantId,
    /// What stands before the `@`.
    pub login: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
}

/// The approver's new account.
#[derive(Clone)]
pub struct Approver {
    /// The account.
    pub user: UserId,
    /// What the approver signs in with at first.
    pub first: FirstSignIn,
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

    /// Opens the tenant of a verified partner's sandbox, with its first administrator. Asked again, it does as
    /// [`Directory::open_customer`].
    fn open_sandbox(&self, sandbox: NewSandbox) -> Later<'_, Result<FirstSignIn, Problem>>;

    /// Closes the tenant of a sandbox that was refused. Only the one that was minted for it may be named.
    fn close_sandbox(&self, tenant: TenantId) -> Later<'_, Result<(), Problem>>;

    /// The sign-in name of a user, if it is of this tenant.
    fn user_name(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<Option<String>, Problem>>;

    /// Whether the trustee itself verified the company of a partner's tenant.
    fn is_verified(&self, tenant: TenantId) -> Later<'_, Result<bool, Problem>>;

    /// Makes an account for a customer's approver whom the trustee verified, with a new password; from then on the
    /// customer's people need a second factor.
    fn open_approver(&self, approver: NewApprover) -> Later<'_, Result<Approver, Problem>>;

    /// Gives a customer's approver a new password and lets him or her set up the second factor anew. Two officers have
    /// asked for it.
    fn renew_approver(&self, tenant: TenantId, user: UserId) -> Later<'_, Result<FirstSignIn, Problem>>;

    /// Whether a tenant has this domain.
    fn is_taken<'a>(&'a self, domain: &'a str) -> Later<'a, Result<bool, Problem>>;
}

/// What happened to a request, for the transparency log. Ids and hashes; the log seals what is about a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The note that it was written down as; told twice, it is one entry.
    pub note: String,
    /// The how-manieth use of the grant it is about; 0 where it is about none.
    pub number: u32,
    /// The kind of entry: `submit`, `approve`, `use.intent`…
    pub kind: String,
    /// The customer whose log entry it is; the nil id where it is about the trustee's and the operator's own people.
    pub tenant: TenantId,
    /// The request; empty where it is about none.
    pub grant: String,
    /// Who: a key's fingerprint, a person's id, or `time`.
    pub actor: String,
    /// The operation of a use; empty otherwise.
    pub operation: String,
    /// The data classes of the request.
    pub classes: Vec<String>,
    /// Records opened.
    pub rows: u64,
    /// Bytes of private members released.
    pub bytes: u64,
    /// The state before; empty where there was none.
    pub from: String,
    /// The state after; empty where there is none.
    pub to: String,
    /// The reason; empty where there is none.
    pub reason: String,
    /// When, in microseconds.
    pub at: kernel::Micros,
    /// More, as JSON, for the tenant alone.
    pub details: String,
    /// Hashes of what others can have too, as hexadecimal text, each with its name; everybody sees them.
    pub digests: Vec<(String, String)>,
}

/// A change of the trustee core's store, and what it answers. It may run twice.
pub type LoggedAct = Box<dyn Fn(&mut Tx) -> Result<Answered, Problem> + Send + Sync>;

/// What a [`LoggedAct`] answers: known to whom it belongs.
pub type Answered = Box<dyn Any + Send>;

/// What a [`LoggedAct`] has answered, and the entries that are in the log with it.
pub type Together = (Answered, Vec<LogEntry>);

/// The transparency log. Without one nothing is opened for the operator's people.
pub trait Logbook: Send + Sync {
    /// Adds an entry, of which the note waits no more then. When this returns, a signed checkpoint that covers it is
    /// durable.
    fn append(&self, entry: LogEntry) -> Later<'_, Result<(), Problem>>;

    /// Carries out a change about a tenant and adds all that waits, in one durable step; answers what the change did, and
    /// the entries. `None`: nothing was changed, and whoever asks has to do it one after the other, because what waits is
    /// about others too, or the log cannot do both at once.
    fn together(&self, tenant: TenantId, act: LoggedAct) -> Later<'_, Result<Option<Together>, Problem>>;

    /// Size and root hash of the newest checkpoint.
    fn head(&self) -> Later<'_, Option<(u64, String)>>;

    /// Whether entries can be added, as far as is known.
    fn stands(&self) -> bool;
}

/// Pages for people that the program hands in (the portal). The trustee does not know what they show.
pub trait Pages: Send + Sync {
    /// Answers a page; gives back what is none.
    fn page(&self, request: Request) -> Later<'_, Result<Response, Request>>;

    /// What an access report says, for people: one page for each language, by file name (`report.de.html`).
    fn report(&self, report: &serde_json::Value) -> BTreeMap<String, String>;
}
