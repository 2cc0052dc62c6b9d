//! Limits on how often a tenant may call, per class of operations, on the clock that is handed in.
//!
//! The algorithm is `governor`'s (GCRA): a quota refills evenly, a burst may spend it at once. State is per
//! process: two gateway nodes allow a tenant twice as much, which is the documented meaning of a limit per node.

use contract::errors::code;
use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use kernel::{Clock, Problem};
use std::fmt;
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// After so many checks the state of tenants that are silent is thrown away.
const SWEEP_EVERY: u32 = 65_536;

/// So many calls of one class in a minute; all of them may come at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// The class of operations, as the caller of [`Throttle::check`] names it.
    pub class: &'static str,
    /// Calls per minute.
    pub per_minute: NonZeroU32,
}

/// Whose calls are counted together: a tenant, or a tenant and one of its customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// The calling tenant.
    pub tenant: Uuid,
    /// The customer the call is about, when the limit is per pair.
    pub customer: Option<Uuid>,
}

impl From<Uuid> for Key {
    fn from(tenant: Uuid) -> Self {
        Self { tenant, customer: None }
    }
}

type Limiter = RateLimiter<Key, HashMapStateStore<Key>, OurClock, NoOpMiddleware<Instant>>;

/// The limits of a zone with the state of everybody who called.
pub struct Throttle {
    clock: OurClock,
    classes: Vec<(Limit, Limiter)>,
    checks: AtomicU32,
}

impl Throttle {
    /// A throttle with these limits. A class without a limit is unlimited.
    pub fn new(clock: Arc<dyn Clock>, limits: &[Limit]) -> Self {
        let clock = OurClock(clock);
        let limiter = |limit: &Limit| {
            let quota = Quota::per_minute(limit.per_minute);
            (*limit, RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()))
        };
        let classes = limits.iter().map(limiter).collect();
        Self { clock, classes, checks: AtomicU32::new(0) }
    }

    /// Counts one call.
    ///
    /// # Errors
    /// A 429 that says in whole seconds when the next call will be let through.
    pub fn check(&self, key: impl Into<Key>, class: &str) -> Result<(), Problem> {
        let Some((limit, limiter)) = self.classes.iter().find(|(limit, _)| limit.class == class) else {
            return Ok(());
        };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.classes.iter().for_each(|(_, limiter)| limiter.retain_recent());
        }
        limiter.check_key(&key.into()).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            let seconds = u32::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX).max(1);
            let description = format!(
                "More than {} calls in a minute to '{class}'. Call again in {seconds} seconds.",
                limit.per_minute
            );
            Problem::new(429, code::UNCLASSIFIED, "too_many_requests", description).retry_after(seconds)
        })
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.classes.iter().map(|(limit, _)| limit)).finish()
    }
}

/// The house's clock as `governor` wants to see it.
#[derive(Clone)]
struct OurClock(Arc<dyn Clock>);

impl GovernorClock for OurClock {
    type Instant = Instant;
    fn now(&self) -> Instant {
        Instant(u64::try_from(self.0.now().as_nanosecond()).unwrap_or(0)) // before 1970 there were no calls
    }
}

/// Nanoseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(u64);

impl Add<Nanos> for Instant {
    type Output = Self;
    fn add(self, other: Nanos) -> Self {
        Self(self.0.saturating_add(other.as_u64()))
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Duration::from_nanos(self.0.saturating_sub(earlier.0)).into()
    }
    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.saturating_sub(duration.as_u64()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use std::sync::atomic::AtomicI64;

    struct Hand(AtomicI64);
    impl Clock for Hand {
        fn now(&self) -> Timestamp {
            Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).expect("a small number")
        }
    }

    /// Plays calls of (milliseconds, tenant, class) against two a minute for `orders`; each is let through (`None`)
    /// or told to wait so many seconds.
    fn check(calls: &[(i64, u128, &str, Option<u32>)]) {
        let hand = Arc::new(Hand(AtomicI64::new(0)));
        let limit = Limit { class: "orders", per_minute: NonZeroU32::new(2).expect("two") };
        let throttle = Throttle::new(hand.clone(), &[limit]);
        for (at, tenant, class, expected) in calls {
            hand.0.store(1_000_000_000 + at, Ordering::Relaxed);
            let problem = throttle.check(Uuid::from_u128(*tenant), class).err();
            assert_eq!(problem.as_ref().map(|problem| problem.status), expected.map(|_| 429), "at {at} ms");
            assert_eq!(problem.and_then(|problem| problem.retry_after), *expected, "at {at} ms");
        }
    }

    #[test]
    fn a_tenant_waits_as_long_as_it_is_told_and_no_longer() {
        check(&[
            (0, 1, "orders", None),
            (0, 1, "orders", None),
            (0, 1, "orders", Some(30)),
            (500, 1, "orders", Some(30)),
            (29_999, 1, "orders", Some(1)),
            (30_000, 1, "orders", None),
            (30_000, 1, "orders", Some(30)),
        ]);
    }

    #[test]
    fn tenants_and_classes_do_not_disturb_each_other() {
        check(&[
            (0, 1, "orders", None),
            (0, 1, "orders", None),
            (0, 2, "orders", None),
            (0, 1, "reads", None),
            (0, 1, "orders", Some(30)),
        ]);
    }
}
