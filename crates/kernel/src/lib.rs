//! What every room shares: identifiers, money, places, time and the one error type.
//!
//! Invariants: nothing here reads a clock, randomness, a socket, a file or the environment. The traits
//! [`Clock`] and [`Entropy`] are *declared* here and implemented by the program alone, so that every rule in
//! the house can be replayed.
//!
//! Deliberately absent: anything that knows HTTP, SQL, JSON shapes or a particular cloud.

mod controls;
mod country;
mod ids;
mod money;
mod period;
mod problem;
mod time;

pub use country::Country;
pub use ids::{
    AccountId, AppId, AuditId, CorrelationId, CustomerId, IdError, InvoiceId, OfferId, OrderId, RequestId,
    SubscriptionId, TenantId, UserId,
};
pub use money::{Currency, Money, MoneyError, round_half_up};
pub use period::{Period, PeriodError, add_months, days_between};
pub use problem::{Code, Problem};
pub use rust_decimal::Decimal;
pub use time::{Clock, Entropy, Ids, Micros};
