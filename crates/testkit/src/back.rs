//! A town's trustee store put back to where a backup had it, beside the town whose store went on.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use envelope::{KeyFile, Unlock};
use kernel::Clock;
use ledger::SigningKey;
use store::testing::{Engine, TestStore};
use store::trustee::log as rows;
use store::{Existing, Schema};
use treuhand::trustee_house::{Keeper, TrusteeHouse, keys};
use trustee::controls::Controls;
use trustee::log::{Heal, LogHome, Seen, Tail, Witnessing};

use crate::town::{log_key, open_over};
use crate::{KeptLog, Town};

/// Microseconds of the days after which no backup holds a destroyed key.
const HORIZON: i64 = 35 * 86_400_000_000;

/// What is remembered of a log outside of its store.
#[derive(Default)]
pub struct Remembered {
    last: Mutex<Option<String>>,
}

impl Seen for Remembered {
    fn last(&self) -> Result<Option<String>, String> {
        Ok(self.last.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
    fn keep(&self, note: &str) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(note.to_owned());
    }
    fn evidence(&self, _text: &str) {}
}

/// The store as a backup had it, and what was seen of the log since.
pub struct PutBack {
    /// The store.
    pub store: TestStore,
    /// What was seen last: the town's newest checkpoint.
    pub seen: Arc<Remembered>,
    key: SigningKey,
    /// What the root is sealed by, where it is not what the town's is.
    pub(crate) key_file: Option<KeyFile>,
}

impl Town {
    /// A backup of the trustee's store as it is now. Blocks; its file goes away with the system's temporary files.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn backup_trustee(&self) -> Result<PathBuf> {
        let mut name = [0_u8; 8];
        self.world.entropy.fill(&mut name);
        let file = format!("treuhand-backup-{}-{:x}", std::process::id(), u64::from_be_bytes(name));
        let path = std::env::temp_dir().join(file);
        let _ = std::fs::remove_file(&path); // an earlier run's with the same name
        let (store, to, now) =
            ((*self.trustee_store).clone(), path.clone(), self.clock.now().as_microsecond());
        tokio::task::spawn_blocking(move || store.backup(Schema::Trustee, &to, now)).await??;
        Ok(path)
    }

    /// The store as this backup has it, while the town's own is what was seen of the log.
    ///
    /// # Errors
    /// When the backup cannot be read.
    pub async fn put_back(&self, backup: PathBuf) -> Result<PutBack> {
        let restored = tokio::task::spawn_blocking(move || {
            let store = TestStore::new(Engine::Sqlite, Schema::Trustee);
            store.restore(Schema::Trustee, &backup, Existing::Replace)?;
            let _ = std::fs::remove_file(&backup); // it was ours
            anyhow::Ok(store)
        });
        let seen = Arc::new(Remembered::default());
        seen.keep(&self.copy_of_log().await?.checkpoint);
        Ok(PutBack { store: restored.await??, seen, key: log_key()?, key_file: None })
    }

    /// All entries of the town's log, with its newest checkpoint.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn copy_of_log(&self) -> Result<Tail> {
        let read = |tx: &mut store::Tx| {
            let state = rows::state(tx)?.ok_or(store::StoreError::NoRow("log.STATE"))?;
            Ok((rows::entries(tx, 0, state.size)?, state.checkpoint))
        };
        let (entries, checkpoint) = self.trustee_store.read("copy-log", read).await?;
        Ok(Tail { entries, checkpoint })
    }
}

impl PutBack {
    /// The way back, with these controls.
    ///
    /// # Errors
    /// When the keys cannot be opened.
    pub async fn heal(&self, town: &Town, controls: Controls) -> Result<Heal> {
        Ok(Heal {
            store: (*self.store).clone(),
            keys: Arc::new(keys(&self.store, &self.keeper(town)?, &town.world).await?),
            key: SigningKey::parse(&self.key.expose())?,
            seen: self.seen.clone(),
            publish: true,
            clock: town.world.clock.clone(),
            entropy: town.world.entropy.clone(),
            controls,
            horizon: HORIZON,
        })
    }

    fn keeper(&self, town: &Town) -> Result<Keeper> {
        match &self.key_file {
            Some(file) => Ok(Keeper::Embedded(Unlock::KeyFile(file.clone()))),
            None => town.safe.keeper(),
        }
    }

    /// The zone that starts over this store.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(&self, town: &Town, controls: Controls) -> Result<TrusteeHouse> {
        self.open_witnessed(town, controls, Witnessing::none()).await
    }

    /// The same, with witnesses.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open_witnessed(
        &self,
        town: &Town,
        controls: Controls,
        witnessing: Witnessing,
    ) -> Result<TrusteeHouse> {
        let key = SigningKey::parse(&self.key.expose())?;
        let log = LogHome { key, witnessing, seen: self.seen.clone() };
        let kept = Arc::new(KeptLog::default());
        let (keeper, links) = (self.keeper(town)?, (town.tap.clone(), kept.clone()));
        let opened = open_over(&self.store, &town.world, keeper, links, (controls, true), log);
        let opened = opened.await.context("opening the zone over the restored store")?;
        kept.goes_to(opened.trustee.log().clone());
        Ok(opened)
    }

    /// Another log's key from here on: a new one has begun.
    pub fn begun(&mut self, key: SigningKey) {
        self.key = key;
    }
}
