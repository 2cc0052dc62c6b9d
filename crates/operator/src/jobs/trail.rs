//! What jobs leave in the audit trail and send out. Nobody called, so no user and no application stand there.

use contract::operations as op;
use jiff::Timestamp;
use kernel::{AccountId, AuditId};
use serde_json::json;
use store::Tx;
use store::operator::audit::{self, AuditEntry};

use super::{Happened, What, World, start_of};
use crate::subscriptions::book::Kept;
use crate::{Event, Fault, link, record};

/// A subscription that renewed, expired or went.
pub(super) fn subscription(
    tx: &mut Tx,
    world: &World<'_>,
    kept: &Kept,
    happened: &Happened,
    customer_name: Option<String>,
) -> Result<(), Fault> {
    let said = match happened.what {
        What::Renewed(..) => "renewed",
        What::Deleted(..) => "deleted",
        What::Expired(..) | What::Invoiced(_) => "expired",
    };
    let new = json!({
        "id": kept.row.subscription_id.to_string(),
        "offerId": kept.row.offer_id,
        "status": kept.row.status,
        "quantity": kept.state.quantity,
        "commitmentEndDate": kept.state.commitment_end().map(|day| day.to_string()),
    });
    let at = start_of(happened.day);
    let entry = AuditEntry {
        customer: Some(kept.row.customer_id),
        customer_name,
        customized: json!([{ "key": "happenedByItself", "value": said }]).to_string(),
        ..entry(world, kept.row.account_id, at, ("subscription", "update_subscription"), &new)
    };
    audit::append(tx, &entry)?;
    let event = Event {
        partner: None,
        name: "subscription-updated",
        resource_uri: link::to::<op::GetSubscription>(&[&kept.row.customer_id, &kept.row.subscription_id]),
        resource_name: "subscription",
    };
    Ok(record::event(tx, kept.row.account_id, &event, at, world.real_now)?)
}

/// An invoice that can be read.
pub(super) fn invoice(
    tx: &mut Tx,
    world: &World<'_>,
    invoice: &billing::Invoice,
    issued: Timestamp,
) -> Result<(), Fault> {
    let id = crate::invoices::shown_id(&invoice.number);
    let new = json!({
        "id": id,
        "invoiceDate": invoice.date.to_string(),
        "totalCharges": invoice.total.to_decimal(),
        "currencyCode": invoice.currency.code(),
    });
    audit::append(tx, &entry(world, invoice.partner, issued, ("invoice", "ready_invoice"), &new))?;
    let event = Event {
        partner: None,
        name: "invoice-ready",
        resource_uri: link::to::<op::GetInvoice>(&[&id]),
        resource_name: "invoice",
    };
    Ok(record::event(tx, invoice.partner, &event, issued, world.real_now)?)
}

fn entry(
    world: &World<'_>,
    partner: AccountId,
    at: Timestamp,
    (resource, operation): (&str, &str),
    new: &serde_json::Value,
) -> AuditEntry {
    AuditEntry {
        id: AuditId(world.ids.ordered()),
        partner,
        happened: at.as_microsecond(),
        recorded: world.real_now.as_microsecond(),
        customer: None,
        customer_name: None,
        user: None,
        application: None,
        resource_type: resource.to_owned(),
        old_value: None,
        new_value: Some(new.to_string()),
        operation_type: operation.to_owned(),
        operation_status: "succeeded".to_owned(),
        correlation: None,
        customized: "[]".to_owned(),
    }
}
