//! The checked order: what each line will become, and the subscriptions made of it.

use contract::errors::code;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Currency, Decimal, OrderId, Period, Problem, SubscriptionId};

use super::check::{self, Buyer};
use super::{DraftLine, OrderDraft};
use crate::catalogue::{Billing, BillingCycle, Catalogue, Offer, TermLength};
use crate::eligibility::MpnId;
use crate::subscription::{Change, Event, Standing, Subscription, Terms, friendly_name};

/// An order that passed every rule.
#[derive(Clone, Debug)]
pub struct OrderPlan<'c> {
    /// The cycle of the order.
    pub cycle: BillingCycle,
    /// The currency it is billed in.
    pub currency: Currency,
    /// Its lines, by number.
    pub lines: Vec<PlannedLine<'c>>,
}

/// One line of a plan.
#[derive(Clone, Debug)]
pub struct PlannedLine<'c> {
    /// Number in the order.
    pub number: u32,
    /// The offer.
    pub offer: &'c Offer,
    /// Seats.
    pub quantity: u32,
    /// The subscription's name.
    pub friendly_name: String,
    /// Base subscription of an add-on.
    pub parent: Option<SubscriptionId>,
    /// The indirect reseller.
    pub partner_on_record: Option<MpnId>,
    /// The day of purchase.
    pub day: Date,
    /// Term and price.
    pub terms: Terms,
}

/// Checks `draft` against every rule.
pub fn plan<'c>(
    draft: &OrderDraft,
    catalogue: &'c Catalogue,
    buyer: &Buyer<'_>,
) -> Result<OrderPlan<'c>, Problem> {
    check::agreements(buyer)?;
    check::numbering(&draft.lines)?;
    let mut lines: Vec<(&DraftLine, &'c Offer)> = Vec::with_capacity(draft.lines.len());
    for line in &draft.lines {
        lines.push((line, check::on_sale(catalogue, line, buyer)?));
    }
    lines.sort_by_key(|(line, _)| line.number);
    check::duplicates(&lines)?;
    let offers: Vec<&Offer> = lines.iter().map(|(_, offer)| *offer).collect();
    let cycle = check::cycle(draft.cycle, &offers)?;
    let alive = buyer.subscriptions.iter().filter(|subscription| !subscription.is_deleted()).count();
    buyer.limits.subscriptions(alive + lines.len())?;
    let mut planned = Vec::with_capacity(lines.len());
    for (line, offer) in lines {
        let in_order = offers.iter().filter(|other| other.id == offer.id).count();
        check::offer_limit(offer, in_order, buyer)?;
        planned.push(plan_line(line, offer, cycle, catalogue, buyer)?);
    }
    Ok(OrderPlan { cycle, currency: buyer.currency, lines: planned })
}

fn plan_line<'c>(
    line: &DraftLine,
    offer: &'c Offer,
    cycle: BillingCycle,
    catalogue: &Catalogue,
    buyer: &Buyer<'_>,
) -> Result<PlannedLine<'c>, Problem> {
    let quantity = line.quantity;
    check::quantity_in_range(offer, quantity)?;
    buyer.limits.seats(quantity)?;
    let base = check::parent(line, offer, buyer)?;
    if let Some(name) = &line.friendly_name {
        friendly_name(name)?;
    }
    let cycle = if offer.trial { BillingCycle::None } else { cycle };
    let unit_price = unit_price(offer, cycle, catalogue, buyer)?;
    let own_term = term_of(offer, buyer.today);
    // An add-on ends with its base and is charged on the base's days.
    let (period, anchor) = match base.and_then(|base| base.term) {
        Some(term) => (Period::new(buyer.today.max(term.first()), term.last()).ok(), term.first()),
        None => (own_term, buyer.today),
    };
    Ok(PlannedLine {
        number: line.number,
        offer,
        quantity,
        friendly_name: line.friendly_name.clone().unwrap_or_else(|| offer.name.en.clone()),
        parent: line.parent,
        partner_on_record: line.partner_on_record,
        day: buyer.today,
        terms: Terms { period, anchor, cycle, unit_price, currency: buyer.currency },
    })
}

fn unit_price(
    offer: &Offer,
    cycle: BillingCycle,
    catalogue: &Catalogue,
    buyer: &Buyer<'_>,
) -> Result<Decimal, Problem> {
    if offer.trial || offer.billing == Billing::Usage {
        return Ok(Decimal::ZERO);
    }
    let price = catalogue.price(&offer.id, buyer.currency, cycle, buyer.today);
    price.map(|price| price.partner).ok_or_else(|| {
        let text = format!("This offer has no {} price today.", buyer.currency);
        Problem::new(403, code::OFFER_NOT_PURCHASABLE, "offer_without_price", text)
    })
}

/// The term of a subscription of `offer` that begins on `first`; `None` when it runs until ended.
pub fn term_of(offer: &Offer, first: Date) -> Option<Period> {
    match offer.term {
        TermLength::Open => None,
        TermLength::Months(months) => Some(Period::months_from(first, months)),
        TermLength::Days(days) => Period::new(first, first.saturating_add((days - 1).days())).ok(),
    }
}

impl PlannedLine<'_> {
    /// The subscription this line becomes, and the first event of its history.
    pub fn subscription(&self, id: SubscriptionId, order: &OrderId) -> (Subscription, Event) {
        let subscription = Subscription {
            id,
            offer: self.offer.id.clone(),
            order: order.clone(),
            parent: self.parent,
            friendly_name: self.friendly_name.clone(),
            quantity: self.quantity,
            billing: self.offer.billing,
            cycle: self.terms.cycle,
            trial: self.offer.trial,
            purchased: self.day,
            term: self.terms.period,
            auto_renew: self.offer.auto_renewable,
            standing: Standing::Active,
        };
        let change = Change::Purchased { quantity: self.quantity, terms: self.terms.clone() };
        (subscription, Event { day: self.day, change })
    }
}
