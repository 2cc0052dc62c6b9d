//! The wall clock and the system's randomness: the only place of the house that touches either.

use jiff::Timestamp;
use kernel::{Clock, Entropy};

/// The machine's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's random numbers.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the system has no randomness to give: nothing safe can be done then.
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    fn fill(&self, into: &mut [u8]) {
        aws_lc_rs::rand::fill(into).expect("the operating system's random number generator answers");
    }
}
