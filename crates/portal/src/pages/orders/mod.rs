//! Ordering in four steps, each with an address of its own: offers, quantity, check, receipt.
//!
//! Nothing is kept between the steps: what was chosen stands in the address, and it is commercial.

pub(crate) mod check;
pub(crate) mod offers;
pub(crate) mod quantity;
pub(crate) mod receipt;

use contract::resources::offer::BillingCycle;
use contract::resources::order::{LineTransactionType, Order, OrderLineItem, OrderStatus};
use contract::resources::preview::{ChargePreview, PreviewLine};
use kernel::{CustomerId, Decimal};

use crate::format::cycle_word;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::{Place, at};
use crate::texts::Texts;

/// An order in a list.
pub(crate) struct OrderRow {
    pub(crate) date: String,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) cycle: String,
    pub(crate) status: String,
}

impl OrderRow {
    pub(crate) fn of(frame: &Frame, customer: CustomerId, order: &Order) -> Self {
        let id = order.id.clone().unwrap_or_default();
        let names: Vec<String> = order.line_items.iter().map(|line| line_name(frame.t, line)).collect();
        Self {
            date: order.creation_date.map(|at| frame.f.day(at)).unwrap_or_default(),
            href: id.parse().map(|order| at::Order { customer, order }.path()).unwrap_or_default(),
            name: if names.is_empty() { id } else { names.join(", ") },
            cycle: cycle_name(frame.t, order.billing_cycle),
            status: status_name(frame.t, order.status),
        }
    }
}

/// What a line orders, with its quantity.
pub(crate) fn line_name(t: &Texts, line: &OrderLineItem) -> String {
    let name = line.friendly_name.clone().or_else(|| line.offer_id.clone()).unwrap_or_default();
    t.order_line(name, line.quantity.unwrap_or(0).to_string())
}

pub(crate) fn cycle_name(t: &Texts, cycle: Option<BillingCycle>) -> String {
    cycle.and_then(|cycle| t.named("cycle", cycle_word(cycle))).unwrap_or_default()
}

pub(crate) fn status_name(t: &Texts, status: Option<OrderStatus>) -> String {
    status.and_then(|status| t.named("order-status", status.as_str())).unwrap_or_default()
}

/// A line of what will be charged.
pub(crate) struct ChargeRow {
    pub(crate) name: String,
    pub(crate) what: String,
    pub(crate) period: String,
    pub(crate) quantity: String,
    pub(crate) price: String,
    pub(crate) amount: String,
}

/// What will be charged and when, as the operator computes it.
pub(crate) struct Charges {
    pub(crate) rows: Vec<ChargeRow>,
    pub(crate) total: String,
    /// Sentences on dates: the next invoice, the end of the term, a year's cost.
    pub(crate) says: Vec<String>,
}

impl Charges {
    pub(crate) fn of(frame: &Frame, preview: &ChargePreview) -> Self {
        let (t, f) = (frame.t, frame.f);
        let currency = preview.currency_code.as_deref().unwrap_or_default();
        let money =
            |amount: Option<Decimal>| amount.map(|amount| f.money(amount, currency)).unwrap_or_default();
        let row = |line: &PreviewLine| ChargeRow {
            name: line.offer_name.clone().or_else(|| line.offer_id.clone()).unwrap_or_default(),
            what: line.charge_type.as_deref().map(|kind| charge_name(t, kind)).unwrap_or_default(),
            period: match (line.charge_start_date, line.charge_end_date) {
                (Some(from), Some(to)) => t.period(f.day(from), f.day(to)),
                (Some(from), None) => t.period_from(f.day(from)),
                _ => String::new(),
            },
            quantity: line.quantity.map(|quantity| f.whole(quantity)).unwrap_or_default(),
            price: money(line.unit_price),
            amount: money(line.amount),
        };
        let mut says = Vec::new();
        says.extend(preview.invoice_date.map(|at| t.preview_invoice(f.day(at))));
        says.extend(preview.commitment_end_date.map(|at| match preview.auto_renew_enabled {
            Some(true) => t.preview_renews(f.day(at)),
            _ => t.preview_ends(f.day(at)),
        }));
        says.extend(preview.yearly_total.map(|amount| t.preview_year(f.money(amount, currency))));
        Self { rows: preview.lines.iter().map(row).collect(), total: money(preview.total), says }
    }

    pub(crate) fn sample(kit: &Kit, frame: &Frame) -> Self {
        let line = PreviewLine {
            offer_name: kit.some("Office 365 Business Premium (sample)"),
            charge_type: Some("Prorate fees when purchase".to_owned()),
            charge_start_date: Some(Kit::at("2018-05-13T00:00:00Z")),
            charge_end_date: Some(Kit::at("2018-05-31T00:00:00Z")),
            unit_price: Some(Decimal::new(1063, 2)),
            quantity: Some(1200),
            amount: Some(Decimal::new(1_275_600, 2)),
            ..PreviewLine::default()
        };
        let preview = ChargePreview {
            currency_code: Some("EUR".to_owned()),
            lines: vec![line],
            total: Some(Decimal::new(1_275_600, 2)),
            invoice_date: Some(Kit::at("2018-06-01T00:00:00Z")),
            commitment_end_date: Some(Kit::at("2019-05-12T00:00:00Z")),
            auto_renew_enabled: Some(true),
            yearly_total: Some(Decimal::new(15_307_200, 2)),
        };
        Self::of(frame, &preview)
    }
}

/// A charge's kind for people; the contract's word where the messages have none.
pub(crate) fn charge_name(t: &Texts, kind: &str) -> String {
    let word: String = kind.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    t.named("charge", &word).unwrap_or_else(|| kind.to_owned())
}

/// An order for samples.
pub(crate) fn sample(kit: &Kit) -> Order {
    Order {
        id: Some("CF3B0A5B-2F3A".to_owned()),
        billing_cycle: Some(BillingCycle::Monthly),
        line_items: vec![OrderLineItem {
            line_item_number: Some(0),
            offer_id: kit.some("031C9E47-4802-4248-838E-778FB1D2CC05"),
            subscription_id: Some("79a6bcf9-ea6d-4a8f-9a7d-4fd52e6bcf0c".to_owned()),
            friendly_name: kit.some("Office 365 Business Premium (sample)"),
            quantity: Some(25),
            transaction_type: Some(LineTransactionType::New),
            ..OrderLineItem::default()
        }],
        creation_date: Some(Kit::at("2018-05-12T10:00:00Z")),
        status: Some(OrderStatus::Completed),
        ..Order::default()
    }
}
