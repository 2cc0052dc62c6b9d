//! What an order or a change would cost: the lines that the next invoice would have because of it.
//!
//! Invariants: a preview is made by the rules that make the order, the change and the invoice, so it differs from them
//! only if something else happens in between; it writes nothing.
//!
//! Deliberately absent: tax, which depends on the invoice as a whole.

mod preview_order;
mod preview_subscription_change;

use billing::Line;
use commerce::catalogue::Offer;
use commerce::subscription::{Change, Event, Subscription, Terms};
use contract::resources::preview as wire;
use jiff::civil::Date;
use kernel::{Currency, Decimal, Problem, round_half_up};

use crate::jobs::{NextBill, start_of};

/// Months of a year.
const YEAR: i32 = 12;

/// A subscription as it would be, with its history and the lines that the next invoice would gain or lose.
struct Previewed<'c> {
    offer: &'c Offer,
    after: Subscription,
    history: Vec<Event>,
    lines: Vec<Line>,
}

impl Previewed<'_> {
    /// The terms that hold now.
    fn terms(&self) -> Option<&Terms> {
        self.history.iter().rev().find_map(|event| match &event.change {
            Change::Purchased { terms, .. }
            | Change::Renewed { terms, .. }
            | Change::Converted { terms, .. } => Some(terms),
            _ => None,
        })
    }

    /// What twelve months cost at the present price, for what is in use.
    fn yearly(&self) -> Decimal {
        let Some(terms) = self.terms().filter(|_| self.after.is_active()) else { return Decimal::ZERO };
        let cycles = terms.cycle.months().map_or(0, |months| YEAR / months);
        terms.unit_price * Decimal::from(self.after.quantity) * Decimal::from(cycles)
    }
}

/// The lines for a history up to the next invoice.
fn lines_for(history: &[Event], next: &NextBill) -> Result<Vec<Line>, Problem> {
    billing::lines_for(history, next.billed_through, next.date).map_err(|error| {
        tracing::error!(%error, "a preview cannot be reckoned");
        Problem::internal()
    })
}

/// A preview in the form of the contract.
fn shown(
    currency: Currency,
    next: &NextBill,
    all: &[Previewed<'_>],
    locale: &str,
) -> Result<wire::ChargePreview, Problem> {
    let lines = all.iter().flat_map(|one| one.lines.iter().map(|line| shown_line(one.offer, line, locale)));
    let yearly: Decimal = all.iter().map(Previewed::yearly).sum();
    let total: Decimal = all.iter().flat_map(|one| &one.lines).map(|line| line.amount.to_decimal()).sum();
    let ends = |one: &Previewed<'_>| one.after.commitment_end();
    let last: Option<Date> = all.iter().filter_map(ends).max();
    Ok(wire::ChargePreview {
        currency_code: Some(currency.code().to_owned()),
        lines: lines.collect(),
        total: Some(total),
        invoice_date: Some(start_of(next.date)),
        commitment_end_date: last.map(start_of),
        auto_renew_enabled: last.map(|_| all.iter().all(|one| one.after.auto_renew)),
        yearly_total: Some(round_half_up(yearly, currency).map_err(|_| Problem::internal())?.to_decimal()),
    })
}

fn shown_line(offer: &Offer, line: &Line, locale: &str) -> wire::PreviewLine {
    wire::PreviewLine {
        offer_id: Some(offer.id.to_string()),
        offer_name: Some(offer.name.get(locale).to_owned()),
        charge_type: Some(line.charge_type.name().to_owned()),
        charge_start_date: Some(start_of(line.period.first())),
        charge_end_date: Some(start_of(line.period.last())),
        unit_price: Some(line.unit_price),
        quantity: Some(line.quantity.into()),
        amount: Some(line.amount.to_decimal()),
    }
}
