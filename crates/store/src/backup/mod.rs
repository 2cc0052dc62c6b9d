//! Backup while running, and restore, in one portable form: a backup made on either engine restores into either.
//!
//! A backup is a file of JSON lines (`archive` describes them) made from one snapshot: a head with the schema's
//! steps, every table's rows in the order of its primary key, and a foot with the number of rows and the SHA-256
//! of all before it. A backup is whole or it is not there: it is written beside its place and moved when done.
//! Restoring is one transaction: the schema as it was when the backup was made, the rows, then the steps since.
//!
//! Deliberately absent: encryption. What is private is sealed in the store already; keys are kept elsewhere.

mod archive;
mod catalog;
#[cfg(test)]
mod tests;

use crate::migrate::{self, Applied};
use crate::{Schema, Store, StoreError, Tx, Value};
use archive::{Head, Line, Reader, Writer};
use catalog::Table;
use kernel::Micros;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rows read or written by one statement: large enough to forget its cost, small enough to keep in memory.
const CHUNK: usize = 500;
/// Values in one INSERT; PostgreSQL takes 65 535, SQLite 32 766.
const VALUES: usize = 8000;

/// What a backup holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Which zone's store it was made from.
    pub schema: String,
    /// `sqlite` or `postgres`: where it was made.
    pub engine: String,
    /// When it was made.
    pub made: Micros,
    /// The newest migration it has.
    pub version: i64,
    /// Each table's number of rows.
    pub rows: BTreeMap<String, u64>,
}

/// Whether a restore may remove what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// A store with rows in it is refused.
    Refuse,
    /// Everything in the store is removed first.
    Replace,
}

impl Store {
    /// Writes a backup of a running store to a new file. For jobs and the command line: never inside `async`.
    pub fn backup(&self, schema: Schema, to: &Path, made: Micros) -> Result<Contents, StoreError> {
        let (to, engine) = (to.to_owned(), self.engine_name());
        if to.exists() {
            return Err(trouble(&to, "is there already; choose another name"));
        }
        let part = partial(&to);
        let contents = self.read_blocking("backup", {
            let part = part.clone();
            move |tx| write(tx, schema, engine, made, &part)
        });
        // A backup that cannot be read back is none.
        let checked = contents.and_then(|contents| match verify_backup(&part)? {
            again if again == contents => Ok(contents),
            _ => Err(trouble(&part, "does not hold what was written to it")),
        });
        match checked {
            Ok(contents) => {
                std::fs::rename(&part, &to).map_err(|error| trouble(&to, &error.to_string()))?;
                Ok(contents)
            }
            Err(error) => {
                let _ = std::fs::remove_file(&part); // it may not be there; the first error matters
                Err(error)
            }
        }
    }

    /// Fills a store from a backup, which is verified first, and brings its schema up to date. For the command
    /// line, while nothing else uses the store: never inside `async`.
    pub fn restore(&self, schema: Schema, from: &Path, existing: Existing) -> Result<Contents, StoreError> {
        let contents = verify_backup(from)?;
        if contents.schema != schema.name() {
            let message =
                format!("is of the {} zone and cannot become a {} store", contents.schema, schema.name());
            return Err(trouble(from, &message));
        }
        let (from, expected) = (from.to_owned(), contents.rows.clone());
        self.schema_blocking("restore", move |tx| {
            make_room(tx, existing)?;
            let found = fill(tx, schema, &from)?;
            if found != expected {
                return Err(trouble(&from, "was not restored completely; nothing was changed"));
            }
            migrate::forward(tx, schema.name(), schema.migrations())
        })?;
        Ok(contents)
    }
}

/// Reads a whole backup and answers what it holds; an error when anything in it is damaged or missing.
pub fn verify_backup(path: &Path) -> Result<Contents, StoreError> {
    let mut reader = Reader::open(path)?;
    let head = reader.head()?;
    let mut rows = BTreeMap::new();
    let mut table = String::new();
    while let Some(line) = reader.next()? {
        match line {
            Line::Table { name, .. } => {
                rows.insert(name.clone(), 0);
                table = name;
            }
            Line::Row(_) => *rows.entry(table.clone()).or_insert(0) += 1,
        }
    }
    let version = head.steps.last().map_or(0, |step| step.number);
    Ok(Contents { schema: head.schema, engine: head.engine, made: head.made, version, rows })
}

fn write(tx: &mut Tx, schema: Schema, engine: &str, made: Micros, to: &Path) -> Result<Contents, StoreError> {
    let steps = migrate::applied(tx)?;
    if steps.is_empty() || steps.iter().any(|step| step.part != schema.name()) {
        return Err(StoreError::Backup(format!("this is not a store of the {} zone", schema.name())));
    }
    let version = steps.last().map_or(0, |step| step.number);
    let head = Head { schema: schema.name().to_owned(), engine: engine.to_owned(), made, steps };
    let mut writer = Writer::create(to, &head)?;
    let mut rows = BTreeMap::new();
    for table in catalog::tables(tx)? {
        let count = write_table(tx, &table, &mut writer)?;
        rows.insert(table.name, count);
    }
    writer.finish()?;
    Ok(Contents { schema: head.schema, engine: head.engine, made, version, rows })
}

fn write_table(tx: &mut Tx, table: &Table, writer: &mut Writer) -> Result<u64, StoreError> {
    writer.table(&table.name, &table.columns)?;
    let mut count = 0;
    let mut place: Option<Vec<Value>> = None;
    loop {
        let sql = table.page(place.is_some(), CHUNK);
        let found = tx.dynamic("backup.PAGE", &sql, place.as_deref().unwrap_or_default())?;
        let full = found.len() == CHUNK;
        for row in found {
            let values = row.into_values();
            writer.row(&values)?;
            place = Some(table.key.iter().filter_map(|index| values.get(*index).cloned()).collect());
            count += 1;
        }
        if !full {
            return Ok(count);
        }
    }
}

/// Makes sure that there is nothing in the store, or that what is there may go.
fn make_room(tx: &mut Tx, existing: Existing) -> Result<(), StoreError> {
    let tables = catalog::tables(tx)?;
    for table in &tables {
        let filled = !tx.dynamic("restore.PROBE", &table.probe(), &[])?.is_empty();
        if filled && existing == Existing::Refuse {
            let message = format!(
                "the store is not empty (table {} has rows); restore into an empty one, or say that what is there \
                 may be replaced",
                table.name
            );
            return Err(StoreError::Backup(message));
        }
    }
    for table in &tables {
        tx.batch(&format!("DROP TABLE {}", table.name))?;
    }
    tx.batch("DROP TABLE IF EXISTS schema_migration")
}

/// Takes the schema to where it was, then puts the rows in. Answers how many there are in the tables now.
fn fill(tx: &mut Tx, schema: Schema, from: &Path) -> Result<BTreeMap<String, u64>, StoreError> {
    let mut reader = Reader::open(from)?;
    let head = reader.head()?;
    migrate::rebuild(tx, schema.name(), schema.migrations(), &head.steps)?;
    let tables: BTreeMap<String, Table> =
        catalog::tables(tx)?.into_iter().map(|table| (table.name.clone(), table)).collect();
    for table in tables.values() {
        tx.batch(&format!("DELETE FROM {}", table.name))?; // rows that the migrations put in
    }
    let mut rows = Vec::new();
    let mut columns: (String, Vec<String>) = Default::default();
    while let Some(line) = reader.next()? {
        match line {
            Line::Table { name, columns: names } => {
                insert(tx, &columns, &mut rows)?;
                if tables.get(&name).is_none_or(|table| table.columns != names) {
                    return Err(trouble(from, &format!("has a table {name} that its schema does not have")));
                }
                columns = (name, names);
            }
            Line::Row(values) => {
                rows.push(values);
                if rows.len() * columns.1.len() >= VALUES {
                    insert(tx, &columns, &mut rows)?;
                }
            }
        }
    }
    insert(tx, &columns, &mut rows)?;
    let mut found = BTreeMap::new();
    for (name, table) in tables {
        catalog::set_sequence(tx, &table)?;
        let counted = tx.dynamic("restore.COUNT", &table.count(), &[])?;
        found.insert(name, counted.first().map_or(Ok(0), |row| row.get(0))?);
    }
    Ok(found)
}

fn insert(
    tx: &mut Tx,
    (table, columns): &(String, Vec<String>),
    rows: &mut Vec<Vec<Value>>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let places: Vec<String> = (0..rows.len()).map(|row| places(row * columns.len(), columns.len())).collect();
    let sql = format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), places.join(", "));
    let args: Vec<Value> = rows.drain(..).flatten().collect();
    tx.dynamic("restore.INSERT", &sql, &args).map(|_| ())
}

/// `($3, $4)` for two placeholders after the first two.
fn places(before: usize, count: usize) -> String {
    let places: Vec<String> = (before + 1..=before + count).map(|number| format!("${number}")).collect();
    format!("({})", places.join(", "))
}

/// Where a backup is written until it is whole.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

fn trouble(path: &Path, what: &str) -> StoreError {
    StoreError::Backup(format!("backup {} {what}", path.display()))
}

/// A step as a backup's head tells it.
type Step = Applied;
