//! Whether the log may be written to: it must stand where it was last seen to stand, or further.

use kernel::{Code, Problem};
use ledger::{Checkpoint, Frontier, Refusal, SigningKey};
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::Store;
use store::trustee::log as rows;

/// What the program remembers of the log outside of the database, and where it keeps evidence.
pub trait Seen: Send + Sync {
    /// The checkpoint kept last.
    ///
    /// # Errors
    /// When it cannot be read; says what to do.
    fn last(&self) -> Result<Option<String>, String>;

    /// Keeps a checkpoint. Must not fail the caller: without it, only the comparison at the next start is weaker.
    fn keep(&self, note: &str);

    /// Keeps the first checkpoint of a new log, which another one's files still stand in the place of.
    fn keep_anew(&self, note: &str) {
        self.keep(note);
    }

    /// Keeps notes that contradict each other.
    fn evidence(&self, text: &str);

    /// How many entries the copy of the log outside of the database holds; none where there is no such copy.
    fn mirrored(&self) -> Option<u64> {
        None
    }

    /// Adds entries to the copy, the first at this place. Must not fail the caller: what is missing is added at the next
    /// start.
    fn mirror(&self, _first: u64, _entries: &[Vec<u8>]) {}
}

enum State {
    Open,
    Comparing,
    RolledBack,
}

pub(super) struct Gate(Mutex<State>);

impl Gate {
    /// Compares with what the program remembers; with witnesses, waits for their word too.
    pub(super) fn compare(
        state: &rows::LogState,
        seen: &dyn Seen,
        key: &SigningKey,
        witnessed: bool,
    ) -> Self {
        let behind = match seen.last() {
            Ok(None) => None,
            Ok(Some(last)) => is_behind(state, &last, key).err(),
            Err(why) => Some(Refusal::new("rollback_detected", why)),
        };
        if let Some(why) = behind {
            tracing::error!(%why, "the log was rolled back: the zone stays sealed");
            seen.evidence(&why.to_string());
            return Self(Mutex::new(State::RolledBack));
        }
        Self(Mutex::new(if witnessed { State::Comparing } else { State::Open }))
    }

    pub(super) fn ready(&self) -> Result<(), Problem> {
        match *self.state() {
            State::Open => Ok(()),
            State::Comparing => {
                let why = "The trustee zone is sealed until its log was compared with the witnesses. Try again later.";
                Err(Problem::new(503, Code(0), "sealed", why).retry_after(10))
            }
            State::RolledBack => {
                let why = "The trustee zone is sealed: its transparency log stands behind what was seen of it. Only \
                           the trustee's officers can end this.";
                Err(Problem::new(503, Code(0), "rollback_detected", why))
            }
        }
    }

    /// Enough witnesses agree.
    pub(super) fn open(&self) {
        let mut state = self.state();
        if matches!(*state, State::Comparing) {
            *state = State::Open;
        }
    }

    /// A witness has seen more, or something else.
    pub(super) fn close(&self) {
        *self.state() = State::RolledBack;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the log stands; it begins when there is none.
pub(super) async fn begin(store: &Store, key: &SigningKey) -> Result<rows::LogState, Problem> {
    let empty = Frontier::empty();
    let origin = key.public().name().to_owned();
    let checkpoint = Checkpoint { origin, size: 0, root: empty.root() };
    let note = checkpoint.sign(key).map_err(|why| broken(&why))?;
    let begin = move |tx: &mut store::Tx| {
        rows::begin(tx, &Frontier::empty().to_bytes(), &note)?;
        rows::state(tx)
    };
    let state = store.write("begin-log", begin).await?.ok_or_else(Problem::internal)?;
    let known = [key.public().clone()];
    let (checkpoint, _) =
        Checkpoint::open(state.checkpoint.as_bytes(), &known, &[]).map_err(|why| broken(&why))?;
    let edge = Frontier::from_bytes(state.size.cast_unsigned(), &state.edge).map_err(|why| broken(&why))?;
    if checkpoint.size != edge.size() || checkpoint.root != edge.root() {
        return Err(broken(&Refusal::new(
            "wrong_root",
            "the tree in the store is not the one that was signed",
        )));
    }
    Ok(state)
}

fn broken(why: &Refusal) -> Problem {
    tracing::error!(%why, "the store's log does not belong to this key, or was changed");
    Problem::new(503, Code(0), "log_unavailable", format!("The transparency log cannot be opened ({why})."))
}

/// Whether the log stands behind a checkpoint that was kept. That it also grew out of it is for the witnesses and for
/// readers to see: it takes the whole tree.
fn is_behind(state: &rows::LogState, last: &str, key: &SigningKey) -> Result<(), Refusal> {
    let known = [key.public().clone()];
    let (last, _) = Checkpoint::open(last.as_bytes(), &known, &[])?;
    let (now, _) = Checkpoint::open(state.checkpoint.as_bytes(), &known, &[])?;
    if now.size < last.size || now.size == last.size && now.root != last.root {
        return Err(Refusal::new("rollback_detected", format!("the store has {now}, but there was {last}")));
    }
    Ok(())
}
