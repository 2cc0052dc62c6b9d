//! Grants: what somebody of the operator asks to see, who agreed, and what was opened.
//!
//! One file, one part: what is loaded for every act (`book`), asking (`submit`), deciding (`decide`), everything else that
//! happens to a request (`acts`), one use from its proof to its release (`usage`, `proved`), watching (`watch`), what the log is
//! told (`told`, `ledgered`), what ends with a person (`void`), which rules stand (`rules`, `changes`), what everything
//! rests on (`sound`), what a supervisor sees (`live`), what authors of tickets release (`releases`), and the operations of the contract (`desk`).
//!
//! Invariants: every act reads the request, the decisions and the persons anew, in the transaction that changes it, and
//! commits by compare-and-set together with its entry for the log; votes count only while their signatures are over the
//! text as it is stored at that moment; nothing is released before the entry of its use is durable in the log, nor
//! after the call that took the grant back has returned; a zone without a log releases nothing.
//!
//! Deliberately absent: the rules themselves (`access`).

mod acts;
mod book;
mod changes;
mod decide;
mod desk;
mod ledgered;
mod live;
mod proved;
mod releases;
mod reviews;
mod rules;
mod sound;
mod submit;
mod told;
mod usage;
mod void;
mod watch;

use access::{Policy, Refusal, RequestId};
use kernel::{Clock, Code, Entropy, Ids, Micros, Problem};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::Store;

use crate::assurance::Assurance;
use crate::controls::{Control, Controls};
use crate::ports::Logbook;
use crate::telling::Teller;
use live::Live;
use proved::Proved;
pub(crate) use rules::Rules;

pub(crate) use book::who;
pub(crate) use decide::{prepared, signed_by};
pub(crate) use desk::{HANDLED, serve};
pub(crate) use ledgered::alias;
pub(crate) use told::Noting;
pub(crate) use usage::{Begun, Telling};
pub(crate) use void::void;

/// Acts on one request happen one after the other; so many locks are shared by all.
const TURNS: usize = 64;
/// A clock that is this much behind what it has shown before cannot be trusted.
const CLOCK_BACK: Micros = 5_000_000;

/// The book of grants.
pub(crate) struct Grants {
    pub(crate) store: Store,
    rules: Arc<Rules>,
    pub(crate) assurance: Arc<Assurance>,
    live: Live,
    proved: Arc<Proved>,
    teller: Teller,
    pub(crate) logbook: Option<Arc<dyn Logbook>>,
    pub(crate) origin: String,
    pub(crate) controls: Controls,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    turns: Vec<tokio::sync::Mutex<()>>,
    telling: tokio::sync::Mutex<()>,
    hasher: RandomState,
    pub(crate) noting: Noting,
    latest: AtomicI64,
    changed: tokio::sync::Notify,
}

/// What the book of grants is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) policy: Arc<Policy>,
    pub(crate) logbook: Option<Arc<dyn Logbook>>,
    pub(crate) origin: String,
    pub(crate) controls: Controls,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) teller: Teller,
    pub(crate) assurance: Arc<Assurance>,
}

impl Grants {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { store, policy, logbook, origin, controls, clock, entropy, teller, assurance } = parts;
        let noting = Noting::new(controls, teller.clone());
        Self {
            store,
            rules: Arc::new(Rules::new(policy, controls)),
            assurance,
            live: Live::default(),
            proved: Arc::default(),
            teller,
            logbook,
            origin,
            controls,
            clock,
            entropy,
            turns: (0..TURNS).map(|_| tokio::sync::Mutex::new(())).collect(),
            telling: tokio::sync::Mutex::new(()),
            hasher: RandomState::new(),
            noting,
            latest: AtomicI64::new(i64::MIN),
            changed: tokio::sync::Notify::new(),
        }
    }

    /// Which rules stand.
    pub(crate) const fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// The present, and whether the clock can be trusted: it has not gone back.
    fn now(&self) -> (Micros, bool) {
        let now = self.clock.now().as_microsecond();
        let latest = self.latest.fetch_max(now, Ordering::SeqCst);
        let trusted = now >= latest.saturating_sub(CLOCK_BACK) || !self.controls.on(Control::ClockBack);
        (now, trusted)
    }

    fn ids(&self) -> Ids<'_> {
        Ids { clock: &*self.clock, entropy: &*self.entropy }
    }

    /// Waits for its turn to act on a request.
    async fn turn(&self, id: RequestId) -> tokio::sync::MutexGuard<'_, ()> {
        let at = self.hasher.hash_one(id.0) % self.turns.len() as u64;
        self.turns[usize::try_from(at).unwrap_or(0)].lock().await // below the count of locks
    }
}

fn unknown() -> Problem {
    contract::errors::not_found("There is no such request that concerns you.")
}

fn refused<T>(refusal: Refusal) -> Result<T, Problem> {
    Err(refusal.into())
}

fn fault(slug: &'static str, status: u16, text: &str) -> Problem {
    Problem::new(status, Code(0), slug, text)
}
