//! Time and randomness as values that are handed in. Only the program implements these traits.

use jiff::Timestamp;
use uuid::{Builder, Uuid};

/// Microseconds since 1970-01-01T00:00:00Z, the form in which times are stored.
pub type Micros = i64;

/// A source of the present.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// A source of unpredictable bytes.
pub trait Entropy: Send + Sync {
    /// Fills `into` with random bytes; does not return when there are none to be had.
    fn fill(&self, into: &mut [u8]);
}

/// Makes identifiers out of a clock and an entropy source.
#[derive(Clone, Copy)]
pub struct Ids<'a> {
    /// Where the time part of ordered ids comes from.
    pub clock: &'a dyn Clock,
    /// Where the random part comes from.
    pub entropy: &'a dyn Entropy,
}

impl Ids<'_> {
    /// A UUID version 7: ordered by time, so that rows cluster in the order they were made.
    pub fn ordered(&self) -> Uuid {
        let mut random = [0_u8; 10];
        self.entropy.fill(&mut random);
        let millis = u64::try_from(self.clock.now().as_millisecond()).unwrap_or(0); // before 1970: sorts first
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }

    /// A UUID version 4: says nothing about when it was made. For ids that strangers see.
    pub fn random(&self) -> Uuid {
        let mut random = [0_u8; 16];
        self.entropy.fill(&mut random);
        Builder::from_random_bytes(random).into_uuid()
    }
}
