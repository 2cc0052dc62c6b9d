//! One SQLite connection.

use super::checkpoint::Checkpoints;
use crate::tx::{Fault, Mark, Mode, Outcome, Reach};
use crate::{Kind, Row, Slots, Statement, StoreError, Value};
use rusqlite::config::DbConfig;
use rusqlite::ffi::ErrorCode;
use rusqlite::hooks::Wal;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// How long a connection waits for another process (a backup, a second program) to let go of the file.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Prepared statements kept per connection; more than there are, so that none is prepared twice.
const CACHED_STATEMENTS: usize = 1024;

pub(crate) struct SqliteSession {
    pub(super) connection: Connection,
}

impl SqliteSession {
    /// Opens the file for writing; makes it when it is not there.
    pub(super) fn open_writer(path: &Path, checkpoints: Arc<Checkpoints>) -> Result<Self, StoreError> {
        let connection = Connection::open(path).map_err(|error| opening(path, &error))?;
        // What is deleted is overwritten: wrapped keys are, and must not be found in free pages.
        let pragmas = "PRAGMA secure_delete = ON; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
                       PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;
                       PRAGMA cache_size = -32768; PRAGMA trusted_schema = OFF;";
        let mut session = Self::with_pragmas(connection, pragmas, path)?;
        // Plans come from the schema alone and stay the same as a store grows. Statistics that were taken while it was
        // small make SQLite walk tables that have become large; earlier versions took them at each end.
        session
            .batch("DROP TABLE IF EXISTS sqlite_stat1; DROP TABLE IF EXISTS sqlite_stat4")
            .map_err(|fault| fault.error)?;
        let hook = move |wal: &mut Wal, pages| {
            if checkpoints.is_writers_turn(pages) { wal.checkpoint() } else { Ok(()) }
        };
        session.connection.wal_hook(Some(hook)).map_err(|error| opening(path, &error))?;
        Ok(session)
    }

    /// Opens the file for reading only.
    pub fn open_reader(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| opening(path, &error))?;
        let pragmas = "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048;
                       PRAGMA trusted_schema = OFF;";
        Self::with_pragmas(connection, pragmas, path)
    }

    fn with_pragmas(connection: Connection, pragmas: &str, path: &Path) -> Result<Self, StoreError> {
        connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| opening(path, &error))?;
        connection.execute_batch(pragmas).map_err(|error| opening(path, &error))?;
        // Without it SQLite plans a kept statement anew each time its arguments change: half of what a read costs.
        let steady = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
        steady.map_err(|error| opening(path, &error))?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        Ok(Self { connection })
    }

    pub fn run(
        &mut self,
        name: &'static str,
        sql: &str,
        slots: Option<&Slots>,
        args: &[Value],
    ) -> Result<Outcome, Fault> {
        run(&self.connection, name, sql, slots, args)
            .map_err(|error| fault(&error, name, self.connection.is_autocommit()))
    }

    pub fn prepare(&mut self, statement: &'static Statement) -> Result<(), Fault> {
        let outcome = self.connection.prepare(statement.sql);
        let prepared = outcome.map_err(|error| fault(&error, statement.name, false))?;
        if prepared.readonly() == (statement.kind == Kind::Read) {
            return Ok(());
        }
        let message = "its kind (read, scan or write) is not what it does".to_owned();
        let error = StoreError::Sql { statement: statement.name, code: "kind".to_owned(), message };
        Err(Fault { error, reach: Reach::Savepoint })
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        let outcome = self.connection.execute_batch(sql);
        outcome.map_err(|error| fault(&error, "batch", self.connection.is_autocommit()))
    }

    pub fn begin(&mut self, mode: Mode) -> Result<(), Fault> {
        self.control(if matches!(mode, Mode::Write | Mode::Schema) { "BEGIN IMMEDIATE" } else { "BEGIN" })
    }

    pub fn commit(&mut self) -> Result<(), Fault> {
        self.control("COMMIT")
    }

    pub fn roll_back(&mut self) {
        if !self.connection.is_autocommit()
            && let Err(fault) = self.control("ROLLBACK")
        {
            tracing::error!(error = %fault.error, "rolling back");
        }
    }

    pub fn savepoint(&mut self, mark: Mark, level: u32) -> Result<(), Fault> {
        for sql in mark.sql(level).split("; ") {
            self.control(sql)?;
        }
        Ok(())
    }

    /// Copies the WAL into the file, before closing; as much of it as can be without waiting for anybody.
    pub fn tidy(&mut self) {
        if let Err(error) = self.batch("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::warn!(error = %error.error, "tidying the store before closing");
        }
    }

    fn control(&mut self, sql: &str) -> Result<(), Fault> {
        let outcome = self.connection.prepare_cached(sql).and_then(|mut statement| statement.raw_execute());
        outcome.map(|_| ()).map_err(|error| fault(&error, "transaction", self.connection.is_autocommit()))
    }
}

fn run(
    connection: &Connection,
    name: &'static str,
    sql: &str,
    slots: Option<&Slots>,
    args: &[Value],
) -> rusqlite::Result<Outcome> {
    let mut prepared = connection.prepare_cached(sql)?;
    match slots {
        None => {
            for (position, value) in args.iter().enumerate() {
                prepared.raw_bind_parameter(position + 1, value)?;
            }
        }
        Some(slots) => {
            for (slot, position) in slots.positions().enumerate() {
                let value = args.get(position);
                let value = value.ok_or(rusqlite::Error::InvalidParameterCount(args.len(), position + 1))?;
                prepared.raw_bind_parameter(slot + 1, value)?;
            }
        }
    }
    let columns = prepared.column_count();
    if columns == 0 {
        let touched = prepared.raw_execute()?;
        return Ok(Outcome { rows: Vec::new(), touched: touched as u64 });
    }
    let mut rows = Vec::new();
    let mut found = prepared.raw_query();
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(columns);
        for index in 0..columns {
            values.push(value(row.get_ref(index)?, index)?);
        }
        rows.push(Row::new(name, values));
    }
    let touched = rows.len() as u64;
    Ok(Outcome { rows, touched })
}

fn value(from: ValueRef<'_>, index: usize) -> rusqlite::Result<Value> {
    match from {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(int) => Ok(Value::Int(int)),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Ok(Value::Text(text.to_owned())),
            Err(error) => Err(rusqlite::Error::Utf8Error(index, error)),
        },
        ValueRef::Blob(bytes) => Ok(Value::Bytes(bytes.to_vec())),
        ValueRef::Real(_) => {
            Err(rusqlite::Error::InvalidColumnType(index, "REAL".to_owned(), rusqlite::types::Type::Real))
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(int) => ValueRef::Integer(*int),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// `gone` says whether SQLite has ended the transaction by itself, as it does when the disk is full.
fn fault(error: &rusqlite::Error, statement: &'static str, gone: bool) -> Fault {
    let reach = if gone { Reach::Connection } else { Reach::Savepoint };
    let error = match error {
        rusqlite::Error::SqliteFailure(code, message) => match code.code {
            ErrorCode::ConstraintViolation => StoreError::Conflict {
                statement,
                constraint: message.clone().unwrap_or_else(|| code.to_string()),
            },
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen => StoreError::Unavailable(code.to_string()),
            _ => StoreError::Sql {
                statement,
                code: code.extended_code.to_string(),
                message: message.clone().unwrap_or_else(|| code.to_string()),
            },
        },
        other => StoreError::Sql { statement, code: "rusqlite".to_owned(), message: other.to_string() },
    };
    Fault { error, reach }
}

fn opening(path: &Path, error: &rusqlite::Error) -> StoreError {
    StoreError::Unavailable(format!("cannot open {}: {error}", path.display()))
}
