//! What tests of this crate share.

use kernel::Entropy;
use std::sync::atomic::{AtomicU64, Ordering};

/// Different bytes at each call and for each seed; secrecy is not what tests are about.
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) const fn from(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }
}

impl Entropy for Counter {
    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            let next = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
        }
    }
}
