//! The rules an order must pass, in the order in which they are told.

use contract::errors::code;
use contract::profile::AgreementRole;
use jiff::civil::Date;
use kernel::{Country, Currency, Problem};

use super::DraftLine;
use crate::agreement::sale_allowed;
use crate::catalogue::{Availability, BillingCycle, Catalogue, Limit, Offer};
use crate::fault::bad_property;
use crate::subscription::{Standing, Subscription};

/// What is known about the customer and the account that orders.
#[derive(Clone, Copy, Debug)]
pub struct Buyer<'a> {
    /// The customer's country.
    pub country: Country,
    /// The partner's currency: what the order is billed in.
    pub currency: Currency,
    /// The account's own present day, UTC.
    pub today: Date,
    /// True for sandbox accounts.
    pub sandbox: bool,
    /// The agreements a sale needs.
    pub needed: &'a [AgreementRole],
    /// The agreements the customer accepted.
    pub accepted: &'a [AgreementRole],
    /// All subscriptions the customer ever had, deleted ones included.
    pub subscriptions: &'a [Subscription],
    /// Limits of a sandbox; all `None` elsewhere.
    pub limits: SandboxLimits,
}

/// Limits of sandbox accounts. `None` means no limit, which is what a self-hoster wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SandboxLimits {
    /// Customers of the account.
    pub customers: Option<u32>,
    /// Subscriptions of one customer that are not deleted.
    pub subscriptions_per_customer: Option<u32>,
    /// Seats of one subscription.
    pub seats_per_subscription: Option<u32>,
}

impl SandboxLimits {
    /// The limits Microsoft documented for its integration sandbox.
    pub const DOCUMENTED: Self =
        Self { customers: Some(75), subscriptions_per_customer: Some(5), seats_per_subscription: Some(25) };

    /// Refuses one more customer when there are already `existing`.
    pub fn one_more_customer(&self, existing: u32) -> Result<(), Problem> {
        within(self.customers, u64::from(existing) + 1, "customers")
    }

    /// Refuses more seats than a subscription may have.
    pub fn seats(&self, quantity: u32) -> Result<(), Problem> {
        within(self.seats_per_subscription, u64::from(quantity), "seats of a subscription")
    }

    pub(super) fn subscriptions(&self, wanted: usize) -> Result<(), Problem> {
        within(self.subscriptions_per_customer, wanted as u64, "subscriptions of a customer")
    }
}

fn within(limit: Option<u32>, wanted: u64, what: &str) -> Result<(), Problem> {
    match limit {
        Some(most) if wanted > u64::from(most) => {
            let text = format!("This sandbox allows {most} {what}; {wanted} were asked for.");
            Err(Problem::new(400, code::SANDBOX_LIMIT, "sandbox_limit", text))
        }
        _ => Ok(()),
    }
}

/// Refuses a quantity outside the offer's range.
pub fn quantity_in_range(offer: &Offer, quantity: u32) -> Result<(), Problem> {
    let (least, most) = (offer.minimum_quantity, offer.maximum_quantity);
    if (least..=most).contains(&quantity) {
        return Ok(());
    }
    let text = format!("The quantity of this offer must lie between {least} and {most}.");
    Err(Problem::new(400, code::QUANTITY_OUT_OF_RANGE, "quantity_out_of_range", text))
}

pub(super) fn agreements(buyer: &Buyer<'_>) -> Result<(), Problem> {
    sale_allowed(buyer.needed, buyer.accepted)
}

/// Line numbers count 0, 1, 2 …, each once, in any order.
pub(super) fn numbering(lines: &[DraftLine]) -> Result<(), Problem> {
    if lines.is_empty() {
        return Err(bad_property("lineItems", "must hold at least one line"));
    }
    if lines.len() > super::MAX_LINES {
        return Err(bad_property("lineItems", "must not hold more than 200 lines"));
    }
    let mut seen = vec![false; lines.len()];
    for line in lines {
        match seen.get_mut(line.number as usize) {
            Some(taken) if !*taken => *taken = true,
            _ => {
                let text = "lineItemNumber must count from 0 without gaps or repetitions.";
                return Err(Problem::new(400, code::LINE_NUMBER_RANGE, "line_number", text));
            }
        }
    }
    Ok(())
}

/// The offer exists and is sold here, now, to this account.
pub(super) fn on_sale<'c>(
    catalogue: &'c Catalogue,
    line: &DraftLine,
    buyer: &Buyer<'_>,
) -> Result<&'c Offer, Problem> {
    let Some(offer) = catalogue.find(&line.offer) else {
        let text = format!("Line {}: there is no such offer.", line.number);
        return Err(Problem::new(400, code::BAD_OFFER_ID, "offer_unknown", text));
    };
    if !offer.audience.admits(buyer.sandbox) {
        let text = format!("Line {}: this offer is not sold by accounts of this kind.", line.number);
        return Err(Problem::new(403, code::OFFER_NOT_PURCHASABLE, "offer_not_purchasable", text));
    }
    match offer.availability(buyer.country, buyer.today) {
        Availability::Available => Ok(offer),
        Availability::NotInCountry => {
            let text = format!("Line {}: this offer is not sold in {}.", line.number, buyer.country);
            Err(Problem::new(400, code::OFFER_NOT_IN_COUNTRY, "offer_not_in_country", text))
        }
        Availability::From(first) => {
            let text = format!("Line {}: this offer is sold from {first} on.", line.number);
            Err(Problem::new(403, code::OFFER_NOT_PURCHASABLE, "offer_not_yet", text).with(first.to_string()))
        }
        Availability::WithdrawnAfter(last) => {
            let text = format!("Line {}: this offer was withdrawn; {last} was its last day.", line.number);
            Err(Problem::new(403, code::OFFER_WITHDRAWN, "offer_withdrawn", text).with(last.to_string()))
        }
    }
}

/// The same offer on the same base twice in one order is a slip of the caller: ask for the sum instead.
pub(super) fn duplicates(lines: &[(&DraftLine, &Offer)]) -> Result<(), Problem> {
    for (place, (line, offer)) in lines.iter().enumerate() {
        let again = lines[..place].iter().any(|(other, o)| o.id == offer.id && other.parent == line.parent);
        if again {
            let text =
                format!("Line {}: the same offer is already in this order; raise its quantity.", line.number);
            return Err(Problem::new(400, code::BAD_INPUT, "line_duplicate", text));
        }
    }
    Ok(())
}

/// The order's cycle must be offered by every line. Trials take no part in it.
pub(super) fn cycle(wanted: Option<BillingCycle>, offers: &[&Offer]) -> Result<BillingCycle, Problem> {
    let mut paid = offers.iter().filter(|offer| !offer.trial).peekable();
    let Some(first) = paid.peek() else {
        return match wanted {
            None | Some(BillingCycle::None | BillingCycle::Monthly) => Ok(BillingCycle::None),
            Some(_) => Err(unsupported_cycle()),
        };
    };
    let cycle = wanted.filter(|cycle| *cycle != BillingCycle::None).unwrap_or(first.cycles[0]);
    if paid.all(|offer| offer.cycles.contains(&cycle)) { Ok(cycle) } else { Err(unsupported_cycle()) }
}

fn unsupported_cycle() -> Problem {
    let text = "One of the offers is not sold by this billing cycle; see its supportedBillingCycles.";
    Problem::new(400, code::TERM_NOT_OFFERED, "cycle_unsupported", text)
}

/// An add-on names an active subscription of one of its parent offers; nothing else names one.
pub(super) fn parent<'b>(
    line: &DraftLine,
    offer: &Offer,
    buyer: &Buyer<'b>,
) -> Result<Option<&'b Subscription>, Problem> {
    let unfit = |text: &str| {
        Problem::new(400, code::ADDON_MISFIT, "add_on_does_not_fit", format!("Line {}: {text}", line.number))
    };
    let Some(wanted) = line.parent else {
        return if offer.is_add_on() {
            Err(unfit("this is an add-on; name its base in parentSubscriptionId."))
        } else {
            Ok(None)
        };
    };
    if !offer.is_add_on() {
        return Err(unfit("this offer is no add-on; leave out parentSubscriptionId."));
    }
    let Some(base) = buyer.subscriptions.iter().find(|subscription| subscription.id == wanted) else {
        return Err(unfit("the customer has no such base subscription."));
    };
    if !offer.parents.contains(&base.offer) {
        return Err(unfit("this add-on does not extend the offer of that subscription."));
    }
    if !base.is_active() {
        let text = format!("Line {}: the base subscription is not active; reactivate it first.", line.number);
        return Err(Problem::new(409, code::PARENT_NOT_ACTIVE, "parent_not_active", text));
    }
    Ok(Some(base))
}

/// How often one customer may have an offer.
pub(super) fn offer_limit(offer: &Offer, in_order: usize, buyer: &Buyer<'_>) -> Result<(), Problem> {
    let own = || buyer.subscriptions.iter().filter(|subscription| subscription.offer == offer.id);
    let (most, existing) = match offer.limit {
        Limit::None => return Ok(()),
        Limit::Lifetime(most) => (most, own().count()),
        Limit::Concurrent(most) => {
            (most, own().filter(|one| !matches!(one.standing, Standing::Deleted { .. })).count())
        }
    };
    if existing + in_order <= most as usize {
        return Ok(());
    }
    let text = format!("A customer may have {most} of this offer; a suspended one can be reactivated.");
    Err(Problem::new(400, code::OFFER_LIMIT, "offer_limit", text))
}
