//! Bringing a store's schema up to date: forward only, every step recorded with its checksum.

use crate::dialect::{Dialect, respell};
use crate::migrations::Migration;
use crate::store::Backend;
use crate::{Schema, Store, StoreError, Tx};
use aws_lc_rs::digest::{SHA256, digest};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (
    number BIGINT PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, part TEXT NOT NULL);";

crate::statements! { "schema";
    /// What has been applied.
    read APPLIED = "SELECT number, name, checksum, part FROM schema_migration ORDER BY number";
    /// One more step.
    write RECORD = "INSERT INTO schema_migration (number, name, checksum, part) VALUES ($1, $2, $3, $4)";
}

crate::rows! {
    /// A step that was taken.
    struct Applied {
        number: i64,
        name: String,
        checksum: String,
        part: String,
    }
}

impl Store {
    /// Brings the schema up to date and answers how many steps that took. Refuses a store of a newer program,
    /// an edited migration and the other zone's store. For start-up: never inside `async`.
    pub fn migrate(&self, schema: Schema) -> Result<usize, StoreError> {
        self.migrate_with(schema.name(), schema.migrations())
    }

    /// The number of the newest step a store has, or None when it has none. Never inside `async`.
    pub fn schema_version(&self) -> Result<Option<i64>, StoreError> {
        self.schema_blocking("schema-version", |tx| {
            tx.batch(&respell(TABLE, tx.dialect()))?;
            Ok(tx.list::<Applied>(&APPLIED, &[])?.last().map(|step| step.number))
        })
    }

    pub(crate) fn migrate_with(
        &self,
        part: &'static str,
        steps: &'static [Migration],
    ) -> Result<usize, StoreError> {
        if part == Schema::Trustee.name() && matches!(self.backend(), Backend::Postgres(_)) {
            return Err(StoreError::Schema("the trustee core runs on SQLite only".to_owned()));
        }
        self.schema_blocking("migrate", move |tx| migrate(tx, part, steps))
    }
}

fn migrate(tx: &mut Tx, part: &str, steps: &[Migration]) -> Result<usize, StoreError> {
    if tx.dialect() == Dialect::Postgres {
        // Nodes that start together take turns; held to the end of the transaction.
        tx.batch("SELECT pg_advisory_xact_lock(7231001)")?;
    }
    tx.batch(&respell(TABLE, tx.dialect()))?;
    let applied: Vec<Applied> = tx.list(&APPLIED, &[])?;
    for step in &applied {
        check(step, part, steps)?;
    }
    let newest = applied.last().map_or(0, |step| step.number);
    let mut taken = 0;
    for step in steps.iter().filter(|step| !applied.iter().any(|applied| applied.number == step.number)) {
        if step.number < newest {
            let message = format!(
                "migration {} was added before {newest:04}, which this store has already; give it a higher number",
                step.name
            );
            return Err(StoreError::Schema(message));
        }
        tx.batch(&respell(step.sql, tx.dialect()))?;
        tx.execute(&RECORD, &crate::args![step.number, step.name, checksum(step.sql), part])?;
        tracing::info!(migration = step.name, "schema brought forward");
        taken += 1;
    }
    Ok(taken)
}

fn check(applied: &Applied, part: &str, steps: &[Migration]) -> Result<(), StoreError> {
    let problem = if applied.part != part {
        format!("this is a store of the {} zone; the {part} zone cannot open it", applied.part)
    } else if let Some(step) = steps.iter().find(|step| step.number == applied.number) {
        if step.name == applied.name && checksum(step.sql) == applied.checksum {
            return Ok(());
        }
        format!(
            "migration {} is recorded in this store with another content; run the program that made the store, or restore a backup",
            applied.name
        )
    } else {
        format!(
            "this store has migration {}, which this program does not know: it was made by a newer version; run that version",
            applied.name
        )
    };
    Err(StoreError::Schema(problem))
}

/// SHA-256 in hexadecimal, indifferent to how the checkout ends lines.
pub(crate) fn checksum(text: &str) -> String {
    hex(digest(&SHA256, text.replace("\r\n", "\n").as_bytes()).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}"); // writing to a String does not fail
        text
    })
}
