//! Bringing a store's schema up to date: forward only, every step recorded with its checksum.

use crate::dialect::{Dialect, respell};
use crate::migrations::Migration;
use crate::store::Backend;
use crate::{Schema, Store, StoreError, Tx};
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;

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
    pub(crate) struct Applied {
        /// Its place in the order.
        pub number: i64,
        /// Its name.
        pub name: String,
        /// The checksum of its text.
        pub checksum: String,
        /// The zone whose step it is.
        pub part: String,
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
    forward(tx, part, steps)
}

/// Takes the steps that have not been taken.
pub(crate) fn forward(tx: &mut Tx, part: &str, steps: &[Migration]) -> Result<usize, StoreError> {
    tx.batch(&respell(TABLE, tx.dialect()))?;
    let applied = applied(tx)?;
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
        take(tx, part, step)?;
        taken += 1;
    }
    Ok(taken)
}

/// Takes exactly these steps, which another store had taken, in an empty store.
pub(crate) fn rebuild(
    tx: &mut Tx,
    part: &str,
    steps: &[Migration],
    taken: &[Applied],
) -> Result<(), StoreError> {
    tx.batch(&respell(TABLE, tx.dialect()))?;
    for step in taken {
        check(step, part, steps)?;
    }
    let wanted = |step: &&Migration| taken.iter().any(|taken| taken.number == step.number);
    steps.iter().filter(wanted).try_for_each(|step| take(tx, part, step))
}

/// The steps that were taken, in their order.
pub(crate) fn applied(tx: &mut Tx) -> Result<Vec<Applied>, StoreError> {
    tx.list(&APPLIED, &[])
}

fn take(tx: &mut Tx, part: &str, step: &Migration) -> Result<(), StoreError> {
    tx.batch(&respell(step.sql, tx.dialect()))?;
    tx.execute(&RECORD, &crate::args![step.number, step.name, checksum(step.sql), part])?;
    tracing::info!(migration = step.name, "schema brought forward");
    Ok(())
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
    HEXLOWER.encode(digest(&SHA256, text.replace("\r\n", "\n").as_bytes()).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meta;
    use crate::testing::{Engine, TestStore};

    const BOTH: [Engine; 2] = [Engine::Sqlite, Engine::Postgres];

    /// Builds a store of every older version, puts a row in, and brings it forward.
    fn check_every_version(engine: Engine, schema: Schema) {
        let steps = schema.migrations();
        for age in 1..=steps.len() {
            let store = TestStore::empty(engine);
            assert_eq!(store.migrate_with(schema.name(), &steps[..age]), Ok(age));
            assert_eq!(store.schema_version(), Ok(Some(steps[age - 1].number)));
            store.write_blocking("row", |tx| meta::put(tx, "old", "row")).expect("stored");
            assert_eq!(store.migrate(schema), Ok(steps.len() - age), "from version {age}");
            assert_eq!(store.migrate(schema), Ok(0), "a second time there is nothing to do");
            let row = store.read_blocking("row", |tx| meta::get(tx, "old"));
            assert_eq!(row, Ok(Some("row".to_owned())));
            // From the oldest store; the others pass through the same steps.
            if age == 1
                && let Err(error) = store.check_statements(schema)
            {
                panic!("{error}");
            }
        }
    }

    #[test]
    fn every_older_operator_store_comes_forward_on_sqlite() {
        check_every_version(Engine::Sqlite, Schema::Operator);
    }

    #[test]
    fn every_older_operator_store_comes_forward_on_postgres() {
        check_every_version(Engine::Postgres, Schema::Operator);
    }

    #[test]
    fn every_older_trustee_store_comes_forward() {
        check_every_version(Engine::Sqlite, Schema::Trustee);
    }

    const FIRST: Migration =
        Migration { number: 1, name: "0001_a", sql: "CREATE TABLE a (k TEXT PRIMARY KEY);" };
    const EDITED: Migration =
        Migration { number: 1, name: "0001_a", sql: "CREATE TABLE b (k TEXT PRIMARY KEY);" };
    const SECOND: Migration =
        Migration { number: 2, name: "0002_b", sql: "CREATE TABLE c (k TEXT PRIMARY KEY);" };
    const THIRD: Migration =
        Migration { number: 3, name: "0003_c", sql: "CREATE TABLE d (k TEXT PRIMARY KEY);" };
    const BROKEN: Migration =
        Migration { number: 2, name: "0002_b", sql: "CREATE TABLE c (k TEXT PRIMARY KEY); CREATE TABLE c;" };

    #[test]
    fn stores_that_do_not_fit_are_refused() {
        let check = |engine, part, steps: &'static [Migration], says: &str| {
            let store = TestStore::empty(engine);
            store.migrate_with("operator", &[FIRST, THIRD]).expect("a new store");
            let error = store.migrate_with(part, steps).expect_err(says).to_string();
            assert!(error.contains(says), "{error}");
            assert_eq!(store.schema_version(), Ok(Some(3)), "nothing was changed");
        };
        for engine in BOTH {
            check(
                engine,
                "operator",
                &[EDITED, THIRD],
                "migration 0001_a is recorded in this store with another content",
            );
            check(engine, "operator", &[FIRST], "0003_c, which this program does not know");
            check(engine, "operator", &[FIRST, SECOND, THIRD], "give it a higher number");
        }
        check(Engine::Sqlite, "trustee", &[FIRST, THIRD], "this is a store of the operator zone");
        check(Engine::Postgres, "trustee", &[FIRST, THIRD], "the trustee core runs on SQLite only");
    }

    #[test]
    fn a_failing_step_leaves_the_store_as_it_was() {
        for engine in BOTH {
            let store = TestStore::empty(engine);
            assert!(store.migrate_with("operator", &[FIRST, BROKEN]).is_err());
            assert_eq!(store.schema_version(), Ok(None));
            assert_eq!(store.migrate_with("operator", &[FIRST, SECOND]), Ok(2), "table c is not in the way");
        }
    }

    #[test]
    fn nodes_that_start_together_migrate_once() {
        for engine in BOTH {
            let store = TestStore::empty(engine);
            let nodes: Vec<Store> = (0..3).map(|_| store.open_again()).collect();
            let threads: Vec<_> = nodes
                .into_iter()
                .map(|node| std::thread::spawn(move || node.migrate(Schema::Operator)))
                .collect();
            let taken: usize =
                threads.into_iter().map(|thread| thread.join().expect("it ends").expect("migrated")).sum();
            assert_eq!(taken, Schema::Operator.migrations().len());
        }
    }
}
