//! A store touched by hand, as somebody does who has its file or its server: any statement, every row.
//!
//! Deliberately absent: parameters. Values stand in the text; tests make them of ids and envelopes, which hold no
//! quotation mark.

use super::{Engine, Place, TestStore, apart, cluster};
use crate::StoreError;
use postgres::{Client, NoTls, SimpleQueryMessage};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::fmt::Write as _;

/// What a statement did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// What it answered, every value as text; null is empty, bytes are hexadecimal.
    pub rows: Vec<Vec<String>>,
    /// How many rows it changed.
    pub changed: u64,
}

impl TestStore {
    /// Which engine it is on.
    pub fn engine(&self) -> Engine {
        match self.place {
            Place::Folder(_) => Engine::Sqlite,
            Place::Database(_) => Engine::Postgres,
        }
    }

    /// Carries out one statement behind the store's back.
    ///
    /// # Errors
    /// When the engine refuses it.
    pub fn by_hand(&self, sql: &str) -> Result<Touched, StoreError> {
        let sql = sql.to_owned();
        match &self.place {
            Place::Folder(folder) => {
                let file = folder.join("store.db");
                let done = Connection::open(file).and_then(|db| on_sqlite(&db, &sql));
                self.store.forget_snapshots();
                done.map_err(|error| refused(&error))
            }
            Place::Database(Some(lease)) => {
                let url = cluster::url(&lease.name)?;
                apart(move || {
                    let mut client = Client::connect(&url, NoTls).map_err(|error| refused(&error))?;
                    on_postgres(&mut client, &sql).map_err(|error| refused(&error))
                })
            }
            Place::Database(None) => Err(StoreError::Closed),
        }
    }

    /// Every row of every table, as text.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn everything(&self) -> Result<String, StoreError> {
        let tables = self.by_hand(match self.engine() {
            Engine::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table'",
            Engine::Postgres => {
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
            }
        })?;
        let mut all = String::new();
        for table in tables.rows.iter().flatten() {
            for row in self.by_hand(&format!("SELECT * FROM \"{table}\""))?.rows {
                let _ = writeln!(all, "{table}\t{}", row.join("\t")); // writing to a String does not fail
            }
        }
        Ok(all)
    }
}

fn on_sqlite(db: &Connection, sql: &str) -> rusqlite::Result<Touched> {
    db.busy_timeout(std::time::Duration::from_secs(10))?;
    let mut statement = db.prepare(sql)?;
    let columns = statement.column_count();
    if columns == 0 {
        return Ok(Touched { rows: Vec::new(), changed: statement.execute([])? as u64 });
    }
    let mut touched = Touched::default();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let texts = (0..columns).map(|at| row.get_ref(at).map(text));
        touched.rows.push(texts.collect::<rusqlite::Result<_>>()?);
    }
    Ok(touched)
}

fn text(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        ValueRef::Blob(bytes) => bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}"); // writing to a String does not fail
            text
        }),
    }
}

fn on_postgres(client: &mut Client, sql: &str) -> Result<Touched, postgres::Error> {
    let mut touched = Touched::default();
    for message in client.simple_query(sql)? {
        match message {
            SimpleQueryMessage::Row(row) => {
                let texts = (0..row.len()).map(|at| row.get(at).unwrap_or_default().to_owned());
                touched.rows.push(texts.collect());
            }
            SimpleQueryMessage::CommandComplete(count) => touched.changed = count,
            _ => {}
        }
    }
    Ok(touched)
}

fn refused(error: &dyn std::error::Error) -> StoreError {
    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    StoreError::Unavailable(format!("a statement by hand: {error}{source}"))
}

#[cfg(test)]
mod tests {
    use crate::on_both_engines;

    on_both_engines! {
        async fn what_is_written_is_found_by_hand_and_what_is_done_by_hand_is_read(store) {
            store.write("put", |tx| crate::meta::put(tx, "a", "canary")).await.expect("stored");
            assert!(store.everything().expect("rows").contains("canary"));
            let changed = store.by_hand("UPDATE meta SET value = 'other' WHERE key = 'a'").expect("changed");
            assert_eq!((changed.changed, changed.rows.len()), (1, 0));
            let read = store.by_hand("SELECT value FROM meta WHERE key = 'a'").expect("a row");
            assert_eq!(read.rows, [["other"]]);
            for value in ["third", "fourth"] {
                store.by_hand(&format!("UPDATE meta SET value = '{value}' WHERE key = 'a'")).expect("changed");
                let read = store.read("get", |tx| crate::meta::get(tx, "a")).await.expect("read");
                assert_eq!(read.as_deref(), Some(value), "a reader does not keep what was before");
            }
            assert!(store.by_hand("SELECT nothing FROM nowhere").is_err());
        }
    }
}
