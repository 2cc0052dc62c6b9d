//! A log that is in order, and everything with which somebody who has its keys can make it otherwise. Shared with the
//! test that compares the two verifiers.

use kernel::Micros;
use ledger::{
    Bundle, Checkpoint, DetailSecret, Digest, Endorsement, Entry, Event, Files, Header, Kind, Level,
    LogProof, Material, Memory, Policy, Purpose, Refusal, SALT_LEN, SigningKey, TagKey, assemble,
    encode_bundle, prove_inclusion, record_hash, seal_detail, tiles_of,
};
use std::collections::{BTreeMap, HashMap};

pub const ORIGIN: &str = "trustee.example/log";
pub const START: Micros = 1_795_335_000_000_000;
pub const MINUTE: Micros = 60_000_000;

pub fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, Purpose::Log, [1; 32]).expect("a key")
}

pub fn witness_key() -> SigningKey {
    SigningKey::from_seed("witness.example", Purpose::Witness, [2; 32]).expect("a key")
}

/// Whom readers trust: the log, and its witness.
pub fn policy_text() -> String {
    format!("log {}\nwitness w {}\nquorum w\n", log_key().public(), witness_key().public())
}

pub fn policy() -> Policy {
    Policy::parse(&policy_text()).expect("a policy")
}

/// A log as files, as somebody with the log's own key can make it.
#[derive(Clone, Default)]
pub struct Copy(pub HashMap<String, Vec<u8>>);

impl Files for Copy {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.0.get(path).cloned())
    }
}

pub fn tree(leaves: &[Vec<u8>]) -> Memory {
    let mut tree = Memory::default();
    for leaf in leaves {
        tree.push(record_hash(leaf)).expect("room");
    }
    tree
}

pub fn note(leaves: &[Vec<u8>], now: Micros) -> String {
    note_by(&log_key(), leaves, now)
}

pub fn note_by(key: &SigningKey, leaves: &[Vec<u8>], now: Micros) -> String {
    let size = leaves.len() as u64;
    let root = tree(leaves).root_at(size).expect("a root");
    let checkpoint = Checkpoint { origin: key.public().name().to_owned(), size, root };
    let note = checkpoint.sign(key).expect("signed");
    Checkpoint::with_line(&note, &checkpoint.cosign(&witness_key(), now).expect("cosigned"))
}

pub fn published(leaves: &[Vec<u8>], now: Micros) -> Copy {
    published_by(&log_key(), leaves, now)
}

/// The files of a log of these entries, signed by this key.
pub fn published_by(key: &SigningKey, leaves: &[Vec<u8>], now: Micros) -> Copy {
    let (tree, size) = (tree(leaves), leaves.len() as u64);
    let mut copy = Copy::default();
    for tile in tiles_of(size) {
        let place = |n: u64| usize::try_from(n).expect("small");
        let range = place(tile.first())..place(tile.first() + tile.width);
        let content = match tile.level {
            None => encode_bundle(leaves[range].iter().map(Vec::as_slice)).expect("short"),
            Some(level) => {
                let hashes = tree.nodes(level, tile.first(), tile.width).expect("there");
                hashes.iter().flat_map(|hash| hash.0).collect()
            }
        };
        copy.0.insert(tile.path(), content);
    }
    copy.0.insert("checkpoint".to_owned(), note_by(key, leaves, now).into_bytes());
    copy
}

pub fn tenant() -> (TagKey, DetailSecret) {
    (TagKey::new([7; 32]), DetailSecret::new([8; 32]))
}

pub fn word<T: std::str::FromStr<Err = Refusal>>(text: &str) -> T {
    text.parse().expect("in its form")
}

/// A key of the log, by its number; the first is the usual one.
pub fn key_number(n: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, Purpose::Log, [n; 32]).expect("a key")
}

/// The honest log with its key in the first entry, and in entry 150 the second key, signed by this one.
pub fn followed(endorser: u8) -> Vec<Vec<u8>> {
    let mut all = entries().0;
    all[0] = Entry { key: Some(key_number(1).public().clone()), ..Entry::new(Kind::LogKey, all[0].time) };
    all[150] = Entry {
        key: Some(key_number(2).public().clone()),
        endorsed: Some(Endorsement::by(&key_number(endorser), key_number(2).public()).expect("signed")),
        ..Entry::new(Kind::LogKey, all[150].time)
    };
    leaves(&all)
}

/// What a reader who trusts one key says of a log in which another follows: who endorsed it, who signed the checkpoint,
/// whom the reader's policy names.
pub const FOLLOWED: [((u8, u8, u8), &str); 7] = [
    ((1, 2, 1), "ok"),
    ((1, 2, 2), "ok"),
    ((1, 1, 1), "bad_signature"),
    ((1, 1, 2), "bad_signature"),
    ((1, 2, 3), "bad_signature"),
    ((3, 2, 1), "bad_signature"),
    ((3, 2, 2), "bad_endorsement"),
];

/// That log's files, signed by this key, and the policy of somebody who trusts that one.
pub fn followed_copy((endorser, signer, trusted): (u8, u8, u8)) -> (Copy, String) {
    let leaves = followed(endorser);
    let mut copy = published(&leaves, now(300));
    let note = note_by(&key_number(signer), &leaves, now(300));
    copy.0.insert("checkpoint".to_owned(), note.into_bytes());
    let own = policy_text();
    let policy = own.replace(&log_key().public().to_string(), &key_number(trusted).public().to_string());
    (copy, policy)
}

/// What the tenant's n-th entry tells, and its sealed details.
pub fn of_tenant(counter: u64, at: Micros, of: Option<u64>) -> (Entry, Vec<u8>) {
    let (tags, details) = tenant();
    let salt = [u8::try_from(counter).expect("few"); SALT_LEN];
    let sealed = seal_detail(&details, salt, br#"{"purpose":"T-2041"}"#).expect("sealed");
    let kind = if of.is_some() { Kind::UseResult } else { Kind::UseIntent };
    let entry = Entry {
        tag: Some(tags.tag(counter)),
        counts: [(word("rows"), 3), (word("bytes"), 500)].into(),
        level: Some(Level::L1),
        of,
        detail: Some(Digest::of(&sealed)),
        ..Entry::new(kind, at)
    };
    (entry, sealed)
}

/// Where the level of that log changes, from what to what: once before the period of its report, and for an hour in it.
pub const CHANGES: [(u64, &str, &str); 3] = [(50, "l0", "l1"), (210, "l1", "l0"), (270, "l0", "l1")];

/// A log of heartbeats with three uses of one tenant and changes of the level in it, 300 entries in all.
pub fn entries() -> (Vec<Entry>, Vec<(u64, Vec<u8>)>) {
    let (mut entries, mut details) = (Vec::new(), Vec::new());
    let mut intent = None;
    for index in 0..300 {
        let at = START + i64::try_from(index).expect("few") * MINUTE;
        let entry = if [10, 11, 200, 201, 298, 299].contains(&index) {
            let (entry, sealed) = of_tenant(details.len() as u64, at, intent);
            intent = if intent.is_none() { Some(index) } else { None };
            details.push((index, sealed));
            entry
        } else if let Some((_, from, to)) = CHANGES.iter().find(|(place, ..)| *place == index) {
            Entry { from: Some(word(from)), to: Some(word(to)), ..Entry::new(Kind::Level, at) }
        } else {
            Entry::new(Kind::Heartbeat, at)
        };
        entries.push(entry);
    }
    (entries, details)
}

pub fn leaves(entries: &[Entry]) -> Vec<Vec<u8>> {
    entries.iter().map(|entry| entry.to_bytes().expect("written")).collect()
}

pub fn now(entries: usize) -> Micros {
    START + i64::try_from(entries).expect("few") * MINUTE
}

pub fn header() -> Header {
    Header {
        tenant: "7c1e0e9c-0000-4000-8000-000000000001".to_owned(),
        cause: "monthly".to_owned(),
        from: START + 100 * MINUTE,
        until: START + 1000 * MINUTE,
        issued: now(300),
        stated: serde_json::json!({ "level": "L1" }),
    }
}

pub fn bundle(leave_out: Option<usize>) -> Bundle {
    bundle_with(leave_out, &CHANGES.map(|(place, ..)| place))
}

/// A report of the same tenant in the first form, as the program made it before reports told the course of the level.
pub const FIRST_BUNDLE: &str = include_str!("first-bundle.json");

/// The report of that log, with proofs of these entries as the changes of its level.
pub fn bundle_with(leave_out: Option<usize>, levels: &[u64]) -> Bundle {
    let (entries, details) = entries();
    let leaves = leaves(&entries);
    let (tree, checkpoint) = (tree(&leaves), note(&leaves, now(300)));
    let (tags, secret) = tenant();
    let mut events = Vec::new();
    let proof = |index: u64| {
        let path = prove_inclusion(300, index, |l, f, c| tree.nodes(l, f, c)).expect("proved");
        let entry = leaves[usize::try_from(index).expect("small")].clone();
        LogProof { entry, index, path, checkpoint: checkpoint.clone() }
    };
    for (index, sealed) in details {
        let proof = proof(index);
        let key = secret.key_of(&sealed).expect("a key");
        events.push(Event { proof, detail: Some((sealed, key)) });
    }
    if let Some(place) = leave_out {
        events.remove(place);
    }
    let files = BTreeMap::from([("report.en.html".to_owned(), "<p>3 uses</p>".to_owned())]);
    let levels = levels.iter().map(|index| proof(*index)).collect();
    let material = Material { checkpoint: checkpoint.clone(), tag_key: tags, events, levels };
    assemble(&header(), material, |_| files, &log_key()).expect("assembled")
}

/// A text as the log's key signs it: a checkpoint's signature over other words.
pub fn resign(text: &str) -> String {
    resign_by(ORIGIN, [1; 32], text)
}

/// A text as the log's key of this name and seed signs it.
pub fn resign_by(origin: &str, seed: [u8; 32], text: &str) -> String {
    use aws_lc_rs::signature::Ed25519KeyPair;
    use base64::Engine as _;
    let key = SigningKey::from_seed(origin, Purpose::Log, seed).expect("a key");
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("a key");
    let signature =
        [key.public().id().to_be_bytes().as_slice(), pair.sign(text.as_bytes()).as_ref()].concat();
    let signature = base64::engine::general_purpose::STANDARD.encode(signature);
    format!("{text}\n— {origin} {signature}\n")
}
