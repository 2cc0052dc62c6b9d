//! What every change leaves behind besides its own rows: an audit entry and its events.
//!
//! Invariant: neither holds a private member. A handler's note is commercial by contract; what it does not say
//! is not guessed from the body.

use edge::names;
use jiff::Timestamp;
use kernel::{AccountId, AuditId};
use serde_json::json;
use store::operator::audit::{self, AuditEntry};
use store::operator::outbox::{self, NewEvent};
use store::{StoreError, Tx};

use crate::Cx;
use crate::answer::Encoded;
use crate::answer::{Event, Note};
use crate::dispatch::Raw;

/// Writes the audit entry and the outgoing events of a change that succeeded.
pub(crate) fn write(tx: &mut Tx, cx: &Cx<'_>, raw: &Raw, done: &Encoded) -> Result<(), StoreError> {
    let partner = AccountId(cx.caller.tenant.0);
    audit::append(tx, &entry(cx, raw, partner, done.note.as_ref()))?;
    for event in &done.events {
        self::event(tx, event.partner.unwrap_or(partner), event, cx.now(), cx.real_now())?;
    }
    Ok(())
}

fn entry(cx: &Cx<'_>, raw: &Raw, partner: AccountId, note: Option<&Note>) -> AuditEntry {
    let note = note.cloned().unwrap_or_default();
    let or = |given: &str, other: String| if given.is_empty() { other } else { given.to_owned() };
    AuditEntry {
        id: AuditId(cx.ids().ordered()),
        partner: note.partner.unwrap_or(partner),
        happened: cx.now().as_microsecond(),
        recorded: cx.real_now().as_microsecond(),
        customer: note.customer,
        customer_name: note.customer_name,
        user: cx.caller.user,
        application: Some(cx.caller.app),
        resource_type: or(note.resource_type, raw.spec.area.replace('-', "_")),
        old_value: note.old,
        new_value: note.new,
        operation_type: or(note.operation_type, raw.spec.id.replace('-', "_")),
        operation_status: "succeeded".to_owned(),
        correlation: raw.request.header(&names::CORRELATION_ID).and_then(|id| id.parse().ok()),
        customized: "[]".to_owned(),
    }
}

/// One event, written as the web hooks send it: it tells the account's time and is sent by the real one.
pub(crate) fn event(
    tx: &mut Tx,
    partner: AccountId,
    event: &Event,
    happened: Timestamp,
    real_now: Timestamp,
) -> Result<(), StoreError> {
    let payload = json!({
        "EventName": event.name,
        "ResourceUri": event.resource_uri,
        "ResourceName": event.resource_name,
        "AuditUri": null,
        "ResourceChangeUtcDate": happened.to_string(),
    })
    .to_string();
    let new = NewEvent {
        partner,
        event: event.name,
        resource: &event.resource_uri,
        payload: &payload,
        created: real_now.as_microsecond(),
    };
    outbox::append(tx, &new)
}
