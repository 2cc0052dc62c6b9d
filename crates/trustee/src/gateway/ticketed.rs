//! Tickets: whose they are, opening and answering one, and the operator's support reading one that was released.
//!
//! Invariants: whose a thread is comes from the trustee's map, never from an answer; a note is added to the thread as it
//! is, by the gateway alone, under the etag that it read; the operator's support is shown a thread only while a release
//! of exactly this ticket stands.

use contract::errors::code;
use contract::operation::{Operation, Party, Spec};
use contract::operations as op;
use contract::private;
use contract::query::{Query, is_language};
use contract::route::{Matched, Params};
use edge::http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use edge::{HeaderMap, Request, StatusCode};
use jiff::Timestamp;
use kernel::{CustomerId, Problem, TenantId};
use serde_json::{Map, Value};
use std::sync::Arc;
use store::trustee::mint::MintKey;

use super::answer::Answer;
use super::call::{Call, ticket_number, unknown_customer};
use super::expect::Plan;
use super::granted::GRANT;
use super::rules::{bad, text};
use super::{Gateway, Outgoing, grant_required, is_refusal};
use crate::controls::Control;
use crate::grants::Begun;
use crate::identity::Caller;
use crate::records::RecordKey;
use crate::tickets::thread::{self, Stamp};
use crate::tickets::{Ticket, unknown};

/// `none` on opening a ticket: its thread is not released.
const RELEASE: HeaderName = HeaderName::from_static("treuhand-release");

/// Whether somebody of the operator calls what a release can open, without a grant.
pub(crate) fn is_released(caller: &Caller, spec: &Spec, request: &Request) -> bool {
    caller.party == Party::Operator
        && !caller.is_app_only()
        && request.header(&GRANT).is_none()
        && spec == op::GetServiceRequest::SPEC
}

impl Gateway {
    /// The ticket that a path names, if the caller may know of it: its opener while it still deals with the customer,
    /// the customer that it is about, the operator's and the trustee's people.
    pub(super) async fn ticket_of(
        &self,
        params: &Params<'_>,
        caller: &Caller,
    ) -> Result<Option<Arc<Ticket>>, Problem> {
        let Some(id) = ticket_number(params) else { return Ok(None) };
        let ticket = self.tickets.find(id).await?.ok_or_else(unknown)?;
        if self.reaches_ticket(caller, &ticket).await? { Ok(Some(ticket)) } else { Err(unknown()) }
    }

    async fn reaches_ticket(&self, caller: &Caller, ticket: &Ticket) -> Result<bool, Problem> {
        if !self.controls.on(Control::Relationship) {
            return Ok(true);
        }
        Ok(match caller.party {
            Party::Operator | Party::Trustee => true,
            Party::Customer => caller.tenant == ticket.tenant,
            Party::Partner if caller.tenant != ticket.opener => false,
            Party::Partner => {
                caller.tenant == ticket.tenant || self.reaches(caller, CustomerId(ticket.tenant.0)).await?
            }
        })
    }

    /// The map's key of a thread that an answer holds. `None` where the answer names no ticket that it may name.
    pub(super) async fn thread_key(
        &self,
        call: &Call<'_>,
        field_set: &'static str,
        object: Option<&Value>,
    ) -> Result<Option<RecordKey>, Problem> {
        if let Some(ticket) = &call.ticket {
            return Ok(Some(ticket.key(field_set)));
        }
        let id = object.map_or("", |object| text(object, "id"));
        let Some(ticket) = self.tickets.find(id).await? else { return Ok(None) };
        let of_customer = call.customer.is_none_or(|customer| TenantId::from(customer) == ticket.tenant);
        let named = of_customer && self.reaches_ticket(&call.caller, &ticket).await?;
        Ok(named.then(|| ticket.key(field_set)))
    }

    /// Lays a change over the thread as it is now, with its note. What holds nothing private needs no thread.
    pub(super) async fn merge_thread(
        &self,
        call: &Call<'_>,
        ticket: &Arc<Ticket>,
        body: &mut Value,
        headers: &mut HeaderMap,
    ) -> Result<(), Problem> {
        let Some(shape) = call.spec.body else { return Ok(()) };
        if private::find_private(shape(), body).is_none() {
            return Ok(());
        }
        let reading = Call {
            spec: op::GetServiceRequest::SPEC,
            params: call.params.clone(),
            query: Query::default(),
            caller: Arc::new(ticket.opener(&call.caller)),
            trace: call.trace,
            customer: None,
            ticket: Some(ticket.clone()),
            since: self.records.moment(),
            grant: Some(Arc::new(Begun::unseen())),
            export: false,
        };
        let Some(mut present) = self.present(&reading).await? else { return Ok(()) };
        let etag = present.pointer("/attributes/etag").and_then(Value::as_str).map(ToOwned::to_owned);
        let cuts = private::cut(shape(), &mut present);
        let found = cuts.into_iter().find(|cut| cut.record != private::KEPT).map(|cut| cut.private);
        let stamp = self.stamp(&call.caller, self.clock.now()).await?;
        thread::grow(body, found.unwrap_or_else(|| Value::Object(Map::new())), &stamp)?;
        Self::under_etag(call, etag, body, headers);
        Ok(())
    }

    /// Who writes. Of the operator's people the house is named, not the person.
    async fn stamp(&self, caller: &Caller, at: Timestamp) -> Result<Stamp, Problem> {
        if caller.party == Party::Operator {
            return Ok(Stamp { name: self.profile.operator.clone(), user: None, at });
        }
        let name = match caller.user {
            Some(user) => self.directory.user_name(caller.tenant, user).await?,
            None => None,
        };
        Ok(Stamp { name: name.unwrap_or_default(), user: caller.user, at })
    }

    /// Opens a ticket, and releases its thread to the operator's support.
    pub(crate) async fn create_ticket(
        &self,
        mut call: Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        check_locale(call.params.get("agent-locale").unwrap_or_default())?;
        let mut body = Self::body(call.spec, request)?;
        commerce::ticket::written(text(&body, "title"), text(&body, "description"))?;
        self.check_rules(&call, &body)?;
        let owner = self.ticket_owner(&call.caller, &body).await?;
        let request_id = call.trace.request_id;
        let key = MintKey { tenant: call.caller.tenant, operation: call.spec.id, request_id };
        let _turn = self.minting_turn(key).await;
        let ticket = Arc::new(self.tickets.mint(&call.caller, owner, request_id).await?);
        if ticket.tenant != owner {
            let text =
                "This request id has opened a ticket for somebody else. Send a new one for a new ticket.";
            return Err(Problem::new(409, code::BAD_INPUT, "request_id_reused", text));
        }
        // By the time of the first attempt, so that a retry is the same request.
        let at = Timestamp::from_microsecond(ticket.opened_at).map_err(|_| Problem::internal())?;
        thread::begin(&mut body, &self.stamp(&call.caller, at).await?)?;
        call.ticket = Some(ticket.clone());
        let minted = Some(ticket.id.clone());
        let outgoing = Outgoing { body, raw: request.body.clone(), minted, whole: true };
        let answer = self.forward(&call, plan, outgoing, request).await?;
        if answer.status == StatusCode::CREATED {
            self.tickets.opened(&ticket.id).await?;
            if request.header(&RELEASE).is_none_or(|word| !word.trim().eq_ignore_ascii_case("none")) {
                self.grants.release(&call.caller, &ticket, false).await?;
            }
        } else if is_refusal(answer.status) {
            self.tickets.forget(&ticket.id).await?;
        }
        Ok(answer)
    }

    /// Whose record a new ticket is: a customer's own, a customer's of the partner that asks, or the partner's own.
    async fn ticket_owner(&self, caller: &Caller, body: &Value) -> Result<TenantId, Problem> {
        let named = body.get("organization").map_or("", |organization| text(organization, "id"));
        if named.is_empty() {
            return Ok(caller.tenant);
        }
        let owner: TenantId = named.parse().map_err(|_| bad("organization", "must be named by a GUID"))?;
        if owner == caller.tenant || self.reaches(caller, CustomerId(owner.0)).await? {
            Ok(owner)
        } else {
            Err(unknown_customer())
        }
    }

    /// Adds the operator's answer to a thread, of which nothing is shown.
    pub(crate) async fn answer_ticket(
        &self,
        call: &Call<'_>,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let mut body = Self::body(call.spec, request)?;
        if let Value::Object(members) = &mut body {
            members.retain(|name, _| matches!(name.as_str(), "newNote" | "status"));
        }
        if body.get("newNote").is_none_or(|note| text(note, "text").trim().is_empty()) {
            return Err(bad("newNote", "must have a text"));
        }
        let outgoing = Outgoing { body, raw: request.body.clone(), minted: None, whole: false };
        self.forward(call, plan, outgoing, request).await
    }

    /// Shows a released thread to somebody of the operator's support.
    pub(crate) async fn released(
        &self,
        matched: Matched<'_>,
        caller: &Caller,
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let id = ticket_number(&matched.params).unwrap_or_default();
        let ticket = self.tickets.find(id).await?.ok_or_else(grant_required)?;
        self.keys.sound()?;
        let what = (matched.spec, request.path());
        let (begun, opening) = self.grants.begin_opening(caller, &ticket, what).await?;
        let begun = Arc::new(begun);
        let answer = self.as_opener(matched, caller, (&ticket, &begun), plan, request).await;
        // Also where the answer could not be used: what was counted is closed.
        let released = self.grants.finish_opening(caller, &begun, &opening).await;
        self.grants.after().await;
        let mut answer = answer?;
        released?;
        answer.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(answer)
    }

    /// Asks the operator as the ticket's opener.
    async fn as_opener(
        &self,
        matched: Matched<'_>,
        caller: &Caller,
        (ticket, begun): (&Ticket, &Arc<Begun>),
        plan: Plan,
        request: &Request,
    ) -> Result<Answer, Problem> {
        let mut call = self.call(matched, Arc::new(ticket.opener(caller)), request).await?;
        call.grant = Some(begun.clone());
        let outgoing = Outgoing { body: Value::Null, raw: request.body.clone(), minted: None, whole: false };
        self.forward(&call, plan, outgoing, request).await
    }
}

/// A language, and nothing that somebody could hide in a path.
fn check_locale(locale: &str) -> Result<(), Problem> {
    if is_language(locale) {
        return Ok(());
    }
    Err(bad("agent-locale", "must be a language such as de-DE"))
}
