//! A whole log: tiles → root → checkpoint → cosignatures → policy, and what its entries say of time and tags.

use kernel::Micros;
use std::collections::{BTreeMap, HashMap, HashSet};
use tlog_tiles::record_hash;

use crate::{
    Check, Checkpoint, Checks, Demands, Entry, Kind, LevelChange, Memory, Policy, Refusal, Signatures,
    Succession, Tag, Tile, decode_bundle, tiles_of,
};

/// A log whose newest entry is older than this is stale.
pub const AGE_LIMIT: Micros = 20 * 60 * SECOND;
/// A longer time without an entry is told: the heartbeat comes each 10 minutes.
pub const SILENCE_LIMIT: Micros = 20 * 60 * SECOND;

const SECOND: Micros = 1_000_000;
/// How far clocks may be apart.
const SKEW: Micros = 60 * SECOND;
/// In every entry that names a key of the log.
const LOG_KEY: &[u8] = b"\"type\":\"logkey\"";

/// Where the files of a log are read from, by their paths under its prefix.
pub trait Files {
    /// The file, or none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal>;
}

/// A time without entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Silence {
    /// The entry before.
    pub after: u64,
    /// From when.
    pub from: Micros,
    /// Until when.
    pub until: Micros,
}

/// What was found in a log that is in order.
pub struct LogFacts {
    /// The checkpoint.
    pub checkpoint: Checkpoint,
    /// The checkpoint as it was read.
    pub note: String,
    /// Who signed it.
    pub signatures: Signatures,
    /// The newest entry's time.
    pub newest: Option<Micros>,
    /// Times without entries.
    pub silences: Vec<Silence>,
    /// How many entries of each type.
    pub kinds: BTreeMap<Kind, u64>,
    /// Intents without a result.
    pub open_intents: u64,
    /// What the entries tell of demands of authorities.
    pub demands: Demands,
    /// Where each tag is.
    pub tags: HashMap<Tag, u64>,
    /// The changes of the assurance level, in their order.
    pub levels: Vec<LevelChange>,
    /// The log's keys, as its entries tell them.
    pub succession: Succession,
    /// The tree.
    pub tree: Memory,
}

/// Reads a whole log and believes what its key signed over it, whoever has cosigned and however old it is.
///
/// # Errors
/// When anything is missing, changed or out of order.
pub fn read_log(files: &dyn Files, policy: &Policy) -> Result<LogFacts, Refusal> {
    let note =
        files.read("checkpoint")?.ok_or_else(|| Refusal::new("missing_file", "there is no checkpoint"))?;
    let witnesses = policy.witness_keys();
    let opened = Checkpoint::open(&note, &policy.logs, &witnesses).or_else(|why| {
        // A key that the policy does not name can follow one that it names: the entries tell, and are believed only
        // when they hash to the root that this key signed.
        let keys = succession(files, &note).map(|keys| keys.keys(policy)).unwrap_or_default();
        Checkpoint::open(&note, &keys, &witnesses).map_err(|_| why)
    });
    let (checkpoint, signatures) = opened?;
    let note = String::from_utf8(note).map_err(|_| Refusal::new("malformed_checkpoint", "it is not text"))?;
    let mut facts = LogFacts {
        checkpoint,
        note,
        signatures,
        newest: None,
        silences: Vec::new(),
        kinds: BTreeMap::new(),
        open_intents: 0,
        demands: Demands::default(),
        tags: HashMap::new(),
        levels: Vec::new(),
        succession: Succession::default(),
        tree: Memory::default(),
    };
    read_entries(files, &mut facts, policy.checks)?;
    if !facts.succession.keys(policy).contains(&facts.signatures.log) {
        return Err(Refusal::new(
            "bad_signature",
            "the log's key was followed by another one, which must sign",
        ));
    }
    if facts.tree.root_at(facts.checkpoint.size)? != facts.checkpoint.root {
        return Err(Refusal::new("wrong_root", "the entries do not hash to the root of the checkpoint"));
    }
    read_tiles(files, &facts)?;
    Ok(facts)
}

/// Verifies a whole log against a policy. `now` is the time for which it must be fresh; `last` the checkpoint that
/// the reader saw last, with which it must be consistent.
///
/// # Errors
/// When anything is missing, changed, out of order, too old, or contradicts what was seen before.
pub fn verify_log(
    files: &dyn Files,
    policy: &Policy,
    now: Micros,
    last: Option<&[u8]>,
) -> Result<LogFacts, Refusal> {
    let facts = read_log(files, policy)?;
    policy.check(&facts.signatures.witnesses)?;
    if let Some(last) = last
        && policy.checks.on(Check::Growth)
    {
        check_growth(&facts, policy, last)?;
    }
    check_times(&facts, now, policy.checks)?;
    Ok(facts)
}

/// What is remembered from entry to entry.
struct Walk {
    intents: HashSet<u64>,
    checks: Checks,
}

fn read_entries(files: &dyn Files, facts: &mut LogFacts, checks: Checks) -> Result<(), Refusal> {
    let mut walk = Walk { intents: HashSet::new(), checks };
    for tile in tiles_of(facts.checkpoint.size).filter(|tile| tile.level.is_none()) {
        let bundle = read(files, &tile)?;
        let entries = decode_bundle(&bundle)?;
        if entries.len() as u64 != tile.width {
            return Err(Refusal::new(
                "wrong_bundle",
                format!("{} does not hold {} entries", tile.path(), tile.width),
            ));
        }
        for bytes in entries {
            let index = facts.tree.size();
            let entry = Entry::parse(bytes).map_err(|why| at(index, &why))?;
            walk.step(index, &entry, facts).map_err(|why| at(index, &why))?;
            facts.tree.push(record_hash(bytes))?;
        }
    }
    facts.open_intents = walk.intents.len() as u64;
    Ok(())
}

/// The log's keys, out of entries that nothing vouches for yet.
fn succession(files: &dyn Files, note: &[u8]) -> Result<Succession, Refusal> {
    let mut succession = Succession::default();
    let size = Checkpoint::peek(note)?.size;
    for tile in tiles_of(size).filter(|tile| tile.level.is_none()) {
        for bytes in decode_bundle(&read(files, &tile)?)? {
            // Most entries are not about keys, and reading them takes its time.
            if bytes.windows(LOG_KEY.len()).any(|part| part == LOG_KEY) {
                succession.step(&Entry::parse(bytes)?)?;
            }
        }
    }
    Ok(succession)
}

fn at(index: u64, why: &Refusal) -> Refusal {
    Refusal::new(why.slug, format!("entry {index}: {}", why.found))
}

impl Walk {
    fn step(&mut self, index: u64, entry: &Entry, facts: &mut LogFacts) -> Result<(), Refusal> {
        if let Some(before) = facts.newest {
            if entry.time < before {
                return Err(Refusal::new("time_backwards", "it is older than the one before"));
            }
            if entry.time - before > SILENCE_LIMIT {
                facts.silences.push(Silence { after: index - 1, from: before, until: entry.time });
            }
        }
        facts.newest = Some(entry.time);
        *facts.kinds.entry(entry.kind).or_insert(0) += 1;
        facts.demands.count(entry);
        facts.succession.step(entry)?;
        facts.levels.extend(LevelChange::of(index, entry));
        if let Some(tag) = entry.tag
            && facts.tags.insert(tag, index).is_some()
            && self.checks.on(Check::Tags)
        {
            return Err(Refusal::new("tag_duplicate", "its tag occurred before"));
        }
        match entry.kind {
            Kind::UseIntent => {
                self.intents.insert(index);
            }
            Kind::UseResult if !entry.of.is_some_and(|of| self.intents.remove(&of)) => {
                return Err(Refusal::new("result_without_intent", "it is the result of no open intent"));
            }
            _ if entry.of.is_some_and(|of| of >= index) => {
                return Err(Refusal::new("malformed_entry", "it belongs to an entry that is not before it"));
            }
            _ => {}
        }
        Ok(())
    }
}

fn read(files: &dyn Files, tile: &Tile) -> Result<Vec<u8>, Refusal> {
    let path = tile.path();
    files.read(&path)?.ok_or_else(|| Refusal::new("missing_file", format!("{path} is missing")))
}

/// Tiles of hashes must be what the entries say: others prove with them.
fn read_tiles(files: &dyn Files, facts: &LogFacts) -> Result<(), Refusal> {
    for tile in tiles_of(facts.checkpoint.size) {
        let Some(level) = tile.level else { continue };
        let found = read(files, &tile)?;
        let (hashes, rest) = found.as_chunks::<32>();
        let places = tile.first()..tile.first() + tile.width;
        let same = found.len() == tile.bytes()
            && rest.is_empty()
            && places
                .zip(hashes)
                .all(|(n, hash)| facts.tree.node(level, n).is_some_and(|known| known.0 == *hash));
        if !same {
            return Err(Refusal::new(
                "wrong_tile",
                format!("{} does not hold the hashes of the entries", tile.path()),
            ));
        }
    }
    Ok(())
}

fn check_times(facts: &LogFacts, now: Micros, checks: Checks) -> Result<(), Refusal> {
    let newest = facts.newest.unwrap_or(i64::MIN / 2);
    if newest > now + SKEW {
        return Err(Refusal::new("time_ahead", "the newest entry is of the future"));
    }
    for cosigned in &facts.signatures.witnesses {
        let at = cosigned.at.saturating_mul(SECOND);
        if at > now + SKEW {
            return Err(Refusal::new(
                "time_ahead",
                format!("{} cosigned in the future", cosigned.witness.name()),
            ));
        }
        if at < newest - SKEW {
            let found = format!("{} cosigned before the newest entry was made", cosigned.witness.name());
            return Err(Refusal::new("time_backwards", found));
        }
    }
    if now - newest > AGE_LIMIT && checks.on(Check::Freshness) {
        let minutes = (now - newest) / (60 * SECOND);
        let age =
            if facts.newest.is_some() { format!("{minutes} minutes old") } else { "missing".to_owned() };
        return Err(Refusal::new(
            "stale",
            format!("the newest entry is {age}; a log that works has one each 10 minutes"),
        ));
    }
    Ok(())
}

fn check_growth(facts: &LogFacts, policy: &Policy, last: &[u8]) -> Result<(), Refusal> {
    let (seen, _) = Checkpoint::open(last, &facts.succession.ever(policy), &[]).map_err(|why| {
        Refusal::new("bad_state", format!("the checkpoint seen last is not believed: {why}"))
    })?;
    let evidence = || format!("{}\nbut before\n{}", facts.note, String::from_utf8_lossy(last));
    if seen.origin != facts.checkpoint.origin {
        return Err(Refusal::new("bad_state", "the checkpoint seen last is of another log"));
    }
    if seen.size > facts.checkpoint.size {
        return Err(Refusal::new(
            "rollback_detected",
            format!("the log has become smaller:\n{}", evidence()),
        ));
    }
    if facts.tree.root_at(seen.size)? != seen.root {
        return Err(Refusal::new("inconsistent", format!("the log's past was changed:\n{}", evidence())));
    }
    Ok(())
}
