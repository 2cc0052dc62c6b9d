//! The writer against its store, with witnesses that are honest, away or lying.

use kernel::{Clock, Problem, TenantId};
use ledger::{
    Checkpoint, Files, Judgement, Kind, LogFacts, Policy, Purpose, Quorum, Refusal, SigningKey, judge,
    verify_log, verify_report,
};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use store::Store;

use super::*;
use crate::keys::StoreVault;
use crate::testing::{Counter, Hand, TempStore, key_file};

const ORIGIN: &str = "trustee.example/log";
const NOW: i64 = 1_795_335_000;

fn log_key(seed: u8) -> SigningKey {
    SigningKey::from_seed(ORIGIN, Purpose::Log, [seed; 32]).expect("a key")
}

/// What is remembered outside of the database.
#[derive(Default)]
struct Remembered {
    last: Mutex<Option<String>>,
    evidence: Mutex<Vec<String>>,
}

impl Seen for Remembered {
    fn last(&self) -> Result<Option<String>, String> {
        Ok(self.last.lock().expect("whole").clone())
    }
    fn keep(&self, note: &str) {
        *self.last.lock().expect("whole") = Some(note.to_owned());
    }
    fn evidence(&self, text: &str) {
        self.evidence.lock().expect("whole").push(text.to_owned());
    }
}

/// A witness in this process.
struct Neighbour {
    key: SigningKey,
    clock: Arc<Hand>,
    seen: Mutex<Option<Checkpoint>>,
    /// Answers this status instead of judging; 0 judges.
    instead: AtomicU16,
}

impl Neighbour {
    fn new(clock: &Arc<Hand>) -> Arc<Self> {
        let key = SigningKey::from_seed("witness.example", Purpose::Witness, [2; 32]).expect("a key");
        Arc::new(Self { key, clock: clock.clone(), seen: Mutex::default(), instead: AtomicU16::new(0) })
    }
}

impl WitnessLink for Neighbour {
    fn add_checkpoint(&self, body: String) -> WitnessAnswer<'_> {
        Box::pin(async move {
            match self.instead.load(Ordering::SeqCst) {
                0 => {}
                1 => return Err("away".to_owned()),
                other => return Ok((other, b"99\n".to_vec())),
            }
            let mut seen = self.seen.lock().expect("whole");
            let policy = Policy::of_log(log_key(1).public().clone());
            let now = self.clock.now().as_microsecond();
            let judged = judge(body.as_bytes(), &policy, |_| seen.clone(), &self.key, now);
            let status = judged.status();
            Ok(match judged {
                Judgement::Cosign { seen: new, line } => {
                    *seen = Some(new);
                    (200, format!("{line}\n").into_bytes())
                }
                Judgement::Conflict(size) => (409, format!("{size}\n").into_bytes()),
                _ => (status, Vec::new()),
            })
        })
    }
}

/// A log, and everything around it that survives its end.
struct Yard {
    temp: TempStore,
    keys: Arc<Keys>,
    clock: Arc<Hand>,
    seen: Arc<Remembered>,
}

impl Yard {
    async fn new() -> Self {
        let (temp, clock) = (TempStore::new(), Arc::new(Hand::at(NOW)));
        let entropy = Arc::new(Counter::default());
        let vault = Arc::new(StoreVault::new(temp.store.clone()));
        let service =
            envelope::Embedded::open(vault, entropy.clone(), &key_file()).await.expect("a key service");
        let keys =
            Keys::open(temp.store.clone(), Arc::new(service), clock.clone(), entropy).await.expect("keys");
        let yard = Self { temp, keys: Arc::new(keys), clock, seen: Arc::default() };
        yard.keys.create(tenant(1)).await.expect("keys");
        yard.keys.create(tenant(2)).await.expect("keys");
        yard
    }

    fn parts(&self, witness: Option<(&Arc<Neighbour>, bool)>) -> LogParts {
        let witnessing = witness.map_or_else(Witnessing::none, |(witness, before_release)| Witnessing {
            quorum: Quorum::Witness(witness.key.public().clone()),
            links: vec![(witness.key.public().clone(), witness.clone())],
            before_release,
        });
        LogParts {
            store: self.temp.store.clone(),
            keys: self.keys.clone(),
            clock: self.clock.clone(),
            entropy: Arc::new(Counter::default()),
            home: LogHome { key: log_key(1), witnessing, seen: self.seen.clone() },
        }
    }

    async fn open(&self) -> Log {
        Log::open(self.parts(None)).await.expect("a log")
    }
}

fn tenant(n: u128) -> TenantId {
    TenantId(uuid::Uuid::from_u128(n))
}

/// The log's files, as readers get them.
struct Stored(Store);

impl Files for Stored {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, Refusal> {
        let path = path.to_owned();
        let store = self.0.clone();
        let read = std::thread::spawn(move || store.read_blocking("file", move |tx| read_file(tx, &path)));
        Ok(read.join().expect("no panic").expect("read").map(|file| file.content))
    }
}

fn verify(yard: &Yard, last: Option<&str>) -> Result<LogFacts, Refusal> {
    let policy = Policy::of_log(log_key(1).public().clone());
    verify_log(
        &Stored(yard.temp.store.clone()),
        &policy,
        yard.clock.now().as_microsecond(),
        last.map(str::as_bytes),
    )
}

fn intent(n: u128) -> Draft {
    Draft::of(Kind::UseIntent)
        .about(tenant(n))
        .by("SHA256:abc")
        .op("get-customer@1")
        .counting("rows", 3)
        .because("customer_support")
        .detail(json!({ "customer": tenant(n).to_string() }))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_appended_verifies_and_names_nobody() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    let receipts = (0..600_u128).map(|n| {
        let log = log.clone();
        tokio::spawn(async move { log.append(intent(1 + n % 2)).await })
    });
    let mut places = Vec::new();
    for receipt in receipts.collect::<Vec<_>>() {
        let receipt = receipt.await.expect("no panic").expect("appended");
        assert!(receipt.index.is_some_and(|index| index < receipt.size));
        places.extend(receipt.index);
    }
    places.sort_unstable();
    assert_eq!(
        places,
        (1..=600).collect::<Vec<_>>(),
        "every entry has a place of its own, after the log's key"
    );
    let facts = verify(&yard, None).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((facts.checkpoint.size, facts.tags.len(), facts.open_intents), (601, 600, 600));
    let bundle = Stored(yard.temp.store.clone()).read("tile/entries/000").expect("read").expect("there");
    let text = String::from_utf8_lossy(&bundle);
    assert!(text.contains("use.intent") && !text.contains("0000-0000") && !text.contains("SHA256"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_act_and_its_entry_are_one_step() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    let refuse = |tx: &mut Tx, pen: &mut Pen<'_>| {
        pen.note(tx, &intent(1))?;
        Err::<(), _>(Problem::new(409, Code(0), "state_conflict", "no"))
    };
    let refused = log.act(&[tenant(1)], refuse).await.expect_err("refused");
    assert_eq!(refused.slug, "state_conflict");
    let pair = |tx: &mut Tx, pen: &mut Pen<'_>| {
        let of = pen.note(tx, &intent(1))?;
        pen.note(
            tx,
            &Draft::of(Kind::UseResult).about(tenant(1)).belonging_to(of).moving(Some("active"), "active"),
        )
    };
    let (index, receipt) = log.act(&[tenant(1)], pair).await.expect("done");
    assert_eq!((index, receipt), (2, Receipt { index: Some(2), size: 3 }));
    for (what, draft) in [
        ("a name", Draft::of(Kind::Submit).because("Erika Mustermann")),
        ("a tenant that the act did not name", intent(2)),
        ("a number that is none", Draft::of(Kind::Submit).detail(json!({ "a": 1.5 }))),
    ] {
        let note = move |tx: &mut Tx, pen: &mut Pen<'_>| pen.note(tx, &draft);
        assert!(log.act(&[tenant(1)], note).await.is_err(), "{what}");
    }
    let facts = verify(&yard, None).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((facts.checkpoint.size, facts.open_intents), (3, 0), "what was refused left nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_tenant_verifies_with_its_details() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    for n in [1, 2, 1, 1] {
        log.append(intent(n)).await.expect("appended");
    }
    let ever = (0, (NOW + 10) * 1_000_000);
    let material = log.events_of(tenant(1), ever).await.expect("events");
    assert_eq!(material.events.len(), 3);
    let header = ledger::Header {
        tenant: tenant(1).to_string(),
        cause: "demand".to_owned(),
        from: ever.0,
        until: ever.1,
        issued: NOW * 1_000_000,
        stated: json!({ "level": "L0" }),
    };
    let bundle = ledger::assemble(&header, material, |_| BTreeMap::new(), log.signer());
    let text = bundle.expect("assembled").to_text().expect("written");
    let facts = verify(&yard, None).unwrap_or_else(|why| panic!("{why}"));
    let policy = Policy::of_log(log_key(1).public().clone());
    let report = verify_report(text.as_bytes(), &policy, Some(&facts)).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((report.entries, report.without_detail), (3, 0));
    let destroy = |tx: &mut Tx| rows::destroy_details(tx, tenant(1));
    yard.temp.store.write("destroy", destroy).await.expect("destroyed");
    log.forget(tenant(1));
    let after = log.events_of(tenant(1), ever).await.expect("events").events;
    assert!(after.len() == 3 && after.iter().all(|event| event.detail.is_none()), "the skeleton stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_tell_the_level_that_the_log_told_last_and_a_start_forgets_it() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    let change = |from, to| Draft::of(Kind::Level).changing(from, to);
    let refused = |tx: &mut Tx, pen: &mut Pen<'_>| {
        pen.note(tx, &Draft::of(Kind::Level).changing(Level::L0, Level::L4))?;
        Err::<(), _>(Problem::new(409, Code(0), "state_conflict", "no"))
    };
    log.append(intent(1)).await.expect("appended");
    log.act(&[], refused).await.expect_err("refused");
    log.append(intent(1)).await.expect("appended");
    assert_eq!(log.level(), Level::L0, "what was undone changed nothing");
    // In one act, the entry after the change tells the new level.
    let both = move |tx: &mut Tx, pen: &mut Pen<'_>| {
        pen.note(tx, &change(Level::L0, Level::L2))?;
        pen.note(tx, &intent(1))
    };
    log.act(&[tenant(1)], both).await.expect("done");
    assert_eq!(log.level(), Level::L2);
    log.append(intent(1)).await.expect("appended");
    for _ in 0..2 {
        // A program that starts has measured nothing, and says so before anything else.
        let again = yard.open().await;
        assert_eq!(again.level(), Level::L0);
        again.append(intent(1)).await.expect("appended");
        again.append(intent(1)).await.expect("appended");
    }
    let told = yard.temp.store.read("entries", |tx: &mut Tx| rows::entries(tx, 1, 100)).await.expect("read");
    let told = told.iter().map(|entry| {
        let entry = ledger::Entry::parse(entry).expect("an entry");
        (entry.kind == Kind::Level, entry.level.map(Level::as_str))
    });
    let (uses, changes) = (|level| (false, Some(level)), |level| (true, Some(level)));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            uses("L0"),
            uses("L0"),
            changes("L2"),
            uses("L2"),
            uses("L2"),
            changes("L0"),
            uses("L0"),
            uses("L0"),
            uses("L0"),
            uses("L0")
        ]
    );
    let facts = verify(&yard, None).unwrap_or_else(|why| panic!("{why}"));
    let course: Vec<_> = facts.levels.iter().map(|one| (one.from, one.to)).collect();
    assert_eq!(course, [(Level::L0, Level::L2), (Level::L2, Level::L0)], "each begins where the last ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_come_and_time_never_decreases() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    for _ in 0..25 {
        yard.clock.forward(60);
        log.tidy().await.expect("tidy");
    }
    assert_eq!(verify(&yard, None).map(|facts| facts.kinds[&Kind::Heartbeat]).ok(), Some(2));
    yard.clock.forward(-3);
    log.append(intent(1)).await.expect("a clock that is set a little");
    yard.clock.forward(-60);
    assert_eq!(log.append(intent(1)).await.expect_err("refused").slug, "clock_untrusted");
    yard.clock.forward(70);
    log.append(intent(1)).await.expect("right again");
    assert!(verify(&yard, None).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn hours_of_openings_are_told_once() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    let count = |n: u128, opener: &'static str, more| {
        let hour = NOW / 3600 * 3_600_000_000;
        yard.temp
            .store
            .write("count", move |tx| store::trustee::journal::count(tx, tenant(n), opener, hour, more))
    };
    count(1, "customer", 2).await.expect("counted");
    count(1, "partner:a", 5).await.expect("counted");
    count(2, "partner:a", 1).await.expect("counted");
    let told = || verify(&yard, None).map(|facts| facts.kinds.get(&Kind::Openings).copied().unwrap_or(0));
    log.tidy().await.expect("tidy");
    assert_eq!(told(), Ok(0), "the hour is not over");
    yard.clock.forward(3700);
    for _ in 0..3 {
        log.tidy().await.expect("tidy");
    }
    assert_eq!(told(), Ok(2), "one for each tenant");
    count(1, "partner:a", 1).await.expect("counted late");
    log.tidy().await.expect("tidy");
    assert_eq!(told(), Ok(3));
    let events = log.events_of(tenant(1), (0, i64::MAX)).await.expect("events").events;
    let entry = String::from_utf8(events[0].proof.entry.clone()).expect("text");
    assert!(entry.contains(r#""counts":{"customer":2,"partner":5}"#), "{entry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolled_back_log_is_not_written_to() {
    let yard = Yard::new().await;
    let log = yard.open().await;
    log.append(intent(1)).await.expect("appended");
    drop(log);
    let log = yard.open().await;
    log.append(intent(1)).await.expect("goes on");
    drop(log);
    // Somebody puts an older store back: here, one that never had the last entries.
    let other = Yard { seen: yard.seen.clone(), ..Yard::new().await };
    let log = other.open().await;
    assert_eq!(log.append(intent(1)).await.expect_err("sealed").slug, "rollback_detected");
    assert_eq!(other.seen.evidence.lock().expect("whole").len(), 1);
    // Or the edge is changed, or the key is another.
    let changed = |tx: &mut Tx| {
        let state = rows::state(tx)?.expect("a log");
        let mut edge = state.edge.clone();
        edge[0] ^= 1;
        rows::grow(tx, state.size, &rows::LogState { edge, ..state })
    };
    yard.temp.store.write("tamper", changed).await.expect("tampered");
    assert_eq!(Log::open(yard.parts(None)).await.err().expect("refused").slug, "log_unavailable");
    let fresh = Yard::new().await;
    drop(fresh.open().await);
    let mut foreign = fresh.parts(None);
    foreign.home.key = log_key(9);
    assert_eq!(Log::open(foreign).await.err().expect("refused").slug, "log_unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn witnesses_see_each_checkpoint_and_seal_a_log_that_they_contradict() {
    let yard = Yard::new().await;
    let witness = Neighbour::new(&yard.clock);
    let log = Log::open(yard.parts(Some((&witness, true)))).await.expect("a log");
    log.push_now().await;
    log.tidy().await.expect("the first entry");
    let receipt = log.append(intent(1)).await.expect("appended");
    let seen = witness.seen.lock().expect("whole").clone().expect("seen");
    assert!(seen.size >= receipt.size, "the witness saw it before the caller was answered");
    let text = format!("log {}\nwitness w {}\nquorum w\n", log_key(1).public(), witness.key.public());
    let policy = Policy::parse(&text).expect("a policy");
    let files = Stored(yard.temp.store.clone());
    let facts = verify_log(&files, &policy, yard.clock.now().as_microsecond(), None);
    assert_eq!(facts.map(|facts| facts.checkpoint.size).map_err(|why| why.to_string()), Ok(receipt.size));
    drop(log);
    // The same witness, a store that was put back and what was remembered thrown away.
    let other = Yard { clock: yard.clock.clone(), ..Yard::new().await };
    let log = Log::open(other.parts(Some((&witness, false)))).await.expect("a log");
    log.push_now().await;
    assert_eq!(log.append(intent(1)).await.expect_err("sealed").slug, "rollback_detected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_is_away_or_lies_is_never_believed() {
    let yard = Yard::new().await;
    let witness = Neighbour::new(&yard.clock);
    witness.instead.store(1, Ordering::SeqCst);
    let log = Log::open(yard.parts(Some((&witness, false)))).await.expect("a log");
    log.push_now().await;
    assert_eq!(log.append(intent(1)).await.expect_err("nobody compared").slug, "sealed");
    for (what, status) in [("a forged line", 200), ("an error", 500), ("an unknown log", 404)] {
        witness.instead.store(status, Ordering::SeqCst);
        log.push_now().await;
        assert_eq!(log.ready().expect_err(what).slug, "sealed", "{what}");
    }
    witness.instead.store(0, Ordering::SeqCst);
    log.push_now().await;
    log.append(intent(1)).await.expect("compared");
    witness.instead.store(409, Ordering::SeqCst);
    log.push_now().await;
    assert_eq!(log.ready().expect_err("it claims to have seen more").slug, "rollback_detected");
}
