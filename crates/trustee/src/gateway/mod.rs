//! The gateway: a transformation of contract messages. Seal on the way in, open on the way out.
//!
//! One step, one file: the call (`call`), who calls towards the operator (`assertions`), headers (`headers`), rules on
//! private members (`rules`), partial writes (`merge`), sealing (`seal`), the way there and back (`forward`), the look at the answer (`answer`, `expect`, `origin`), opening
//! (`open`), calls under a grant (`granted`), tickets and their releases (`ticketed`), answers that are repeated (`answered`). The order of checks is token, throttle, refusal, role, existence, body.
//!
//! Invariants: nothing of a request reaches the operator that the contract does not declare; no token does; what
//! comes back is checked before any of it is given to a caller.
//!
//! Deliberately absent: state. Everything that is remembered is a copy of the trustee core's books.

mod answer;
mod answered;
mod assertions;
mod call;
mod expect;
mod forward;
mod granted;
mod headers;
mod merge;
mod open;
mod origin;
mod rules;
#[cfg(feature = "sabotage")]
mod sabotage;
mod seal;
mod ticketed;

use aws_lc_rs::hmac;
use bytes::Bytes;
use contract::admit::{self, admit_in};
use contract::errors;
use contract::operation::{Api, Auth, Party, Spec};
use contract::profile::{Profile, State};
use contract::query::Query;
use contract::route::Matched;
use contract::wire;
use edge::http::header;
use edge::{OperatorLink, Request, Response, StatusCode, Throttle};
use kernel::{Clock, Code, CustomerId, Entropy, Ids, Problem};
use serde_json::Value;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use store::Store;
use store::trustee::mint::MintKey;

use crate::assurance::Assurance;
use crate::controls::{Control, Controls};
use crate::grants::Grants;
use crate::identity::Caller;
use crate::keys::Keys;
use crate::legal::Legal;
use crate::log::Log;
use crate::openings::Openings;
use crate::persons::Persons;
use crate::ports::Directory;
use crate::records::Records;
use crate::relationships::{Relationships, Standing};
use crate::reports::Reports;
use crate::tickets::Tickets;

pub(crate) use answer::{Answer, Body, Named, collection, refuse};
pub(crate) use answered::IDEMPOTENT;
pub(crate) use assertions::Assertions;
pub(crate) use call::{Call, check_filter, customer_of, unknown_customer};
pub(crate) use expect::{Plan, plan};
pub(crate) use granted::{as_partner, is_granted};
pub(crate) use origin::Origin;
pub(crate) use rules::{address_of, bad, country_of, text};
pub(crate) use ticketed::is_released;

/// Writes to one record happen one after the other; so many locks are shared by all records.
const WRITE_LOCKS: usize = 256;

/// The gateway over the trustee core's books.
pub(crate) struct Gateway {
    pub(crate) store: Store,
    pub(crate) profile: Arc<Profile>,
    pub(crate) directory: Arc<dyn Directory>,
    pub(crate) log: Log,
    pub(crate) keys: Arc<Keys>,
    pub(crate) link: Arc<dyn OperatorLink>,
    pub(crate) assurance: Arc<Assurance>,
    pub(crate) records: Records,
    pub(crate) relationships: Relationships,
    pub(crate) openings: Openings,
    pub(crate) grants: Grants,
    pub(crate) persons: Persons,
    pub(crate) legal: Legal,
    pub(crate) reports: Reports,
    pub(crate) tickets: Tickets,
    pub(crate) throttle: Throttle,
    pub(crate) assertions: Assertions,
    pub(crate) mac: hmac::Key,
    pub(crate) origin: Origin,
    pub(crate) controls: Controls,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) writing: Vec<tokio::sync::Mutex<()>>,
    /// Taken before [`Gateway::writing`], never after it.
    pub(crate) minting: Vec<tokio::sync::Mutex<()>>,
    pub(crate) hasher: RandomState,
}

/// What goes to the operator.
pub(crate) struct Outgoing {
    /// The canonical body in clear; `Null` when there is none.
    pub(crate) body: Value,
    /// The body as it was sent, for sabotage builds.
    pub(crate) raw: Bytes,
    /// The id minted for this call.
    pub(crate) minted: Option<String>,
    /// The body is whole and its rules were checked. Otherwise what it leaves out of a record stays as it was.
    pub(crate) whole: bool,
}

impl Gateway {
    /// The locks for [`Gateway::writing`] and [`Gateway::minting`].
    pub(crate) fn locks() -> Vec<tokio::sync::Mutex<()>> {
        (0..WRITE_LOCKS).map(|_| tokio::sync::Mutex::new(())).collect()
    }

    /// Who calls: the holder of the bearer token, or nobody where there is none.
    async fn authenticate(&self, request: &Request) -> Result<Option<Arc<Caller>>, Problem> {
        match bearer(request) {
            None => Ok(None),
            #[cfg(feature = "sabotage")]
            Some(token) if !self.controls.on(Control::TokenSignature) => Ok(sabotage::believed(token)),
            Some(token) => self.directory.caller(token).await.map(Some),
        }
    }

    /// Token, throttle, refusal, role: whether this call is let in at all. `None` for anonymous calls.
    pub(crate) async fn let_in(
        &self,
        spec: &Spec,
        request: &Request,
    ) -> Result<Option<Arc<Caller>>, Problem> {
        let caller = if spec.auth == Auth::Anonymous { None } else { self.authenticate(request).await? };
        if let Some(caller) = &caller {
            self.throttle.check(caller.tenant.0, throttle_class(spec))?;
        }
        let is_refused = matches!(self.profile.state(spec), State::Refused(_));
        let who = match caller.as_deref() {
            None => admit::Caller::Nobody,
            Some(caller) if caller.is_app_only() => admit::Caller::App(caller.party),
            Some(caller) => admit::Caller::User(&caller.roles),
        };
        let locale = request.header(&edge::names::LOCALE).unwrap_or_default();
        match admit_in(spec, &self.profile, who, locale) {
            Err(_) if is_refused && !self.controls.on(Control::Refusal) => {}
            Err(problem)
                if caller.as_ref().is_some_and(|who| self.gives_way(&problem, spec, who, request)) => {}
            admitted => admitted?,
        }
        #[cfg(feature = "sabotage")]
        if !self.controls.on(Control::QuietLog) {
            tracing::info!(body = %String::from_utf8_lossy(&request.body), query = request.query(), "a call");
        }
        Ok(caller)
    }

    /// The call as it goes on: with its query and customer, and only if the customer is the caller's.
    pub(crate) async fn call<'r>(
        &self,
        matched: Matched<'r>,
        caller: Arc<Caller>,
        request: &Request,
    ) -> Result<Call<'r>, Problem> {
        let customer = customer_of(&matched.params)?;
        let query = Query::parse(request.query(), matched.spec.query)?;
        if self.controls.on(Control::RequestQuery) {
            check_filter(&query)?;
        }
        let ticket = self.ticket_of(&matched.params, &caller).await?;
        let call = Call {
            spec: matched.spec,
            params: matched.params,
            query,
            caller,
            trace: request.trace,
            customer,
            ticket,
            since: self.records.moment(),
            grant: None,
            export: false,
        };
        if let Some(customer) = customer
            && self.controls.on(Control::Relationship)
            && !self.reaches(&call.caller, customer).await?
        {
            return Err(unknown_customer());
        }
        if self.controls.on(Control::QueryForms) {
            call.query.check_forms()?;
        }
        if self.controls.on(Control::HeaderForms) {
            headers::check(&request.headers, call.spec, &call.query, call.caller.tenant)?;
        }
        Ok(call)
    }

    /// Whether a customer is the caller's: of a partner by a recorded relationship, of a customer itself. The
    /// operator's and the trustee's people reach every customer's commerce; they open nothing.
    pub(crate) async fn reaches(&self, caller: &Caller, customer: CustomerId) -> Result<bool, Problem> {
        Ok(match caller.party {
            Party::Partner => {
                let partner = kernel::AccountId(caller.tenant.0);
                self.relationships.standing(partner, customer).await?.reaches()
            }
            Party::Customer => caller.tenant.0 == customer.0,
            Party::Operator | Party::Trustee => true,
        })
    }

    /// The canonical body of a request.
    pub(crate) fn body(spec: &Spec, request: &Request) -> Result<Value, Problem> {
        spec.body.map_or(Ok(Value::Null), |shape| wire::canonicalise(shape(), &request.body))
    }

    /// The usual way of a call: rules, seal, forward, check, open.
    pub(crate) async fn pass(
        &self,
        call: &Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let body = Self::body(call.spec, request)?;
        let outgoing = Outgoing { body, raw: request.body.clone(), minted: None, whole: false };
        self.forward(call, plan, outgoing, request).await
    }

    /// Waits for its turn to write the owner's records, so that versions arrive in the order they were handed out.
    async fn turn(&self, call: &Call<'_>) -> tokio::sync::MutexGuard<'_, ()> {
        let at = self.hasher.hash_one(call.owner()) % self.writing.len() as u64;
        self.writing[usize::try_from(at).unwrap_or(0)].lock().await // below the count of locks
    }

    /// Every customer that an answer names must be the caller's: now, where it is an entry of a list of customers; at
    /// some time, where a record refers to it.
    async fn check_named(&self, call: &Call<'_>, named: &Named) -> Result<(), Problem> {
        if call.caller.party != Party::Partner || !self.controls.on(Control::ListedCustomers) {
            return Ok(());
        }
        let holds = [
            (&named.entries, Standing::reaches as fn(Standing) -> bool),
            (&named.mentioned, Standing::is_recorded),
        ];
        for (customers, holds) in holds {
            let standings = self.relationships.standings(call.account(), customers).await?;
            if !standings.into_iter().all(holds) {
                return Err(refuse("foreign_customer", call.spec.id));
            }
        }
        Ok(())
    }

    /// Waits for its turn to create something under one request id.
    pub(crate) async fn minting_turn(&self, key: MintKey) -> tokio::sync::MutexGuard<'_, ()> {
        let at = self.hasher.hash_one((key.tenant, key.request_id)) % self.minting.len() as u64;
        self.minting[usize::try_from(at).unwrap_or(0)].lock().await // below the count of locks
    }

    /// A new id, ordered by time.
    pub(crate) fn new_id(&self) -> String {
        self.ids().ordered().to_string()
    }

    /// A source of ids.
    pub(crate) fn ids(&self) -> Ids<'_> {
        Ids { clock: &*self.clock, entropy: &*self.entropy }
    }
}

/// The bearer token of a request. The word null is none: one client sends it.
fn bearer(request: &Request) -> Option<&str> {
    let (scheme, token) = request.header(&header::AUTHORIZATION)?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token != "null").then_some(token)
}

/// Whether the operator certainly did not carry the call out, also not on an earlier try.
pub(crate) fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error()
        && !matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::REQUEST_TIMEOUT
                | StatusCode::CONFLICT
                | StatusCode::TOO_MANY_REQUESTS
        )
}

/// The class of calls that are counted together.
fn throttle_class(spec: &Spec) -> &'static str {
    match (spec.id, spec.area) {
        ("create-validation-event", _) => "validation-events",
        (_, "orders" | "carts") => "orders",
        (_, area) => area,
    }
}

/// The operator's people send and see no private members without a grant of the trustee.
pub(crate) fn grant_required() -> Problem {
    Problem::new(
        403,
        errors::code::NO_ACCESS,
        "grant_required",
        "The operator's people need an active grant of the data trustee for this.",
    )
}

fn unreachable(operation: &'static str, error: &edge::LinkError) -> Problem {
    tracing::warn!(operation, %error, "the operator zone did not answer");
    Problem::new(
        503,
        Code(800_003),
        "operator_unavailable",
        "The operator zone cannot be reached. Repeat the call under the same request id.",
    )
    .retry_after(2)
}

impl Answer {
    /// The answer as the caller gets it.
    pub(crate) fn into_response(self, spec: &'static Spec) -> Response {
        let mut response = match self.body {
            Body::None => Response::empty(self.status),
            Body::Json(bytes) => Response::json(self.status, bytes),
            Body::Problem(bytes) => Response::with_type(self.status, errors::content_type(spec.api), bytes),
            // A tree is written as it was read, so writing cannot fail.
            Body::Tree(tree, _) => Response::json(self.status, serde_json::to_vec(&tree).unwrap_or_default()),
            Body::File("text/html", _, bytes) => Response::html(self.status, bytes), // sabotage builds alone
            Body::File(media, name, bytes) => Response::document(media, &name, bytes),
        };
        response.headers.extend(self.headers);
        response.of(spec.id)
    }
}

/// An object without its members that are null.
pub(crate) fn without_nulls(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.retain(|_, member| !member.is_null());
    }
    value
}

/// A problem as an answer of an API.
pub(crate) fn problem_response(api: Api, operation: &'static str, problem: &Problem) -> Response {
    let status =
        StatusCode::from_u16(errors::status(api, problem)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response =
        Response::with_type(status, errors::content_type(api), answer::problem_bytes(api, problem))
            .of(operation);
    if status == StatusCode::UNAUTHORIZED {
        response = response.header(header::WWW_AUTHENTICATE, "Bearer");
    }
    if status == StatusCode::METHOD_NOT_ALLOWED
        && let Some(methods) = problem.data.first()
    {
        response = response.header(header::ALLOW, methods);
    }
    if let Some(seconds) = problem.retry_after {
        response = response.header(header::RETRY_AFTER, &seconds.to_string());
    }
    response
}
