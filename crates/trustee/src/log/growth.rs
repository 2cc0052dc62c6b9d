//! How the log grows within one transaction.

use kernel::{Code, Entropy, Micros, Problem};
use ledger::{
    Checkpoint, Digest, Entry, Frontier, Kind, Level, LevelChange, Refusal, SALT_LEN, SigningKey,
    record_hash, seal_detail,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use store::trustee::log as rows;
use store::{StoreError, Tx};

use super::draft::Draft;
use super::secrets::TenantSecrets;
use crate::controls::{Control, Controls};
use crate::keys::HOUSE;

/// Clocks are set back by so much without anybody meaning harm.
const BACKWARD: Micros = 5_000_000;

/// What stays the same from transaction to transaction.
pub(super) struct GrowthContext {
    pub(super) signer: Arc<SigningKey>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) level: Arc<AtomicU8>,
    /// Whether something was written since the start.
    pub(super) begun: AtomicBool,
    /// Whether a checkpoint is published without a witness.
    pub(super) publish: bool,
    pub(super) controls: Controls,
}

/// Where the log stands in the middle of a transaction.
pub(super) struct Growth {
    from: rows::LogState,
    edge: Frontier,
    newest: Micros,
    added: Vec<Vec<u8>>,
    /// The level since an entry of this transaction changed it.
    level: Option<Level>,
}

/// A place to go back to.
pub(super) struct Mark {
    edge: Frontier,
    newest: Micros,
    added: usize,
    level: Option<Level>,
}

impl Growth {
    pub(super) fn begin(tx: &mut Tx) -> Result<Self, StoreError> {
        let from = rows::state(tx)?.ok_or(StoreError::NoRow("log.STATE"))?;
        let edge = Frontier::from_bytes(from.size.cast_unsigned(), &from.edge)
            .map_err(|why| StoreError::Unavailable(why.to_string()))?;
        Ok(Self { newest: from.newest, from, edge, added: Vec::new(), level: None })
    }

    /// After a start nothing is measured yet. Where the log's last word is another level, it is told that it counts no
    /// more, before anything else; so the entries about the level are all its changes.
    pub(super) fn forget_level(&mut self, tx: &mut Tx, now: Micros) -> Result<(), Problem> {
        let Some((index, last)) = rows::last_level(tx)? else { return Ok(()) };
        let last = LevelChange::read(index.cast_unsigned(), &last).map(|change| change.to);
        let Some(last) = last.ok().filter(|last| *last != Level::L0) else { return Ok(()) };
        let change = Draft::of(Kind::Level).changing(last, Level::L0).because("start").entry;
        let change = change.at(now.max(self.newest));
        let bytes = change.to_bytes().map_err(|why| impossible(&why.to_string()))?;
        self.push(tx, bytes, change.time).map(|_| ())
    }

    /// The level since this transaction, if it changed.
    pub(super) const fn level(&self) -> Option<Level> {
        self.level
    }

    pub(super) fn size(&self) -> u64 {
        self.edge.size()
    }

    /// Where it stands now.
    pub(super) fn mark(&self) -> Mark {
        Mark { edge: self.edge.clone(), newest: self.newest, added: self.added.len(), level: self.level }
    }

    /// Forgets what came after a mark.
    pub(super) fn back_to(&mut self, mark: Mark) {
        (self.edge, self.newest, self.level) = (mark.edge, mark.newest, mark.level);
        self.added.truncate(mark.added);
    }

    /// What was added, and the place of the first.
    pub(super) fn into_added(self) -> (u64, Vec<Vec<u8>>) {
        (self.from.size.cast_unsigned(), self.added)
    }

    /// Adds an entry that is there already: its bytes, its hashes.
    pub(super) fn push(&mut self, tx: &mut Tx, bytes: Vec<u8>, time: Micros) -> Result<u64, Problem> {
        let (index, leaf) = (self.edge.size(), record_hash(&bytes));
        rows::add_entry(tx, index.cast_signed(), &bytes, &leaf.0)?;
        let complete = self.edge.push(leaf).map_err(|why| impossible(&why.to_string()))?;
        for node in complete {
            rows::add_node(tx, node.level, node.n.cast_signed(), &node.hash.0)?;
        }
        self.newest = time;
        self.added.push(bytes);
        Ok(index)
    }

    /// Signs where the log stands now; nothing when it did not grow.
    pub(super) fn end(&self, tx: &mut Tx, context: &GrowthContext) -> Result<Option<String>, StoreError> {
        let broken = |why: Refusal| StoreError::Unavailable(why.to_string());
        if self.edge.size() == self.from.size.cast_unsigned() {
            return Ok(None);
        }
        let origin = context.signer.public().name().to_owned();
        let checkpoint = Checkpoint { origin, size: self.edge.size(), root: self.edge.root() };
        let note = checkpoint.sign(&context.signer).map_err(broken)?;
        let to = rows::LogState {
            size: self.edge.size().cast_signed(),
            edge: self.edge.to_bytes(),
            newest: self.newest,
            checkpoint: note.clone(),
            ..self.from.clone()
        };
        if !rows::grow(tx, self.from.size, &to)? {
            return Err(StoreError::Unavailable("somebody else has written to the log".to_owned()));
        }
        if context.publish {
            rows::publish(tx, to.size, &note)?;
        }
        Ok(Some(note))
    }
}

/// Notes entries in the transaction of an act.
pub struct Pen<'a> {
    pub(super) context: &'a GrowthContext,
    pub(super) growth: &'a mut Growth,
    pub(super) secrets: &'a [Arc<TenantSecrets>],
    pub(super) now: Micros,
    pub(super) last: Option<u64>,
}

impl Pen<'_> {
    /// The time that entries of this act carry.
    ///
    /// # Errors
    /// 503 `clock_untrusted` when the clock went back behind the newest entry.
    pub fn now(&self) -> Result<Micros, Problem> {
        if self.now < self.growth.newest - BACKWARD {
            let why =
                "The trustee's clock went back, so nothing is logged and nothing released until it is right.";
            return Err(Problem::new(503, Code(0), "clock_untrusted", why).retry_after(60));
        }
        Ok(self.now.max(self.growth.newest))
    }

    /// Notes an entry; answers its place in the log, which counts when the act commits.
    ///
    /// # Errors
    /// When the draft says something that no entry can, names a tenant that the act did not, or the store fails.
    pub fn note(&mut self, tx: &mut Tx, draft: &Draft) -> Result<u64, Problem> {
        let owner = draft.tenant.unwrap_or(HOUSE);
        let secrets = self.secrets.iter().find(|secrets| secrets.tenant == owner).cloned();
        let secrets = secrets.ok_or_else(|| impossible("the act did not name the entry's tenant"))?;
        let sealed = self.seal(draft, &secrets)?;
        let mut entry = self.entry(draft, &secrets)?;
        entry.detail = sealed.as_deref().map(Digest::of);
        let index = self.growth.edge.size();
        if draft.tenant.is_some() || sealed.is_some() {
            let counter = rows::count(tx, owner)?;
            if draft.tenant.is_some() {
                let mut tag = secrets.tags.tag(counter.cast_unsigned());
                if !self.context.controls.on(Control::SecretTags) {
                    // As it would be without much thought: a pseudonym of the tenant, and a number.
                    tag.0[..24].copy_from_slice(&secrets.tags.tag(u64::MAX).0[..24]);
                }
                entry.tag = Some(tag);
            }
            rows::add_detail(tx, owner, counter, index.cast_signed(), sealed.as_deref())?;
        }
        let bytes = entry.to_bytes().map_err(|why| impossible(&why.to_string()))?;
        self.growth.push(tx, bytes, entry.time)?;
        if entry.kind == Kind::Level {
            self.growth.level = entry.level;
        }
        self.last = Some(index);
        Ok(index)
    }

    fn entry(&self, draft: &Draft, secrets: &TenantSecrets) -> Result<Entry, Problem> {
        if let Some(wrong) = &draft.wrong {
            return Err(impossible(&wrong.to_string()));
        }
        let level = Level::ALL.get(usize::from(self.context.level.load(Ordering::Relaxed))).copied();
        Ok(Entry {
            actor: draft.actor.as_deref().map(|fingerprint| secrets.tags.alias(fingerprint)),
            level: draft.entry.level.or(self.growth.level).or(level),
            ..draft.entry.clone().at(self.now()?)
        })
    }

    /// The sealed details. Those of a tenant whose keys are destroyed are nobody's any more, and are not kept.
    fn seal(&self, draft: &Draft, secrets: &TenantSecrets) -> Result<Option<Vec<u8>>, Problem> {
        let (Some(detail), Some(secret)) = (&draft.detail, &secrets.details) else { return Ok(None) };
        let plain = ledger::canonical(detail).map_err(|why| impossible(&why.to_string()))?;
        let mut salt = [0; SALT_LEN];
        self.context.entropy.fill(&mut salt);
        let sealed =
            seal_detail(secret, salt, plain.as_bytes()).map_err(|why| impossible(&why.to_string()))?;
        Ok(Some(sealed))
    }
}

/// A caller asked for an entry that cannot be. A mistake of ours.
fn impossible(why: &str) -> Problem {
    tracing::error!(why, "an entry of the log cannot be written");
    Problem::internal()
}
