//! What happens by itself as an account's days pass: renewals, expiries, purges and invoices.
//!
//! Invariants: everything happens on the account's clock, in order of days; what has happened is known from the
//! data alone (a subscription's `due`, the day up to which the account is billed), so doing it again for the same
//! days makes nothing new; each step commits with its audit entry and event, so a program that is killed anywhere
//! goes on where it stopped. An invoice is made when its date is over, because that day still belongs to it.
//!
//! Deliberately absent: sleeping and timers (the program calls [`Operator::tick`](crate::Operator::tick)), and
//! delivery of events.

mod advance;
mod bill;
mod life;
mod tick;
mod trail;

use commerce::catalogue::Catalogue;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::{Country, CustomerId, Ids, InvoiceId, SubscriptionId};
use store::operator::accounts::AccountRow;

use crate::Cx;

pub(crate) use advance::{NextBill, advance, next_bill, settle, settled};
pub use tick::Tick;

/// What jobs know of the world.
pub(crate) struct World<'a> {
    pub catalogue: &'a Catalogue,
    /// The operator's country, which decides about tax.
    pub home: Country,
    pub ids: Ids<'a>,
    pub real_now: Timestamp,
}

impl<'a> World<'a> {
    /// The world of a call.
    pub(crate) fn of(cx: &'a Cx<'_>) -> Self {
        Self {
            catalogue: cx.catalogue,
            home: cx.profile.home_country,
            ids: cx.ids(),
            real_now: cx.real_now(),
        }
    }
}

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Horizon {
    /// Renewals, expiries and purges of this day are still carried out.
    pub today: Date,
    /// Billing dates up to and including this day are over.
    pub over: Date,
}

impl Horizon {
    /// The horizon of an account whose clock shows `now`.
    pub(crate) fn at(now: Timestamp) -> Self {
        let today = day_of(now);
        Self { today, over: today.yesterday().unwrap_or(today) }
    }
}

/// Something that happened by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Happened {
    pub day: Date,
    pub what: What,
}

/// What it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Renewed(CustomerId, SubscriptionId),
    Expired(CustomerId, SubscriptionId),
    Deleted(CustomerId, SubscriptionId),
    Invoiced(InvoiceId),
}

/// The present on an account's clock.
pub(crate) fn account_now(account: &AccountRow, real: Timestamp) -> Timestamp {
    real.saturating_add(SignedDuration::from_micros(account.clock_offset)).unwrap_or(real)
}

/// The day of an instant, in UTC.
pub(crate) fn day_of(instant: Timestamp) -> Date {
    TimeZone::UTC.to_datetime(instant).date()
}

/// The first instant of a day, in UTC.
pub(crate) fn start_of(day: Date) -> Timestamp {
    day.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
