//! Repeatable randomness: the same seed gives the same load, the same books and the same moments of death.
//!
//! Deliberately absent: any claim of secrecy. What is sealed with it belongs to benchmarks.

use kernel::Entropy;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;

/// SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A sequence of its own for one part of the work.
    pub fn branch(&mut self) -> Self {
        Self(self.next())
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let wide = u128::from(self.next()) * end as u128;
        usize::try_from(wide >> 64).unwrap_or(0) // below `end`
    }

    /// One of these, evenly.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A random GUID.
    pub fn guid(&mut self) -> Uuid {
        uuid::Builder::from_random_bytes(u128::from_be_bytes(self.bytes()).to_be_bytes()).into_uuid()
    }

    fn bytes(&mut self) -> [u8; 16] {
        let mut out = [0; 16];
        out[..8].copy_from_slice(&self.next().to_be_bytes());
        out[8..].copy_from_slice(&self.next().to_be_bytes());
        out
    }
}

/// The same, where the house asks for randomness.
#[derive(Debug)]
pub struct Repeatable(Mutex<Random>);

impl Repeatable {
    /// The sequence of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(Mutex::new(Random::new(seed)))
    }
}

impl Entropy for Repeatable {
    fn fill(&self, into: &mut [u8]) {
        let mut random = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in into.chunks_mut(8) {
            chunk.copy_from_slice(&random.next().to_be_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_sequence_and_spreads_evenly() {
        let mut random = Random::new(7);
        let mut again = Random::new(7);
        let mut hits = [0_u32; 10];
        for _ in 0..10_000 {
            let number = random.below(10);
            assert_eq!(number, again.below(10));
            hits[number] += 1;
        }
        assert!(hits.iter().all(|hits| (850..1150).contains(hits)), "{hits:?}");
        assert_ne!(random.guid(), random.guid());
        assert_eq!(random.below(0), 0);
    }
}
