//! What the tests of this room share.

use envelope::{KeyFile, Unlock};
use kernel::{Clock, Entropy};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use store::{Schema, Store};

use crate::keys::Keys;
use crate::log::{Log, LogHome, LogParts, Seen, Witnessing};

/// Different bytes at each call, the same in each run.
#[derive(Default)]
pub(crate) struct Counter(AtomicU64);

impl Entropy for Counter {
    fn fill(&self, into: &mut [u8]) {
        for chunk in into.chunks_mut(8) {
            let count = self.0.fetch_add(1, Ordering::Relaxed).wrapping_add(1);
            let next = count.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&next.to_be_bytes()[..chunk.len()]);
        }
    }
}

/// A clock that is set by hand, in seconds.
pub(crate) struct Hand(pub(crate) AtomicI64);

impl Hand {
    pub(crate) fn at(second: i64) -> Self {
        Self(AtomicI64::new(second))
    }
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("a second of our time")
    }
}

/// The same key file each time.
pub(crate) fn key_file() -> Unlock {
    Unlock::KeyFile(KeyFile::generate(&Counter::default()))
}

/// Remembers nothing outside of the database.
struct Forgetful;

impl Seen for Forgetful {
    fn last(&self) -> Result<Option<String>, String> {
        Ok(None)
    }
    fn keep(&self, _note: &str) {}
    fn evidence(&self, _text: &str) {}
}

/// A log without witnesses in this store.
pub(crate) async fn log(store: &Store, keys: &Arc<Keys>, clock: &Arc<dyn Clock>) -> Log {
    let key = ledger::SigningKey::from_seed("log.example", ledger::Purpose::Log, [1; 32]).expect("a key");
    let home = LogHome { key, witnessing: Witnessing::none(), seen: Arc::new(Forgetful) };
    let (store, keys, clock) = (store.clone(), keys.clone(), clock.clone());
    let entropy = Arc::new(Counter::default());
    Log::open(LogParts { store, keys, clock, entropy, home }).await.expect("a log")
}

/// A trustee store in a folder of its own that goes away with it.
pub(crate) struct TempStore {
    pub(crate) store: Store,
    folder: std::path::PathBuf,
}

impl TempStore {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let unique = format!("treuhand-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(unique);
        std::fs::create_dir_all(&folder).expect("a folder");
        let store = Store::open_sqlite(folder.join("trustee.db")).expect("a store");
        // On a thread of its own: migrating blocks, and most tests are asynchronous.
        let for_thread = store.clone();
        let migrated = std::thread::spawn(move || for_thread.migrate(Schema::Trustee)).join();
        migrated.expect("no panic").expect("migrated");
        Self { store, folder }
    }
}

impl Drop for TempStore {
    fn drop(&mut self) {
        self.store.close();
        std::fs::remove_dir_all(&self.folder).unwrap_or_default(); // left-overs in the temporary folder do no harm
    }
}

/// Hashing that costs nothing.
pub(crate) const CHEAP: envelope::Argon2Cost = envelope::Argon2Cost { memory: 64, passes: 1 };
