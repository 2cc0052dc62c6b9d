//! What a transaction promises, the same on both engines.

use proptest::collection::vec;
use proptest::prelude::{any, prop_assert_eq};
use proptest::test_runner::{Config, TestRunner};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::{StoreError, Tx, Value, args, meta, on_both_engines, statements};

statements! { "test";
    write ADD = "INSERT INTO meta (key, value) VALUES ($1, $2)";
    write ECHO = "INSERT INTO idempotency (id, body_mac, expires, headers) VALUES ($1, $1, $2, $3)
        RETURNING headers, expires, body_mac";
    write CLEAR = "DELETE FROM idempotency";
    read NULLS = "SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT)";
    read TWO = "SELECT 1 UNION ALL SELECT 2";
    scan ALL = "SELECT key FROM meta ORDER BY key";
    write BAD = "INSERT INTO nowhere (key) VALUES ($1)";
}

/// An error of the caller's own.
#[derive(Debug, PartialEq)]
enum Own {
    Store(StoreError),
    Refused,
}

impl From<StoreError> for Own {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

fn keys(tx: &mut Tx) -> Result<Vec<String>, StoreError> {
    Ok(tx.list::<(String,)>(&ALL, &[])?.into_iter().map(|(key,)| key).collect())
}

fn is_conflict(outcome: &Result<(), StoreError>) -> bool {
    outcome.as_ref().is_err_and(StoreError::is_conflict)
}

on_both_engines! {
    async fn what_is_put_is_there_and_is_still_there_when_opened_again(store) {
        store.write("put", |tx| meta::put(tx, "a", "1")).await.expect("stored");
        assert_eq!(store.read("get", |tx| meta::get(tx, "a")).await, Ok(Some("1".to_owned())));
        let again = store.open_again();
        assert_eq!(again.read("get", |tx| meta::get(tx, "a")).await, Ok(Some("1".to_owned())));
    }

    async fn a_write_that_nobody_waits_for_counts_like_any_other(store) {
        let add = |key: &'static str| store.write("add", move |tx| {
            meta::put(tx, &format!("with {key}"), "")?;
            tx.later(&ADD, &args![key, "x"])?;
            let seen = if key == "b" { keys(tx)? } else { Vec::new() };
            tx.later(&ADD, &args![format!("after {key}"), "x"])?;
            Ok(seen)
        });
        assert_eq!(add("a").await, Ok(vec![]));
        assert_eq!(add("b").await, Ok(["a", "after a", "b", "with a", "with b"].map(str::to_owned).to_vec()));
        let again = add("a").await.map(drop);
        assert!(is_conflict(&again), "{again:?}");
        let healed = store.write("healed", |tx| {
            let refused: Result<(), StoreError> = tx.nested(|tx| {
                tx.later(&ADD, &args!["c", "x"])?;
                tx.later(&ADD, &args!["a", "x"])?;
                keys(tx).map(drop)
            });
            assert!(is_conflict(&refused), "{refused:?}");
            tx.later(&ADD, &args!["d", "x"])
        });
        assert_eq!(healed.await, Ok(()));
        let found = store.read("keys", keys).await.expect("read");
        assert_eq!(found, ["a", "after a", "after b", "b", "d", "with a", "with b"]);
    }

    async fn an_error_undoes_its_own_closure_and_no_other(store) {
        let store = Arc::new(store);
        let tasks: Vec<_> = (0..60_u32).map(|number| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                store.try_write("add", move |tx| {
                    meta::put(tx, &format!("{number:02}"), "x")?;
                    match number % 3 {
                        0 => Ok(()),
                        1 => Err(Own::Refused),
                        _ => {
                            tx.execute(&ADD, &args![format!("{number:02}"), "twice"])?;
                            Ok(())
                        }
                    }
                }).await
            })
        }).collect();
        for (number, task) in tasks.into_iter().enumerate() {
            let outcome = task.await.expect("the task ends");
            match number % 3 {
                0 => assert_eq!(outcome, Ok(())),
                1 => assert_eq!(outcome, Err(Own::Refused)),
                _ => assert!(matches!(outcome, Err(Own::Store(StoreError::Conflict { .. }))), "{outcome:?}"),
            }
        }
        let expected: Vec<String> = (0..60).step_by(3).map(|number| format!("{number:02}")).collect();
        assert_eq!(store.read("keys", keys).await, Ok(expected));
    }

    async fn a_panic_fails_alone(store) {
        let panicking = store.write::<(), _>("boom", |tx| {
            meta::put(tx, "boom", "x")?;
            panic!("on purpose");
        });
        let (boom, fine) = tokio::join!(panicking, store.write("fine", |tx| meta::put(tx, "fine", "x")));
        assert_eq!((boom, fine), (Err(StoreError::Panicked("boom")), Ok(())));
        assert_eq!(store.read("keys", keys).await, Ok(vec!["fine".to_owned()]));
        let reading = store.read::<(), _>("boom", |_| panic!("on purpose")).await;
        assert_eq!(reading, Err(StoreError::Panicked("boom")));
    }

    async fn a_nested_error_undoes_the_nested_part(store) {
        let outcome = store.write("nested", |tx| {
            meta::put(tx, "outer", "x")?;
            let inner: Result<(), Own> = tx.nested(|tx| {
                meta::put(tx, "inner", "x")?;
                tx.nested(|tx| meta::put(tx, "innermost", "x"))?;
                Err(Own::Refused)
            });
            assert_eq!(inner, Err(Own::Refused));
            let twice = tx.nested(|tx| tx.execute(&ADD, &args!["outer", "again"]).map(|_| ()));
            assert!(is_conflict(&twice), "{twice:?}");
            tx.nested(|tx| meta::put(tx, "last", "x"))
        }).await;
        assert_eq!(outcome, Ok(()));
        assert_eq!(store.read("keys", keys).await, Ok(vec!["last".to_owned(), "outer".to_owned()]));
    }

    async fn a_swallowed_error_does_not_commit_half(store) {
        let outcome = store.write("swallow", |tx| {
            meta::put(tx, "half", "x")?;
            let refused = tx.execute(&ADD, &args!["half", "again"]);
            assert!(refused.is_err());
            assert!(meta::get(tx, "half").is_err(), "a broken transaction runs nothing more");
            Ok(())
        }).await;
        assert!(is_conflict(&outcome), "{outcome:?}");
        assert_eq!(store.read("keys", keys).await, Ok(vec![]));
    }

    async fn statements_are_held_to_what_they_say(store) {
        let writing = store.read("write", |tx| meta::put(tx, "a", "1")).await;
        assert_eq!(writing, Err(StoreError::ReadOnly("meta.PUT")));
        let nul = store.write("nul", |tx| meta::put(tx, "a", "x\0y")).await;
        assert!(matches!(nul, Err(StoreError::Argument { statement: "meta.PUT", number: 2, .. })), "{nul:?}");
        let few = store.read("few", |tx| tx.query(&NULLS, &args![1])).await;
        assert!(matches!(few, Err(StoreError::Argument { statement: "test.NULLS", .. })), "{few:?}");
        let two = store.read("two", |tx| tx.query_opt(&TWO, &[])).await;
        assert_eq!(two, Err(StoreError::ManyRows("test.TWO")));
        let wide = store.read("wide", |tx| tx.list::<(i64, i64)>(&TWO, &[])).await;
        assert_eq!(wide, Err(StoreError::Width { statement: "test.TWO", wanted: 2, found: 1 }));
        let bad = store.write("bad", |tx| tx.execute(&BAD, &args!["a"])).await;
        let message = bad.expect_err("there is no such table").to_string();
        assert!(message.contains("test.BAD") && message.contains("nowhere"), "{message}");
    }

    async fn every_value_comes_back_unchanged(store) {
        let case = (any::<i64>(), "[^\\x00]{0,40}", vec(any::<u8>(), 0..300));
        // On a thread of its own: the runner waits for each case.
        let run = move || {
            let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
            runner.run(&case, |(int, text, bytes)| {
                let args = args![&bytes, int, &text];
                let row = store.write_blocking("echo", move |tx| {
                    tx.execute(&CLEAR, &[])?;
                    tx.one(&ECHO, &args)
                });
                prop_assert_eq!(row, Ok((text, int, bytes)));
                Ok(())
            })
        };
        let outcome = tokio::task::spawn_blocking(run).await.expect("the runner ends");
        assert_eq!(outcome, Ok(()));
    }

    async fn the_ends_of_the_ranges_come_back_unchanged(store) {
        for (int, text, bytes) in [
            (i64::MIN, "ä€𝄞'\"\\", vec![0, 255]),
            (i64::MAX, "", vec![]),
            (-1, "line\nline", vec![0; 70_000]),
        ] {
            let args = args![&bytes, int, text];
            let row = store.write("echo", move |tx| tx.one::<(String, i64, Vec<u8>)>(&ECHO, &args)).await;
            assert_eq!(row, Ok((text.to_owned(), int, bytes)));
        }
        let nulls = args![Value::Null, Value::Null];
        let row = store.read("nulls", move |tx| tx.query_one(&NULLS, &nulls)).await.expect("a row");
        assert_eq!(row.into_values(), [Value::Null, Value::Null]);
    }

    async fn text_is_sorted_by_its_bytes(store) {
        for key in ["b", "B", "a", "ä", "_", "Z"] {
            store.write("put", move |tx| meta::put(tx, key, "")).await.expect("stored");
        }
        let sorted = ["B", "Z", "_", "a", "b", "ä"].map(str::to_owned).to_vec();
        assert_eq!(store.read("keys", keys).await, Ok(sorted));
    }

    async fn read_then_write_loses_no_update(store) {
        let store = Arc::new(store);
        let tasks: Vec<_> = (0..8).map(|_| {
            let store = Arc::clone(&store);
            tokio::spawn(async move {
                for _ in 0..20 {
                    let outcome = store.write("count", |tx| {
                        let count: u32 = meta::get(tx, "count")?.map_or(0, |text| text.parse().unwrap_or(0));
                        meta::put(tx, "count", &(count + 1).to_string())
                    }).await;
                    assert_eq!(outcome, Ok(()));
                }
            })
        }).collect();
        for task in tasks {
            task.await.expect("the task ends");
        }
        assert_eq!(store.read("get", |tx| meta::get(tx, "count")).await, Ok(Some("160".to_owned())));
    }

    async fn a_reading_closure_sees_one_snapshot(store) {
        store.write("put", |tx| meta::put(tx, "a", "1")).await.expect("stored");
        let (started, has_started) = std::sync::mpsc::channel();
        let (resume, resumed) = std::sync::mpsc::channel();
        let resumed = std::sync::Mutex::new(resumed);
        let second = store.open_again();
        let reader = std::thread::spawn(move || second.read_blocking("snapshot", move |tx| {
            let before = meta::get(tx, "a")?;
            started.send(()).expect("the test waits");
            resumed.lock().expect("not poisoned").recv().expect("the test answers");
            Ok((before, meta::get(tx, "a")?))
        }));
        has_started.recv().expect("the reader reads");
        store.write("put", |tx| meta::put(tx, "a", "2")).await.expect("readers do not stand in the way");
        resume.send(()).expect("the reader waits");
        let seen = reader.join().expect("the reader ends");
        assert_eq!(seen, Ok((Some("1".to_owned()), Some("1".to_owned()))));
    }

    async fn closing_finishes_what_is_queued(store) {
        let ran = Arc::new(AtomicU32::new(0));
        let waiting: Vec<_> = (0..30_u32).map(|number| {
            let (ran, other) = (Arc::clone(&ran), (*store).clone());
            tokio::spawn(async move {
                other.write("put", move |tx| {
                    ran.fetch_add(1, Ordering::Relaxed);
                    meta::put(tx, &number.to_string(), "")
                }).await
            })
        }).collect();
        while ran.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        store.close();
        let mut stored = 0;
        for task in waiting {
            match task.await.expect("the task ends") {
                Ok(()) => stored += 1,
                Err(error) => assert_eq!(error, StoreError::Closed),
            }
        }
        assert_eq!(store.write("late", |tx| meta::put(tx, "late", "")).await, Err(StoreError::Closed));
        let found = store.open_again().read("keys", keys).await.expect("opened again");
        assert_eq!((found.len(), stored > 0), (stored, true));
    }
}
