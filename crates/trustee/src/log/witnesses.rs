//! Asking witnesses: each new checkpoint goes to all of them; with enough cosignatures it is published.
//!
//! Invariants: a cosignature counts only when it verifies and its time is the present; a witness that has seen more of
//! the log than there is, or something else, seals the zone.

use kernel::{Clock, Micros};
use ledger::{
    AddCheckpoint, Checkpoint, Cosigned, Policy, Quorum, SigningKey, VerifyingKey, prove_consistency,
};
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;
use store::trustee::log as rows;
use store::{Store, Tx};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::entries::{ReadError, nodes};
use super::gate::{Gate, Seen};
use super::unavailable;
use crate::controls::{Control, Controls};

/// What has not been cosigned is brought again after so long.
const AGAIN: Duration = Duration::from_secs(10);
/// How long an act waits for witnesses, where they must have seen it before anything is released.
const PATIENCE: Duration = Duration::from_secs(10);
/// How far a witness's clock may be ahead, and how old its answer.
const AHEAD: Micros = 60;
const BEHIND: Micros = 300;
/// How long a cosignature is fresh: longer than the log is ever silent.
const FRESH: Micros = 15 * 60 * 1_000_000;

/// A witness's answer: status and body.
pub type WitnessAnswer<'a> = Pin<Box<dyn Future<Output = Result<(u16, Vec<u8>), String>> + Send + 'a>>;

/// The way to a witness.
pub trait WitnessLink: Send + Sync {
    /// Posts a request to `add-checkpoint`. Must give up after some seconds.
    fn add_checkpoint(&self, body: String) -> WitnessAnswer<'_>;

    /// Whether its answers were seen to come from another machine.
    fn is_elsewhere(&self) -> bool {
        false
    }
}

/// Who must have seen a checkpoint.
pub struct Witnessing {
    /// Which cosignatures are enough.
    pub quorum: Quorum,
    /// The witnesses, and the way to each.
    pub links: Vec<(VerifyingKey, Arc<dyn WitnessLink>)>,
    /// Whether they must have seen an entry before what it tells of is released, rather than within a minute.
    pub before_release: bool,
}

impl Witnessing {
    /// Nobody.
    pub fn none() -> Self {
        Self { quorum: Quorum::None, links: Vec::new(), before_release: false }
    }
}

/// What of the log the asking of its witnesses needs.
pub(super) struct Around {
    pub(super) store: Store,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) gate: Arc<Gate>,
    pub(super) controls: Controls,
}

pub(super) struct Witnesses {
    policy: Policy,
    links: Vec<(VerifyingKey, Arc<dyn WitnessLink>)>,
    /// The size that each has seen last, as far as we know.
    sizes: Mutex<Vec<u64>>,
    /// When each has cosigned last, by our clock.
    cosigned: Mutex<Vec<Option<Micros>>>,
    before_release: bool,
    around: Around,
    seen: Arc<dyn Seen>,
    wake: Arc<Notify>,
    published: watch::Sender<u64>,
    pushing: tokio::sync::Mutex<()>,
}

/// What came of asking one witness.
enum Asked {
    Cosigned(String, Cosigned),
    /// It has seen what contradicts the log.
    Contradicts(String),
    /// Nothing that counts.
    Nothing(String),
}

impl Witnesses {
    pub(super) fn new(
        witnessing: Witnessing,
        around: Around,
        seen: Arc<dyn Seen>,
        key: &SigningKey,
    ) -> Arc<Self> {
        let Witnessing { quorum, links, before_release } = witnessing;
        Arc::new(Self {
            policy: Policy { quorum, ..Policy::of_log(key.public().clone()) },
            sizes: Mutex::new(vec![0; links.len()]),
            cosigned: Mutex::new(vec![None; links.len()]),
            links,
            before_release,
            around,
            seen,
            wake: Arc::default(),
            published: watch::Sender::new(0),
            pushing: tokio::sync::Mutex::default(),
        })
    }

    pub(super) fn keys(&self) -> Vec<VerifyingKey> {
        self.links.iter().map(|(key, _)| key.clone()).collect()
    }

    pub(super) fn are_there(&self) -> bool {
        !self.links.is_empty()
    }

    /// How many witnesses on other machines have cosigned lately. One that shows the log's own key is none.
    pub(super) fn fresh(&self) -> usize {
        let since = self.around.clock.now().as_microsecond() - FRESH;
        let cosigned = self.cosigned();
        let each = self.links.iter().zip(cosigned.iter());
        let foreign = |key: &VerifyingKey| self.policy.logs.iter().all(|log| log.public() != key.public());
        each.filter(|((key, link), at)| {
            at.is_some_and(|at| at >= since) && link.is_elsewhere() && foreign(key)
        })
        .count()
    }

    /// There is a new checkpoint.
    pub(super) fn notify(&self) {
        self.wake.notify_one();
    }

    /// Whether nothing is released before witnesses have seen it.
    pub(super) fn come_first(&self) -> bool {
        self.before_release && self.are_there() && self.around.controls.on(Control::WitnessFirst)
    }

    /// Waits until enough witnesses have seen this checkpoint, if the rules want that before anything is released.
    pub(super) async fn before_release(&self, note: &str) -> Result<(), kernel::Problem> {
        if !self.come_first() {
            return Ok(());
        }
        let size = Checkpoint::peek(note.as_bytes()).map_err(|_| unavailable())?.size;
        let mut published = self.published.subscribe();
        let waited = tokio::time::timeout(PATIENCE, published.wait_for(|seen| *seen >= size)).await;
        waited.map_err(|_| unavailable())?.map(|_| ()).map_err(|_| unavailable())
    }

    /// Brings the newest checkpoint to all witnesses, and publishes it when enough have cosigned.
    pub(super) async fn push(self: &Arc<Self>) {
        if !self.are_there() {
            return;
        }
        let _one_at_a_time = self.pushing.lock().await;
        let Ok(Some(state)) = self.around.store.read("log-state", rows::state).await else { return };
        let size = state.size.cast_unsigned();
        let mut asking = JoinSet::new();
        for place in 0..self.links.len() {
            let (all, note) = (Arc::clone(self), state.checkpoint.clone());
            asking.spawn(async move { all.ask(place, size, &note).await });
        }
        let (mut note, mut cosigned) = (state.checkpoint.clone(), Vec::new());
        while let Some(asked) = asking.join_next().await {
            match asked {
                Ok(Asked::Cosigned(line, one)) => {
                    note = Checkpoint::with_line(&note, &line);
                    cosigned.push(one);
                }
                Ok(Asked::Contradicts(why)) => {
                    tracing::error!(why, "a witness contradicts the log: the zone is sealed");
                    self.seen.evidence(&format!("{why}\n{}", state.checkpoint));
                    if self.around.controls.on(Control::WitnessWord) {
                        self.around.gate.close();
                    }
                }
                Ok(Asked::Nothing(why)) => tracing::warn!(why, "a witness has not cosigned"),
                Err(_) => tracing::error!("asking a witness panicked"),
            }
        }
        if self.policy.check(&cosigned).is_ok() {
            self.publish(state.size, note).await;
        }
    }

    async fn publish(&self, size: i64, note: String) {
        let publish = move |tx: &mut Tx| rows::publish(tx, size, &note);
        match self.around.store.write("publish-checkpoint", publish).await {
            Ok(_) => {
                self.around.gate.open();
                self.published.send_replace(size.cast_unsigned());
            }
            Err(error) => tracing::warn!(%error, "a cosigned checkpoint could not be published"),
        }
    }

    async fn ask(&self, place: usize, size: u64, note: &str) -> Asked {
        let (key, link) = &self.links[place];
        let nothing = |why: String| Asked::Nothing(format!("{}: {why}", key.name()));
        // Once with what we know, once with what the witness says.
        for _ in 0..2 {
            let old = self.sizes()[place];
            let Ok(body) = self.request(old, size, note).await else {
                return nothing("the proof for it cannot be made".to_owned());
            };
            let (status, answer) = match link.add_checkpoint(body).await {
                Ok(answered) => answered,
                Err(why) => return nothing(why),
            };
            match status {
                200 => return self.take(place, size, note, &answer).unwrap_or_else(nothing),
                409 => {
                    match std::str::from_utf8(&answer).ok().and_then(|text| text.trim_end().parse().ok()) {
                        Some(seen) if seen > size => {
                            return Asked::Contradicts(format!(
                                "{} has seen size {seen}, there is {size}",
                                key.name()
                            ));
                        }
                        Some(seen) if seen == size && seen == old => {
                            return Asked::Contradicts(format!(
                                "{} has seen another root of size {size}",
                                key.name()
                            ));
                        }
                        Some(seen) => self.sizes()[place] = seen,
                        None => return nothing("its answer to 409 is no size".to_owned()),
                    }
                }
                422 => {
                    let why = format!(
                        "{} has seen a log of size {old} from which this one has not grown",
                        key.name()
                    );
                    return Asked::Contradicts(why);
                }
                other => return nothing(format!("it answered {other}")),
            }
        }
        nothing("it changes its mind".to_owned())
    }

    async fn request(&self, old: u64, size: u64, note: &str) -> Result<String, ReadError> {
        let old = old.min(size);
        let prove = move |tx: &mut Tx| {
            prove_consistency(size, old, |level, from, count| nodes(tx, level, from, count))
        };
        let proof =
            if old == size { Vec::new() } else { self.around.store.try_read("prove-growth", prove).await? };
        Ok(AddCheckpoint { old, proof, checkpoint: note.to_owned() }.to_text())
    }

    /// Believes a cosignature only when it is one, of now.
    fn take(&self, place: usize, size: u64, note: &str, answer: &[u8]) -> Result<Asked, String> {
        let (key, _) = &self.links[place];
        if !self.around.controls.on(Control::Cosignature) {
            let line = String::from_utf8_lossy(answer).trim_end().to_owned();
            let cosigned = Cosigned { witness: key.clone(), at: self.around.clock.now().as_second() };
            return Ok(Asked::Cosigned(line, cosigned));
        }
        let lines = std::str::from_utf8(answer).map_err(|_| "its answer is not text".to_owned())?;
        let line = lines.lines().find(|line| {
            let one = Checkpoint::with_line(note, line);
            let opened = Checkpoint::open(one.as_bytes(), &self.policy.logs, std::slice::from_ref(key));
            opened.is_ok_and(|(_, signatures)| !signatures.witnesses.is_empty())
        });
        let line = line.ok_or_else(|| "its cosignature does not verify".to_owned())?;
        let one = Checkpoint::with_line(note, line);
        let opened = Checkpoint::open(one.as_bytes(), &self.policy.logs, std::slice::from_ref(key));
        let cosigned = opened.ok().and_then(|(_, mut signatures)| signatures.witnesses.pop());
        let cosigned = cosigned.ok_or_else(|| "its cosignature does not verify".to_owned())?;
        let now = self.around.clock.now().as_second();
        if !(now - BEHIND..=now + AHEAD).contains(&cosigned.at) {
            return Err("its clock and ours are too far apart".to_owned());
        }
        self.sizes()[place] = size;
        self.cosigned()[place] = Some(self.around.clock.now().as_microsecond());
        Ok(Asked::Cosigned(line.to_owned(), cosigned))
    }

    fn cosigned(&self) -> std::sync::MutexGuard<'_, Vec<Option<Micros>>> {
        self.cosigned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sizes(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings each new checkpoint to the witnesses until the log is closed.
pub(super) async fn keep_pushing(witnesses: Weak<Witnesses>) {
    let wake = match witnesses.upgrade() {
        Some(all) if all.are_there() => Arc::clone(&all.wake),
        _ => return,
    };
    loop {
        let Some(all) = witnesses.upgrade() else { return };
        all.push().await;
        drop(all);
        // Whether woken or not: what is not cosigned yet is brought again.
        let _ = tokio::time::timeout(AGAIN, wake.notified()).await;
    }
}
