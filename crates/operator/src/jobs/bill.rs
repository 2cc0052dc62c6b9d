//! The invoice run of one account and one billing date.
//!
//! Invariants: an invoice is the difference between what the account's histories cost up to its date and up to the
//! billing date before; a number is taken only for an invoice that has lines, in the transaction that keeps it, so
//! a series has no gaps.

use std::collections::HashMap;

use billing::{Billable, Invoice, InvoiceLine, Request, Subject, assemble, invoice_number};
use commerce::subscription::{Event, Subscription};
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{AccountId, Problem, SubscriptionId};
use serde_json::json;
use store::Tx;
use store::operator::accounts::AccountRow;
use store::operator::invoices::{self as rows, BilledSubscription, InvoiceRow, LineRow};

use super::advance::opened;
use super::{Happened, What, World, start_of, trail};
use crate::Fault;

/// Subscriptions read at once.
const PAGE: u32 = 500;
/// The series of everything that is real.
const PRODUCTION: &str = "production";

/// Makes and keeps the invoice of a billing date; none when there is nothing to bill.
pub(super) fn bill(
    tx: &mut Tx,
    world: &World<'_>,
    account: &AccountRow,
    billed_through: Option<Date>,
    date: Date,
) -> Result<Option<Happened>, Fault> {
    let Some(mut invoice) = assembled(tx, world, account, billed_through, date)? else { return Ok(None) };
    let series = if account.sandbox { account.account_id.to_string() } else { PRODUCTION.to_owned() };
    let number = rows::next_number(tx, &series)?;
    invoice.number = invoice_number(u64::try_from(number).map_err(|_| Problem::internal())?);
    let issued = start_of(date.saturating_add(1.day()));
    let lines = lines(&invoice)?;
    let evidence = json!({
        "seller_country": world.home.code(),
        "buyer_country": account.country.code(),
        "vat_id": account.vat_id,
        "decision": invoice.tax_decision,
    });
    let row = InvoiceRow {
        account_id: account.account_id,
        number: invoice.number.clone(),
        series,
        day: invoice.date.to_string(),
        due: invoice.due.to_string(),
        first_day: invoice.period.first().to_string(),
        last_day: invoice.period.last().to_string(),
        currency: invoice.currency,
        net: invoice.net.minor,
        tax: invoice.tax.minor,
        total: invoice.total.minor,
        paid: 0,
        line_count: i64::try_from(lines.len()).map_err(|_| Problem::internal())?,
        head: json(&Invoice { lines: Vec::new(), subjects: Vec::new(), ..invoice.clone() })?,
        tax_evidence: evidence.to_string(),
        issued: issued.as_microsecond(),
        recorded: world.real_now.as_microsecond(),
    };
    rows::insert(tx, &row, &lines)?;
    trail::invoice(tx, world, &invoice, issued)?;
    Ok(Some(Happened { day: date, what: What::Invoiced(invoice.number) }))
}

/// The invoice, not yet numbered.
fn assembled(
    tx: &mut Tx,
    world: &World<'_>,
    account: &AccountRow,
    billed_through: Option<Date>,
    date: Date,
) -> Result<Option<Invoice>, Fault> {
    let billables = billables(tx, world, &account.account_id)?;
    let vat_id = account.vat_id.as_deref().and_then(|id| commerce::vat::parse(account.country, id).ok());
    let request = Request {
        number: &invoice_number(0),
        partner: account.account_id,
        mpn: account.mpn_id.as_deref().and_then(|id| id.parse().ok()),
        country: account.country,
        vat_id: vat_id.as_ref(),
        seller_country: world.home,
        currency: account.currency,
        opened: opened(account),
        billed_through,
        billing_date: date,
        billables: &billables,
    };
    assemble(&request).map_err(|error| {
        tracing::error!(account = %account.account_id, %date, %error, "an account cannot be billed");
        Problem::internal().into()
    })
}

fn lines(invoice: &Invoice) -> Result<Vec<LineRow>, Problem> {
    let row = |(position, line): (usize, &InvoiceLine)| {
        let subject = invoice.subject_of(line).ok_or_else(Problem::internal)?;
        Ok(LineRow {
            position: i64::try_from(position).map_err(|_| Problem::internal())?,
            subscription_id: subject.subscription,
            subject: json(subject)?,
            line: json(line)?,
        })
    };
    invoice.lines.iter().enumerate().map(row).collect()
}

/// All subscriptions of an account with their histories, in the order of their ids, which is that of their age.
fn billables(tx: &mut Tx, world: &World<'_>, account: &AccountId) -> Result<Vec<Billable>, Fault> {
    let mut billables = Vec::new();
    let mut after = String::new();
    loop {
        let page = rows::subscriptions(tx, account, &after, PAGE)?;
        let Some(last) = page.last().map(|row| row.subscription_id) else { return Ok(billables) };
        let mut histories = histories(tx, account, &after, &last)?;
        for row in page {
            let history = histories.remove(&row.subscription_id).unwrap_or_default();
            billables.push(Billable { subject: subject(world, row)?, history });
        }
        after = last.to_string();
    }
}

fn histories(
    tx: &mut Tx,
    account: &AccountId,
    after: &str,
    last: &SubscriptionId,
) -> Result<HashMap<SubscriptionId, Vec<Event>>, Fault> {
    let mut histories: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows::histories(tx, account, after, last)? {
        let day = row.day.parse().map_err(|_| Problem::internal())?; // both written by `subscriptions::book`
        let change = serde_json::from_str(&row.change).map_err(|_| Problem::internal())?;
        histories.entry(row.subscription_id).or_default().push(Event { day, change });
    }
    Ok(histories)
}

/// What the invoice says about a subscription. An offer that is gone from the catalogue keeps its id for a name.
fn subject(world: &World<'_>, row: BilledSubscription) -> Result<Subject, Problem> {
    let state: Subscription = serde_json::from_str(&row.state).map_err(|_| Problem::internal())?;
    let offer = world.catalogue.find(&row.offer_id);
    Ok(Subject {
        customer: row.customer_id,
        customer_name: row.company_name,
        domain_name: row.domain,
        reseller_mpn: row.partner_on_record.as_deref().and_then(|id| id.parse().ok()),
        order: row.order_id,
        subscription: row.subscription_id,
        subscription_name: state.friendly_name,
        subscription_description: offer.map(|offer| offer.description.en.clone()).unwrap_or_default(),
        durable_offer: offer.map_or_else(|| row.offer_id.clone(), |offer| offer.durable_id.clone()),
        offer_name: offer.map_or_else(|| row.offer_id.clone(), |offer| offer.name.en.clone()),
        offer: state.offer,
    })
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|_| Problem::internal())
}
