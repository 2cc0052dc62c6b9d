//! What a partner may do to a subscription. The API sends the whole subscription; the members that differ are the
//! wish. Either all of it is carried out or nothing.

use contract::errors::code;
use jiff::civil::Date;
use kernel::{Period, Problem};

use super::{Cause, Change, Event, Standing, Subscription, Terms};
use crate::catalogue::{Billing, BillingCycle, Catalogue, Offer};
use crate::fault::bad_property;
use crate::order::{SandboxLimits, quantity_in_range, term_of};

/// The members of a subscription that differ from the stored ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Another number of seats.
    pub quantity: Option<u32>,
    /// Another state: the cause of an active or suspended standing is not the caller's to choose.
    pub status: Option<WantedStatus>,
    /// Another name.
    pub friendly_name: Option<String>,
    /// Another choice about renewal.
    pub auto_renew: Option<bool>,
    /// Another billing cycle, which is always refused: it is changed on the order.
    pub cycle: Option<BillingCycle>,
}

/// The states a caller can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WantedStatus {
    /// Put back into use.
    Active,
    /// Suspend.
    Suspended,
    /// End for good.
    Deleted,
}

/// Longest friendly name.
pub const MAX_FRIENDLY_NAME: usize = 128;

/// Carries out `patch` on `day`; answers the changed subscription and the events to record, none when nothing
/// differs.
pub fn apply(
    subscription: &Subscription,
    offer: &Offer,
    patch: &Patch,
    day: Date,
    limits: &SandboxLimits,
) -> Result<(Subscription, Vec<Event>), Problem> {
    let mut next = subscription.clone();
    let mut changes = Vec::new();
    if subscription.is_deleted() {
        return Err(deleted());
    }
    if patch.cycle.is_some_and(|cycle| cycle != subscription.cycle) {
        let text = "The billing cycle is changed on the order, for all its subscriptions at once.";
        return Err(Problem::new(400, code::BILLING_CYCLE_ON_ORDER, "cycle_on_order", text));
    }
    // State first: "reactivate with more seats" is one wish.
    if let Some(change) = patch.status.map(|status| set_status(&mut next, status, day)).transpose()?.flatten()
    {
        changes.push(change);
    }
    if let Some(quantity) = patch.quantity.filter(|wanted| *wanted != subscription.quantity) {
        changes.push(set_quantity(&mut next, offer, quantity, limits)?);
    }
    if let Some(name) = patch.friendly_name.as_deref().filter(|name| *name != subscription.friendly_name) {
        friendly_name(name)?;
        name.clone_into(&mut next.friendly_name);
        changes.push(Change::Renamed);
    }
    if let Some(on) = patch.auto_renew.filter(|on| *on != subscription.auto_renew) {
        if !next.is_active() {
            let text = "A suspended subscription does not renew; reactivate it first.";
            return Err(Problem::new(400, code::SUSPENDED_NOT_UPDATABLE, "subscription_suspended", text));
        }
        if !offer.auto_renewable {
            let text = "This offer does not renew by itself.";
            return Err(Problem::new(400, code::AUTO_RENEW_NOT_POSSIBLE, "auto_renew_fixed", text));
        }
        next.auto_renew = on;
        changes.push(Change::AutoRenew { on });
    }
    Ok((next, changes.into_iter().map(|change| Event { day, change }).collect()))
}

fn set_status(next: &mut Subscription, wanted: WantedStatus, day: Date) -> Result<Option<Change>, Problem> {
    match (wanted, next.standing) {
        (WantedStatus::Active, Standing::Active) | (WantedStatus::Suspended, Standing::Suspended { .. }) => {
            Ok(None)
        }
        (WantedStatus::Suspended, _) => {
            next.standing = Standing::Suspended { since: day, cause: Cause::Partner };
            Ok(Some(Change::Suspended { cause: Cause::Partner }))
        }
        (WantedStatus::Active, Standing::Suspended { cause: Cause::Partner, .. }) => {
            if next.term.is_some_and(|term| day > term.last()) {
                return Err(fixed_status("The term is over; place a new order instead of reactivating."));
            }
            next.standing = Standing::Active;
            Ok(Some(Change::Reactivated))
        }
        (WantedStatus::Active, Standing::Suspended { cause: Cause::Base, .. }) => Err(Problem::new(
            409,
            code::PARENT_NOT_ACTIVE,
            "parent_not_active",
            "Reactivate the base subscription first.",
        )),
        (WantedStatus::Active, Standing::Suspended { cause: Cause::TermEnded, .. }) => {
            Err(fixed_status("The term is over; place a new order instead of reactivating."))
        }
        (WantedStatus::Active, Standing::Suspended { cause: Cause::Operator, .. }) => {
            Err(fixed_status("The operator suspended this subscription; ask the operator."))
        }
        (WantedStatus::Deleted, _) => {
            next.standing = Standing::Deleted { on: day };
            Ok(Some(Change::Deleted))
        }
        (WantedStatus::Active, Standing::Deleted { .. }) => Err(deleted()),
    }
}

fn set_quantity(
    next: &mut Subscription,
    offer: &Offer,
    quantity: u32,
    limits: &SandboxLimits,
) -> Result<Change, Problem> {
    if !next.is_active() {
        let text = "A suspended subscription cannot change its quantity; reactivate it first.";
        return Err(Problem::new(400, code::SUSPENDED_QUANTITY, "subscription_suspended", text));
    }
    if next.trial || next.billing == Billing::Usage {
        let text = "The quantity of a trial or of metered use is fixed.";
        return Err(Problem::new(400, code::SEATS_FIXED, "quantity_fixed", text));
    }
    quantity_in_range(offer, quantity)?;
    limits.seats(quantity)?;
    let from = std::mem::replace(&mut next.quantity, quantity);
    Ok(Change::Quantity { from, to: quantity })
}

/// What suspending, reactivating or deleting a base does to one of its add-ons; `None` when it stays as it is.
pub fn cascade(base: &Change, add_on: &Subscription, day: Date) -> Option<(Subscription, Event)> {
    let (standing, change) = match (base, add_on.standing) {
        (Change::Suspended { .. }, Standing::Active) => {
            (Standing::Suspended { since: day, cause: Cause::Base }, Change::Suspended { cause: Cause::Base })
        }
        (Change::Reactivated, Standing::Suspended { cause: Cause::Base, .. }) => {
            (Standing::Active, Change::Reactivated)
        }
        (Change::Expired, Standing::Active) => {
            (Standing::Suspended { since: day, cause: Cause::TermEnded }, Change::Expired)
        }
        (Change::Deleted, Standing::Active | Standing::Suspended { .. }) => {
            (Standing::Deleted { on: day }, Change::Deleted)
        }
        _ => return None,
    };
    Some((Subscription { standing, ..add_on.clone() }, Event { day, change }))
}

/// Turns a trial into a paid subscription on `day`. The id stays; the paid term begins at once.
pub fn convert(
    trial: &Subscription,
    catalogue: &Catalogue,
    target: &str,
    quantity: u32,
    price: (BillingCycle, kernel::Currency),
    day: Date,
) -> Result<(Subscription, Event), Problem> {
    let (cycle, currency) = price;
    let none = || {
        Problem::new(
            400,
            code::BAD_OFFER_ID,
            "conversion_not_found",
            "The trial cannot be converted to that offer.",
        )
    };
    let offered = catalogue.find(trial.offer.as_str()).ok_or_else(none)?;
    let target = catalogue
        .find(target)
        .filter(|found| offered.conversion_targets.contains(&found.id))
        .ok_or_else(none)?;
    if !trial.is_active() {
        return Err(Problem::new(
            400,
            code::SUBSCRIPTION_NOT_ACTIVE,
            "subscription_not_active",
            "Only an active trial can be converted.",
        ));
    }
    quantity_in_range(target, quantity)?;
    let unit_price = catalogue.price(&target.id, currency, cycle, day).ok_or_else(none)?.partner;
    let term: Option<Period> = term_of(target, day);
    let terms = Terms { period: term, anchor: day, cycle, unit_price, currency };
    let converted = Subscription {
        offer: target.id.clone(),
        quantity,
        cycle,
        trial: false,
        term,
        auto_renew: target.auto_renewable,
        ..trial.clone()
    };
    let change = Change::Converted { offer: target.id.clone(), quantity, terms };
    Ok((converted, Event { day, change }))
}

/// A support contact must be a reseller with a relationship to this partner, or the partner itself.
pub fn support_contact(is_partner_itself: bool, is_related_reseller: bool) -> Result<(), Problem> {
    if is_partner_itself || is_related_reseller {
        return Ok(());
    }
    Err(bad_property(
        "supportTenantId",
        "is neither your own tenant nor that of a reseller you have a relationship with",
    ))
}

/// 1 to 128 characters, none of them a control character.
pub(crate) fn friendly_name(name: &str) -> Result<(), Problem> {
    let length = name.trim().chars().count();
    if length == 0 || length > MAX_FRIENDLY_NAME || name.chars().any(char::is_control) {
        return Err(bad_property("friendlyName", "must have 1 to 128 characters and no control characters"));
    }
    Ok(())
}

fn deleted() -> Problem {
    Problem::new(
        400,
        code::SUBSCRIPTION_DELETED,
        "subscription_deleted",
        "A deleted subscription cannot be changed; place a new order.",
    )
}

fn fixed_status(text: &str) -> Problem {
    Problem::new(400, code::STATUS_FIXED, "status_fixed", text)
}
