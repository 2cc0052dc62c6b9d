use super::*;
use crate::operator::{idempotency, outbox};
use crate::testing::{Engine, TestStore, folder};
use crate::{args, meta};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

crate::statements! { "backup-test";
    write BYTES = "INSERT INTO idempotency (id, body_mac, expires, headers) VALUES ($2, $2, $3, $1)";
}

fn event(tx: &mut Tx) -> Result<i64, StoreError> {
    let partner = "00000000-0000-4000-8000-000000000001".parse().expect("an id");
    let new = outbox::NewEvent { partner, event: "e", resource: "/r", payload: "{\"ä\":null}", created: -1 };
    outbox::append(tx, &new)?;
    let all = outbox::of_partner(tx, partner, 0, 100)?;
    all.last().map(|event| event.sequence).ok_or(StoreError::NoRow("event"))
}

/// A store with more rows than fit in one chunk, every kind of value, and a gap in the numbers.
fn filled(engine: Engine) -> TestStore {
    let store = TestStore::new(engine, Schema::Operator);
    let fill = |tx: &mut Tx| {
        for number in 0..=CHUNK * 2 {
            meta::put(tx, &format!("key {number}"), "line\n\"quoted\" ä€𝄞")?;
        }
        tx.execute(STATEMENTS[0], &args!["all", (0..=255).collect::<Vec<u8>>(), i64::MAX])?;
        tx.execute(STATEMENTS[0], &args!["none", Vec::<u8>::new(), i64::MIN])?;
        for _ in 0..3 {
            event(tx)?;
        }
        outbox::delivered(tx, 2, 5)
    };
    store.write_blocking("fill", fill).expect("filled");
    store
}

fn body(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("readable");
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines[1..lines.len() - 1].to_vec() // head and foot name the engine and what follows from it
}

#[test]
fn a_backup_from_either_engine_restores_into_either() {
    let folder = folder();
    for from in BOTH {
        let path = folder.join(format!("{from:?}"));
        let made = filled(from).backup(Schema::Operator, &path, 77).expect("backed up");
        assert_eq!((made.made, made.rows["meta"], made.rows["outbox"]), (77, 1001, 3));
        for to in BOTH {
            let store = TestStore::empty(to);
            assert_eq!(store.restore(Schema::Operator, &path, Existing::Refuse), Ok(made.clone()));
            let again = folder.join(format!("{from:?}-{to:?}"));
            store.backup(Schema::Operator, &again, 78).expect("backed up again");
            assert_eq!(body(&path), body(&again), "{from:?} to {to:?}");
            assert_eq!(store.write_blocking("next", event), Ok(4), "numbers go on");
            assert_eq!(store.migrate(Schema::Operator), Ok(0));
        }
    }
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn an_older_backup_is_brought_forward() {
    let (folder, steps) = (folder(), Schema::Operator.migrations());
    for (engine, number) in [(Engine::Sqlite, "1"), (Engine::Postgres, "2")] {
        let old = TestStore::empty(engine);
        old.migrate_with("operator", &steps[..1]).expect("an old store");
        old.write_blocking("put", |tx| meta::put(tx, "old", "row")).expect("stored");
        let path = folder.join(number);
        assert_eq!(old.backup(Schema::Operator, &path, 0).expect("backed up").version, 1);
        let store = TestStore::new(engine, Schema::Operator);
        store.restore(Schema::Operator, &path, Existing::Refuse).expect("a store without rows is empty");
        assert_eq!(store.schema_version(), Ok(steps.last().map(|step| step.number)));
        let row = store.read_blocking("get", |tx| meta::get(tx, "old"));
        assert_eq!(row, Ok(Some("row".to_owned())));
    }
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn a_filled_store_is_replaced_only_when_that_is_said() {
    let folder = folder();
    for engine in BOTH {
        let path = folder.join(format!("{engine:?}"));
        filled(engine).backup(Schema::Operator, &path, 0).expect("backed up");
        let store = TestStore::new(engine, Schema::Operator);
        store.write_blocking("put", |tx| meta::put(tx, "mine", "1")).expect("stored");
        let refused = store.restore(Schema::Operator, &path, Existing::Refuse);
        let message = refused.expect_err("it is not empty").to_string();
        assert!(message.contains("table meta has rows"), "{message}");
        let mine = |tx: &mut Tx| meta::get(tx, "mine");
        assert_eq!(store.read_blocking("get", mine), Ok(Some("1".to_owned())));
        store.restore(Schema::Operator, &path, Existing::Replace).expect("replaced");
        assert_eq!(store.read_blocking("get", mine), Ok(None));
        let claim = store.write_blocking("purge", |tx| idempotency::purge(tx, 0, 9));
        assert_eq!(claim, Ok(1), "statements prepared before still run");
    }
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn what_is_not_a_whole_backup_is_refused() {
    let folder = folder();
    let (path, bad) = (folder.join("good"), folder.join("bad"));
    let store = filled(Engine::Sqlite);
    store.backup(Schema::Operator, &path, 0).expect("backed up");
    let good = std::fs::read_to_string(&path).expect("readable");
    let check = |content: &str, says: &str| {
        std::fs::write(&bad, content).expect("written");
        let message = verify_backup(&bad).expect_err(says).to_string();
        assert!(message.contains(says), "{message}");
        let target = TestStore::empty(Engine::Sqlite);
        assert!(target.restore(Schema::Operator, &bad, Existing::Refuse).is_err());
        assert_eq!(target.schema_version(), Ok(None));
    };
    check("", "ends too early");
    check(&good[..good.len() - 1], "ends too early");
    check(&good[..good.len() / 2], "ends too early");
    check("{}\n", "is not a backup of ours");
    check(&good.replacen("\"version\":1", "\"version\":2", 1), "newer form");
    check(&good.replacen("key 7", "key 8", 1), "was changed after it was made");
    check(&good.replacen("\"rows\":1", "\"rows\":2", 1), "was changed after it was made");
    check(&format!("{good}\n"), "is damaged");
    check(&good.replacen("[\"key 7\"", "[true", 1), "is damaged in line");
    let taken = store.backup(Schema::Operator, &path, 0).expect_err("the name is taken").to_string();
    assert!(taken.contains("is there already"), "{taken}");
    let zone = TestStore::empty(Engine::Sqlite).restore(Schema::Trustee, &path, Existing::Refuse);
    assert!(zone.expect_err("another zone's").to_string().contains("is of the operator zone"));
    let zone =
        store.backup(Schema::Trustee, &folder.join("zone"), 0).expect_err("another zone's").to_string();
    assert!(zone.contains("not a store of the trustee zone"), "{zone}");
    let left: Vec<_> =
        std::fs::read_dir(&folder).expect("listed").flatten().map(|file| file.file_name()).collect();
    assert_eq!(left.len(), 2, "nothing half made is left: {left:?}");
    std::fs::remove_dir_all(folder).expect("removed");
}

/// Pairs are written together; a backup that saw half a pair was not one snapshot.
#[test]
fn a_backup_of_a_busy_store_is_one_snapshot() {
    let folder = folder();
    for engine in BOTH {
        let store = filled(engine);
        let busy = Arc::new(AtomicBool::new(true));
        let writer = std::thread::spawn({
            let (store, busy) = ((*store).clone(), Arc::clone(&busy));
            move || {
                let mut count = 0;
                while busy.load(Ordering::Relaxed) {
                    let pair = move |tx: &mut Tx| {
                        meta::put(tx, &format!("pair {count}"), "")?;
                        event(tx)
                    };
                    store.write_blocking("pair", pair).expect("written");
                    count += 1;
                }
                count
            }
        });
        let mut seen = Vec::new();
        for round in 0..3 {
            let path = folder.join(format!("{engine:?}-{round}"));
            let contents = store.backup(Schema::Operator, &path, 0).expect("backed up");
            let pairs = body(&path).iter().filter(|line| line.starts_with("[\"pair ")).count();
            assert_eq!(contents.rows["outbox"], 3 + pairs as u64);
            seen.push(pairs);
        }
        busy.store(false, Ordering::Relaxed);
        let written: usize = writer.join().expect("it ends");
        assert!(seen.is_sorted() && written > 0, "{seen:?} of {written}");
    }
    std::fs::remove_dir_all(folder).expect("removed");
}
