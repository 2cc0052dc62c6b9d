//! A subscription: what it is, what may be done to it, and what happens to it by itself as days pass.
//!
//! States are active, suspended and deleted; there is no grace state. Every change is an [`Event`]; the list of a
//! subscription's events is its history and all that `billing` needs. A history only grows, in order of days, and
//! no event is added on or before a day that has been billed. Both are stored as JSON: their serde form is fixed by a
//! test, and enums in it are tagged from outside, since numbers of arbitrary precision do not survive inner tags.

mod change;
mod life;

pub(crate) use change::friendly_name;
pub use change::{Patch, WantedStatus, apply, cascade, convert, support_contact};
pub use life::{DATA_KEPT_DAYS, Due, DueKind, Outcome, carry_out, due_between, next_due};

use jiff::civil::Date;
use kernel::{Currency, Decimal, OfferId, OrderId, Period, SubscriptionId};
use serde::{Deserialize, Serialize};

use crate::catalogue::{Billing, BillingCycle};

/// Why a subscription is suspended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The partner asked for it.
    Partner,
    /// The base subscription of this add-on is suspended.
    Base,
    /// The operator suspended the partner's account or the customer.
    Operator,
    /// The term is over and nothing renewed it.
    TermEnded,
}

/// Where a subscription stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In use.
    Active,
    /// Users are locked out, data is kept.
    Suspended {
        /// First day without use.
        since: Date,
        /// Why.
        cause: Cause,
    },
    /// Gone, with its data.
    Deleted {
        /// The day it went.
        on: Date,
    },
}

/// A subscription of one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Id.
    pub id: SubscriptionId,
    /// The offer.
    pub offer: OfferId,
    /// The order it came from.
    pub order: OrderId,
    /// The base subscription, for add-ons.
    pub parent: Option<SubscriptionId>,
    /// The partner's own name for it.
    pub friendly_name: String,
    /// Seats.
    pub quantity: u32,
    /// Seats or usage.
    pub billing: Billing,
    /// Charge cycle.
    pub cycle: BillingCycle,
    /// Free for a while.
    pub trial: bool,
    /// The day it was bought.
    pub purchased: Date,
    /// The running term; `None` for usage, which runs until ended.
    pub term: Option<Period>,
    /// Renews at the end of the term.
    pub auto_renew: bool,
    /// Where it stands.
    pub standing: Standing,
}

impl Subscription {
    /// True when it is in use.
    pub const fn is_active(&self) -> bool {
        matches!(self.standing, Standing::Active)
    }

    /// True when it is gone.
    pub const fn is_deleted(&self) -> bool {
        matches!(self.standing, Standing::Deleted { .. })
    }

    /// Last day of the running term; `None` for usage.
    pub fn commitment_end(&self) -> Option<Date> {
        self.term.map(|term| term.last())
    }
}

/// What a term costs. The price is fixed when the term begins; seats added later pay the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The days of the term; `None` for usage.
    pub period: Option<Period>,
    /// The day from which charge periods are counted: the first day of the term, or of the base's term for add-ons.
    pub anchor: Date,
    /// Charge cycle.
    pub cycle: BillingCycle,
    /// What the partner pays per seat and charge period; zero for trials and usage.
    pub unit_price: Decimal,
    /// The currency of the price.
    pub currency: Currency,
}

/// One thing that happened to a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The day, UTC; also the first day of its effect.
    pub day: Date,
    /// What happened.
    pub change: Change,
}

/// Kinds of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It was bought.
    Purchased {
        /// Seats.
        quantity: u32,
        /// The first term.
        terms: Terms,
    },
    /// Seats were added or taken away.
    Quantity {
        /// Before.
        from: u32,
        /// From this day on.
        to: u32,
    },
    /// It was suspended.
    Suspended {
        /// Why.
        cause: Cause,
    },
    /// It was put back into use.
    Reactivated,
    /// A new term began.
    Renewed {
        /// Seats.
        quantity: u32,
        /// The new term.
        terms: Terms,
    },
    /// A trial became a paid subscription.
    Converted {
        /// The paid offer.
        offer: OfferId,
        /// Seats.
        quantity: u32,
        /// The first paid term.
        terms: Terms,
    },
    /// The term ended and nothing renewed it.
    Expired,
    /// It was deleted.
    Deleted,
    /// The partner's name for it changed.
    Renamed,
    /// Automatic renewal was switched.
    AutoRenew {
        /// From this day on.
        on: bool,
    },
}

#[cfg(test)]
mod tests;
