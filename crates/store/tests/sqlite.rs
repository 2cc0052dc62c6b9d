//! What only SQLite does: reads on the caller's thread, and a disk that is full.

use std::sync::{Arc, Mutex};
use std::thread::{ThreadId, current};
use store::testing::{Engine, TestStore, run};
use store::{Schema, Store, StoreError, Tx, meta, statements};

statements! { "sqlite-test";
    scan ALL = "SELECT key FROM meta";
    write LIMIT = "PRAGMA max_page_count = 300";
    write ANALYZE = "ANALYZE";
    scan STATISTICS = "SELECT tbl FROM sqlite_stat1";
}

#[test]
fn reads_run_on_the_callers_thread_unless_they_scan() {
    let store = TestStore::new(Engine::Sqlite, Schema::Operator);
    let threads = Arc::new(Mutex::new(Vec::<ThreadId>::new()));
    let ran_on = || std::mem::take(&mut *threads.lock().expect("not poisoned"));
    let note = |threads: &Mutex<Vec<ThreadId>>| threads.lock().expect("not poisoned").push(current().id());
    let here = current().id();

    let noted = Arc::clone(&threads);
    let point = move |tx: &mut Tx| {
        note(&noted);
        meta::get(tx, "a")
    };
    run(store.read("point", point)).expect("read");
    assert_eq!(ran_on(), [here]);

    for expected in [2, 1] {
        let noted = Arc::clone(&threads);
        let scan = move |tx: &mut Tx| {
            note(&noted);
            tx.query(&ALL, &[])
        };
        run(store.read("scan", scan)).expect("read");
        let threads = ran_on();
        assert_eq!(threads.len(), expected, "the second time it is known to scan");
        assert_ne!(threads.last(), Some(&here));
    }
}

#[test]
fn readers_do_not_keep_the_log_from_beginning_anew() {
    let store = TestStore::new(Engine::Sqlite, Schema::Operator);
    let log = format!("{}-wal", store.location());
    let mut longest = 0;
    for number in 0..800_u32 {
        let text = format!("{number}").repeat(40_000);
        run(store.write("long", move |tx| meta::put(tx, "long", &text))).expect("written");
        let read = run(store.read("read", |tx| meta::get(tx, "long"))).expect("read").unwrap_or_default();
        assert!(read.starts_with(&number.to_string()), "the latest is read");
        longest = longest.max(std::fs::metadata(&log).map_or(0, |file| file.len()));
    }
    // 800 changes of some 30 pages of 4 KiB each; the log is copied from 8000 pages on.
    assert!(longest < 70_000_000, "the log grew to {longest} bytes");
}

#[test]
fn scrubbing_empties_the_log_also_of_what_readers_keep() {
    let store = TestStore::new(Engine::Sqlite, Schema::Operator);
    let log = format!("{}-wal", store.location());
    let length = || std::fs::metadata(&log).map_or(0, |file| file.len());
    for round in 0..3 {
        run(store.write("put", |tx| meta::put(tx, "a", "a canary that is gone"))).expect("written");
        run(store.write("put", |tx| meta::put(tx, "a", "nothing"))).expect("written");
        // Whoever has read keeps a snapshot, which would hold the log.
        assert_eq!(
            run(store.read("read", |tx| meta::get(tx, "a"))).expect("read").as_deref(),
            Some("nothing")
        );
        assert!(length() > 0, "{round}: there is something to empty");
        run(store.scrub()).expect("scrubbed");
        assert_eq!(length(), 0, "{round}");
    }
}

#[test]
fn a_full_disk_fails_writes_and_harms_nothing() {
    let store = Arc::new(TestStore::new(Engine::Sqlite, Schema::Operator));
    run(store.write("limit", |tx| tx.query(&LIMIT, &[]))).expect("limited");
    run(async {
        let large = |number: u32, size: usize| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                store.write("large", move |tx| meta::put(tx, &number.to_string(), &"x".repeat(size))).await
            })
        };
        let group: Vec<_> = (0..40).map(|number| large(number, 100_000)).collect();
        let mut stored = Vec::new();
        for (number, write) in group.into_iter().enumerate() {
            match write.await.expect("the task ends") {
                Ok(()) => stored.push(number.to_string()),
                Err(error) => assert!(matches!(error, StoreError::Unavailable(_)), "{error}"),
            }
        }
        assert!(stored.len() < 40, "the disk was full");
        let keys = |tx: &mut Tx| -> Result<Vec<String>, StoreError> {
            tx.list::<(String,)>(&ALL, &[]).map(|rows| rows.into_iter().map(|(key,)| key).collect())
        };
        let mut found = store.read("keys", keys).await.expect("read");
        found.sort_by_key(|key| key.parse::<u32>().unwrap_or_default());
        assert_eq!(found, stored, "what was acknowledged is there, and nothing else");
        store.write("small", |tx| meta::put(tx, "small", "")).await.expect("small things still fit");
    });
}

/// A plan that follows statistics of the first customer's day walks the tables of the year after.
#[test]
fn statistics_of_a_small_store_are_not_kept() {
    let store = TestStore::new(Engine::Sqlite, Schema::Operator);
    let found = |store: &Store| run(store.read("statistics", |tx| tx.query(&STATISTICS, &[])));
    let analyze = |tx: &mut Tx| {
        meta::put(tx, "a", "b")?;
        tx.query(&ANALYZE, &[])
    };
    run(store.write("analyze", analyze)).expect("analysed");
    assert!(!found(&store).expect("there").is_empty(), "an earlier version took them");
    store.close();
    assert!(found(&store.open_again()).is_err(), "they are gone with the next start");
}

#[test]
fn a_file_that_is_no_store_is_refused() {
    let folder = store::testing::folder();
    let path = folder.join("store.db");
    std::fs::write(&path, "this is not a database, however long the text may be".repeat(100))
        .expect("written");
    let error = Store::open_sqlite(&path).expect_err("refused").to_string();
    assert!(error.contains("cannot open") && error.contains("store.db"), "{error}");
    std::fs::remove_dir_all(folder).expect("removed");
}
