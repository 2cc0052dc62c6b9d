//! Support tickets: what the operator may know of them. What people wrote is one envelope per ticket, kept as it came.
//!
//! Invariants: a ticket's number comes from the trustee; its author's side sees it by being the tenant that opened it, or
//! the customer that it is about; the operator's people work on it without its texts.
//!
//! Deliberately absent: releases and openings (the trustee's), and whoever wrote what.

mod create;
mod list;
mod read;
mod staff;
mod topics;
mod update;

use contract::errors::{self, code};
use contract::operation::Party;
use contract::resources::service_request::{
    ServiceRequest, ServiceRequestOrganization, ServiceRequestSeverity, ServiceRequestStatus, Ticket,
};
use jiff::Timestamp;
use kernel::{AccountId, CustomerId, Micros, Problem, TenantId};
use store::operator::accounts;
use store::operator::tickets::{self as rows, TicketRow};
use store::{StoreError, Tx};

use crate::{Cx, Event, Fault, Note, etag, link};

const TAG: etag::Kind = etag::Kind::Ticket;

/// A ticket that the caller opened, or that is about the calling customer.
fn seen(tx: &mut Tx, cx: &Cx<'_>, id: &str) -> Result<TicketRow, Fault> {
    let row = rows::find(tx, id)?.ok_or_else(missing)?;
    let caller = cx.caller.tenant;
    let mine = row.opener_id == caller;
    match cx.caller.party {
        Party::Partner if mine => {
            cx.account()?;
            if let Some(customer) = &row.customer_id {
                crate::customers::linked(tx, cx, customer)?;
            }
            Ok(row)
        }
        Party::Customer if mine || row.customer_id == Some(CustomerId(caller.0)) => Ok(row),
        _ => Err(missing().into()),
    }
}

fn missing() -> Problem {
    errors::not_found("There is no such ticket of yours.")
}

/// The present by the clock that a ticket goes by.
fn now(tx: &mut Tx, cx: &Cx<'_>, clock: &AccountId) -> Result<Micros, StoreError> {
    let offset = accounts::of_caller(tx, clock)?.map_or(0, |account| account.clock_offset);
    Ok(cx.real_now().as_microsecond().saturating_add(offset))
}

/// Writes the next version; its number is the row's afterwards.
fn keep(tx: &mut Tx, row: &mut TicketRow) -> Result<(), Fault> {
    if !rows::set(tx, row)? {
        etag::require(Some(""), TAG, row.version)?;
    }
    row.version += 1;
    Ok(())
}

/// Moves a ticket to a status, and notes when it was closed.
fn moved(row: &mut TicketRow, to: ServiceRequestStatus, now: Micros) {
    if to == ServiceRequestStatus::Closed && status(row) != ServiceRequestStatus::Closed {
        row.closed = Some(now);
    }
    to.as_str().clone_into(&mut row.status);
    row.modified = now;
}

fn status(row: &TicketRow) -> ServiceRequestStatus {
    ServiceRequestStatus::parse(&row.status).unwrap_or(ServiceRequestStatus::None)
}

fn severity(row: &TicketRow) -> ServiceRequestSeverity {
    ServiceRequestSeverity::parse(&row.severity).unwrap_or(ServiceRequestSeverity::Unknown)
}

fn topic(cx: &Cx<'_>, id: &str, locale: &str) -> Option<String> {
    let topics = &cx.profile.support_topics;
    topics.iter().find(|topic| topic.id.to_string() == id).map(|topic| topic.name.get(locale).to_owned())
}

/// The offer that a ticket is about, if the catalogue has it.
fn product(cx: &Cx<'_>, given: Option<&str>) -> Result<Option<String>, Problem> {
    match given.map(str::trim).filter(|id| !id.is_empty()) {
        None => Ok(None),
        Some(id) if cx.catalogue.find(id).is_some() => Ok(Some(id.to_owned())),
        Some(_) => Err(bad("productId", "The catalogue has no such offer")),
    }
}

/// A topic that this cloud has.
fn known_topic(cx: &Cx<'_>, id: &str) -> Result<String, Problem> {
    match topic(cx, id, "en") {
        Some(_) => Ok(id.to_owned()),
        None => Err(bad("supportTopicId", "There is no such topic")),
    }
}

fn date(at: Micros) -> Option<Timestamp> {
    Timestamp::from_microsecond(at).ok()
}

/// A ticket for its author's side.
fn shown(cx: &Cx<'_>, row: &TicketRow, locale: &str) -> ServiceRequest {
    let organization = match (&row.customer_id, &row.customer_name) {
        (Some(id), Some(name)) => (id.to_string(), name.clone()),
        _ => (row.opener_id.to_string(), row.opener_name.clone()),
    };
    let offer = row.product_id.as_deref().and_then(|id| cx.catalogue.find(id));
    ServiceRequest {
        severity: Some(severity(row)),
        support_topic_id: Some(row.topic.clone()),
        support_topic_name: topic(cx, &row.topic, locale),
        id: Some(row.ticket_id.clone()),
        status: Some(status(row)),
        organization: Some(ServiceRequestOrganization {
            id: Some(organization.0),
            name: Some(organization.1),
            phone_number: None,
        }),
        product_name: offer.map(|offer| offer.name.get(locale).to_owned()),
        product_id: row.product_id.clone(),
        created_date: date(row.created),
        last_modified_date: date(row.modified),
        last_closed_date: row.closed.and_then(date),
        country_code: Some(row.country.code().to_owned()),
        attributes: etag::attributes(TAG, row.version),
        sealed: row.sealed.clone(),
        ..ServiceRequest::default()
    }
}

/// A ticket for the operator's support.
fn worked_on(cx: &Cx<'_>, row: &TicketRow, locale: &str) -> Ticket {
    Ticket {
        id: Some(row.ticket_id.clone()),
        opener_id: Some(row.opener_id.to_string()),
        opener_name: Some(row.opener_name.clone()),
        customer_id: row.customer_id.map(|id| id.to_string()),
        customer_name: row.customer_name.clone(),
        severity: Some(severity(row)),
        status: Some(status(row)),
        support_topic_id: Some(row.topic.clone()),
        support_topic_name: topic(cx, &row.topic, locale),
        product_id: row.product_id.clone(),
        country_code: Some(row.country.code().to_owned()),
        created_date: date(row.created),
        last_modified_date: date(row.modified),
        last_closed_date: row.closed.and_then(date),
        first_answered_date: row.answered.and_then(date),
        assigned_to: row.assigned.map(|user| user.to_string()),
        sandbox: Some(row.sandbox),
        attributes: etag::attributes(TAG, row.version),
    }
}

/// What the trail of whoever opened the ticket says.
fn note(cx: &Cx<'_>, row: &TicketRow, before: Option<&TicketRow>) -> Note {
    let text = |row: &TicketRow| serde_json::to_string(&worked_on(cx, row, "en")).ok();
    Note {
        partner: Some(opener(row.opener_id)),
        resource_type: "service_request",
        customer: row.customer_id,
        customer_name: row.customer_name.clone(),
        old: before.and_then(text),
        new: text(row),
        ..Note::default()
    }
}

/// What the feed of whoever opened the ticket says.
fn event(row: &TicketRow, name: &'static str) -> Event {
    Event {
        partner: Some(opener(row.opener_id)),
        name,
        resource_uri: link::to::<contract::operations::GetServiceRequest>(&[&row.ticket_id]),
        resource_name: "servicerequest",
    }
}

/// Trails and feeds are kept by account; a customer's own go by its tenant.
fn opener(tenant: TenantId) -> AccountId {
    AccountId(tenant.0)
}

fn bad(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}.")).with(member)
}
