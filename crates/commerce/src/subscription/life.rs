//! What happens to a subscription by itself: it renews, it expires, and 90 days after it stopped its data goes.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Currency, Period};

use super::{Cause, Change, Event, Standing, Subscription, Terms};
use crate::catalogue::{Catalogue, Offer, Price};
use crate::order::term_of;

/// Days for which a suspended subscription's data is kept.
pub const DATA_KEPT_DAYS: i64 = 90;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DueKind {
    /// A new term begins.
    Renew,
    /// The term is over and nothing renews it.
    Expire,
    /// The data of a suspended subscription goes.
    Purge,
}

/// Something due on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// The first day of its effect.
    pub day: Date,
    /// What it is.
    pub kind: DueKind,
}

/// The next thing due to `subscription` by itself; `None` when nothing ever is.
///
/// Only the next one: carry it out, then ask again, since each changes what follows. Bases come before their add-ons
/// on the same day: an add-on shares its base's term and goes with it.
pub fn next_due(subscription: &Subscription) -> Option<Due> {
    match subscription.standing {
        Standing::Deleted { .. } => None,
        Standing::Suspended { since, .. } => {
            Some(Due { day: since.saturating_add(DATA_KEPT_DAYS.days()), kind: DueKind::Purge })
        }
        Standing::Active => {
            let kind = if subscription.auto_renew { DueKind::Renew } else { DueKind::Expire };
            Some(Due { day: subscription.term?.next_day(), kind })
        }
    }
}

/// [`next_due`], if it falls on a day after `after` and not after `through`.
pub fn due_between(subscription: &Subscription, after: Date, through: Date) -> Option<Due> {
    next_due(subscription).filter(|due| after < due.day && due.day <= through)
}

/// What came of carrying out something due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The changed subscription and the event to record.
    Done(Box<Subscription>, Event),
    /// This add-on waits for its base, to which something is due on the same day.
    BaseFirst,
}

/// Carries out what is due, at the prices of its day. `base` is the base subscription of an add-on.
///
/// A subscription whose offer or price is gone cannot renew and expires instead, and so does an add-on whose base is
/// not active any more.
pub fn carry_out(
    subscription: &Subscription,
    due: Due,
    catalogue: &Catalogue,
    currency: Currency,
    base: Option<&Subscription>,
) -> Outcome {
    let done = |(subscription, event): (Subscription, Event)| Outcome::Done(Box::new(subscription), event);
    if due.kind == DueKind::Purge {
        return done(purge(subscription, due.day));
    }
    let base_waits = base
        .and_then(next_due)
        .is_some_and(|of_base| of_base.kind != DueKind::Purge && of_base.day <= due.day);
    if base_waits {
        return Outcome::BaseFirst;
    }
    let base_ended = base.is_some_and(|base| !base.is_active());
    let renewed = if due.kind == DueKind::Renew && !base_ended {
        let priced = catalogue.find(subscription.offer.as_str()).and_then(|offer| {
            let price = catalogue.price(&offer.id, currency, subscription.cycle, due.day)?;
            Some((offer, price))
        });
        priced
            .map(|(offer, price)| renew(subscription, offer, price, base.and_then(|base| base.term), due.day))
    } else {
        None
    };
    done(renewed.unwrap_or_else(|| expire(subscription, due.day)))
}

/// Begins the next term. An add-on takes over its base's new term.
fn renew(
    subscription: &Subscription,
    offer: &Offer,
    price: &Price,
    base_term: Option<Period>,
    day: Date,
) -> (Subscription, Event) {
    let period = base_term.or_else(|| term_of(offer, day));
    let terms = Terms {
        period,
        anchor: period.map_or(day, |period| period.first()),
        cycle: subscription.cycle,
        unit_price: price.partner,
        currency: price.currency,
    };
    let change = Change::Renewed { quantity: subscription.quantity, terms };
    (Subscription { term: period, ..subscription.clone() }, Event { day, change })
}

/// Ends a term that nothing renewed.
fn expire(subscription: &Subscription, day: Date) -> (Subscription, Event) {
    let standing = Standing::Suspended { since: day, cause: Cause::TermEnded };
    (Subscription { standing, ..subscription.clone() }, Event { day, change: Change::Expired })
}

/// Deletes a subscription whose data was kept long enough.
fn purge(subscription: &Subscription, day: Date) -> (Subscription, Event) {
    (
        Subscription { standing: Standing::Deleted { on: day }, ..subscription.clone() },
        Event { day, change: Change::Deleted },
    )
}
