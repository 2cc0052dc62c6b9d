//! The connections that read, and the snapshots they keep.
//!
//! To begin and end a reading transaction costs SQLite more than a point read. So a reader that is done keeps its
//! transaction open, and the next one reads on in it as long as nothing was committed since: then a new snapshot would
//! be the same. The writer says when it is about to commit and when it has; meanwhile no snapshot is kept, so that none
//! stands in the way of copying the write-ahead log.
//!
//! Invariant: what was committed before a read began is seen by it. Nobody but this store's writer changes the file;
//! the data folder's lock sees to that.

use super::SqliteSession;
use crate::tx::{Engine, Fault, Mode};
use crate::{StoreError, Tx};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Read connections kept open; each holds up to 2 MiB of pages. More are opened while more threads read.
const MOST_IDLE: usize = 4;

/// A connection for reading.
pub(super) struct Reader {
    pub tx: Tx,
    /// The epoch whose snapshot its open transaction shows.
    snapshot: Option<u64>,
}

/// All of a store's readers that nobody uses.
pub(super) struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Reader>>,
    /// Counts beginnings and ends of commits.
    epoch: AtomicU64,
    /// Commits and other acts under way that a kept snapshot would hold up.
    under_way: AtomicU32,
}

impl Readers {
    pub fn new(path: &Path) -> Self {
        let (idle, epoch, under_way) = (Mutex::default(), AtomicU64::new(0), AtomicU32::new(0));
        Self { path: path.to_owned(), idle, epoch, under_way }
    }

    /// A reader in a transaction that shows what is committed.
    pub fn take(&self, mode: Mode, name: &'static str) -> Result<Reader, StoreError> {
        let idle = self.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => Reader::open(&self.path)?,
        };
        // Looked at before the transaction begins: it shows this epoch or a later one.
        let epoch = self.epoch.load(Ordering::Acquire);
        reader.show(epoch, mode, name).map_err(|fault| fault.error)?;
        if self.under_way.load(Ordering::Acquire) > 0 {
            reader.snapshot = None; // to be ended as soon as it was used
        }
        Ok(reader)
    }

    /// Takes a reader back; it keeps its snapshot if that is still the present.
    pub fn give_back(&self, mut reader: Reader) {
        let mut idle = self.lock();
        if idle.len() >= MOST_IDLE {
            return;
        }
        if reader.snapshot != Some(self.epoch.load(Ordering::Acquire)) {
            reader.end();
        }
        idle.push(reader);
    }

    /// To be called before a commit: ends what is kept, and keeps nothing until [`Readers::committed`].
    pub fn committing(&self) {
        self.under_way.fetch_add(1, Ordering::AcqRel);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.lock().iter_mut().for_each(Reader::end);
    }

    /// To be called after a commit that succeeded or failed, and before anybody is told.
    pub fn committed(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.under_way.fetch_sub(1, Ordering::AcqRel);
    }

    /// Closes the connections that nobody uses.
    pub fn close(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Reader>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    fn open(path: &Path) -> Result<Self, StoreError> {
        let session = SqliteSession::open_reader(path)?;
        Ok(Self { tx: Tx::new(Engine::Sqlite(session)), snapshot: None })
    }

    fn show(&mut self, epoch: u64, mode: Mode, name: &'static str) -> Result<(), Fault> {
        if self.snapshot == Some(epoch) {
            self.tx.start(mode, name, false);
            return Ok(());
        }
        self.end();
        self.tx.begin(mode, name, false)?;
        self.snapshot = Some(epoch);
        Ok(())
    }

    /// Gives the snapshot up.
    pub fn end(&mut self) {
        self.snapshot = None;
        self.tx.roll_back(); // nothing was written
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Engine as Kind, TestStore};
    use crate::{Schema, meta};

    /// The value under `a` as the next reader sees it, and whether it read in a kept snapshot.
    fn next(readers: &Readers) -> (Option<String>, bool) {
        let kept = readers.lock().last().is_some_and(|reader| reader.snapshot.is_some());
        let mut reader = readers.take(Mode::ReadInline, "next").expect("a reader");
        let found = meta::get(&mut reader.tx, "a").expect("read");
        readers.give_back(reader);
        (found, kept)
    }

    #[test]
    fn a_snapshot_is_kept_until_the_next_commit_and_no_longer() {
        let store = TestStore::new(Kind::Sqlite, Schema::Operator);
        let readers = Readers::new(Path::new(&store.location()));
        let put = |value: &'static str| {
            readers.committing();
            store.write_blocking("put", move |tx| meta::put(tx, "a", value)).expect("put");
        };
        assert_eq!((next(&readers), next(&readers)), ((None, false), (None, true)));
        put("1");
        assert_eq!(next(&readers), (Some("1".to_owned()), false), "the commit is not over, but seen");
        assert_eq!(next(&readers), (Some("1".to_owned()), false), "nothing is kept meanwhile");
        readers.committed();
        assert_eq!(next(&readers), (Some("1".to_owned()), false));
        assert_eq!(next(&readers), (Some("1".to_owned()), true));
        let busy = readers.take(Mode::ReadInline, "busy").expect("a reader");
        put("2");
        readers.committed();
        readers.give_back(busy);
        assert_eq!(next(&readers), (Some("2".to_owned()), false), "an old snapshot is not kept");
    }
}
