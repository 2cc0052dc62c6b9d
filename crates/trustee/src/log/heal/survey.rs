//! What a restored store lacks, and what the copy of the log says about it.
//!
//! Invariant: a copy counts only when it begins with the store's own log, holds the log that was seen last, and is signed
//! by the log's key.

use access::State;
use kernel::{Micros, Problem, TenantId};
use ledger::{Alias, Checkpoint, Entry, Kind, Memory, SigningKey, Tag, TagKey, record_hash};
use std::collections::{BTreeMap, HashMap};
use store::Tx;
use store::trustee::{access as requests, log as rows};

use super::super::gate;
use super::statement::Statement;
use super::{Heal, refused, unbelieved};
use crate::controls::Control;

/// A copy of the log.
pub struct Tail {
    /// All entries from the first.
    pub entries: Vec<Vec<u8>>,
    /// The checkpoint over them.
    pub checkpoint: String,
}

/// How the store comes back.
pub enum Way {
    /// With what a copy of the log says.
    Tail(Tail),
    /// Without: with a new log, signed by this key, which says so. These tenants' keys are destroyed again.
    Gap {
        /// The new log's key; its name is the new log's origin.
        key: SigningKey,
        /// Whose erasure is known otherwise.
        erase: Vec<TenantId>,
    },
}

/// An entry that comes back.
pub(super) struct Missing {
    pub(super) bytes: Vec<u8>,
    pub(super) time: Micros,
    /// Whose it is, and its number among the tenant's.
    pub(super) of: Option<(TenantId, i64)>,
}

/// A request for access that was open when the backup was made.
pub(super) struct Open {
    pub(super) id: String,
    pub(super) tenant: TenantId,
    pub(super) state: String,
    /// How it ended, if the tail says.
    pub(super) ended: Option<State>,
}

/// What is to be done, and the text that is signed for it.
pub struct Survey {
    /// The text.
    pub text: String,
    pub(super) store: Checkpoint,
    pub(super) store_note: String,
    pub(super) seen_note: Option<String>,
    /// The checkpoint of the copy.
    pub(super) tail_note: Option<String>,
    pub(super) gap: Option<SigningKey>,
    pub(super) missing: Vec<Missing>,
    /// Whose keys are destroyed again, and when they were destroyed.
    pub(super) erased: BTreeMap<TenantId, Micros>,
    pub(super) open: Vec<Open>,
    /// Erasures in the tail of tenants that the backup does not know: nothing of theirs is in it.
    pub unknown_erasures: usize,
}

impl Survey {
    /// How many entries come back.
    pub fn entries(&self) -> usize {
        self.missing.len()
    }

    /// Whose keys are destroyed again.
    pub fn erasures(&self) -> usize {
        self.erased.len()
    }

    /// How many requests for access end.
    pub fn requests(&self) -> usize {
        self.open.len()
    }

    /// The tenants that new entries are about.
    pub(super) fn tenants(&self) -> Vec<TenantId> {
        if self.gap.is_some() {
            return Vec::new(); // the new log has none of their secrets yet
        }
        let mut tenants: Vec<TenantId> =
            self.erased.keys().copied().chain(self.open.iter().map(|open| open.tenant)).collect();
        tenants.sort_unstable();
        tenants.dedup();
        tenants
    }

    /// The key of the log that begins.
    pub(super) fn new_key(&self) -> Option<SigningKey> {
        self.gap.as_ref().and_then(|key| SigningKey::parse(&key.expose()).ok())
    }

    /// Refuses when the store is not the one that was looked at.
    pub(super) fn is_still_true(&self, tx: &mut Tx) -> Result<(), Problem> {
        let now = rows::state(tx)?.map(|state| state.checkpoint);
        if now.as_deref() == Some(&self.store_note) {
            return Ok(());
        }
        Err(refused("state_conflict", "The store has changed meanwhile. Stop the zone, and ask again."))
    }
}

pub(super) async fn survey(heal: &Heal, way: Way) -> Result<Survey, Problem> {
    let state = gate::begin(&heal.store, &heal.key).await?;
    let known = [heal.key.public().clone()];
    let open = |note: &str| Checkpoint::open(note.as_bytes(), &known, &[]).map(|(checkpoint, _)| checkpoint);
    let store = open(&state.checkpoint).map_err(|why| unbelieved(&why))?;
    let seen_note = heal.seen.last().map_err(|why| refused("seen_unreadable", why))?;
    let seen = seen_note.as_deref().map(open).transpose().map_err(|why| unbelieved(&why))?;
    let open_requests = heal.store.read("unfinished-requests", requests::unfinished).await?;
    let mut found = Survey {
        text: String::new(),
        store,
        store_note: state.checkpoint,
        seen_note,
        tail_note: None,
        gap: None,
        missing: Vec::new(),
        erased: BTreeMap::new(),
        open: open_requests.into_iter().filter_map(opened).collect(),
        unknown_erasures: 0,
    };
    let now = heal.clock.now().as_microsecond();
    let mut tail = None;
    match way {
        Way::Tail(copy) => {
            let checkpoint = open(&copy.checkpoint).map_err(|why| unbelieved(&why))?;
            if heal.controls.on(Control::RestoreTail) {
                compare(&found.store, seen.as_ref(), &checkpoint, &copy.entries)?;
            }
            read(heal, &mut found, copy.entries).await?;
            found.tail_note = Some(copy.checkpoint);
            tail = Some(checkpoint);
        }
        Way::Gap { key, erase } => {
            if key.public().name() == found.store.origin {
                return Err(refused("wrong_key", "A new log needs a name of its own."));
            }
            found.erased = erase.into_iter().map(|tenant| (tenant, now)).collect();
            found.gap = Some(key);
        }
    }
    let statement = Statement {
        store: &found.store,
        seen: seen.as_ref(),
        tail: tail.as_ref(),
        new_log: found.gap.as_ref().map(SigningKey::public),
        erased: found.erased.keys().copied().collect(),
        ended: found.open.len(),
        at: now,
    };
    let text = statement.text().map_err(|_| Problem::internal())?;
    found.text = text;
    Ok(found)
}

fn opened((id, tenant, state): (String, String, String)) -> Option<Open> {
    Some(Open { id, tenant: tenant.parse().ok()?, state, ended: None })
}

/// Refuses a copy that is not the log that was seen, or not this store's.
fn compare(
    store: &Checkpoint,
    seen: Option<&Checkpoint>,
    tail: &Checkpoint,
    entries: &[Vec<u8>],
) -> Result<(), Problem> {
    let so_many = entries.len() as u64;
    let at_least = seen.map_or(store.size, |seen| seen.size);
    if tail.size <= store.size && at_least <= store.size {
        let why = "This store lacks nothing of the log that was seen: start it.";
        return Err(refused("nothing_missing", why));
    }
    if so_many < tail.size || tail.size < at_least {
        let why = format!(
            "The copy of the log ends at {} of {at_least} entries that were seen. Look for a longer one: the files \
             beside the lost data folder, a mirror of /log/, a witness's or an auditor's copy (--tail). If there is \
             none, --gap begins a new log and says so in public.",
            so_many.min(tail.size)
        );
        return Err(refused("tail_short", why));
    }
    let mut tree = Memory::default();
    for entry in entries {
        tree.push(record_hash(entry)).map_err(|why| unbelieved(&why))?;
    }
    let whose = [
        (Some(tail), "tail_refused", "The copy's entries do not hash to its checkpoint. Use another copy."),
        (
            seen,
            "tail_refused",
            "The copy is not the log that was seen last. Keep both: they are signed evidence.",
        ),
        (
            Some(store),
            "store_differs",
            "The store's log is not the beginning of the copy: they are of different histories. Keep both.",
        ),
    ];
    for (checkpoint, slug, why) in whose {
        if let Some(checkpoint) = checkpoint
            && tree.root_at(checkpoint.size).ok() != Some(checkpoint.root)
        {
            return Err(refused(slug, why));
        }
    }
    Ok(())
}

/// Reads what the tail tells of: whose entries they are, what was destroyed, which grants ended.
async fn read(heal: &Heal, found: &mut Survey, entries: Vec<Vec<u8>>) -> Result<(), Problem> {
    let mut whose = Whose::of(heal).await?;
    let grants: HashMap<Alias, usize> =
        found.open.iter().enumerate().map(|(at, open)| (crate::grants::alias(&open.id), at)).collect();
    let have = usize::try_from(found.store.size).unwrap_or(usize::MAX);
    for bytes in entries.into_iter().skip(have) {
        let entry = Entry::parse(&bytes).map_err(|why| unbelieved(&why))?;
        let of = entry.tag.and_then(|tag| whose.take(tag));
        if matches!(entry.kind, Kind::ShredLive | Kind::ShredReplayed) {
            match of {
                Some((tenant, _)) => {
                    found.erased.entry(tenant).or_insert(entry.time);
                }
                None => found.unknown_erasures += 1,
            }
        }
        if let (Some(at), Some(to)) = (entry.grant.and_then(|grant| grants.get(&grant)), &entry.to) {
            found.open[*at].ended = State::of(to.as_str()).filter(|state| state.is_final());
        }
        found.missing.push(Missing { bytes, time: entry.time, of });
    }
    if !heal.controls.on(Control::Replay) {
        found.erased.clear();
        found.open.clear();
    }
    Ok(())
}

/// Finds out whose the entries are: of each tenant the next tag is known.
struct Whose {
    next: HashMap<Tag, (TenantId, i64)>,
    keys: HashMap<TenantId, TagKey>,
}

impl Whose {
    async fn of(heal: &Heal) -> Result<Self, Problem> {
        let secrets = heal.secrets();
        let mut whose = Self { next: HashMap::new(), keys: HashMap::new() };
        for (tenant, next, wrapped) in heal.store.read("log-tenants", rows::tenants).await? {
            let key = secrets.tags(tenant, wrapped).await?;
            whose.next.insert(key.tag(next.cast_unsigned()), (tenant, next));
            whose.keys.insert(tenant, key);
        }
        Ok(whose)
    }

    fn take(&mut self, tag: Tag) -> Option<(TenantId, i64)> {
        let (tenant, counter) = self.next.remove(&tag)?;
        let next = self.keys.get(&tenant)?.tag(counter.cast_unsigned() + 1);
        self.next.insert(next, (tenant, counter + 1));
        Some((tenant, counter))
    }
}
