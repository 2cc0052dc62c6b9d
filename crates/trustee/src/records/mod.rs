//! The record map: which envelope of a record counts.
//!
//! Invariants: what counts is decided by what was handed out and confirmed here, never by the envelope. A version
//! is on its way (`pending`) from the moment it is sealed until an answer tells that it was stored or refused; a
//! version below the floor is stale for good, unless a restore act younger than the floor lets it count again, and
//! then it *becomes* the floor, once, and the journal says so.
//!
//! Deliberately absent: keys and envelopes. This room knows numbers.

use crate::cache::Cache;
use kernel::{Clock, Micros};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::trustee::{journal, records as rows, restores};
use store::{Store, StoreError};

pub use store::trustee::records::RecordKey;

/// Records held in memory; an entry takes about 250 bytes.
const REMEMBERED: usize = 16_384;
/// Versions left free above one whose record this store had lost.
const ROOM: u64 = 1_000_000;

/// What is known of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The highest version known to be stored; 0 while none is.
    pub floor: u64,
    /// The floor before it was last raised in this process, for reads that overlapped with that.
    was: u64,
    /// At which tick of this process the floor was last raised.
    raised: u64,
    floor_at: Micros,
    pending: Arc<[u64]>,
}

/// A moment in the life of this process; see [`Records::moment`].
#[derive(Clone, Copy, Debug)]
pub struct Moment(u64);

/// What is to be made of a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the current one.
    Current,
    /// It was on its way and has been stored: to be confirmed.
    Arrived,
    /// It is older than the current one.
    Stale,
    /// It was never handed out, or was refused.
    Unknown,
}

impl Known {
    /// Judges a version that came with an answer to a request begun at `since`.
    pub fn judge(&self, version: u64, since: Moment) -> Verdict {
        if version == self.floor && version > 0 {
            Verdict::Current
        } else if version > self.floor {
            if self.pending.contains(&version) { Verdict::Arrived } else { Verdict::Unknown }
        } else if version > 0 && version == self.was && self.raised > since.0 {
            Verdict::Current // the answer was made before the write that overtook it
        } else {
            Verdict::Stale
        }
    }
}

/// The record map.
pub struct Records {
    store: Store,
    clock: Arc<dyn Clock>,
    known: Cache<RecordKey, Known>,
    ticks: AtomicU64,
}

impl Records {
    /// The record map in a store.
    pub fn new(store: Store, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, known: Cache::new(REMEMBERED), ticks: AtomicU64::new(0) }
    }

    /// Now, for [`Known::judge`]: to be taken before the operator is asked.
    pub fn moment(&self) -> Moment {
        Moment(self.ticks.load(Ordering::Acquire))
    }

    /// What is known of a record; `None` when it was never sealed.
    pub async fn known(&self, key: &RecordKey) -> Result<Option<Known>, StoreError> {
        let ticket = match self.known.get(key) {
            Ok(known) => return Ok(Some(known)),
            Err(ticket) => ticket,
        };
        let asked = key.clone();
        let found = self.store.read("record_versions", move |tx| load(tx, &asked)).await?;
        if let Some(known) = &found {
            self.known.put(key.clone(), known.clone(), ticket);
        }
        Ok(found)
    }

    /// What is known of a record, read anew.
    pub async fn fresh(&self, key: &RecordKey) -> Result<Known, StoreError> {
        let remembered = self.known.get(key).ok().map(|known| (known.was, known.raised));
        let asked = key.clone();
        let mut found =
            self.store.read("record_versions", move |tx| load(tx, &asked)).await?.unwrap_or_default();
        if let Some((was, raised)) = remembered {
            (found.was, found.raised) = (was, raised);
        }
        Ok(found)
    }

    /// Hands out the next version of a record; it is on its way from now on.
    pub async fn issue(&self, key: &RecordKey) -> Result<u64, StoreError> {
        let now = self.now();
        let wanted = key.clone();
        let issued = self.store.write("issue_version", move |tx| rows::issue(tx, &wanted, now)).await;
        self.known.forget(key);
        issued
    }

    /// Notes that a version was stored.
    pub async fn confirm(&self, key: &RecordKey, version: u64) -> Result<(), StoreError> {
        let now = self.now();
        let before = self.known(key).await?.unwrap_or_default();
        let stored = key.clone();
        let known = self
            .store
            .write("confirm_version", move |tx| {
                rows::confirm(tx, &stored, version, now)?;
                load(tx, &stored)
            })
            .await;
        self.known.forget(key);
        if let Some(mut known) = known? {
            known.was = before.floor;
            known.raised = self.ticks.fetch_add(1, Ordering::AcqRel) + 1;
            self.known.set(key.clone(), known);
        }
        Ok(())
    }

    /// Notes that a version was refused and stored nowhere.
    pub async fn withdraw(&self, key: &RecordKey, version: u64) -> Result<(), StoreError> {
        let refused = key.clone();
        let done =
            self.store.write("withdraw_version", move |tx| rows::withdraw(tx, &refused, version)).await;
        self.known.forget(key);
        done
    }

    /// Lets a stale version count again, if a restore act covers it; says whether it does. The act covers a record
    /// once: what was raised or lowered after it is not lowered by it again.
    pub async fn restored(
        &self,
        key: &RecordKey,
        known: &Known,
        version: u64,
        id: &str,
    ) -> Result<bool, StoreError> {
        let now = self.now();
        let (tenant, floor_at, floor) = (key.tenant, known.floor_at, known.floor);
        let act = self.store.read("latest_restore", move |tx| rows::latest_restore(tx, tenant)).await?;
        let Some((act, _)) = act.filter(|(_, acted_at)| *acted_at > floor_at) else {
            return Ok(false);
        };
        let entry = journal::Act {
            id: id.to_owned(),
            acted_at: now,
            actor: "system".to_owned(),
            act: "older-version-accepted".to_owned(),
            tenant: tenant.to_string(),
            detail: format!(
                r#"{{"restoreAct":"{act}","record":"{}","fieldSet":"{}","from":{floor},"to":{version}}}"#,
                key.record, key.field_set
            ),
        };
        let lowered = key.clone();
        let done = self
            .store
            .write("lower_version", move |tx| {
                rows::lower(tx, &lowered, version, now)?;
                journal::act(tx, &entry)
            })
            .await;
        self.known.forget(key);
        done.map(|()| true)
    }

    /// Whether this store was ever put back: then it can lack records that the operator has.
    pub async fn was_put_back(&self) -> Result<bool, StoreError> {
        Ok(self.store.read("latest_put_back", restores::latest).await?.is_some())
    }

    /// Takes up a version that is ahead of what is known, if this store was put back since the floor was set: the store
    /// that was lost had handed it out. Each record once; says whether it did.
    pub async fn returned(
        &self,
        key: &RecordKey,
        known: &Known,
        version: u64,
        id: &str,
    ) -> Result<bool, StoreError> {
        let (now, floor_at, floor) = (self.now(), known.floor_at, known.floor);
        let entry = journal::Act {
            id: id.to_owned(),
            acted_at: now,
            actor: "system".to_owned(),
            act: "lost-version-accepted".to_owned(),
            tenant: key.tenant.to_string(),
            detail: format!(
                r#"{{"record":"{}","fieldSet":"{}","from":{floor},"to":{version}}}"#,
                key.record, key.field_set
            ),
        };
        let raised = key.clone();
        let take = move |tx: &mut store::Tx| {
            if restores::latest(tx)?.is_none_or(|put_back| put_back <= floor_at) || version <= floor {
                return Ok(false);
            }
            match rows::versions(tx, &raised)? {
                Some(versions) if versions.issued < version => return Ok(false),
                Some(_) => rows::confirm(tx, &raised, version, now)?,
                None => rows::adopt(tx, &raised, version, version + ROOM, now)?,
            }
            journal::act(tx, &entry)?;
            Ok(true)
        };
        let taken = self.store.write("take_up_version", take).await;
        self.known.forget(key);
        taken
    }

    fn now(&self) -> Micros {
        self.clock.now().as_microsecond()
    }
}

fn load(tx: &mut store::Tx, key: &RecordKey) -> Result<Option<Known>, StoreError> {
    let Some(versions) = rows::versions(tx, key)? else { return Ok(None) };
    let pending = if versions.issued > versions.floor { rows::pending(tx, key)? } else { Vec::new() };
    Ok(Some(Known {
        floor: versions.floor,
        was: 0,
        raised: 0,
        floor_at: versions.floor_at,
        pending: pending.into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_judged_by_what_was_handed_out() {
        let known =
            Known { floor: 5, was: 3, raised: 10, floor_at: 0, pending: [7_u64, 8].as_slice().into() };
        for (version, since, want) in [
            (5, 20, Verdict::Current),
            (7, 20, Verdict::Arrived),
            (8, 20, Verdict::Arrived),
            (6, 20, Verdict::Unknown),
            (9, 20, Verdict::Unknown),
            (4, 20, Verdict::Stale),
            (3, 20, Verdict::Stale),
            (3, 10, Verdict::Stale),
            (3, 9, Verdict::Current),
            (2, 9, Verdict::Stale),
            (0, 9, Verdict::Stale),
        ] {
            assert_eq!(known.judge(version, Moment(since)), want, "version {version} since {since}");
        }
        assert_eq!(Known::default().judge(0, Moment(0)), Verdict::Stale);
    }
}
