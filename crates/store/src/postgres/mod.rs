//! The PostgreSQL engine: a bounded set of threads, one connection each.
//!
//! Writes run SERIALIZABLE and are run again when they collide, so both engines give the same promise: as if
//! one transaction ran after the other. Reads run on one snapshot (REPEATABLE READ, READ ONLY). A transaction
//! that has to undo a nested part of itself is run again with savepoints, which cost a round trip each. A transaction
//! whose connection breaks before COMMIT is run again on a new one; one whose connection breaks *during* COMMIT
//! is answered [`StoreError::Unknown`], because running it again could do it twice.

mod session;

use crate::job::Job;
use crate::queue::Queue;
use crate::tx::{Engine, Fault, Reach, Verdict};
use crate::{StoreError, Tx};
pub(crate) use session::PgSession;
pub use session::{Route, hosts_of};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Transactions that may wait before callers are told to come back.
const QUEUE: usize = 4096;
/// Runs of one transaction before the caller is told that it collides too often.
const ATTEMPTS: u32 = 24;
/// Collisions after which a transaction waits for its turn: those that have one run one after the other, so that
/// many writers of one row make way for each other however slow a commit is.
const TURN: u32 = 3;
/// Runs of one transaction whose connection was lost: the second one is on a new connection.
const CONNECTIONS: u32 = 3;

pub(crate) struct Postgres {
    queue: Arc<Queue<Box<dyn Job>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Postgres {
    pub fn open(url: &str, threads: usize, route: Option<&Route>) -> Result<Self, StoreError> {
        let mut first = PgSession::new(url, route.cloned())?;
        // Connecting runs an event loop of its own, which must not happen on a thread that runs one already.
        let first = std::thread::scope(|scope| scope.spawn(move || first.connect().map(|()| first)).join());
        let first = match first {
            Ok(Ok(session)) => session,
            Ok(Err(fault)) => return Err(fault.error),
            Err(_) => return Err(StoreError::Unavailable("connecting to PostgreSQL panicked".to_owned())),
        };
        let queue = Arc::new(Queue::new(QUEUE));
        let turns = Arc::new(Mutex::new(()));
        let mut sessions = vec![first];
        for _ in 1..threads.max(1) {
            sessions.push(PgSession::new(url, route.cloned())?);
        }
        let mut handles = Vec::new();
        for (number, session) in (0_u32..).zip(sessions) {
            let (jobs, turns) = (Arc::clone(&queue), Arc::clone(&turns));
            let handle = std::thread::Builder::new()
                .name(format!("store-{number}"))
                .spawn(move || work(Tx::new(Engine::Postgres(Box::new(session))), &jobs, &turns, number))
                .map_err(|error| StoreError::Unavailable(format!("cannot start a store thread: {error}")))?;
            handles.push(handle);
        }
        Ok(Self { queue, threads: Mutex::new(handles) })
    }

    pub fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue.push(job)
    }

    /// Runs what is queued, then closes all connections.
    pub fn close(&self) {
        self.queue.close();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        threads.into_iter().for_each(crate::join);
    }
}

fn work(mut tx: Tx, jobs: &Queue<Box<dyn Job>>, turns: &Mutex<()>, number: u32) {
    while let Some(mut job) = jobs.next() {
        if job.is_abandoned() {
            job.answer(Err(StoreError::Closed));
            continue;
        }
        let fate = run(&mut tx, job.as_mut(), turns, number);
        job.answer(fate);
    }
}

/// Runs a transaction until it is committed, refused or has had its attempts.
fn run(tx: &mut Tx, job: &mut dyn Job, turns: &Mutex<()>, number: u32) -> Result<(), StoreError> {
    let mut turn: Option<MutexGuard<'_, ()>> = None;
    let (mut collisions, mut losses, mut conflicts) = (0, 0, 0);
    let mut careful = false;
    loop {
        tx.has_met(conflicts > 0);
        let fault = match attempt(tx, job, careful) {
            Ok(()) => return Ok(()),
            Err(fault) => fault,
        };
        match (&fault.error, fault.reach) {
            (StoreError::Unknown(_), _) => return Err(fault.error),
            (_, Reach::Carefully) if !careful => careful = true,
            (_, Reach::Again) if collisions + 1 < ATTEMPTS => {
                collisions += 1;
                back_off(number, collisions);
                if collisions >= TURN && turn.is_none() {
                    turn = Some(turns.lock().unwrap_or_else(PoisonError::into_inner));
                }
            }
            (_, Reach::Again) => return Err(StoreError::Contended(job.name())),
            (_, Reach::Connection) if losses + 1 < CONNECTIONS => losses += 1,
            // A row that a neighbour inserted after our snapshot: seen on the second run.
            (StoreError::Conflict { .. }, _) if conflicts == 0 => conflicts += 1,
            _ => return Err(fault.error),
        }
    }
}

fn attempt(tx: &mut Tx, job: &mut dyn Job, careful: bool) -> Result<(), Fault> {
    tx.begin(job.mode(), job.name(), careful)?;
    match job.run(tx) {
        Verdict::Keep => tx.commit().map_err(|fault| {
            tx.roll_back();
            if fault.reach == Reach::Connection {
                return Fault { error: StoreError::Unknown(job.name()), reach: Reach::Connection };
            }
            fault
        }),
        Verdict::Undo => {
            tx.roll_back();
            Ok(()) // the job holds its own error
        }
        Verdict::Broken(fault) => {
            tx.roll_back();
            Err(fault)
        }
    }
}

/// Waits a little, each thread another time, so that colliding transactions drift apart.
fn back_off(number: u32, collisions: u32) {
    if collisions > 1 {
        let micros = u64::from(number % 8 + 1) * 100 * u64::from(collisions.min(8));
        std::thread::park_timeout(Duration::from_micros(micros));
    }
}
