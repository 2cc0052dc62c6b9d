//! The log writer: one task that puts entries, tree, signed checkpoint and the change they tell of into one durable
//! step, for all callers who wait at that moment.
//!
//! [`Log::append`] answers when the entry is in a signed checkpoint on disk; only then may its caller let a byte go.
//! [`Log::act`] is for a change of state that must not be without its entry: the change and the entry commit together.
//!
//! Invariants: an entry's place is given in the transaction that keeps it; time never decreases; a log that stands
//! behind what was seen of it is not written to; a checkpoint is signed only over what commits with it.
//!
//! Deliberately absent: what is logged when (the callers know), files and sockets (the program hands them in), and the
//! signing key in the database.

mod draft;
mod entries;
mod files;
mod follow;
mod gate;
mod growth;
mod heal;
mod hours;
pub(crate) mod secrets;
#[cfg(test)]
mod tests;
mod witnesses;
mod writer;

pub use draft::Draft;
pub use files::{Served, read_file};
pub use follow::Follow;
pub use gate::Seen;
pub use growth::Pen;
pub use heal::{Heal, Healed, Survey, Tail, Way};
pub use witnesses::{WitnessAnswer, WitnessLink, Witnessing};

use kernel::{Clock, Code, Entropy, Micros, Problem, TenantId};
use ledger::{Level, SigningKey, VerifyingKey};
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use store::trustee::log as rows;
use store::{Store, Tx};
use tokio::sync::{mpsc, oneshot};

use crate::controls::Controls;
use crate::keys::{HOUSE, Keys};
use gate::Gate;
use growth::GrowthContext;
use secrets::Secrets;
use witnesses::{Around, Witnesses};
use writer::{Job, Writer};

/// Callers that may wait for the writer. More are told to come again.
const WAITING: usize = 4096;
/// A heartbeat is written when nothing else was for so long; the promise is ten minutes.
const HEARTBEAT: Micros = 9 * 60 * 1_000_000;

/// Where a log's key lies, and who looks after it.
pub struct LogHome {
    /// The key that signs checkpoints; its name is the log's origin.
    pub key: SigningKey,
    /// Who must have seen a checkpoint.
    pub witnessing: Witnessing,
    /// What is remembered outside of the database.
    pub seen: Arc<dyn Seen>,
}

/// What a log is made of.
pub struct LogParts {
    /// The trustee core's store, migrated.
    pub store: Store,
    /// The keys that wrap tenants' secrets.
    pub keys: Arc<Keys>,
    /// The real time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Key, witnesses, memory.
    pub home: LogHome,
}

/// Where an act is in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The place of its last entry; none when it noted nothing.
    pub index: Option<u64>,
    /// The size of the durable signed checkpoint that holds it.
    pub size: u64,
}

/// The log. Cheap to clone; the writer ends with the last clone.
#[derive(Clone)]
pub struct Log {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    key: VerifyingKey,
    secrets: Secrets,
    gate: Arc<Gate>,
    jobs: mpsc::Sender<Job>,
    witnesses: Arc<Witnesses>,
    level: Arc<AtomicU8>,
    signer: Arc<SigningKey>,
}

impl Log {
    /// Opens the log, and begins it at the first start. Must be called on a runtime, which carries the writer.
    ///
    /// A log that stands behind what was seen of it opens, serves what it has, and refuses to be written to.
    ///
    /// # Errors
    /// When the store or the key service cannot be reached, or the store's log is another key's.
    pub async fn open(parts: LogParts) -> Result<Self, Problem> {
        let LogParts { store, keys, clock, entropy, home: LogHome { key, witnessing, seen } } = parts;
        let signer = Arc::new(key);
        let state = gate::begin(&store, &signer).await?;
        let gate = Arc::new(Gate::compare(&state, &*seen, &signer, !witnessing.links.is_empty()));
        fill_mirror(&store, &*seen, state.size).await?;
        let controls = keys.controls();
        let secrets = Secrets::new(store.clone(), keys, clock.clone(), entropy.clone());
        secrets.of(HOUSE).await?;
        let level = Arc::new(AtomicU8::new(Level::L0 as u8));
        let around = Around { store: store.clone(), clock: clock.clone(), gate: gate.clone(), controls };
        let witnesses = Witnesses::new(witnessing, around, seen.clone(), &signer);
        let context = GrowthContext {
            signer: signer.clone(),
            entropy,
            level: level.clone(),
            begun: AtomicBool::new(false),
            publish: !witnesses.are_there(),
            controls,
        };
        let (jobs, waiting) = mpsc::channel(WAITING);
        let writer = Writer {
            store: store.clone(),
            clock: clock.clone(),
            gate: gate.clone(),
            seen,
            witnesses: witnesses.clone(),
            context: Arc::new(context),
        };
        tokio::spawn(writer.run(waiting));
        tokio::spawn(witnesses::keep_pushing(Arc::downgrade(&witnesses)));
        let key = signer.public().clone();
        let inner = Inner { store, clock, key, secrets, gate, jobs, witnesses, level, signer };
        let log = Self { inner: Arc::new(inner) };
        if state.size == 0 && log.ready().is_ok() {
            log.append(log.first()).await?;
        }
        Ok(log)
    }

    /// The key that signs checkpoints.
    pub fn key(&self) -> &VerifyingKey {
        &self.inner.key
    }

    /// The private half, for signing reports.
    pub fn signer(&self) -> &SigningKey {
        &self.inner.signer
    }

    /// Whether entries can be written: the log was compared with what was seen of it.
    ///
    /// # Errors
    /// 503 `sealed` until the witnesses were asked, 503 `rollback_detected` when the log stands behind them.
    pub fn ready(&self) -> Result<(), Problem> {
        self.inner.gate.ready()
    }

    /// Whether an entry counts only once witnesses have seen it: then writing one can take as long as they do.
    pub(crate) fn waits_for_witnesses(&self) -> bool {
        self.inner.witnesses.come_first()
    }

    /// The assurance level that entries tell now: that of the last change in the log since the start.
    pub fn level(&self) -> Level {
        let level = usize::from(self.inner.level.load(Ordering::Relaxed));
        Level::ALL.get(level).copied().unwrap_or(Level::L0)
    }

    /// The keys of the witnesses that are asked about each checkpoint.
    pub fn witnesses(&self) -> Vec<VerifyingKey> {
        self.inner.witnesses.keys()
    }

    /// How many witnesses with keys of their own, on other machines, have cosigned lately.
    pub fn fresh_witnesses(&self) -> usize {
        self.inner.witnesses.fresh()
    }

    /// Adds an entry; answers when it is in a signed checkpoint on disk (and witnessed, if the rules want that first).
    ///
    /// # Errors
    /// 503 `log_unavailable`: nothing may be released. 503 `clock_untrusted`: the clock went back. As [`Log::ready`].
    pub async fn append(&self, draft: Draft) -> Result<Receipt, Problem> {
        let tenants: Vec<TenantId> = draft.tenant.into_iter().collect();
        let note = move |tx: &mut Tx, pen: &mut Pen<'_>| pen.note(tx, &draft).map(|_| ());
        self.act(&tenants, note).await.map(|((), receipt)| receipt)
    }

    /// Carries out a change of state together with its entries, which it notes with the pen; all of it, or nothing.
    /// `tenants` are all that its entries may be about. The work may run twice, so it changes nothing but the
    /// transaction.
    ///
    /// # Errors
    /// What the work answers; nothing was changed then. As [`Log::append`].
    pub async fn act<R: Send + 'static>(
        &self,
        tenants: &[TenantId],
        work: impl Fn(&mut Tx, &mut Pen<'_>) -> Result<R, Problem> + Send + Sync + 'static,
    ) -> Result<(R, Receipt), Problem> {
        self.ready()?;
        let mut secrets = vec![self.inner.secrets.of(HOUSE).await?];
        for tenant in tenants {
            secrets.push(self.inner.secrets.of(*tenant).await?);
        }
        let work = move |tx: &mut Tx, pen: &mut Pen<'_>| {
            work(tx, pen).map(|done| Box::new(done) as Box<dyn Any + Send>)
        };
        let (answer, answered) = oneshot::channel();
        let job = Job { work: Box::new(work), secrets, answer };
        self.inner.jobs.try_send(job).map_err(|_| unavailable())?;
        let (done, receipt) = answered.await.unwrap_or_else(|_| Err(unavailable()))?;
        let done = done.downcast::<R>().map_err(|_| Problem::internal())?; // it is what the work above boxed
        Ok((*done, receipt))
    }

    /// What has to be done each minute: the first entry, a heartbeat, the hours that are over.
    ///
    /// # Errors
    /// As [`Log::append`].
    pub async fn tidy(&self) -> Result<(), Problem> {
        self.ready()?;
        self.inner.secrets.wipe_stale();
        let state = self.state().await?;
        if state.size == 0 {
            self.append(self.first()).await?;
        }
        self.tell_openings().await?;
        let quiet = self.inner.clock.now().as_microsecond() - self.state().await?.newest;
        if quiet >= HEARTBEAT {
            self.append(Draft::of(ledger::Kind::Heartbeat)).await?;
        }
        Ok(())
    }

    /// Which controls work.
    pub(crate) fn controls(&self) -> Controls {
        self.inner.secrets.controls()
    }

    /// Forgets what is unwrapped of a tenant's secrets.
    pub(crate) fn forget(&self, tenant: TenantId) {
        self.inner.secrets.forget(tenant);
    }

    /// Completes when every configured witness has been asked about the newest checkpoint; for tests and the end.
    pub async fn push_now(&self) {
        self.inner.witnesses.push().await;
    }

    fn first(&self) -> Draft {
        Draft::of(ledger::Kind::LogKey).key(self.inner.key.clone())
    }

    pub(crate) async fn state(&self) -> Result<rows::LogState, Problem> {
        let state = self.inner.store.read("log-state", rows::state).await?;
        state.ok_or_else(Problem::internal)
    }
}

/// Adds to the copy outside of the database what it lacks: the program, or the machine, ended between the two.
async fn fill_mirror(store: &Store, seen: &dyn Seen, size: i64) -> Result<(), Problem> {
    const AT_ONCE: i64 = 4096;
    let Some(mut from) = seen.mirrored().map(u64::cast_signed) else { return Ok(()) };
    while from < size {
        let until = size.min(from + AT_ONCE);
        let entries = store.read("fill-log-mirror", move |tx| rows::entries(tx, from, until)).await?;
        seen.mirror(from.cast_unsigned(), &entries);
        from = until;
    }
    Ok(())
}

/// Nothing may be released.
pub(crate) fn unavailable() -> Problem {
    let why = "The transparency log cannot be written, so nothing that it must tell of is released. Try again later.";
    Problem::new(503, Code(0), "log_unavailable", why).retry_after(10)
}
