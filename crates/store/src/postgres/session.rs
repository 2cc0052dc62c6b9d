//! One PostgreSQL connection.

use crate::tx::{Fault, Mark, Mode, Outcome, Reach};
use crate::{Row, Statement, StoreError, Value};
use postgres::config::Host;
use postgres::error::SqlState;
use postgres::types::private::BytesMut;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls};
use std::collections::HashMap;
use std::error::Error;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

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
    config: postgres::Config,
    route: Option<Route>,
    live: Option<Live>,
}

struct Live {
    client: Client,
    prepared: HashMap<String, postgres::Statement>,
}

fn config_of(url: &str) -> Result<postgres::Config, StoreError> {
    url.parse().map_err(|error: postgres::Error| {
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

fn port_of(config: &postgres::Config, place: usize) -> u16 {
    config.get_ports().get(place).or(config.get_ports().first()).copied().unwrap_or(5432)
}

/// The configuration with the address of each host fixed to what the route gives for it now.
fn routed(config: &postgres::Config, route: &Route) -> Result<postgres::Config, String> {
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
        let mut client = config.connect(NoTls).map_err(|error| fault(&error, "connect"))?;
        client.batch_execute(SETTINGS).map_err(|error| fault(&error, "connect"))?;
        Ok(self.live.insert(Live { client, prepared: HashMap::new() }))
    }

    pub fn run(&mut self, name: &'static str, sql: &str, args: &[Value]) -> Result<Outcome, Fault> {
        let live = self.in_transaction()?;
        run(live, name, sql, args).map_err(|error| fault(&error, name))
    }

    pub fn prepare(&mut self, statement: &'static Statement) -> Result<(), Fault> {
        let outcome = self.in_transaction()?.client.prepare(statement.sql);
        let prepared = outcome.map_err(|error| fault(&error, statement.name))?;
        let columns = prepared.columns().iter().map(postgres::Column::type_);
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
        self.in_transaction()?.client.batch_execute(sql).map_err(|error| fault(&error, "batch"))
    }

    pub fn begin(&mut self, mode: Mode) -> Result<(), Fault> {
        let sql = match mode {
            Mode::Write => "BEGIN ISOLATION LEVEL SERIALIZABLE",
            // Sees what the node that held the lock before has done.
            Mode::Schema => "BEGIN ISOLATION LEVEL READ COMMITTED",
            Mode::Read | Mode::ReadInline => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.live()?.client.batch_execute(sql).map_err(|error| fault(&error, "begin"))
    }

    pub fn commit(&mut self) -> Result<(), Fault> {
        self.in_transaction()?.client.batch_execute("COMMIT").map_err(|error| fault(&error, "commit"))
    }

    /// Gives the connection up when even this fails.
    pub fn roll_back(&mut self) {
        if let Some(live) = &mut self.live
            && live.client.batch_execute("ROLLBACK").is_err()
        {
            self.live = None;
        }
    }

    pub fn savepoint(&mut self, mark: Mark, level: u32) -> Result<(), Fault> {
        let sql = mark.sql(level);
        self.in_transaction()?.client.batch_execute(&sql).map_err(|error| fault(&error, "savepoint"))
    }

    /// The connection the transaction was begun on; never a new one in the middle.
    fn in_transaction(&mut self) -> Result<&mut Live, Fault> {
        self.live.as_mut().ok_or_else(|| Fault {
            error: StoreError::Unavailable("the connection to PostgreSQL was lost".to_owned()),
            reach: Reach::Connection,
        })
    }
}

fn run(live: &mut Live, name: &'static str, sql: &str, args: &[Value]) -> Result<Outcome, postgres::Error> {
    let prepared = if let Some(known) = live.prepared.get(sql) {
        known.clone()
    } else {
        let fresh = live.client.prepare(sql)?;
        live.prepared.insert(sql.to_owned(), fresh.clone());
        fresh
    };
    let params: Vec<&(dyn ToSql + Sync)> = args.iter().map(|value| value as &(dyn ToSql + Sync)).collect();
    let columns = prepared.columns().len();
    if columns == 0 {
        let touched = live.client.execute(&prepared, &params)?;
        return Ok(Outcome { rows: Vec::new(), touched });
    }
    let found = live.client.query(&prepared, &params)?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found {
        let values: Result<Vec<Value>, postgres::Error> =
            (0..columns).map(|index| row.try_get::<_, Value>(index)).collect();
        rows.push(Row::new(name, values?));
    }
    let touched = rows.len() as u64;
    Ok(Outcome { rows, touched })
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
pub(super) fn fault(error: &postgres::Error, statement: &'static str) -> Fault {
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
