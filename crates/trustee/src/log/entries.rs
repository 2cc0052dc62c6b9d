//! What a report is made of: a tenant's entries with their proofs and the keys of their details.

use kernel::{Problem, TenantId};
use ledger::{Event, Hash, LogProof, Refusal, TagKey, prove_inclusion};
use store::trustee::log as rows;
use store::{StoreError, Tx};

use super::Log;

/// A tenant's entries read at once.
const PAGE: u32 = 1000;

/// All that the log holds about a tenant, under the published checkpoint.
pub struct TenantEvents {
    /// The published checkpoint.
    pub checkpoint: String,
    /// The tenant's tag key.
    pub tag_key: TagKey,
    /// The entries in their order.
    pub events: Vec<Event>,
}

impl Log {
    /// A tenant's entries up to the published checkpoint, with proofs and the keys of their details, for a report.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached.
    pub async fn events_of(&self, tenant: TenantId) -> Result<TenantEvents, Problem> {
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
            let mut proved = Vec::with_capacity(found.len());
            for entry in found {
                let (size, index) = (state.published_size.cast_unsigned(), entry.index.cast_unsigned());
                let path = prove_inclusion(size, index, |level, from, count| nodes(tx, level, from, count))?;
                let checkpoint = state.published.clone();
                proved.push((LogProof { entry: entry.entry, index, path, checkpoint }, entry.sealed));
            }
            Ok((state.published, proved))
        };
        let (checkpoint, proved) = self.inner.store.try_read("log-of-tenant", read).await?;
        let event = |(proof, sealed): (LogProof, Option<Vec<u8>>)| {
            let key = sealed
                .as_deref()
                .zip(secrets.details.as_ref())
                .and_then(|(sealed, secret)| secret.key_of(sealed).ok());
            Event { proof, detail: sealed.zip(key) }
        };
        let events = proved.into_iter().map(event).collect();
        Ok(TenantEvents { checkpoint, tag_key: secrets.tags.clone(), events })
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
