//! One transaction over either engine.
//!
//! Invariants, the same on both engines: a statement that the engine refuses *breaks* its transaction (as in
//! PostgreSQL), and a broken transaction is never committed, whatever the closure answers; [`Tx::nested`] is
//! the only way to survive a refused statement. A collision with another transaction cannot be survived at
//! all: the executor runs the closure again.

use crate::dialect::Dialect;
use crate::facts::Facts;
use crate::postgres::PgSession;
use crate::sqlite::SqliteSession;
use crate::{FromRow, Kind, Row, Statement, StoreError, Value};

/// A transaction. Handed to the closures of [`Store::read`](crate::Store::read) and
/// [`Store::write`](crate::Store::write); nobody else can make one.
pub struct Tx {
    engine: Engine,
    mode: Mode,
    name: &'static str,
    depth: u32,
    /// Whether savepoints are set. Without them a transaction is cheaper, and has to run again with them when
    /// something that was written must be taken back alone.
    careful: bool,
    /// See [`Tx::hopes`].
    met: bool,
    /// Writing statements since [`Tx::start`].
    writes: u64,
    broken: Option<Fault>,
    pub(crate) facts: Facts,
}

pub(crate) enum Engine {
    Sqlite(SqliteSession),
    Postgres(Box<PgSession>),
}

/// What a transaction was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Reading on a thread that serves callers: scanning statements are turned away.
    ReadInline,
    /// Reading where a scan may take its time.
    Read,
    /// Reading and writing.
    Write,
    /// Changing the schema, one node at a time.
    Schema,
}

/// A refused statement and how far its damage reaches.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub error: StoreError,
    pub reach: Reach,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Rolling back to a savepoint heals it.
    Savepoint,
    /// A savepoint would heal it, but none was set: the whole transaction has to run again with them.
    Carefully,
    /// The whole transaction has to run again.
    Again,
    /// The whole transaction has to run again on a thread for scans.
    Elsewhere,
    /// The connection, or the transaction on it, is gone.
    Connection,
}

/// What the executor does with a finished closure.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// Commit it.
    Keep,
    /// Undo it: the closure answered an error.
    Undo,
    /// Undo it: the transaction is broken.
    Broken(Fault),
}

impl Tx {
    pub(crate) fn new(engine: Engine) -> Self {
        let (mode, facts) = (Mode::ReadInline, Facts::default());
        Self { engine, mode, name: "", depth: 0, careful: false, met: false, writes: 0, broken: None, facts }
    }

    /// Whether a row that is hardly ever there may be inserted without a look first: on PostgreSQL a transaction that meets
    /// one is run again, and then has to look.
    pub(crate) fn hopes(&self) -> bool {
        self.dialect() == Dialect::Postgres && !self.met
    }

    /// Says whether the last run of the transaction met a row that it wanted to insert.
    pub(crate) fn has_met(&mut self, met: bool) {
        self.met = met;
    }

    /// The rows a statement answers. For statements with few rows; there is no cursor on purpose.
    pub fn query(&mut self, statement: &'static Statement, args: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.run(statement, args).map(|outcome| outcome.rows)
    }

    /// The one row a statement answers; none or several are errors.
    pub fn query_one(&mut self, statement: &'static Statement, args: &[Value]) -> Result<Row, StoreError> {
        self.query_opt(statement, args)?.ok_or(StoreError::NoRow(statement.name))
    }

    /// The row a statement answers, if any; several are an error.
    pub fn query_opt(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let mut rows = self.query(statement, args)?;
        let row = rows.pop();
        if rows.is_empty() { Ok(row) } else { Err(StoreError::ManyRows(statement.name)) }
    }

    /// [`Tx::query`], each row made into a struct or tuple.
    pub fn list<T: FromRow>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Vec<T>, StoreError> {
        self.query(statement, args)?.into_iter().map(T::from_row).collect()
    }

    /// [`Tx::query_one`], made into a struct or tuple.
    pub fn one<T: FromRow>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<T, StoreError> {
        self.query_one(statement, args).and_then(T::from_row)
    }

    /// [`Tx::query_opt`], made into a struct or tuple.
    pub fn opt<T: FromRow>(
        &mut self,
        statement: &'static Statement,
        args: &[Value],
    ) -> Result<Option<T>, StoreError> {
        self.query_opt(statement, args)?.map(T::from_row).transpose()
    }

    /// Runs a statement for its effect and answers how many rows it touched.
    pub fn execute(&mut self, statement: &'static Statement, args: &[Value]) -> Result<u64, StoreError> {
        self.run(statement, args).map(|outcome| outcome.touched)
    }

    /// Runs a writing statement whose outcome nobody looks at. What goes wrong with it is told by a later statement or
    /// by the commit, so it saves PostgreSQL a round trip.
    pub fn later(&mut self, statement: &'static Statement, args: &[Value]) -> Result<(), StoreError> {
        if self.dialect() == Dialect::Sqlite {
            return self.run(statement, args).map(drop);
        }
        self.admit(statement, args)?;
        let outcome = match &mut self.engine {
            Engine::Sqlite(_) => Ok(()),
            Engine::Postgres(session) => session.hold(statement, args),
        };
        self.writes += 1;
        self.facts.wrote(statement.table);
        outcome.map_err(|fault| self.break_with(fault))
    }

    /// Runs `work` so that its `Err` undoes what it did and nothing else.
    pub fn nested<R, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        if let Some(fault) = &self.broken {
            return Err(fault.error.clone().into());
        }
        let (level, before) = (self.depth, self.writes);
        if self.careful {
            self.savepoint(Mark::Set, level)?;
        }
        self.depth += 1;
        let outcome = work(self);
        self.depth = level;
        match (outcome, &self.broken) {
            (Ok(done), None) => {
                if self.careful {
                    self.savepoint(Mark::Release, level)?;
                }
                Ok(done)
            }
            (Ok(_), Some(fault)) => {
                let error = fault.error.clone();
                self.heal(level, before)?;
                Err(error.into())
            }
            (Err(error), _) => {
                self.heal(level, before)?;
                Err(error)
            }
        }
    }

    /// The name this transaction was opened under.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Fails in a broken transaction.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        self.broken.as_ref().map_or(Ok(()), |fault| Err(fault.error.clone()))
    }

    /// Whether a statement may run here, with these arguments.
    fn admit(&mut self, statement: &'static Statement, args: &[Value]) -> Result<(), StoreError> {
        self.check()?;
        if statement.kind == Kind::Write && !matches!(self.mode, Mode::Write | Mode::Schema) {
            return Err(StoreError::ReadOnly(statement.name));
        }
        if statement.scan && self.mode == Mode::ReadInline {
            let error =
                StoreError::Unavailable(format!("statement '{}' has to run elsewhere", statement.name));
            return Err(self.break_with(Fault { error, reach: Reach::Elsewhere }));
        }
        check_arguments(statement, args)
    }

    fn run(&mut self, statement: &'static Statement, args: &[Value]) -> Result<Outcome, StoreError> {
        self.admit(statement, args)?;
        let outcome = match &mut self.engine {
            Engine::Sqlite(session) => {
                session.run(statement.name, statement.sql, Some(&statement.slots), args)
            }
            Engine::Postgres(session) => session.run(statement.name, statement.sql, args),
        };
        if statement.kind == Kind::Write && outcome.is_ok() {
            self.writes += 1;
            self.facts.wrote(statement.table);
        }
        outcome.map_err(|fault| self.break_with(fault))
    }

    fn break_with(&mut self, fault: Fault) -> StoreError {
        let error = fault.error.clone();
        self.broken = Some(fault);
        error
    }

    /// Takes back what was done since `before`, as far as that helps.
    fn heal(&mut self, level: u32, before: u64) -> Result<(), StoreError> {
        if self.broken.as_ref().is_some_and(|fault| fault.reach != Reach::Savepoint) {
            return Ok(()); // the executor deals with it
        }
        if self.careful {
            self.broken = None;
            self.facts.forget();
            return self.savepoint(Mark::RollBack, level);
        }
        self.broken = if self.is_intact_since(before) {
            None
        } else {
            Some(Fault { error: StoreError::Contended(self.name), reach: Reach::Carefully })
        };
        Ok(())
    }

    /// Whether there is nothing to take back. A statement that SQLite refused did nothing at all; PostgreSQL goes on
    /// only after a rollback.
    fn is_intact_since(&self, before: u64) -> bool {
        self.writes == before && (self.broken.is_none() || self.dialect() == Dialect::Sqlite)
    }

    fn savepoint(&mut self, mark: Mark, level: u32) -> Result<(), StoreError> {
        let outcome = match &mut self.engine {
            Engine::Sqlite(session) => session.savepoint(mark, level),
            Engine::Postgres(session) => session.savepoint(mark, level),
        };
        outcome.map_err(|mut fault| {
            fault.reach = fault.reach.max_with_again();
            self.break_with(fault)
        })
    }
}

/// For the executors.
impl Tx {
    pub(crate) fn begin(&mut self, mode: Mode, name: &'static str, careful: bool) -> Result<(), Fault> {
        self.start(mode, name, careful);
        self.facts.forget();
        match &mut self.engine {
            Engine::Sqlite(session) => session.begin(mode),
            Engine::Postgres(session) => session.begin(mode),
        }
    }

    /// Makes ready for one more closure within the open transaction.
    pub(crate) fn start(&mut self, mode: Mode, name: &'static str, careful: bool) {
        self.mode = mode;
        self.name = name;
        self.depth = 0;
        self.careful = careful || mode == Mode::Schema;
        self.writes = 0;
        self.broken = None;
    }

    /// Whether the closure has written since [`Tx::start`].
    pub(crate) fn has_written(&self) -> bool {
        self.writes > 0
    }

    pub(crate) fn is_careful(&self) -> bool {
        self.careful
    }

    pub(crate) fn verdict(&mut self, kept: bool) -> Verdict {
        match self.broken.take() {
            Some(fault) => Verdict::Broken(fault),
            None if kept => Verdict::Keep,
            None => Verdict::Undo,
        }
    }

    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        match &mut self.engine {
            Engine::Sqlite(session) => session.commit(),
            Engine::Postgres(session) => session.commit(),
        }
    }

    /// Ends the transaction without effect; a connection that cannot even do that is given up by the engine.
    pub(crate) fn roll_back(&mut self) {
        self.facts.forget();
        match &mut self.engine {
            Engine::Sqlite(session) => session.roll_back(),
            Engine::Postgres(session) => session.roll_back(),
        }
    }

    pub(crate) fn mark(&mut self, mark: Mark) -> Result<(), Fault> {
        if matches!(mark, Mark::RollBack) {
            self.facts.forget();
        }
        match &mut self.engine {
            Engine::Sqlite(session) => session.savepoint(mark, OUTERMOST),
            Engine::Postgres(session) => session.savepoint(mark, OUTERMOST),
        }
    }

    pub(crate) fn dialect(&self) -> Dialect {
        match &self.engine {
            Engine::Sqlite(_) => Dialect::Sqlite,
            Engine::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs SQL that is made at run time, out of nothing but the engine's own catalogue. Its placeholders stand in
    /// the order of their numbers.
    pub(crate) fn dynamic(
        &mut self,
        name: &'static str,
        sql: &str,
        args: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        self.check()?;
        let outcome = match &mut self.engine {
            Engine::Sqlite(session) => session.run(name, sql, None, args),
            Engine::Postgres(session) => session.run(name, sql, args),
        };
        if matches!(self.mode, Mode::Write | Mode::Schema) {
            self.writes += 1; // perhaps
            self.facts.forget();
        }
        outcome.map(|outcome| outcome.rows).map_err(|fault| self.break_with(fault))
    }

    /// SQLite's plan for a statement, one step each.
    #[cfg(test)]
    pub(crate) fn plan(&mut self, statement: &'static Statement) -> Result<Vec<String>, StoreError> {
        let args = vec![Value::Null; statement.slots.arguments()];
        let steps = self.dynamic("plan", &format!("EXPLAIN QUERY PLAN {}", statement.sql), &args)?;
        steps.into_iter().map(|step| step.get(3)).collect()
    }

    /// Lets the engine read a statement without running it.
    pub(crate) fn prepare(&mut self, statement: &'static Statement) -> Result<(), StoreError> {
        let outcome = match &mut self.engine {
            Engine::Sqlite(session) => session.prepare(statement),
            Engine::Postgres(session) => session.prepare(statement),
        };
        outcome.map_err(|fault| self.break_with(fault))
    }

    pub(crate) fn engine(&mut self) -> &mut Engine {
        &mut self.engine
    }

    /// Runs migration or administration SQL: several statements, no arguments.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let outcome = match &mut self.engine {
            Engine::Sqlite(session) => session.batch(sql),
            Engine::Postgres(session) => session.batch(sql),
        };
        self.writes += 1;
        self.facts.forget();
        outcome.map_err(|fault| self.break_with(fault))
    }
}

/// What a statement did.
pub(crate) struct Outcome {
    pub rows: Vec<Row>,
    pub touched: u64,
}

/// The level of the executor's own savepoint around a closure in a group; nested levels count from 0.
pub(crate) const OUTERMOST: u32 = u32::MAX;

/// What to do with a savepoint.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Mark {
    Set,
    Release,
    RollBack,
}

impl Mark {
    /// The SQL, the same on both engines.
    pub(crate) fn sql(self, level: u32) -> String {
        match self {
            Self::Set => format!("SAVEPOINT s{level}"),
            Self::Release => format!("RELEASE SAVEPOINT s{level}"),
            Self::RollBack => format!("ROLLBACK TO SAVEPOINT s{level}; RELEASE SAVEPOINT s{level}"),
        }
    }
}

impl Reach {
    /// A savepoint that cannot be set or taken back is nothing that a savepoint heals.
    fn max_with_again(self) -> Self {
        if self == Self::Savepoint { Self::Again } else { self }
    }
}

fn check_arguments(statement: &'static Statement, args: &[Value]) -> Result<(), StoreError> {
    let bad = |number, reason| Err(StoreError::Argument { statement: statement.name, number, reason });
    if statement.slots.arguments() != args.len() {
        return bad(args.len(), "the statement takes another number of arguments");
    }
    for (index, value) in args.iter().enumerate() {
        if matches!(value, Value::Text(text) if text.as_bytes().contains(&0)) {
            return bad(index + 1, "text with a NUL character cannot be stored");
        }
    }
    Ok(())
}
