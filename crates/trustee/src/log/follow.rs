//! Giving the log another key, while the zone does not run: the old key signs the new one in an entry, and the checkpoint
//! over that entry is the new key's first.
//!
//! Invariant: a log that stands behind what was seen of it is given no other key.

use kernel::{Clock, Entropy, Problem};
use ledger::{Endorsement, Entry, Kind, SigningKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8};
use store::{Store, Tx};

use super::Seen;
use super::gate::{self, Gate};
use super::growth::{Growth, GrowthContext};
use crate::controls::Controls;

/// Everything that it takes.
pub struct Follow {
    /// The trustee core's store.
    pub store: Store,
    /// The key that has signed until now.
    pub old: SigningKey,
    /// The key that signs from now on.
    pub new: SigningKey,
    /// What is remembered outside of the database.
    pub seen: Arc<dyn Seen>,
    /// The real time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Follow {
    /// Writes the entry; answers the size of the log with it.
    ///
    /// # Errors
    /// When the log is another key's, or stands behind what was seen of it.
    pub async fn carry_out(self) -> Result<u64, Problem> {
        let Self { store, old, new, seen, clock, entropy } = self;
        let state = gate::begin(&store, &old).await?;
        Gate::compare(&state, &*seen, &old, false).ready()?;
        let endorsed = Endorsement::by(&old, new.public()).map_err(|why| {
            tracing::error!(%why, "the new key is not one of this log");
            Problem::internal()
        })?;
        let time = clock.now().as_microsecond().max(state.newest);
        let entry = Entry {
            key: Some(new.public().clone()),
            endorsed: Some(endorsed),
            ..Entry::new(Kind::LogKey, time)
        };
        let bytes = entry.to_bytes().map_err(|_| Problem::internal())?;
        // Where witnesses cosign, they do so at the next start; until then readers have what they have cosigned.
        let publish = state.published == state.checkpoint;
        let level = Arc::new(AtomicU8::new(u8::MAX)); // nobody measured one
        let begun = AtomicBool::new(true);
        let context = GrowthContext {
            signer: Arc::new(new),
            entropy,
            level,
            begun,
            publish,
            controls: Controls::all(),
        };
        let write = move |tx: &mut Tx| {
            let mut growth = Growth::begin(tx)?;
            growth.push(tx, bytes.clone(), entry.time)?;
            let note = growth.end(tx, &context)?.ok_or_else(Problem::internal)?;
            Ok::<_, Problem>((note, growth.size()))
        };
        let (note, size) = store.try_write("follow-log-key", write).await?;
        seen.keep(&note);
        Ok(size)
    }
}
