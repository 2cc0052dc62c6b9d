//! What only PostgreSQL can do to a transaction.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store::testing::{Engine, TestStore, run};
use store::{Schema, Store, StoreError, meta, statements};

statements! { "postgres-test";
    write HANG_UP = "SELECT pg_terminate_backend(pg_backend_pid())";
    read HANG_UP_READING = "SELECT pg_terminate_backend(pg_backend_pid())";
    write HANG_UP_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
}

/// Answers whether this is the first run of a closure.
fn first(runs: &AtomicU32) -> bool {
    runs.fetch_add(1, Ordering::Relaxed) == 0
}

fn store() -> TestStore {
    TestStore::new(Engine::Postgres, Schema::Operator)
}

#[test]
fn a_transaction_whose_connection_breaks_runs_again_on_a_new_one() {
    let store = store();
    let runs = Arc::new(AtomicU32::new(0));
    let written = run(store.write("break", {
        let runs = Arc::clone(&runs);
        move |tx| {
            meta::put(tx, "a", "1")?;
            if first(&runs) {
                tx.execute(&HANG_UP, &[])?;
            }
            Ok(())
        }
    }));
    assert_eq!((written, runs.load(Ordering::Relaxed)), (Ok(()), 2));
    runs.store(0, Ordering::Relaxed);
    let read = run(store.read("break", {
        let runs = Arc::clone(&runs);
        move |tx| {
            if first(&runs) {
                tx.query(&HANG_UP_READING, &[])?;
            }
            meta::get(tx, "a")
        }
    }));
    assert_eq!((read, runs.load(Ordering::Relaxed)), (Ok(Some("1".to_owned())), 2));
}

#[test]
fn a_connection_that_breaks_while_idle_is_made_again() {
    let store = store();
    for round in 0..4_u32 {
        run(store.write("put", move |tx| meta::put(tx, "round", &round.to_string()))).expect("written");
        run(store.write("break", |tx| tx.execute(&HANG_UP_OTHERS, &[]))).expect("the others are gone");
    }
    assert_eq!(run(store.read("get", |tx| meta::get(tx, "round"))), Ok(Some("3".to_owned())));
}

#[test]
fn a_connection_that_always_breaks_is_given_up() {
    let store = store();
    let outcome = run(store.write("break", |tx| tx.execute(&HANG_UP, &[])));
    assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    assert_eq!(run(store.write("put", |tx| meta::put(tx, "a", "1"))), Ok(()), "the store goes on");
}

/// Two transactions that each read what the other writes: one of them has to run again.
#[test]
fn a_collision_is_run_again_and_seen_by_nobody() {
    let store = store();
    run(store.write("seed", |tx| {
        meta::put(tx, "left", "0")?;
        meta::put(tx, "right", "0")
    }))
    .expect("seeded");
    let runs = Arc::new(AtomicU32::new(0));
    let both_read = Arc::new(std::sync::Barrier::new(2));
    let cross = |from: &'static str, to: &'static str| {
        let (store, runs, both_read): (Store, _, _) =
            ((*store).clone(), Arc::clone(&runs), Arc::clone(&both_read));
        std::thread::spawn(move || {
            let first = AtomicU32::new(0);
            store.write_blocking("cross", move |tx| {
                runs.fetch_add(1, Ordering::Relaxed);
                let seen = meta::get(tx, from)?.unwrap_or_default();
                if first.fetch_add(1, Ordering::Relaxed) == 0 {
                    both_read.wait();
                }
                meta::put(tx, to, &format!("{seen}+"))
            })
        })
    };
    let threads = [cross("left", "right"), cross("right", "left")];
    for thread in threads {
        assert_eq!(thread.join().expect("it ends"), Ok(()));
    }
    assert!(runs.load(Ordering::Relaxed) > 2, "the collision happened");
    let ends = run(store.read("get", |tx| Ok((meta::get(tx, "left")?, meta::get(tx, "right")?))));
    let (left, right) = ends.expect("read");
    let serial = [("0++", "0+"), ("0+", "0++")];
    let found = (left.unwrap_or_default(), right.unwrap_or_default());
    assert!(serial.contains(&(found.0.as_str(), found.1.as_str())), "{found:?} is no serial order");
}
