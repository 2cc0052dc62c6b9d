//! What happens to a subscription by itself: it renews, it expires, and 90 days after it stopped its data goes.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::Period;

use super::{Cause, Change, Event, Standing, Subscription, Terms};
use crate::catalogue::{Offer, Price};
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

/// The next thing due to `subscription` on a day after `after` and not after `through`.
///
/// Only the next one: carry it out, then ask again, since each changes what follows. Add-ons never expire or
/// renew before their base, as they share its term.
pub fn due_between(subscription: &Subscription, after: Date, through: Date) -> Option<Due> {
    let due = match subscription.standing {
        Standing::Deleted { .. } => return None,
        Standing::Suspended { since, .. } => {
            Due { day: since.saturating_add(DATA_KEPT_DAYS.days()), kind: DueKind::Purge }
        }
        Standing::Active => {
            let kind = if subscription.auto_renew { DueKind::Renew } else { DueKind::Expire };
            Due { day: subscription.term?.next_day(), kind }
        }
    };
    (after < due.day && due.day <= through).then_some(due)
}

/// Begins the next term at the price of its first day. An add-on of a base keeps the base's new term: hand that in.
pub fn renew(
    subscription: &Subscription,
    offer: &Offer,
    price: &Price,
    base_term: Option<Period>,
) -> Option<(Subscription, Event)> {
    let day = subscription.term?.next_day();
    let period = base_term.or_else(|| term_of(offer, day));
    let terms = Terms {
        period,
        anchor: period.map_or(day, |period| period.first()),
        cycle: subscription.cycle,
        unit_price: price.partner,
        currency: price.currency,
    };
    let change = Change::Renewed { quantity: subscription.quantity, terms };
    Some((Subscription { term: period, ..subscription.clone() }, Event { day, change }))
}

/// Ends a term that nothing renewed.
pub fn expire(subscription: &Subscription, day: Date) -> (Subscription, Event) {
    let standing = Standing::Suspended { since: day, cause: Cause::TermEnded };
    (Subscription { standing, ..subscription.clone() }, Event { day, change: Change::Expired })
}

/// Deletes a subscription whose time of grace is over.
pub fn purge(subscription: &Subscription, day: Date) -> (Subscription, Event) {
    (
        Subscription { standing: Standing::Deleted { on: day }, ..subscription.clone() },
        Event { day, change: Change::Deleted },
    )
}
