//! What durable writes are compared with: SQLite itself, one row after the other in groups of 32, each group on disk
//! before the next begins. Same file system, same settings as the house's own store, no SQL layer, no HTTP.

use anyhow::{Context, Result};
use rusqlite::Connection;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::random::Random;

/// Rows per commit.
const GROUP: u64 = 32;

/// Rows per second in groups of 32.
pub fn raw_rate(folder: &Path, measured: Duration) -> Result<f64> {
    std::fs::create_dir_all(folder)?;
    let path = folder.join("raw.db");
    forget(&path);
    let connection = Connection::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000;
         CREATE TABLE fact (id TEXT PRIMARY KEY, body TEXT NOT NULL);",
    )?;
    let mut random = Random::new(1);
    let body = "x".repeat(200);
    let mut insert = connection.prepare("INSERT INTO fact (id, body) VALUES (?1, ?2)")?;
    let (begin, mut rows) = (Instant::now(), 0);
    while begin.elapsed() < measured {
        connection.execute_batch("BEGIN IMMEDIATE")?;
        for _ in 0..GROUP {
            insert.execute((random.guid().to_string(), &body))?;
        }
        connection.execute_batch("COMMIT")?;
        rows += GROUP;
    }
    let rate = crate::report::float(rows) / begin.elapsed().as_secs_f64();
    drop(insert);
    drop(connection);
    forget(&path);
    Ok(rate)
}

/// Looks through a whole store that nobody has open; an error names what is wrong with it.
pub fn check(path: &Path) -> Result<()> {
    let connection = Connection::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let found: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if found == "ok" { Ok(()) } else { anyhow::bail!("{}: {found}", path.display()) }
}

fn forget(path: &Path) {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(name); // not there before the first run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_writes_whole_groups_and_leaves_nothing_behind() {
        let folder = std::env::temp_dir().join(format!("treuhand-bench-raw-{}", std::process::id()));
        let rate = raw_rate(&folder, Duration::from_millis(20)).expect("a rate");
        assert!(rate > 0.0);
        assert_eq!(std::fs::read_dir(&folder).expect("the folder").count(), 0);
        std::fs::remove_dir(&folder).expect("empty");
    }
}
