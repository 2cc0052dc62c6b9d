//! A closure on its way to the thread that runs it, and its answer on the way back.

use crate::tx::{Mode, Verdict};
use crate::{StoreError, Tx};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// A transaction waiting to be run; its types are erased.
pub(crate) trait Job: Send {
    fn name(&self) -> &'static str;
    fn mode(&self) -> Mode;
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// Runs the closure and keeps its outcome. May be called again after the transaction was undone.
    fn run(&mut self, tx: &mut Tx) -> Verdict;
    /// Sends the outcome, or the error that took its place.
    fn answer(self: Box<Self>, fate: Result<(), StoreError>);
}

pub(crate) struct Closure<F, R, E> {
    name: &'static str,
    mode: Mode,
    work: F,
    outcome: Option<Result<R, E>>,
    reply: oneshot::Sender<Result<R, E>>,
}

/// A job and the end at which its answer arrives.
pub(crate) fn job<F, R, E>(
    name: &'static str,
    mode: Mode,
    work: F,
) -> (Box<dyn Job>, oneshot::Receiver<Result<R, E>>)
where
    F: Fn(&mut Tx) -> Result<R, E> + Send + 'static,
    R: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    (Box::new(Closure { name, mode, work, outcome: None, reply }), answer)
}

impl<F, R, E> Job for Closure<F, R, E>
where
    F: Fn(&mut Tx) -> Result<R, E> + Send,
    R: Send,
    E: From<StoreError> + Send,
{
    fn name(&self) -> &'static str {
        self.name
    }

    fn mode(&self) -> Mode {
        self.mode
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run(&mut self, tx: &mut Tx) -> Verdict {
        let outcome = run_caught(self.name, &self.work, tx);
        let verdict = tx.verdict(outcome.is_ok());
        self.outcome = Some(outcome);
        verdict
    }

    fn answer(self: Box<Self>, fate: Result<(), StoreError>) {
        let answer = match (fate, self.outcome) {
            // A closure that answered an error keeps it, whatever became of its company in the group.
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(Ok(done))) => Ok(done),
            (Err(error), _) => Err(error.into()),
            (Ok(()), None) => Err(StoreError::Closed.into()),
        };
        drop(self.reply.send(answer)); // the caller may have gone
    }
}

/// Runs a closure; a panic becomes its error.
pub(crate) fn run_caught<R, E: From<StoreError>>(
    name: &'static str,
    work: &dyn Fn(&mut Tx) -> Result<R, E>,
    tx: &mut Tx,
) -> Result<R, E> {
    // Unwind safety: the transaction is rolled back after a panic, so nothing half done is seen.
    catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(|_| Err(StoreError::Panicked(name).into()))
}
