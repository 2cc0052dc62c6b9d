//! One PostgreSQL connection.
//!
//! A round trip costs more than most statements. So what nobody waits for (the beginning, writes whose outcome is
//! looked at no further) is held back and sent with the next statement that is waited for, or with the COMMIT, all at
//! once. The server carries them out in their order and stops at the first that fails: what comes after it, a COMMIT
//! included, then changes nothing.

use crate::tx::{Fault, Mark, Mode, Outcome, Reach};
use crate::{Row, Statement, StoreError, Value};
use futures_util::future::join_all;
use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::Host;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, NoTls};

/// How long connecting may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Session settings: limits on what one statement may cost, and plans that keep serializable transactions
/// apart: a sequential scan of a small table would collide with every writer of it, and a bitmap of two indexes
/// walks the wider one as well, which for a partner's subscriptions is all there are.
const SETTINGS: &str = "SET statement_timeout = '60s'; SET lock_timeout = '10s';
    SET idle_in_transaction_session_timeout = '60s'; SET enable_seqscan = off; SET enable_bitmapscan = off; SET jit = off;
    SET plan_cache_mode = force_generic_plan; SET client_min_messages = warning; SET timezone = 'UTC'";

/// The address to connect to for a host and port, asked before each connection; an error says why there is none.
pub type Route = Arc<dyn Fn(&str, u16) -> Result<IpAddr, String> + Send + Sync>;

pub(crate) struct PgSession {
    config: tokio_postgres::Config,
    route: Option<Route>,
    live: Option<Live>,
}

struct Live {
    client: Client,
    prepared: HashMap<String, tokio_postgres::Statement>,
    /// Sent with whatever is sent next, in this order.
    held: Vec<Held>,
    /// Whether the server knows of the transaction.
    begun: bool,
    /// Goes last: it carries the connection.
    runtime: Runtime,
}

/// What is held back.
enum Held {
    Begin(&'static str),
    Write(&'static str, tokio_postgres::Statement, Vec<Value>),
}

fn config_of(url: &str) -> Result<tokio_postgres::Config, StoreError> {
    url.parse().map_err(|error: tokio_postgres::Error| {
        // The URL holds a password and is not repeated.
        StoreError::Unavailable(format!("the PostgreSQL URL cannot be read: {error}"))
    })
}

/// The hosts and ports that a PostgreSQL URL leads to over the network; none when it names sockets.
///
/// # Errors
/// When it is no such URL.
pub fn hosts_of(url: &str) -> Result<Vec<(String, u16)>, StoreError> {
    let config = config_of(url)?;
    let names: Vec<Option<String>> = if config.get_hostaddrs().is_empty() {
        let name = |host: &Host| match host {
            Host::Tcp(name) => Some(name.clone()),
            Host::Unix(_) => None,
        };
        config.get_hosts().iter().map(name).collect()
    } else {
        config.get_hostaddrs().iter().map(|address| Some(address.to_string())).collect()
    };
    let with_port = |(place, name): (usize, Option<String>)| Some((name?, port_of(&config, place)));
    Ok(names.into_iter().enumerate().filter_map(with_port).collect())
}

fn port_of(config: &tokio_postgres::Config, place: usize) -> u16 {
    config.get_ports().get(place).or(config.get_ports().first()).copied().unwrap_or(5432)
}

/// The configuration with the address of each host fixed to what the route gives for it now.
fn routed(config: &tokio_postgres::Config, route: &Route) -> Result<tokio_postgres::Config, String> {
    let mut routed = config.clone();
    if !config.get_hostaddrs().is_empty() {
        for (place, address) in config.get_hostaddrs().iter().enumerate() {
            route(&address.to_string(), port_of(config, place))?;
        }
        return Ok(routed);
    }
    let mut sockets = 0;
    for (place, host) in config.get_hosts().iter().enumerate() {
        match host {
            Host::Tcp(name) => {
                routed.hostaddr(route(name, port_of(config, place))?);
            }
            Host::Unix(_) => sockets += 1,
        }
    }
    if sockets == 0 || routed.get_hostaddrs().is_empty() {
        Ok(routed)
    } else {
        Err("the PostgreSQL URL names sockets and hosts; name one or the other".to_owned())
    }
}

impl PgSession {
    pub fn new(url: &str, route: Option<Route>) -> Result<Self, StoreError> {
        let mut config = config_of(url)?;
        config.connect_timeout(CONNECT_TIMEOUT).application_name("treuhand");
        Ok(Self { config, route, live: None })
    }

    pub fn connect(&mut self) -> Result<(), Fault> {
        self.live().map(|_| ())
    }

    fn live(&mut self) -> Result<&mut Live, Fault> {
        if self.live.as_ref().is_some_and(|live| live.client.is_closed()) {
            self.live = None;
        }
        if let Some(ref mut live) = self.live {
            return Ok(live);
        }
        let routed = self.route.as_ref().map(|route| routed(&self.config, route)).transpose();
        let routed =
            routed.map_err(|why| Fault { error: StoreError::Unavailable(why), reach: Reach::Connection })?;
        let config = routed.as_ref().unwrap_or(&self.config);
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| Fault {
            error: StoreError::Unavailable(format!("cannot start an event loop: {error}")),
            reach: Reach::Connection,
        })?;
        let (client, connection) =
            runtime.block_on(config.connect(NoTls)).map_err(|error| fault(&error, "connect"))?;
        // It ends with the client; what goes wrong on it is told to the statement that meets it.
        runtime.spawn(connection);
        runtime.block_on(client.batch_execute(SETTINGS)).map_err(|error| fault(&error, "connect"))?;
        let live = Live { client, prepared: HashMap::new(), held: Vec::new(), begun: false, runtime };
        Ok(self.live.insert(live))
    }

    pub fn run(&mut self, name: &'static str, sql: &str, args: &[Value]) -> Result<Outcome, Fault> {
        self.in_transaction()?.run(name, sql, args)
    }

    /// Runs a writing statement some time before the transaction commits.
    pub fn hold(&mut self, statement: &'static Statement, args: &[Value]) -> Result<(), Fault> {
        let live = self.in_transaction()?;
        let prepared = live.prepared(statement.name, statement.sql)?;
        live.held.push(Held::Write(statement.name, prepared, args.to_vec()));
        Ok(())
    }

    pub fn prepare(&mut self, statement: &'static Statement) -> Result<(), Fault> {
        let live = self.in_transaction()?;
        let prepared = live.runtime.block_on(live.client.prepare(statement.sql));
        let prepared = prepared.map_err(|error| fault(&error, statement.name))?;
        let columns = prepared.columns().iter().map(tokio_postgres::Column::type_);
        let strange = columns.chain(prepared.params()).find(|ty| !is_known(ty));
        let Some(ty) = strange else {
            return Ok(());
        };
        let message =
            format!("it takes or gives {ty}, which has no value kind here; cast it, e.g. to BIGINT");
        let error = StoreError::Sql { statement: statement.name, code: "type".to_owned(), message };
        Err(Fault { error, reach: Reach::Savepoint })
    }

    pub fn batch(&mut self, sql: &str) -> Result<(), Fault> {
        self.in_transaction()?.batch("batch", sql)
    }

    pub fn begin(&mut self, mode: Mode) -> Result<(), Fault> {
        let sql = match mode {
            Mode::Write => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            // Sees what the node that held the lock before has done.
            Mode::Schema => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Mode::Read | Mode::ReadInline => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        let live = self.live()?;
        live.held.clear();
        live.held.push(Held::Begin(sql));
        live.begun = false;
        Ok(())
    }

    pub fn commit(&mut self) -> Result<(), Fault> {
        let live = self.in_transaction()?;
        if !live.begun && live.held.len() == 1 {
            live.held.clear(); // nothing was done
            return Ok(());
        }
        live.batch("commit", "COMMIT")?;
        live.begun = false;
        Ok(())
    }

    /// Gives the connection up when even this fails.
    pub fn roll_back(&mut self) {
        let Some(live) = &mut self.live else { return };
        live.held.clear();
        if std::mem::take(&mut live.begun) && live.batch("rollback", "ROLLBACK").is_err() {
            self.live = None;
        }
    }

    pub fn savepoint(&mut self, mark: Mark, level: u32) -> Result<(), Fault> {
        let live = self.in_transaction()?;
        if matches!(mark, Mark::RollBack) {
            live.held.clear(); // all of it came after the savepoint, which was sent with what came before
        }
        live.batch("savepoint", &mark.sql(level))
    }

    /// The connection the transaction was begun on; never a new one in the middle.
    fn in_transaction(&mut self) -> Result<&mut Live, Fault> {
        self.live.as_mut().ok_or_else(|| Fault {
            error: StoreError::Unavailable("the connection to PostgreSQL was lost".to_owned()),
            reach: Reach::Connection,
        })
    }
}

impl Live {
    fn prepared(&mut self, name: &'static str, sql: &str) -> Result<tokio_postgres::Statement, Fault> {
        if let Some(known) = self.prepared.get(sql) {
            return Ok(known.clone());
        }
        let fresh = self.runtime.block_on(self.client.prepare(sql)).map_err(|error| fault(&error, name))?;
        self.prepared.insert(sql.to_owned(), fresh.clone());
        Ok(fresh)
    }

    fn run(&mut self, name: &'static str, sql: &str, args: &[Value]) -> Result<Outcome, Fault> {
        let prepared = self.prepared(name, sql)?;
        let columns = prepared.columns().len();
        let (client, params) = (&self.client, params(args));
        let held = std::mem::take(&mut self.held);
        self.begun = true;
        if columns == 0 {
            let (before, touched) = self.runtime.block_on(async {
                tokio::join!(biased; send(client, &held), client.execute(&prepared, &params))
            });
            before?;
            let touched = touched.map_err(|error| fault(&error, name))?;
            return Ok(Outcome { rows: Vec::new(), touched });
        }
        let (before, found) = self
            .runtime
            .block_on(async { tokio::join!(biased; send(client, &held), client.query(&prepared, &params)) });
        before?;
        let row = |row: tokio_postgres::Row| {
            let values: Result<Vec<Value>, _> = (0..columns).map(|index| row.try_get(index)).collect();
            values.map(|values| Row::new(name, values))
        };
        let rows: Result<Vec<Row>, _> = found.and_then(|found| found.into_iter().map(row).collect());
        let rows = rows.map_err(|error| fault(&error, name))?;
        let touched = rows.len() as u64;
        Ok(Outcome { rows, touched })
    }

    fn batch(&mut self, name: &'static str, sql: &str) -> Result<(), Fault> {
        let (client, held) = (&self.client, std::mem::take(&mut self.held));
        self.begun = true;
        let (before, done) = self
            .runtime
            .block_on(async { tokio::join!(biased; send(client, &held), client.batch_execute(sql)) });
        before?;
        done.map_err(|error| fault(&error, name))
    }
}

/// Sends what was held back. Everything is on its way before the first answer is waited for.
async fn send(client: &Client, held: &[Held]) -> Result<(), Fault> {
    let all = held.iter().map(|one| async move {
        match one {
            Held::Begin(sql) => client.batch_execute(sql).await.map_err(|error| fault(&error, "begin")),
            Held::Write(name, prepared, args) => {
                let done = client.execute(prepared, &params(args)).await;
                done.map(drop).map_err(|error| fault(&error, name))
            }
        }
    });
    join_all(all).await.into_iter().collect()
}

fn params(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

/// The types that arguments and columns may have.
fn is_known(ty: &Type) -> bool {
    [Type::INT8, Type::INT4, Type::BOOL, Type::TEXT, Type::VARCHAR, Type::BYTEA].contains(ty)
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(int), &Type::INT8) => int.to_sql(ty, out),
            (Self::Int(int), &Type::INT4) => i32::try_from(*int)?.to_sql(ty, out),
            (Self::Int(int), &Type::BOOL) => (*int != 0).to_sql(ty, out),
            (Self::Text(text), &(Type::TEXT | Type::VARCHAR)) => text.to_sql(ty, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            (other, ty) => Err(format!("the statement wants {ty}, the argument is {}", other.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true // to_sql refuses with a clearer message
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        match *ty {
            Type::INT8 => i64::from_sql(ty, raw).map(Self::Int),
            Type::INT4 => i32::from_sql(ty, raw).map(Self::from),
            Type::BOOL => bool::from_sql(ty, raw).map(Self::from),
            Type::TEXT | Type::VARCHAR => String::from_sql(ty, raw).map(Self::Text),
            Type::BYTEA => Vec::<u8>::from_sql(ty, raw).map(Self::Bytes),
            _ => Err(format!("columns of type {ty} are not read; cast it, e.g. to BIGINT").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true // from_sql refuses with a clearer message
    }
}

/// Says what an error means. DETAIL and most primary messages may quote a row's values and are left out.
pub(super) fn fault(error: &tokio_postgres::Error, statement: &'static str) -> Fault {
    let Some(db) = error.as_db_error() else {
        if error.is_closed() || error.source().is_some_and(<dyn Error>::is::<std::io::Error>) {
            return Fault { error: StoreError::Unavailable(error.to_string()), reach: Reach::Connection };
        }
        let message = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        let error = StoreError::Sql { statement, code: "client".to_owned(), message };
        return Fault { error, reach: Reach::Savepoint };
    };
    let code = db.code();
    let class = &code.code()[..2];
    if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED {
        return Fault { error: StoreError::Contended(statement), reach: Reach::Again };
    }
    match class {
        "23" => {
            let constraint = db.constraint().or(db.column()).unwrap_or(code.code()).to_owned();
            Fault { error: StoreError::Conflict { statement, constraint }, reach: Reach::Savepoint }
        }
        // Connection exception, out of resources, shut down by the operator, system error.
        "08" | "53" | "57" | "58" => {
            let error = StoreError::Unavailable(format!("PostgreSQL says {}", code.code()));
            Fault { error, reach: Reach::Connection }
        }
        _ => {
            let message = if class == "42" { db.message() } else { "see the server's log" };
            let (code, message) = (code.code().to_owned(), message.to_owned());
            Fault { error: StoreError::Sql { statement, code, message }, reach: Reach::Savepoint }
        }
    }
}
