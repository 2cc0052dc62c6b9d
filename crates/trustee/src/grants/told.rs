//! What the log is told, and that it was told.
//!
//! Invariants: an entry is noted in the transaction of what it tells, and reaches the log in the order of the notes; a
//! use is released only when every note up to its own is in the log.

use access::{Effect, State};
use kernel::{Problem, TenantId};
use std::sync::Arc;
use store::Tx;
use store::trustee::access as book;

use super::Grants;
use super::book::Loaded;
use crate::controls::{Control, Controls};
use crate::ports::{Answered, LogEntry};
use crate::telling::{Note, Teller};

/// Notes brought to the log at once.
pub(super) const ROUND: u32 = 200;

/// What is noted besides the request itself.
pub(super) struct About<'a> {
    pub(super) actor: &'a str,
    pub(super) operation: &'a str,
    /// The how-manieth use; 0 where it is about none.
    pub(super) number: u32,
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) details: serde_json::Value,
}

impl<'a> About<'a> {
    pub(super) fn actor(actor: &'a str) -> Self {
        Self { actor, operation: "", number: 0, rows: 0, bytes: 0, details: serde_json::Value::Null }
    }
}

/// What notes entries within transactions.
#[derive(Clone)]
pub(crate) struct Noting {
    controls: Controls,
    teller: Teller,
}

impl Noting {
    pub(crate) const fn new(controls: Controls, teller: Teller) -> Self {
        Self { controls, teller }
    }

    pub(super) const fn controls(&self) -> Controls {
        self.controls
    }

    /// Notes one entry, in the transaction of what it tells.
    pub(super) fn note(
        &self,
        tx: &mut Tx,
        loaded: &Loaded,
        kind: &str,
        to: State,
        about: &About<'_>,
    ) -> Result<(), Problem> {
        let note = Note {
            kind: kind.to_owned(),
            tenant: loaded.row.tenant.clone(),
            grant: loaded.row.id.clone(),
            actor: about.actor.to_owned(),
            operation: about.operation.to_owned(),
            classes: loaded.request.scope.classes.iter().cloned().collect(),
            number: about.number,
            rows: about.rows,
            bytes: about.bytes,
            from: loaded.grant.state.name().to_owned(),
            to: to.name().to_owned(),
            reason: loaded.request.reason.name().to_owned(),
            at: 0,
            details: about.details.clone(),
            digests: Vec::new(),
        };
        self.teller.note(tx, note)
    }

    /// [`Noting::note`] for what a step of the state machine asks to be logged.
    pub(super) fn note_effects(
        &self,
        tx: &mut Tx,
        loaded: &Loaded,
        effects: &[Effect],
        to: State,
        about: &About<'_>,
    ) -> Result<(), Problem> {
        for effect in effects {
            if let Effect::Log(entry) = effect {
                self.note(tx, loaded, entry.name(), to, about)?;
            }
        }
        Ok(())
    }
}

/// What is not in the log yet, in its order; no more than [`ROUND`].
pub(super) fn waiting(tx: &mut Tx) -> Result<Vec<LogEntry>, Problem> {
    let rows = book::unlogged(tx, ROUND)?.into_iter();
    let entry = |(id, body): (String, String)| {
        let note: Note = serde_json::from_str(&body).map_err(|_| Problem::internal())?;
        note.entry(id)
    };
    rows.map(entry).collect()
}

fn untold(error: &Problem) -> Problem {
    tracing::warn!(%error, "the transparency log takes no entry");
    access::Refusal::LogUnavailable.into()
}

impl Grants {
    /// Brings every note to the log. 503 where that cannot be done: the notes stay.
    pub(crate) async fn tell(&self) -> Result<(), Problem> {
        let _one = self.telling.lock().await;
        loop {
            let waiting = self.store.try_read("unlogged", waiting).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            let logbook = self.logbook.as_ref().ok_or(access::Refusal::LogUnavailable)?;
            for entry in waiting {
                logbook.append(entry).await.map_err(|error| untold(&error))?;
            }
        }
    }

    /// Carries out a change about a tenant; true when all notes, also its own, are in the log now, because that took the
    /// same durable step. Otherwise they are still to be told.
    pub(super) async fn at_once<R: Send + 'static>(
        &self,
        tenant: TenantId,
        name: &'static str,
        work: impl Fn(&mut Tx) -> Result<R, Problem> + Send + Sync + 'static,
    ) -> Result<(R, bool), Problem> {
        let work = Arc::new(work);
        let both = self.logbook.as_ref().filter(|log| log.stands() && self.controls.on(Control::LogFirst));
        if let Some(logbook) = both {
            let act = Arc::clone(&work);
            let act = move |tx: &mut Tx| act(tx).map(|done| Box::new(done) as Answered);
            if let Some((done, _)) = logbook.together(tenant, Box::new(act)).await? {
                let done = done.downcast::<R>().map_err(|_| Problem::internal())?; // it is what was boxed above
                return Ok((*done, true));
            }
        }
        let done = self.store.try_write(name, move |tx| work(tx)).await?;
        Ok((done, false))
    }

    /// [`Grants::tell`] where the act stands even if the log cannot be written now: acts that take rights away.
    pub(crate) async fn tell_later(&self) {
        if let Err(problem) = self.tell().await {
            tracing::warn!(slug = problem.slug, "entries wait for the transparency log");
        }
    }
}
