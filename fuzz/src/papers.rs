//! What strangers hand in as files, and what each reader promises: archives and the age files around them, checkpoints,
//! proofs, entries, and the text of a request that is signed.
//!
//! Invariant: what is made here is the same at each start, so a case comes again under its seed.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Component, Path};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU8, Ordering};

use access::{Factor, Output, PersonId, Reason, Request, RequestId, Scope, Supervision, request::sha256};
use envelope::age::{self, Identity, Recipient};
use kernel::{Entropy, TenantId};
use ledger::{
    Checkpoint, Digest, Entry, Kind, LogProof, Memory, Purpose, SigningKey, prove_inclusion, record_hash,
};
use trustee::exports::archive::{Archive, Manifest};
use uuid::Uuid;

/// Different bytes at each call, and the same ones at each start: nothing here is secret.
struct Counter(AtomicU8);

impl Entropy for Counter {
    fn fill(&self, into: &mut [u8]) {
        for byte in into {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

const ENTROPY: fn() -> Counter = || Counter(AtomicU8::new(1));

/// What lies in the age files: nothing, little, and more than a line.
static PLAIN: [&[u8]; 3] = [b"", b"treuhand", &[7; 300]];

static IDENTITY: LazyLock<Identity> = LazyLock::new(|| Identity::generate(&ENTROPY()));

static SEALED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let (to, entropy) = (IDENTITY.recipient().expect("a recipient"), ENTROPY());
    PLAIN.iter().map(|plain| age::seal(to, plain, &entropy).expect("sealed")).collect()
});

pub(crate) const AGE_WORDS: &[&str] =
    &["\n", "-> ", "-> X25519 ", "---", "--- ", "=", "age-encryption.org/v1\n", "-> grease x\n\n", "A"];

pub(crate) fn age_files() -> Vec<Vec<u8>> {
    SEALED.clone()
}

/// Only the genuine files open, each to what was sealed in it.
pub(crate) fn age_file(input: &[u8]) {
    let genuine = SEALED.iter().position(|file| file == input);
    match age::open(&IDENTITY, input) {
        Ok(plain) => assert_eq!(Some(&plain[..]), genuine.map(|at| PLAIN[at]), "a second file that opens"),
        Err(_) => assert_eq!(genuine, None, "the genuine file opens"),
    }
}

pub(crate) const KEY_WORDS: &[&str] =
    &["age1", "AGE-SECRET-KEY-1", "age-secret-key-1", "#", "\n", " ", "1", "q"];

pub(crate) fn age_keys() -> Vec<Vec<u8>> {
    let secret = IDENTITY.to_text().expect("a text");
    vec![IDENTITY.recipient().expect("a recipient").to_string().into_bytes(), secret.as_bytes().to_vec()]
}

/// A key that is read is written as it was read, but for the case of its letters.
pub(crate) fn age_key(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(read) = text.parse::<Recipient>() {
        assert_eq!(read.to_string(), text.trim().to_ascii_lowercase());
    }
    if let Ok(read) = Identity::parse(text) {
        let again = Identity::parse(&read.to_text().expect("a text")).expect("what was written is read");
        assert_eq!(again.recipient(), read.recipient());
    }
}

pub(crate) const TAR_WORDS: &[&str] =
    &["../", "/", "./", "manifest.json", "\u{0}", "ustar", "00000000000", "\"path\":\"../x\"", "records/"];

pub(crate) fn archives() -> Vec<Vec<u8>> {
    let record = "{\"path\":\"/v1/customers/1\",\"value\":{\"id\":\"1\"}}\n";
    let path = Archive::path_of("get-customer");
    let mut archive = Archive::default();
    archive.put(path.clone(), record.repeat(2).into_bytes());
    archive.put("files/invoice.csv".to_owned(), b"a;b\n1;2\n".to_vec());
    let schemas = BTreeMap::from([(path, "Customer".to_owned())]);
    archive.close(Manifest::default(), &schemas).expect("a manifest");
    vec![archive.to_tar(0).expect("a tar"), Archive::default().to_tar(0).expect("a tar")]
}

/// As it came, and with its headers' sums put right: who hands in an archive can count as well.
pub(crate) fn archive(input: &[u8]) {
    read_archive(input);
    read_archive(&summed(input));
}

/// The names that files of an archive have.
pub(crate) fn archive_paths() -> Vec<Vec<u8>> {
    ["records/get-customer.jsonl", "files/invoice.csv", "manifest.json"]
        .map(|path| path.as_bytes().to_vec())
        .into()
}

/// A sound archive whose first file has another name.
pub(crate) fn archive_path(input: &[u8]) {
    let mut tar = archives().swap_remove(0);
    let name = &input[..input.len().min(NAME.len())];
    tar[NAME].fill(0);
    tar[..name.len()].copy_from_slice(name);
    read_archive(&summed(&tar));
}

/// A tar with its headers' sums put right.
fn summed(tar: &[u8]) -> Vec<u8> {
    let mut summed = tar.to_vec();
    let mut at = 0;
    while let Some(header) = summed.get_mut(at..at + BLOCK) {
        if header.iter().all(|byte| *byte == 0) {
            break; // the end has no header
        }
        header[SUM].fill(b' ');
        let sum: u32 = header.iter().copied().map(u32::from).sum();
        header[SUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        let length = std::str::from_utf8(&header[LENGTH]).ok();
        let length =
            length.and_then(|text| usize::from_str_radix(text.trim_end_matches(['\0', ' ']), 8).ok());
        at += BLOCK + length.unwrap_or_default().min(tar.len()).next_multiple_of(BLOCK);
    }
    summed
}

/// A tar goes in blocks; where a header says what its file is called, how long it is, and what its bytes sum up to.
const BLOCK: usize = 512;
const NAME: Range<usize> = 0..100;
const LENGTH: Range<usize> = 124..136;
const SUM: Range<usize> = 148..156;

/// No file leads out of the folder, what is read is written so that it reads the same, and an archive that counts as
/// whole has the files of its manifest and no other.
fn read_archive(input: &[u8]) {
    let Ok(read) = Archive::from_tar(input) else { return };
    for (path, _) in read.files() {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        assert!(inside, "{path:?} leads elsewhere");
    }
    if let Ok(tar) = read.to_tar(0) {
        assert!(Archive::from_tar(&tar).is_ok_and(|again| again == read), "written it reads otherwise");
    }
    if let Ok(manifest) = read.verify() {
        let listed: BTreeSet<_> = manifest.files.iter().map(|file| file.path.as_str()).collect();
        assert!(read.files().all(|(path, _)| path == "manifest.json" || listed.contains(path)));
    }
}

const ORIGIN: &str = "trustee.example/log";
/// When the witness cosigned.
const AT: i64 = 1_795_335_000;
static LOG: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_seed(ORIGIN, Purpose::Log, [1; 32]).expect("a key"));
static WITNESS: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_seed("witness.example", Purpose::Witness, [2; 32]).expect("a key"));

/// A small log.
static LEAVES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let entry = |n: i64| Entry::new(if n == 0 { Kind::LogKey } else { Kind::Enrol }, n * 1_000_000);
    let digest = Digest::of(b"policy");
    let told = |mut entry: Entry| {
        entry.digests = BTreeMap::from([("policy".parse().expect("a word"), digest)]);
        entry.counts = BTreeMap::from([("rows".parse().expect("a word"), 3)]);
        entry.to_bytes().expect("an entry")
    };
    (0..5).map(|n| told(entry(n))).collect()
});

static TREE: LazyLock<Memory> = LazyLock::new(|| {
    let mut tree = Memory::default();
    LEAVES.iter().for_each(|leaf| tree.push(record_hash(leaf)).expect("room"));
    tree
});

/// The log's checkpoint at each of its sizes.
static GROWN: LazyLock<Vec<Checkpoint>> = LazyLock::new(|| {
    let at = |size| Checkpoint { origin: ORIGIN.to_owned(), size, root: TREE.root_at(size).expect("a root") };
    (1..=LEAVES.len() as u64).map(at).collect()
});

fn note(of: &Checkpoint) -> String {
    let line = of.cosign(&WITNESS, AT * 1_000_000).expect("cosigned");
    Checkpoint::with_line(&of.sign(&LOG).expect("signed"), &line)
}

pub(crate) const NOTE_WORDS: &[&str] =
    &["\n", "\n\n", "more\n", "\u{2014} ", "trustee.example/log\n", "0", "18446744073709551616", "=", "A"];

pub(crate) fn checkpoints() -> Vec<Vec<u8>> {
    GROWN.iter().map(|checkpoint| note(checkpoint).into_bytes()).collect()
}

/// Only what the log signed is believed, and of cosignatures only what the witness made.
pub(crate) fn checkpoint(input: &[u8]) {
    if let Ok(read) = Checkpoint::peek(input) {
        let text = read.text().expect("what was read has a text");
        assert!(input.strip_prefix(&text[..]).is_some_and(|rest| rest.starts_with(b"\n")), "another text");
    }
    let (log, witness) = (LOG.public().clone(), WITNESS.public().clone());
    if let Ok((read, signatures)) = Checkpoint::open(input, &[log], &[witness]) {
        assert!(GROWN.contains(&read), "a checkpoint that nobody signed");
        assert!(signatures.witnesses.iter().all(|one| one.at == AT), "a cosignature that nobody made");
    }
}

pub(crate) const PROOF_WORDS: &[&str] = &[
    "\n",
    "\n\n",
    "c2sp.org/tlog-proof@v1\n",
    "extra ",
    "index ",
    "0",
    "4",
    "18446744073709551616",
    "=",
    "A",
];

pub(crate) fn proofs() -> Vec<Vec<u8>> {
    let proof = |(index, entry): (u64, &Vec<u8>)| {
        let whole = &GROWN[GROWN.len() - 1];
        let nodes = |level, from, count| TREE.nodes(level, from, count);
        let path = prove_inclusion(whole.size, index, nodes).expect("proved");
        LogProof { entry: entry.clone(), index, path, checkpoint: note(whole) }.to_text().into_bytes()
    };
    (0..).zip(LEAVES.iter()).map(proof).collect()
}

/// A proof has one text, and shows nothing of the log but what is in it.
pub(crate) fn proof(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(read) = LogProof::parse(text) else { return };
    assert_eq!(read.to_text(), text);
    if read.check(&GROWN[GROWN.len() - 1]).is_ok() {
        let place = usize::try_from(read.index).expect("a place");
        assert_eq!(LEAVES.get(place), Some(&read.entry), "an entry that is not there");
    }
}

pub(crate) const ENTRY_WORDS: &[&str] =
    &["{", "}", "\"", ",", ":", "null", "\"v\":1", "\"counts\":{", "\\u0000", "1e9", "-0", "\u{feff}", " "];

pub(crate) fn entries() -> Vec<Vec<u8>> {
    LEAVES.clone()
}

/// An entry has one text.
pub(crate) fn entry(input: &[u8]) {
    if let Ok(read) = Entry::parse(input) {
        assert_eq!(read.to_bytes().as_deref(), Ok(input));
    }
}

pub(crate) const REQUEST_WORDS: &[&str] =
    &["\n", ": ", ",", "none", "yes", "no", "L4", "DE", "\r\n", "\u{202e}", "\u{a0}", "1970-01-01T00:00:00Z"];

pub(crate) fn requests() -> Vec<Vec<u8>> {
    let text = |request: Request| request.text().expect("a text").into_bytes();
    let (one, other) = (request(1), request(2));
    vec![text(one), text(Request { veto_until: Some(5_000_000), suspect: true, level: 3, ..other })]
}

/// What is signed has one text: what is read is written as it was.
pub(crate) fn request_text(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(read) = Request::parse(text) {
        assert_eq!(read.text().as_deref(), Ok(text));
    }
}

fn request(number: u128) -> Request {
    let (id, second) = (Uuid::from_u128, 1_000_000);
    Request {
        id: RequestId(id(number)),
        scope: Scope {
            tenant: TenantId(id(1)),
            operations: BTreeSet::from(["get-customer-billing-profile".to_owned()]),
            records: BTreeSet::from(["billing-profile".parse().expect("a record")]),
            classes: BTreeSet::from(["contact".to_owned()]),
            fields: BTreeSet::from(["billing-profile.email".parse().expect("a field")]),
            output: Output::View,
            masking: false,
            max_uses: 3,
            max_rows: 50,
            max_bytes: 65_536,
        },
        reason: Reason::CustomerSupport,
        ticket: format!("T-{number}"),
        purpose_sha256: sha256(b"why"),
        suspect: false,
        requester: PersonId(id(2)),
        requester_key: "SHA256:abc".to_owned(),
        employer: TenantId(id(3)),
        office: "DE".to_owned(),
        physical: "DE".to_owned(),
        not_before: 1_700_000_000 * second,
        duration: 3600,
        activation: 3600,
        idle: 900,
        supervision: Supervision::Live,
        answer_by: 1_700_100_000 * second,
        veto_until: None,
        level: 0,
        policy: "customer-support@1".to_owned(),
        policy_sha256: sha256(b"policy"),
        factors: vec![Factor { kind: access::Kind::TrusteeOfficer, count: 2 }],
        log_size: 10_422,
        log_root: sha256(b"root"),
    }
}
