//! Against guessing: how long a user, or a network address, has to wait after wrong answers.
//!
//! The rule is one pure function; a user's count is kept in the store, an address's count here, in memory and
//! bounded, because an attacker could otherwise make the store grow.

use kernel::Micros;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Wrong answers that cost nothing: people mistype.
const FREE: u32 = 4;
const FIRST_WAIT_SECONDS: i64 = 15;
/// The longest wait. Longer ones would let anybody lock anybody out for good.
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// Addresses may fail more often: whole companies sit behind one.
const FREE_PER_SOURCE: u32 = 20;
const MAX_SOURCES: usize = 50_000;
/// After this long without a wrong answer an address starts anew.
const FORGET_SECONDS: i64 = 60 * 60;
const SECOND: i64 = 1_000_000;

/// How long a user waits after so many wrong answers in a row.
pub(crate) fn wait_of_user(failed: u32) -> i64 {
    wait(failed, FREE)
}

fn wait(failed: u32, free: u32) -> i64 {
    let Some(over) = failed.checked_sub(free + 1) else { return 0 };
    FIRST_WAIT_SECONDS.checked_shl(over.min(20)).map_or(LONGEST_WAIT_SECONDS, |s| s.min(LONGEST_WAIT_SECONDS))
}

/// Wrong answers per network address.
#[derive(Default)]
pub(crate) struct Sources {
    seen: Mutex<HashMap<IpAddr, Seen>>,
}

#[derive(Clone, Copy)]
struct Seen {
    failed: u32,
    last: Micros,
}

impl Sources {
    /// The seconds this address still has to wait; 0 when it may try.
    pub(crate) fn wait(&self, source: IpAddr, now: Micros) -> i64 {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(seen) = seen.get(&network(source)) else { return 0 };
        let until = seen.last + wait(seen.failed, FREE_PER_SOURCE) * SECOND;
        ((until - now).max(0) + SECOND - 1) / SECOND
    }

    /// Counts a wrong answer.
    pub(crate) fn failed(&self, source: IpAddr, now: Micros) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= MAX_SOURCES {
            seen.retain(|_, one| now - one.last < FORGET_SECONDS * SECOND);
        }
        if seen.len() >= MAX_SOURCES {
            seen.clear(); // a flood from everywhere: the users' own counts still hold
        }
        let one = seen.entry(network(source)).or_insert(Seen { failed: 0, last: now });
        if now - one.last >= FORGET_SECONDS * SECOND {
            one.failed = 0;
        }
        *one = Seen { failed: one.failed.saturating_add(1), last: now };
    }

    /// A right answer halves the count: one known password must not wash away guesses at others.
    pub(crate) fn succeeded(&self, source: IpAddr) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(one) = seen.get_mut(&network(source)) {
            one.failed /= 2;
        }
    }
}

/// One attempt at a time per user, so that guesses made at once are counted one by one. Striped: two users who
/// share a stripe wait for each other, and that is all.
pub(crate) struct Turns(Vec<tokio::sync::Mutex<()>>);

const STRIPES: usize = 64;

impl Default for Turns {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| tokio::sync::Mutex::default()).collect())
    }
}

impl Turns {
    pub(crate) async fn of(&self, user: kernel::UserId) -> tokio::sync::MutexGuard<'_, ()> {
        self.0[usize::from(user.0.as_bytes()[15]) % STRIPES].lock().await
    }
}

/// What one party controls: an IPv4 address, or the /64 of an IPv6 address.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(six) => {
            let mut octets = six.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
        four @ IpAddr::V4(_) => four,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_limit() {
        for (failed, want) in
            [(0, 0), (4, 0), (5, 15), (6, 30), (7, 60), (10, 480), (11, 900), (50, 900), (u32::MAX, 900)]
        {
            assert_eq!(wait_of_user(failed), want, "{failed}");
        }
    }

    #[test]
    fn an_address_is_slowed_down_and_forgiven() {
        let sources = Sources::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let (guilty, other) = (address("2001:db8::1"), address("2001:db8:0:1::1"));
        for _ in 0..=FREE_PER_SOURCE {
            assert_eq!(sources.wait(guilty, 0), 0);
            sources.failed(guilty, 0);
        }
        assert_eq!(sources.wait(guilty, 0), 15);
        assert_eq!(sources.wait(address("2001:db8::2"), 0), 15, "same /64");
        assert_eq!(sources.wait(other, 0), 0);
        assert_eq!(sources.wait(guilty, 14_000_001), 1);
        assert_eq!(sources.wait(guilty, 15 * SECOND), 0);
        sources.succeeded(guilty);
        assert_eq!(sources.wait(guilty, 0), 0);
        sources.failed(guilty, FORGET_SECONDS * SECOND);
        assert_eq!(sources.wait(guilty, FORGET_SECONDS * SECOND), 0);
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_itself() {
        let mapped: IpAddr = "::ffff:192.0.2.1".parse().expect("an address");
        assert_eq!(network(mapped), "192.0.2.1".parse::<IpAddr>().expect("an address"));
    }
}
