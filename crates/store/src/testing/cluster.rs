//! A private PostgreSQL server for all test processes of this user on this machine.
//!
//! The first process that needs it makes it, in a folder of its own, reachable through a Unix socket only. Every
//! process that uses it holds a shared lock; a watchdog stops the server and removes the folder about a minute
//! after the last user has gone. `TREUHAND_TEST_POSTGRES` (a URL of a server on which databases may be made)
//! replaces all that. The server sorts text in German, so that a column without its collation is noticed.

use crate::StoreError;
use postgres::types::ToSql;
use postgres::{Client, NoTls};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// Where a server may be installed beside PATH.
const PACKAGES: &str = "/usr/lib/postgresql";
/// Many tests with a few connections each.
const OPTIONS: &str = "-c listen_addresses='' -c max_connections=400 -c shared_buffers=128MB -c max_locks_per_transaction=256 \
     -c max_pred_locks_per_transaction=256 -c max_wal_size=2GB";
/// Started once per server: waits until nobody has used it for a minute, stops it and cleans up.
const WATCHDOG: &str = r#"
cd /
home=$1
shift
while sleep 20; do
  [ -e "$home/users" ] || exit 0
  [ -z "$(find "$home/users" -mmin -1)" ] &&
    flock -n "$home/start" flock -n "$home/users" sh -c '"$@"; rm -rf "$0"' "$home/data" "$@" && exit 0
done"#;

/// A database for one test at a time. Databases are used again and again, because making and dropping one makes the
/// server write everything it has to disk; a lock that goes with the connection says which are in use.
pub(super) struct Lease {
    pub name: String,
    _held: Mutex<Client>,
}

/// Takes a database that nobody uses, with whatever the last test left in it.
pub(super) fn take() -> Result<Lease, StoreError> {
    let mut client =
        Client::connect(server()?, NoTls).map_err(|error| trouble("connecting to it", &error))?;
    for number in 1_i64.. {
        let name = format!("treuhand_test_{number}");
        let mut ask = |sql: &str, args: &[&(dyn ToSql + Sync)]| -> Result<bool, StoreError> {
            let row = client.query_one(sql, args).map_err(|error| trouble(sql, &error))?;
            row.try_get(0).map_err(|error| trouble(sql, &error))
        };
        if !ask("SELECT pg_try_advisory_lock($1)", &[&number])? {
            continue;
        }
        let kick =
            "SELECT count(pg_terminate_backend(pid, 5000)) >= 0 FROM pg_stat_activity WHERE datname = $1";
        ask(kick, &[&name])?;
        if !ask("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", &[&name])? {
            let sql = format!("CREATE DATABASE {name} TEMPLATE template0");
            client.batch_execute(&sql).map_err(|error| trouble(&sql, &error))?;
        }
        return Ok(Lease { name, _held: Mutex::new(client) });
    }
    Err(StoreError::Busy)
}

/// Removes everything from a database, or only the rows when its tables may stay.
pub(super) fn clear(database: &str, tables_may_stay: bool) -> Result<(), StoreError> {
    let sql = if tables_may_stay { EMPTY } else { "DROP SCHEMA public CASCADE; CREATE SCHEMA public" };
    let mut client =
        Client::connect(&url(database)?, NoTls).map_err(|error| trouble("connecting to it", &error))?;
    client.batch_execute(sql).map_err(|error| trouble("clearing a database", &error))
}

/// Deletes every row but the record of migrations, and starts numbers at 1 again.
const EMPTY: &str = "DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT oid, relname, relkind FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S') AND relname <> 'schema_migration'
    LOOP
        IF found.relkind = 'S' THEN PERFORM setval(found.oid::regclass, 1, false);
        ELSE EXECUTE format('DELETE FROM %I', found.relname); END IF;
    END LOOP; END $$";

/// Where to connect to a database of the server.
pub(super) fn url(database: &str) -> Result<String, StoreError> {
    let server = server()?;
    let mut config: postgres::Config = server.parse().map_err(|error| trouble("reading its URL", &error))?;
    config.dbname(database);
    if server.contains("://") {
        let (head, _) = server.rsplit_once('/').unwrap_or((server, ""));
        return Ok(format!("{head}/{database}"));
    }
    Ok(format!("{server} dbname={database}"))
}

fn server() -> Result<&'static str, StoreError> {
    static SERVER: OnceLock<Result<String, StoreError>> = OnceLock::new();
    SERVER.get_or_init(|| given().map_or_else(start, Ok)).as_deref().map_err(Clone::clone)
}

#[expect(clippy::disallowed_methods, reason = "the one switch of the test harness; no program reads it")]
fn given() -> Option<String> {
    std::env::var("TREUHAND_TEST_POSTGRES").ok().filter(|url| !url.is_empty())
}

/// Uses the running server, or makes one.
fn start() -> Result<String, StoreError> {
    let tools = tools()?;
    let temp = std::env::temp_dir();
    let me = who()?;
    let home = temp.join(format!("treuhand-test-postgres-{me}"));
    std::fs::create_dir_all(&home).map_err(|error| trouble("making its folder", &error))?;
    let starting = lock_file(&home.join("start"))?;
    starting.lock().map_err(|error| trouble("taking its lock", &error))?;
    let users = lock_file(&home.join("users"))?;
    users.lock_shared().map_err(|error| trouble("taking its lock", &error))?;
    users.set_len(0).map_err(|error| trouble("touching its lock", &error))?;
    std::mem::forget(users); // held until this process ends
    let url = format!("host={} user=postgres", home.join("data").display());
    let check = format!("{url} dbname=postgres");
    if Client::connect(&check, NoTls).is_err() {
        make(&tools, &home, me == 0)?;
        Client::connect(&check, NoTls).map_err(|error| trouble("connecting to it", &error))?;
    }
    Ok(url)
}

/// The number of our user.
fn who() -> Result<u32, StoreError> {
    let probe = std::env::temp_dir().join(super::unique());
    File::create(&probe).map_err(|error| trouble("writing into the temp folder", &error))?;
    let me = std::fs::metadata(&probe).map_err(|error| trouble("asking who we are", &error))?.uid();
    let _ = std::fs::remove_file(&probe);
    Ok(me)
}

fn make(tools: &Path, home: &Path, as_root: bool) -> Result<(), StoreError> {
    let data = home.join("data");
    let _ = run(tools, as_root, "pg_ctl", &data, &["stop", "-m", "immediate"]); // one that does not answer
    let _ = std::fs::remove_dir_all(&data);
    initialise(tools, &data, as_root)?;
    let options = format!("{OPTIONS} -c unix_socket_directories={}", data.display());
    let log = data.join("server.log");
    run(tools, as_root, "pg_ctl", &data, &["start", "-w", "-l", &log.display().to_string(), "-o", &options])?;
    watch(user(as_root), tools, home)
}

/// The folder of a server that nobody has started yet, for whoever will, and where the programs are. Root starts none:
/// then the folder is the user's `postgres`, to be given away.
///
/// # Errors
/// When there are no programs, or the folder cannot be made.
pub fn new_cluster(data: &Path) -> Result<PathBuf, StoreError> {
    let tools = tools()?;
    initialise(&tools, data, who()? == 0)?;
    Ok(tools)
}

fn initialise(tools: &Path, data: &Path, as_root: bool) -> Result<(), StoreError> {
    std::fs::create_dir(data).map_err(|error| trouble("making its data folder", &error))?;
    std::fs::set_permissions(data, PermissionsExt::from_mode(0o700))
        .map_err(|error| trouble("closing its data folder", &error))?;
    if as_root {
        finish(Command::new("chown").arg("postgres").arg(data), "chown")?;
    }
    let sorting = ["--locale=C", "--locale-provider=icu", "--icu-locale=de"];
    run(
        tools,
        as_root,
        "initdb",
        data,
        &[&["-U", "postgres", "-A", "trust", "-E", "UTF8"], &sorting[..]].concat(),
    )
}

/// As whom a server's programs are started.
fn user(as_root: bool) -> &'static [&'static str] {
    if as_root { &["runuser", "-u", "postgres", "--"] } else { &["env"] }
}

fn run(tools: &Path, as_root: bool, program: &str, data: &Path, args: &[&str]) -> Result<(), StoreError> {
    let prefix = user(as_root);
    let mut command = Command::new(prefix[0]);
    command.args(&prefix[1..]).arg(tools.join(program)).arg("-D").arg(data).args(args);
    finish(&mut command, program)
}

/// Leaves the watchdog behind, in a session of its own.
fn watch(prefix: &[&str], tools: &Path, home: &Path) -> Result<(), StoreError> {
    let mut command = Command::new("setsid");
    command.args(["sh", "-c", WATCHDOG, "treuhand-test-postgres"]).arg(home);
    command
        .args(prefix)
        .arg(tools.join("pg_ctl"))
        .args(["stop", "-m", "immediate", "-D"])
        .arg(home.join("data"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map(|_| ()).map_err(|error| trouble("starting its watchdog (setsid, sh)", &error))
}

fn finish(command: &mut Command, what: &str) -> Result<(), StoreError> {
    // Files, not pipes: the server inherits them and would keep a pipe open.
    let note = std::env::temp_dir().join(super::unique());
    let file = File::create(&note).map_err(|error| trouble("writing into the temp folder", &error))?;
    let status = command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).status();
    let said = std::fs::read_to_string(&note).unwrap_or_default();
    let _ = std::fs::remove_file(&note);
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(StoreError::Unavailable(format!("the test PostgreSQL: {what} failed: {}", said.trim()))),
        Err(error) => Err(trouble(what, &error)),
    }
}

fn lock_file(path: &Path) -> Result<File, StoreError> {
    let opened = OpenOptions::new().create(true).truncate(false).write(true).open(path);
    opened.map_err(|error| trouble("opening its lock", &error))
}

/// The folder of the newest installed server.
fn tools() -> Result<PathBuf, StoreError> {
    let installed = std::fs::read_dir(PACKAGES).into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| Path::new(PACKAGES).join(version.to_string()).join("bin/initdb").exists())
        .max();
    newest.map(|version| Path::new(PACKAGES).join(version.to_string()).join("bin")).or_else(on_path).ok_or_else(|| {
        StoreError::Unavailable(
            "no PostgreSQL server is installed, and the tests need one: run `cargo xtask test`, which installs it, \
             or install your system's package (Debian: apt-get install postgresql)"
                .to_owned(),
        )
    })
}

#[expect(clippy::disallowed_methods, reason = "finding a program of the test harness")]
fn on_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).find(|folder| folder.join("initdb").exists())
}

fn trouble(what: &str, error: &dyn std::error::Error) -> StoreError {
    let source = error.source().map(|source| format!(": {source}")).unwrap_or_default();
    StoreError::Unavailable(format!("the test PostgreSQL: {what}: {error}{source}"))
}
