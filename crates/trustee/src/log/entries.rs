//! What a report is made of: a tenant's entries with their proofs and the keys of their details, and the entries about the
//! assurance level.

use kernel::{Micros, Problem, TenantId};
use ledger::{Event, Hash, LevelChange, LogProof, Material, Refusal, prove_inclusion};
use store::trustee::log as rows;
use store::{StoreError, Tx};

use super::Log;

/// A tenant's entries read at once.
const PAGE: u32 = 1000;

impl Log {
    /// A tenant's entries up to the published checkpoint, with proofs and the keys of their details, and the changes of the
    /// assurance level that a report over this period tells.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached.
    pub async fn events_of(
        &self,
        tenant: TenantId,
        (since, until): (Micros, Micros),
    ) -> Result<Material, Problem> {
        let secrets = self.inner.secrets.of(tenant).await?;
        let read = move |tx: &mut Tx| -> Result<_, ReadError> {
            let state = rows::state(tx)?.ok_or(StoreError::NoRow("log.STATE"))?;
            let mut found: Vec<rows::TenantEntry> = Vec::new();
            loop {
                let from = found.last().map_or(0, |last| last.counter + 1);
                let page = rows::of_tenant(tx, tenant, from, PAGE)?;
                if page.is_empty() {
                    break;
                }
                found.extend(page);
            }
            found.retain(|entry| entry.index < state.published_size);
            let prove = |tx: &mut Tx, index: i64, entry: Vec<u8>| {
                let (size, index) = (state.published_size.cast_unsigned(), index.cast_unsigned());
                let path = prove_inclusion(size, index, |level, from, count| nodes(tx, level, from, count))?;
                Ok::<_, ReadError>(LogProof { entry, index, path, checkpoint: state.published.clone() })
            };
            let proved =
                found.into_iter().map(|found| Ok((prove(tx, found.index, found.entry)?, found.sealed)));
            let proved = proved.collect::<Result<Vec<_>, ReadError>>()?;
            let mut changes = Vec::new();
            for (index, entry) in rows::levels(tx, state.published_size)? {
                // What is no change of the level to a verifier is none here.
                if let Ok(change) = LevelChange::read(index.cast_unsigned(), &entry) {
                    changes.push((change.time, index, entry));
                }
            }
            let told = LevelChange::told(&changes, |(time, ..)| *time, since, until).iter().cloned();
            let levels = told.map(|(_, index, entry)| prove(tx, index, entry)).collect::<Result<_, _>>()?;
            Ok((state.published.clone(), proved, levels))
        };
        let (checkpoint, proved, levels) = self.inner.store.try_read("log-of-tenant", read).await?;
        let event = |(proof, sealed): (LogProof, Option<Vec<u8>>)| {
            let key = sealed
                .as_deref()
                .zip(secrets.details.as_ref())
                .and_then(|(sealed, secret)| secret.key_of(sealed).ok());
            Event { proof, detail: sealed.zip(key) }
        };
        let events = proved.into_iter().map(event).collect();
        Ok(Material { checkpoint, tag_key: secrets.tags.clone(), events, levels })
    }
}

/// Hashes of tiles out of the store.
pub(super) fn nodes(tx: &mut Tx, level: u8, from: u64, count: u64) -> Result<Vec<Hash>, ReadError> {
    let found = rows::hashes(tx, level, from.cast_signed(), (from + count).cast_signed())?;
    let hash = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map(Hash).map_err(|_| ReadError::Tree);
    found.into_iter().map(hash).collect()
}

/// Why a proof could not be made.
#[derive(Debug)]
pub(super) enum ReadError {
    Store(StoreError),
    Tree,
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Refusal> for ReadError {
    fn from(why: Refusal) -> Self {
        tracing::error!(%why, "the log's tree in the store is not complete");
        Self::Tree
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Store(error) => error.into(),
            ReadError::Tree => Self::internal(),
        }
    }
}
