//! Attacks on a log and on reports over it: every one must be seen by the verifier.

use kernel::Micros;
use ledger::{
    AGE_LIMIT, Bundle, Checkpoint, DetailSecret, Digest, Entry, Event, Files, Header, Kind, Level, LogProof,
    Memory, Policy, Purpose, Refusal, SALT_LEN, SigningKey, TagKey, assemble, encode_bundle, prove_inclusion,
    record_hash, seal_detail, tiles_of, verify_log, verify_report,
};
use std::collections::{BTreeMap, HashMap};

const ORIGIN: &str = "trustee.example/log";
const START: Micros = 1_795_335_000_000_000;
const MINUTE: Micros = 60_000_000;

fn log_key() -> SigningKey {
    SigningKey::from_seed(ORIGIN, Purpose::Log, [1; 32]).expect("a key")
}

fn witness_key() -> SigningKey {
    SigningKey::from_seed("witness.example", Purpose::Witness, [2; 32]).expect("a key")
}

fn policy() -> Policy {
    let text = format!("log {}\nwitness w {}\nquorum w\n", log_key().public(), witness_key().public());
    Policy::parse(&text).expect("a policy")
}

/// A log as files, as somebody with the log's own key can make it.
#[derive(Clone, Default)]
struct Copy(HashMap<String, Vec<u8>>);

impl Files for Copy {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(self.0.get(path).cloned())
    }
}

fn tree(leaves: &[Vec<u8>]) -> Memory {
    let mut tree = Memory::default();
    for leaf in leaves {
        tree.push(record_hash(leaf)).expect("room");
    }
    tree
}

fn note(leaves: &[Vec<u8>], now: Micros) -> String {
    let size = leaves.len() as u64;
    let root = tree(leaves).root_at(size).expect("a root");
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size, root };
    let note = checkpoint.sign(&log_key()).expect("signed");
    Checkpoint::with_line(&note, &checkpoint.cosign(&witness_key(), now).expect("cosigned"))
}

fn published(leaves: &[Vec<u8>], now: Micros) -> Copy {
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
    copy.0.insert("checkpoint".to_owned(), note(leaves, now).into_bytes());
    copy
}

fn tenant() -> (TagKey, DetailSecret) {
    (TagKey::new([7; 32]), DetailSecret::new([8; 32]))
}

fn word<T: std::str::FromStr<Err = Refusal>>(text: &str) -> T {
    text.parse().expect("in its form")
}

/// What the tenant's n-th entry tells, and its sealed details.
fn of_tenant(counter: u64, at: Micros, of: Option<u64>) -> (Entry, Vec<u8>) {
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

/// A log of heartbeats with three uses of one tenant in it, 300 entries in all.
fn entries() -> (Vec<Entry>, Vec<(u64, Vec<u8>)>) {
    let (mut entries, mut details) = (Vec::new(), Vec::new());
    let mut intent = None;
    for index in 0..300 {
        let at = START + i64::try_from(index).expect("few") * MINUTE;
        let entry = if [10, 11, 200, 201, 298, 299].contains(&index) {
            let (entry, sealed) = of_tenant(details.len() as u64, at, intent);
            intent = if intent.is_none() { Some(index) } else { None };
            details.push((index, sealed));
            entry
        } else {
            Entry::new(Kind::Heartbeat, at)
        };
        entries.push(entry);
    }
    (entries, details)
}

fn leaves(entries: &[Entry]) -> Vec<Vec<u8>> {
    entries.iter().map(|entry| entry.to_bytes().expect("written")).collect()
}

fn now(entries: usize) -> Micros {
    START + i64::try_from(entries).expect("few") * MINUTE
}

/// What the verifier says of a copy, having seen `last` before.
fn check(copy: &Copy, now: Micros, last: Option<&str>) -> Result<(), &'static str> {
    verify_log(copy, &policy(), now, last.map(str::as_bytes)).map(|_| ()).map_err(|refusal| refusal.slug)
}

#[test]
fn an_honest_log_is_believed_and_told_about() {
    let (entries, _) = entries();
    let copy = published(&leaves(&entries), now(300));
    let facts = verify_log(&copy, &policy(), now(300), None).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!((facts.checkpoint.size, facts.open_intents, facts.tags.len()), (300, 0, 6));
    assert_eq!((facts.kinds[&Kind::UseResult], facts.kinds[&Kind::Heartbeat]), (3, 294));
    assert!(facts.silences.is_empty());
    let empty = published(&[], now(0));
    assert_eq!(check(&empty, now(0), None), Err("stale"), "an empty log proves nothing");
}

#[test]
fn attacks_with_the_logs_own_key_are_seen() {
    let (honest, _) = entries();
    let bytes = leaves(&honest);
    let seen = note(&bytes[..250], now(250));
    let end = now(300);
    let change = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = honest.clone();
        change(&mut entries);
        published(&leaves(&entries), end)
    };
    let truncated = published(&bytes[..249], now(250));
    let regrown = change(&|entries| entries[249] = Entry::new(Kind::Slot, entries[249].time));
    let reordered = change(&|entries| entries.swap(20, 21));
    let removed = change(&|entries| drop(entries.remove(11)));
    let doubled = change(&|entries| entries[12].tag = entries[10].tag);
    let orphan = change(&|entries| entries[11].of = Some(9));
    let twice = change(&|entries| entries[201].of = Some(10));
    for (name, copy, last, found) in [
        ("honest", published(&bytes, end), Some(&seen), Ok(())),
        ("honest, first seen", published(&bytes, end), None, Ok(())),
        ("cut off", truncated, Some(&seen), Err("rollback_detected")),
        ("cut off and grown again", regrown, Some(&seen), Err("inconsistent")),
        ("reordered", reordered, None, Err("time_backwards")),
        ("an entry taken out", removed, None, Err("result_without_intent")),
        ("a tag twice", doubled, None, Err("tag_duplicate")),
        ("a result of no intent", orphan, None, Err("result_without_intent")),
        ("a result of an old intent", twice, None, Err("result_without_intent")),
    ] {
        assert_eq!(check(&copy, end, last.map(String::as_str)), found, "{name}");
    }
    let fresh = published(&bytes, end);
    assert_eq!(check(&fresh, end + AGE_LIMIT, None), Err("stale"), "frozen");
    assert_eq!(check(&fresh, START, None), Err("time_ahead"));
    let cosigned_long_ago = published(&bytes, START);
    assert_eq!(check(&cosigned_long_ago, end, None), Err("time_backwards"), "a cosignature from before");
    let other = seen.replace(ORIGIN, "other");
    assert_eq!(check(&fresh, end, Some(&other)), Err("bad_state"));
}

#[test]
fn attacks_without_keys_are_seen() {
    let (entries, _) = entries();
    let honest = published(&leaves(&entries), now(300));
    let older = published(&leaves(&entries[..250]), now(250));
    for path in honest.0.keys() {
        let mut copy = honest.clone();
        copy.0.remove(path);
        assert_eq!(check(&copy, now(300), None), Err("missing_file"), "{path}");
        // A byte here and there of each file, and all bytes of the checkpoint.
        let step = if path == "checkpoint" { 1 } else { 97 };
        for place in (0..honest.0[path].len()).step_by(step) {
            let mut copy = honest.clone();
            copy.0.get_mut(path).expect("a file")[place] ^= 1;
            assert!(check(&copy, now(300), None).is_err(), "byte {place} of {path}");
        }
        for cut in [1, 2, 40] {
            let mut copy = honest.clone();
            let file = copy.0.get_mut(path).expect("a file");
            file.truncate(file.len().saturating_sub(cut));
            assert!(check(&copy, now(300), None).is_err(), "{path} without its last {cut}");
        }
    }
    let mut replayed = honest.clone();
    replayed.0.insert("checkpoint".to_owned(), older.0["checkpoint"].clone());
    assert!(check(&replayed, now(300), None).is_err(), "an old checkpoint over new tiles");
    let seen = String::from_utf8(honest.0["checkpoint"].clone()).expect("text");
    assert_eq!(check(&older, now(250), Some(&seen)), Err("rollback_detected"));
    let unsigned = Checkpoint::peek(seen.as_bytes()).expect("read").sign(&log_key()).expect("signed");
    let mut alone = honest;
    alone.0.insert("checkpoint".to_owned(), unsigned.into_bytes());
    assert_eq!(check(&alone, now(300), None), Err("quorum_missing"));
}

fn header() -> Header {
    Header {
        tenant: "7c1e0e9c-0000-4000-8000-000000000001".to_owned(),
        cause: "monthly".to_owned(),
        from: START + 100 * MINUTE,
        until: START + 1000 * MINUTE,
        issued: now(300),
        stated: serde_json::json!({ "level": "L1" }),
    }
}

fn bundle(leave_out: Option<usize>) -> Bundle {
    let (entries, details) = entries();
    let leaves = leaves(&entries);
    let (tree, checkpoint) = (tree(&leaves), note(&leaves, now(300)));
    let (tags, secret) = tenant();
    let mut events = Vec::new();
    for (index, sealed) in details {
        let path = prove_inclusion(300, index, |l, f, c| tree.nodes(l, f, c)).expect("proved");
        let entry = leaves[usize::try_from(index).expect("small")].clone();
        let proof = LogProof { entry, index, path, checkpoint: checkpoint.clone() };
        let key = secret.key_of(&sealed).expect("a key");
        events.push(Event { proof, detail: Some((sealed, key)) });
    }
    if let Some(place) = leave_out {
        events.remove(place);
    }
    let files = BTreeMap::from([("report.en.html".to_owned(), "<p>3 uses</p>".to_owned())]);
    assemble(&header(), checkpoint, tags, events, files, &log_key()).expect("assembled")
}

#[test]
fn a_report_is_complete_and_its_every_byte_counts() {
    let text = bundle(None).to_text().expect("written");
    let facts = verify_report(text.as_bytes(), &policy(), None).unwrap_or_else(|refusal| panic!("{refusal}"));
    assert_eq!((facts.entries, facts.in_period, facts.without_detail), (6, 4, 2));
    assert_eq!(facts.header, header());
    assert!(text.contains(r#"\"released\":{\"bytes\":1000,\"rows\":6,\"uses\":2}"#), "{text}");
    for place in (0..text.len()).step_by(7) {
        let mut changed = text.clone().into_bytes();
        changed[place] ^= 1 << (place % 7);
        assert!(
            verify_report(&changed, &policy(), None).is_err(),
            "byte {place}: {}",
            &text[place.saturating_sub(30)..place]
        );
    }
}

#[test]
fn a_trustee_that_leaves_something_out_is_seen() {
    let (entries, _) = entries();
    let copy = published(&leaves(&entries), now(300));
    let log = verify_log(&copy, &policy(), now(300), None).expect("a log");
    let check = |bundle: &Bundle, with_log: bool| {
        let text = bundle.to_text().expect("written");
        let log = with_log.then_some(&log);
        verify_report(text.as_bytes(), &policy(), log)
            .map(|facts| facts.entries)
            .map_err(|refusal| refusal.slug)
    };
    assert_eq!(check(&bundle(None), true), Ok(6));
    assert_eq!(check(&bundle(Some(2)), false), Err("tag_missing"));
    assert_eq!(check(&bundle(Some(5)), false), Ok(5), "the last one can only be missed in the log");
    assert_eq!(check(&bundle(Some(5)), true), Err("entry_left_out"));
    let other = TagKey::new([9; 32]);
    let empty = assemble(
        &header(),
        note(&leaves(&entries), now(300)),
        other,
        Vec::new(),
        BTreeMap::new(),
        &log_key(),
    );
    assert_eq!(check(&empty.expect("assembled"), true), Ok(0), "nothing was logged about this tenant");
    // Numbers that the trustee signs, but the entries do not bear out.
    let honest = bundle(None);
    for (said, instead) in [
        ("\"uses\":2", "\"uses\":1"),
        ("\"lowest\":\"L1\"", "\"lowest\":\"L3\""),
        ("\"rows\":6", "\"rows\":5"),
    ] {
        let report = honest.report.split_once("\n\n").expect("a note").0;
        assert!(report.contains(said), "{report}");
        let lie = resign(&format!("{}\n", report.replace(said, instead)));
        let lying = Bundle { report: lie, ..bundle(None) };
        assert_eq!(check(&lying, false), Err("report_differs"), "{instead}");
    }
}

/// A text as the log's key signs it: a checkpoint's signature over other words.
fn resign(text: &str) -> String {
    use aws_lc_rs::signature::Ed25519KeyPair;
    use base64::Engine as _;
    let key = log_key();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32]).expect("a key");
    let signature =
        [key.public().id().to_be_bytes().as_slice(), pair.sign(text.as_bytes()).as_ref()].concat();
    let signature = base64::engine::general_purpose::STANDARD.encode(signature);
    format!("{text}\n— {ORIGIN} {signature}\n")
}
