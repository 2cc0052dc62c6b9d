//! The one task that writes: it takes all who wait, and carries them out in one transaction.

use kernel::{Clock, Problem};
use ledger::Level;
use std::any::Any;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use store::{Store, StoreError, Tx};
use tokio::sync::{mpsc, oneshot};

use super::gate::{Gate, Seen};
use super::growth::{Growth, GrowthContext, Pen};
use super::secrets::TenantSecrets;
use super::witnesses::Witnesses;
use super::{Receipt, unavailable};

/// Acts in one transaction.
const BATCH: usize = 1024;

type Done = Result<(Box<dyn Any + Send>, Receipt), Problem>;
pub(super) type Work =
    Box<dyn Fn(&mut Tx, &mut Pen<'_>) -> Result<Box<dyn Any + Send>, Problem> + Send + Sync>;

/// One act that waits.
pub(super) struct Job {
    pub(super) work: Work,
    pub(super) secrets: Vec<Arc<TenantSecrets>>,
    pub(super) answer: oneshot::Sender<Done>,
}

pub(super) struct Writer {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) gate: Arc<Gate>,
    pub(super) seen: Arc<dyn Seen>,
    pub(super) witnesses: Arc<Witnesses>,
    pub(super) context: Arc<GrowthContext>,
}

impl Writer {
    /// Writes until the last log handle is gone.
    pub(super) async fn run(self, mut waiting: mpsc::Receiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        while waiting.recv_many(&mut jobs, BATCH).await > 0 {
            self.carry_out(std::mem::take(&mut jobs)).await;
        }
    }

    async fn carry_out(&self, jobs: Vec<Job>) {
        let (mut batch, mut answers) = (Vec::with_capacity(jobs.len()), Vec::with_capacity(jobs.len()));
        for Job { work, secrets, answer } in jobs {
            batch.push((work, secrets));
            answers.push(answer);
        }
        let outcome = match self.gate.ready() {
            Ok(()) => self.commit(batch).await,
            Err(problem) => Err(problem),
        };
        match outcome {
            Ok(done) => {
                for (answer, done) in answers.into_iter().zip(done) {
                    let _ = answer.send(done); // whoever does not wait any more needs no answer
                }
            }
            Err(problem) => {
                for answer in answers {
                    let _ = answer.send(Err(problem.clone())); // as above
                }
            }
        }
    }

    async fn commit(&self, batch: Vec<(Work, Vec<Arc<TenantSecrets>>)>) -> Result<Vec<Done>, Problem> {
        let (batch, context, clock) = (Arc::new(batch), Arc::clone(&self.context), Arc::clone(&self.clock));
        let all = move |tx: &mut Tx| together(tx, &batch, &context, &*clock);
        let committed = self.store.write("write-log", all).await;
        let (done, note) = committed.map_err(|error| {
            tracing::error!(%error, "the log cannot be written");
            unavailable()
        })?;
        let Some(Grown { note, first, entries, level }) = note else { return Ok(done) };
        self.context.begun.store(true, Ordering::Relaxed);
        if let Some(level) = level {
            self.context.level.store(level as u8, Ordering::Relaxed);
        }
        self.seen.keep(&note);
        self.seen.mirror(first, &entries);
        self.witnesses.notify();
        self.witnesses.before_release(&note).await?;
        Ok(done)
    }
}

type Together = (Vec<Done>, Option<Grown>);

/// What a transaction added to the log.
#[derive(Clone)]
struct Grown {
    note: String,
    first: u64,
    entries: Vec<Vec<u8>>,
    /// The assurance level, if it changed.
    level: Option<Level>,
}

fn together(
    tx: &mut Tx,
    batch: &[(Work, Vec<Arc<TenantSecrets>>)],
    context: &GrowthContext,
    clock: &dyn Clock,
) -> Result<Together, StoreError> {
    let mut growth = Growth::begin(tx)?;
    let mut done = Vec::with_capacity(batch.len());
    if !context.begun.load(Ordering::Relaxed) && growth.size() > 0 {
        let forgotten = growth.forget_level(tx, clock.now().as_microsecond());
        forgotten.map_err(|problem| StoreError::Unavailable(problem.to_string()))?;
    }
    for (work, secrets) in batch {
        let before = growth.mark();
        let outcome = tx.nested(|tx| {
            let now = clock.now().as_microsecond();
            let mut pen = Pen { context, growth: &mut growth, secrets, now, last: None };
            let value = work(tx, &mut pen)?;
            Ok::<_, Problem>((value, pen.last))
        });
        if outcome.is_err() {
            growth.back_to(before); // what it noted is undone with it
        }
        done.push(outcome);
    }
    let note = growth.end(tx, context)?;
    let size = growth.size();
    let receipt = |(value, index)| (value, Receipt { index, size });
    let grown = note.map(|note| {
        let level = growth.level();
        let (first, entries) = growth.into_added();
        Grown { note, first, entries, level }
    });
    Ok((done.into_iter().map(|outcome| outcome.map(receipt)).collect(), grown))
}
