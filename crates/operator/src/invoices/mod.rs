//! Issued invoices: reading them, their lines, what is owed, and the files made of them.
//!
//! Invariants: an issued invoice is shown as it was kept; every line names its provider and kind, which clients
//! cannot do without. On the wire a recurring invoice's id is its number with a prefix; both are understood.
//!
//! Deliberately absent: making invoices (`jobs`), payments, usage and one-time lines, and PDF.

mod get_account_balance;
mod get_invoice;
mod get_invoice_explanation;
mod get_invoice_reconciliation;
mod line_items;
mod list_invoice_line_items;
mod list_invoice_line_items_legacy;
mod list_invoice_summaries;
mod list_invoices;
mod summary;

use billing::Invoice;
use contract::errors;
use contract::operations as op;
use contract::resources::invoice as wire;
use contract::resources::shared::{Link, ResourceLinks};
use jiff::Timestamp;
use kernel::{InvoiceId, Money, Problem};
use store::Tx;
use store::operator::invoices::{self as rows, InvoiceRow};

use crate::jobs::start_of;
use crate::{Cx, Fault, Input, link};

/// The prefix of a recurring invoice's number.
const RECURRING: &str = "Recurring-";
/// Lines read at once.
const LINES: u32 = 2000;

/// An invoice's id as clients see it.
pub(crate) fn shown_id(number: &InvoiceId) -> String {
    format!("{RECURRING}{number}")
}

/// The number in an id, with the prefix or without, in any case.
fn number(id: &str) -> Option<InvoiceId> {
    let prefixed = id.get(..RECURRING.len()).is_some_and(|start| start.eq_ignore_ascii_case(RECURRING));
    let number = if prefixed { &id[RECURRING.len()..] } else { id };
    number.to_ascii_uppercase().parse().ok()
}

/// The invoice of the path, if it is the caller's.
fn mine<B>(tx: &mut Tx, cx: &Cx<'_>, input: &Input<'_, B>) -> Result<InvoiceRow, Fault> {
    let account = cx.account()?;
    let missing = || errors::not_found("There is no such invoice of this partner.");
    let number = number(input.path.get("invoice-id").unwrap_or_default()).ok_or_else(missing)?;
    Ok(rows::find(tx, &account.account_id, &number)?.ok_or_else(missing)?)
}

/// The invoice without its lines, as it was issued.
fn head(row: &InvoiceRow) -> Result<Invoice, Problem> {
    read(&row.head)
}

/// The whole invoice, as it was issued.
fn issued(tx: &mut Tx, row: &InvoiceRow) -> Result<Invoice, Fault> {
    let mut invoice = head(row)?;
    while i64::try_from(invoice.lines.len()).is_ok_and(|read| read < row.line_count) {
        let from = i64::try_from(invoice.lines.len()).map_err(|_| Problem::internal())?;
        let page = rows::lines(tx, &row.account_id, &row.number, from, LINES)?;
        if page.is_empty() {
            tracing::error!(invoice = %row.number, "an invoice has lost lines");
            return Err(Problem::internal().into());
        }
        for kept in page {
            let line = read(&kept.line)?;
            let subject: billing::Subject = read(&kept.subject)?;
            // Lines of one subscription follow each other.
            if invoice.subjects.last().is_none_or(|last| last.subscription != subject.subscription) {
                invoice.subjects.push(subject);
            }
            let place = invoice.subjects.len() - 1;
            invoice.lines.push(billing::InvoiceLine { subject: place, ..line });
        }
    }
    Ok(invoice)
}

/// What we wrote can be read; anything else is a fault of ours.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        tracing::error!(%error, "a kept invoice cannot be read");
        Problem::internal()
    })
}

/// An invoice in the form of the contract.
fn shown(row: &InvoiceRow) -> wire::Invoice {
    let id = shown_id(&row.number);
    let amount = |minor| Some(Money { minor, currency: row.currency }.to_decimal());
    let lines = link::to::<op::ListInvoiceLineItemsLegacy>(&[&id, &"Office", &"BillingLineItems"]);
    wire::Invoice {
        invoice_date: day(&row.day),
        billing_period_start_date: day(&row.first_day),
        billing_period_end_date: day(&row.last_day),
        total_charges: amount(row.total),
        paid_amount: amount(row.paid),
        currency_code: Some(row.currency.code().to_owned()),
        currency_symbol: Some(row.currency.symbol().to_owned()),
        invoice_details: vec![wire::InvoiceDetail {
            invoice_line_item_type: Some(wire::InvoiceLineItemType::BillingLineItems),
            billing_provider: Some(wire::BillingProvider::Office),
            links: Some(ResourceLinks { self_: Some(Link::get(lines)), ..ResourceLinks::default() }),
            attributes: None,
        }],
        document_type: Some(wire::DocumentType::Invoice),
        invoice_type: Some(wire::InvoiceType::Recurring),
        links: Some(ResourceLinks::to_self(link::to::<op::GetInvoice>(&[&id]))),
        id: Some(id),
        ..wire::Invoice::default()
    }
}

/// The first instant of a kept day.
fn day(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(start_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(id: &str, expected: Option<&str>) {
        assert_eq!(number(id).as_ref().map(InvoiceId::as_str), expected, "{id}");
    }

    #[test]
    fn an_id_is_understood_with_its_prefix_and_without() {
        let made = billing::invoice_number(42);
        check(&shown_id(&made), Some(made.as_str()));
        check("recurring-d020000016", Some("D020000016"));
        check("D020000016", Some("D020000016"));
        check("OneTime-G000024130", Some("ONETIME-G000024130"));
        for bad in ["", "Recurring-", "Recurring-a/b", "ü"] {
            check(bad, None);
        }
    }
}
