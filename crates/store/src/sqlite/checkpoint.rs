//! Copies the write-ahead log into the store's file on a thread of its own, so that no caller waits meanwhile.
//!
//! SQLite begins the log anew only when all of it was copied and nothing was added since. So the thread copies most
//! of it beside the writer, again and again until little is left, and brings it to disk; and the writer, after its next
//! commit, the little that came in the meantime.

use crate::StoreError;
use rusqlite::Connection;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// The log is copied from this many pages of 4 KiB on.
const BEGIN: i32 = 8000;
/// So many pages the writer may find to copy: half a millisecond.
const LITTLE: i64 = 64;
/// How often the thread looks for more before it leaves the rest to the writer.
const ROUNDS: usize = 6;
/// From here on the writer copies it itself: the thread does not keep up.
const TOO_LONG: i32 = 32_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing is to be done.
    Idle,
    /// The thread copies, or is about to.
    Copying,
    /// The thread is done; the writer has to copy the rest.
    Copied,
    /// The store closes.
    Closed,
}

/// What the writer and the thread tell each other.
pub(super) struct Checkpoints {
    state: Mutex<State>,
    changed: Condvar,
}

impl Checkpoints {
    pub fn new() -> Self {
        Self { state: Mutex::new(State::Idle), changed: Condvar::new() }
    }

    /// To be asked after each commit: whether the writer has to copy the log of this many pages itself.
    pub fn is_writers_turn(&self, pages: i32) -> bool {
        let mut state = self.lock();
        match *state {
            State::Idle if pages >= BEGIN => {
                *state = State::Copying;
                self.changed.notify_one();
                false
            }
            State::Copied => {
                *state = State::Idle;
                true
            }
            State::Copying => pages >= TOO_LONG,
            State::Idle | State::Closed => false,
        }
    }

    /// Ends the thread after what it is doing.
    pub fn close(&self) {
        *self.lock() = State::Closed;
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for something to copy; false when the store closes.
    fn wait(&self) -> bool {
        let waits = |state: &mut State| matches!(state, State::Idle | State::Copied);
        let state = self.changed.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
        *state == State::Copying
    }

    fn done(&self) {
        let mut state = self.lock();
        if *state == State::Copying {
            *state = State::Copied;
        }
    }
}

/// Starts the thread for the store in this file.
pub(super) fn start(
    path: &Path,
    file: Arc<File>,
    checkpoints: Arc<Checkpoints>,
) -> Result<JoinHandle<()>, StoreError> {
    let path: PathBuf = path.to_owned();
    std::thread::Builder::new()
        .name("store-checkpoint".to_owned())
        .spawn(move || run(&path, &file, &checkpoints))
        .map_err(|error| StoreError::Unavailable(format!("cannot start the checkpoint thread: {error}")))
}

fn run(path: &Path, file: &File, checkpoints: &Checkpoints) {
    let mut connection = None;
    while checkpoints.wait() {
        if let Err(error) = copy(path, &mut connection) {
            tracing::warn!(%error, "the write-ahead log could not be copied; the writer will");
        }
        // SQLite does this only after all was copied, which is in the writer's turn: it then finds little to do.
        if let Err(error) = file.sync_data() {
            tracing::warn!(%error, "the store's file could not be brought to disk; the writer will");
        }
        checkpoints.done();
    }
}

/// Copies as far as readers allow, until little is left. The connection is opened at the first use: most stores never
/// need it.
fn copy(path: &Path, connection: &mut Option<Connection>) -> rusqlite::Result<()> {
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(Connection::open(path)?),
    };
    let mut before = 0;
    for _ in 0..ROUNDS {
        let copied: i64 = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2))?;
        if copied - before < LITTLE {
            break;
        }
        before = copied;
    }
    Ok(())
}

/// Copies all of the log and empties it. Waits for readers and the writer as long as a connection waits for anybody.
pub(super) fn empty(path: &Path) -> Result<(), StoreError> {
    let emptied = || -> rusqlite::Result<i64> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(super::session::BUSY_TIMEOUT)?;
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
    };
    match emptied() {
        Ok(0) => Ok(()),
        Ok(_) => Err(StoreError::Busy),
        Err(error) => Err(StoreError::Unavailable(format!("the write-ahead log cannot be emptied: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thread_copies_first_and_the_writer_the_rest() {
        let checkpoints = Checkpoints::new();
        assert!(!checkpoints.is_writers_turn(BEGIN - 1));
        assert!(*checkpoints.lock() == State::Idle);
        assert!(!checkpoints.is_writers_turn(BEGIN));
        assert!(checkpoints.wait(), "there is something to copy");
        assert!(!checkpoints.is_writers_turn(TOO_LONG - 1), "the thread is at it");
        assert!(checkpoints.is_writers_turn(TOO_LONG), "the thread does not keep up");
        checkpoints.done();
        assert!(checkpoints.is_writers_turn(10), "the rest is the writer's");
        assert!(!checkpoints.is_writers_turn(10), "once");
        checkpoints.close();
        checkpoints.done();
        assert!(!checkpoints.wait());
    }
}
