//! What was acknowledged is there after `kill -9`, whole, and the store opens without repair.
//!
//! The test starts itself as a second process that writes as fast as it can and reports each acknowledged write;
//! hence no harness of libtest's. It answers the few questions that cargo and nextest ask a test program.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use store::operator::outbox;
use store::testing::{Engine, TestStore};
use store::{Schema, Store, StoreError, Tx, meta, statements};

statements! { "kill-test";
    scan KEYS = "SELECT key FROM meta WHERE key LIKE 'round%'";
    scan EVENTS = "SELECT resource FROM outbox";
}

/// The writing threads: enough for groups on SQLite and for collisions on PostgreSQL.
const WRITERS: usize = 8;
/// Acknowledged writes after which the writer is killed, round by round.
const ROUNDS: [usize; 5] = [1, 7, 60, 200, 333];
const TESTS: [(&str, Engine); 2] = [
    ("acknowledged_writes_survive::on_sqlite", Engine::Sqlite),
    ("acknowledged_writes_survive::on_postgres", Engine::Postgres),
];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words[..] {
        ["--write", engine, location, round] => write_until_killed(engine, location, round),
        _ if words.contains(&"--list") => {
            let listed = if words.contains(&"--ignored") { &[] } else { &TESTS[..] };
            for (name, _) in listed {
                say(&format!("{name}: test"));
            }
        }
        _ => {
            let wanted: Vec<&&str> = words.iter().filter(|word| !word.starts_with('-')).collect();
            for (name, engine) in TESTS {
                if wanted.is_empty() || wanted.iter().any(|word| name.contains(**word)) {
                    check(engine);
                    say(&format!("test {name} ... ok"));
                }
            }
        }
    }
}

fn check(engine: Engine) {
    let store = TestStore::new(engine, Schema::Operator);
    let mut acknowledged = BTreeSet::new();
    for (round, writes) in ROUNDS.into_iter().enumerate() {
        acknowledged.extend(kill_after(writes, engine, &store.location(), round));
        let again = store.open_again();
        let (keys, events) = again
            .read_blocking("found", |tx| Ok((texts(tx, &KEYS)?, texts(tx, &EVENTS)?)))
            .expect("it opens");
        assert_eq!(keys, events, "round {round}: both rows of a write are there or neither");
        let lost: Vec<&String> = acknowledged.difference(&keys).collect();
        assert!(lost.is_empty(), "round {round}: lost {lost:?}");
    }
    assert!(acknowledged.len() >= ROUNDS.iter().sum());
}

fn texts(tx: &mut Tx, statement: &'static store::Statement) -> Result<BTreeSet<String>, StoreError> {
    let rows = tx.list::<(String,)>(statement, &[])?;
    let count = rows.len();
    let texts: BTreeSet<String> = rows.into_iter().map(|(text,)| text).collect();
    assert_eq!(texts.len(), count, "nothing was done twice");
    Ok(texts)
}

/// Starts the writer, kills it after so many acknowledgements, and answers all it gave.
fn kill_after(writes: usize, engine: Engine, location: &str, round: usize) -> Vec<String> {
    let me = std::env::current_exe().expect("our own path");
    let mut command = Command::new(me);
    command.args(["--write", &format!("{engine:?}"), location, &round.to_string()]).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the writer starts");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut seen: Vec<String> = lines.by_ref().take(writes).map(|line| line.expect("text")).collect();
    child.kill().expect("killed");
    child.wait().expect("gone");
    seen.extend(lines.map_while(Result::ok)); // what it said before it died
    seen
}

fn write_until_killed(engine: &str, location: &str, round: &str) {
    let store = match engine {
        "Sqlite" => Store::open_sqlite(location),
        _ => Store::open_postgres(location, WRITERS),
    };
    let store = store.expect("the store opens");
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = &store;
            scope.spawn(move || {
                for number in 0.. {
                    let key = format!("round {round} {writer} {number}");
                    let written = key.clone();
                    store.write_blocking("pair", move |tx| pair(tx, &written)).expect("written");
                    say(&key);
                }
            });
        }
    });
}

fn pair(tx: &mut Tx, key: &str) -> Result<(), StoreError> {
    meta::put(tx, key, "")?;
    let partner = "00000000-0000-4000-8000-000000000001".parse().expect("an id");
    let event = outbox::NewEvent { partner, event: "e", resource: key, payload: "{}", created: 0 };
    outbox::append(tx, &event)
}

/// One whole line at once, so that lines of several threads do not mix.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let whole = format!("{line}\n");
    out.write_all(whole.as_bytes()).and_then(|()| out.flush()).expect("somebody reads");
}
