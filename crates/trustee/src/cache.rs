//! A bounded map in front of the store, for facts that this process alone changes.
//!
//! Invariant: what was read before a change is never remembered after it. A reader takes a [`Ticket`] before it
//! asks the store; [`Cache::put`] drops the value when the key was changed since.
//!
//! Deliberately absent: expiry by time. What must be forgotten after a while has its own home.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};

const SHARDS: usize = 16;

/// What a reader holds while it asks the store.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket(u64);

struct Shard<K, V> {
    entries: HashMap<K, V>,
    changes: u64,
}

/// A bounded map, in shards so that callers seldom wait for each other.
pub(crate) struct Cache<K, V> {
    shards: [Mutex<Shard<K, V>>; SHARDS],
    per_shard: usize,
    hasher: RandomState,
}

impl<K: Hash + Eq, V: Clone> Cache<K, V> {
    /// A cache of about so many entries.
    pub(crate) fn new(entries: usize) -> Self {
        let shard = || Mutex::new(Shard { entries: HashMap::new(), changes: 0 });
        Self {
            shards: std::array::from_fn(|_| shard()),
            per_shard: entries.div_ceil(SHARDS).max(1),
            hasher: RandomState::new(),
        }
    }

    /// The remembered value, or a ticket with which to remember the one that the store gives.
    pub(crate) fn get<Q>(&self, key: &Q) -> Result<V, Ticket>
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let shard = self.shard(key);
        shard.entries.get(key).cloned().ok_or(Ticket(shard.changes))
    }

    /// Remembers what the store gave, unless something changed meanwhile.
    pub(crate) fn put(&self, key: K, value: V, ticket: Ticket) {
        let per_shard = self.per_shard;
        let mut shard = self.shard(&key);
        if shard.changes == ticket.0 {
            if shard.entries.len() >= per_shard {
                shard.entries.clear(); // the next callers fill it again with what is in use
            }
            shard.entries.insert(key, value);
        }
    }

    /// Remembers what was just written.
    pub(crate) fn set(&self, key: K, value: V) {
        let mut shard = self.shard(&key);
        shard.changes += 1;
        if shard.entries.len() < self.per_shard || shard.entries.contains_key(&key) {
            shard.entries.insert(key, value);
        }
    }

    /// Forgets a key because the store's value changed.
    pub(crate) fn forget<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        let mut shard = self.shard(key);
        shard.changes += 1;
        shard.entries.remove(key);
    }

    fn shard<Q: Hash + ?Sized>(&self, key: &Q) -> MutexGuard<'_, Shard<K, V>> {
        let at = usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0); // below SHARDS
        self.shards[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_remembered_after_it() {
        let cache: Cache<u32, &str> = Cache::new(64);
        let ticket = cache.get(&1).expect_err("nothing yet");
        cache.forget(&1);
        cache.put(1, "old", ticket);
        assert!(cache.get(&1).is_err());
        let ticket = cache.get(&1).expect_err("still nothing");
        cache.put(1, "new", ticket);
        assert_eq!(cache.get(&1).ok(), Some("new"));
        cache.set(1, "newer");
        assert_eq!(cache.get(&1).ok(), Some("newer"));
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let cache: Cache<u32, u32> = Cache::new(64);
        for key in 0..10_000 {
            if let Err(ticket) = cache.get(&key) {
                cache.put(key, key, ticket);
            }
            cache.set(key + 20_000, key);
        }
        let held: usize = cache.shards.iter().map(|s| s.lock().expect("unpoisoned").entries.len()).sum();
        assert!(held <= 64, "{held}");
    }
}
