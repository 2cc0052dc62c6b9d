//! A clock that is set by hand and entropy that is the same in each run.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, Entropy};

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct SetClock(AtomicI64);

impl SetClock {
    /// A clock at this instant.
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.as_microsecond()))
    }

    /// Moves on.
    ///
    /// # Panics
    /// When the span is longer than time.
    pub fn pass(&self, span: SignedDuration) {
        self.0.fetch_add(i64::try_from(span.as_micros()).expect("a span of our time"), Ordering::SeqCst);
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::SeqCst)).unwrap_or_default() // set from a valid instant
    }
}

/// Different bytes at each call, the same in each run.
#[derive(Debug, Default)]
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            let count = self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1);
            // An odd multiplier spreads the count over all bytes, so that ids differ in every part.
            let next = count.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
        }
    }
}
