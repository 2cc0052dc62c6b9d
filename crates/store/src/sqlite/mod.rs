//! The SQLite engine: one writer thread with group commit, readers on the calling thread.
//!
//! Group commit: the writer runs a waiting closure, and every further one that has queued up meanwhile (at
//! most [`GROUP`]), inside one transaction; then it commits once and only then answers all. A caller that has its
//! answer has it on disk. An error undoes its closure alone: mostly there is nothing to undo, because what refuses
//! does so before it writes; where there is, the group is undone and run again with a savepoint around each closure.
//! The log of what was committed is copied into the file beside it (`checkpoint`).

mod checkpoint;
mod readers;
mod session;

use crate::job::{Job, run_caught};
use crate::queue::Queue;
use crate::tx::{Engine, Fault, Mark, Mode, Reach, Verdict};
use crate::{StoreError, Tx};
use checkpoint::Checkpoints;
use readers::Readers;
pub(crate) use session::SqliteSession;
use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

/// Closures in one commit: beyond this the commit's share of the cost is small and waiting grows.
const GROUP: usize = 64;
/// Transactions that may wait before callers are told to come back.
const QUEUE: usize = 4096;
/// Scanning reads at the same time, so that they cannot take all processors from the point reads.
const SCANS: usize = 4;

pub(crate) struct Sqlite {
    path: PathBuf,
    queue: Arc<Queue<Box<dyn Job>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    checkpoints: Arc<Checkpoints>,
    readers: Arc<Readers>,
    scanning: RwLock<HashSet<&'static str>>,
    scans: Arc<tokio::sync::Semaphore>,
    /// The file once more, for the checkpoints. It goes last, after all connections are closed: with any handle of a
    /// file that is closed a process loses all the locks it has on it, SQLite's too.
    _file: Arc<File>,
}

impl Sqlite {
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let checkpoints = Arc::new(Checkpoints::new());
        let writer = Tx::new(Engine::Sqlite(SqliteSession::open_writer(path, Arc::clone(&checkpoints))?));
        let queue = Arc::new(Queue::new(QUEUE));
        let readers = Arc::new(Readers::new(path));
        let (jobs, others) = (Arc::clone(&queue), Arc::clone(&readers));
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || write_groups(writer, &jobs, &others))
            .map_err(|error| StoreError::Unavailable(format!("cannot start the writer thread: {error}")))?;
        let file = File::open(path).map(Arc::new);
        let file =
            file.map_err(|error| StoreError::Unavailable(format!("cannot open the store: {error}")))?;
        let copier = checkpoint::start(path, Arc::clone(&file), Arc::clone(&checkpoints))?;
        Ok(Self {
            path: path.to_owned(),
            queue,
            threads: Mutex::new(vec![copier, thread]),
            checkpoints,
            readers,
            scanning: RwLock::new(HashSet::new()),
            scans: Arc::new(tokio::sync::Semaphore::new(SCANS)),
            _file: file,
        })
    }

    pub fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue.push(job)
    }

    /// Runs a read on this thread. None: it scans and has to run on a thread for that.
    pub fn read_inline<R, E: From<StoreError>>(
        &self,
        name: &'static str,
        work: &dyn Fn(&mut Tx) -> Result<R, E>,
    ) -> Option<Result<R, E>> {
        let known = self.scanning.read().unwrap_or_else(PoisonError::into_inner).contains(name);
        if known {
            return None;
        }
        let outcome = self.read(name, Mode::ReadInline, work);
        if outcome.is_none() {
            self.scanning.write().unwrap_or_else(PoisonError::into_inner).insert(name);
        }
        outcome
    }

    /// Runs a read that may take its time on this thread.
    pub fn read_slow<R, E: From<StoreError>>(
        &self,
        name: &'static str,
        work: &dyn Fn(&mut Tx) -> Result<R, E>,
    ) -> Result<R, E> {
        // Only inline reads are turned away, so there is an outcome; the error is for the type alone.
        self.read(name, Mode::Read, work).unwrap_or_else(|| Err(StoreError::Busy.into()))
    }

    /// The permit a scanning read holds while it runs.
    pub async fn scan_permit(&self) -> Result<tokio::sync::OwnedSemaphorePermit, StoreError> {
        Arc::clone(&self.scans).acquire_owned().await.map_err(|_| StoreError::Closed)
    }

    fn read<R, E: From<StoreError>>(
        &self,
        name: &'static str,
        mode: Mode,
        work: &dyn Fn(&mut Tx) -> Result<R, E>,
    ) -> Option<Result<R, E>> {
        let mut reader = match self.readers.take(mode, name) {
            Ok(reader) => reader,
            Err(error) => return Some(Err(error.into())),
        };
        let outcome = run_caught(name, work, &mut reader.tx);
        let verdict = reader.tx.verdict(outcome.is_ok());
        if matches!(verdict, Verdict::Broken(_)) {
            reader.end();
        }
        self.readers.give_back(reader);
        match (outcome, verdict) {
            (_, Verdict::Broken(fault)) if fault.reach == Reach::Elsewhere => None,
            (Ok(_), Verdict::Broken(fault)) => Some(Err(fault.error.into())),
            (outcome, _) => Some(outcome),
        }
    }

    /// Ends what readers keep, as a commit does.
    #[cfg(any(test, feature = "testing"))]
    pub fn forget_snapshots(&self) {
        self.readers.committing();
        self.readers.committed();
    }

    /// Copies the write-ahead log into the file and empties it, so that no older state of a page is left in it.
    pub fn scrub(&self) -> Result<(), StoreError> {
        self.readers.committing(); // a kept snapshot would hold the log
        let emptied = checkpoint::empty(&self.path);
        self.readers.committed();
        emptied
    }

    /// Runs what is queued, then closes all connections. Later calls find the store closed.
    pub fn close(&self) {
        self.checkpoints.close();
        self.queue.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        self.readers.close();
        threads.into_iter().for_each(crate::join);
    }
}

/// The writer thread.
fn write_groups(mut tx: Tx, jobs: &Queue<Box<dyn Job>>, readers: &Readers) {
    while let Some(first) = jobs.next() {
        write_group(&mut tx, first, jobs, readers);
    }
    if let Engine::Sqlite(session) = tx.engine() {
        session.tidy();
    }
}

fn write_group(tx: &mut Tx, first: Box<dyn Job>, jobs: &Queue<Box<dyn Job>>, readers: &Readers) {
    if let Err(fault) = tx.begin(Mode::Write, first.name(), false) {
        first.answer(Err(fault.error));
        return;
    }
    let mut done = Vec::new();
    let mut careful = false;
    let mut next = Some(first);
    while let Some(mut job) = next {
        if job.is_abandoned() {
            job.answer(Err(StoreError::Closed));
        } else {
            let ran = run_one(tx, job.as_mut(), careful);
            done.push((job, None));
            let ran = match ran {
                Err(Stopped::Carefully) => {
                    careful = true;
                    run_again(tx, &mut done)
                }
                ran => ran.map(|refused| note(&mut done, refused)),
            };
            if let Err(stopped) = ran {
                tx.roll_back();
                return answer(done, &Err(stopped.error()));
            }
        }
        next = if done.len() < GROUP { jobs.next_waiting() } else { None };
    }
    readers.committing();
    let committed = tx.commit().map_err(|fault| {
        tx.roll_back();
        tracing::error!(error = %fault.error, "commit failed; {} transactions undone", done.len());
        fault.error
    });
    readers.committed();
    answer(done, &committed);
}

/// A closure that ran, and the error that the engine refused it with, if it did.
type Done = (Box<dyn Job>, Option<StoreError>);

/// Why a group cannot go on.
enum Stopped {
    /// Its transaction is gone.
    Lost(StoreError),
    /// A closure has to be undone alone, and no savepoint was set.
    Carefully,
}

impl Stopped {
    fn error(self) -> StoreError {
        match self {
            Self::Lost(error) => error,
            Self::Carefully => StoreError::Busy, // not after a run with savepoints
        }
    }
}

/// Runs one closure. Some: it was undone because the engine refused a statement of it. None: it was kept, or undone
/// because it answered an error, which the job holds itself.
fn run_one(tx: &mut Tx, job: &mut dyn Job, careful: bool) -> Result<Option<StoreError>, Stopped> {
    let lost = |fault: Fault| Stopped::Lost(fault.error);
    tx.start(job.mode(), job.name(), careful);
    let careful = tx.is_careful();
    if careful {
        tx.mark(Mark::Set).map_err(lost)?;
    }
    let (mark, refused) = match job.run(tx) {
        Verdict::Keep => (Mark::Release, None),
        Verdict::Undo => (Mark::RollBack, None),
        Verdict::Broken(fault) if fault.reach == Reach::Savepoint => (Mark::RollBack, Some(fault.error)),
        Verdict::Broken(fault) if fault.reach == Reach::Carefully => return Err(Stopped::Carefully),
        Verdict::Broken(fault) => return Err(Stopped::Lost(fault.error)),
    };
    if careful {
        tx.mark(mark).map_err(lost)?;
    } else if matches!(mark, Mark::RollBack) && tx.has_written() {
        return Err(Stopped::Carefully);
    }
    Ok(refused)
}

/// Undoes the group and runs it again, with savepoints.
fn run_again(tx: &mut Tx, done: &mut [Done]) -> Result<(), Stopped> {
    tx.roll_back();
    tx.begin(Mode::Write, "again", true).map_err(|fault| Stopped::Lost(fault.error))?;
    for (job, refused) in done {
        *refused = run_one(tx, job.as_mut(), true)?;
    }
    Ok(())
}

fn note(done: &mut [Done], refused: Option<StoreError>) {
    if let Some((_, last)) = done.last_mut() {
        *last = refused;
    }
}

fn answer(done: Vec<Done>, committed: &Result<(), StoreError>) {
    for (job, refused) in done {
        job.answer(refused.map_or_else(|| committed.clone(), Err));
    }
}
