//! A private PostgreSQL server for one run, durable as it comes, and pgbench on it: what the house's writes on
//! PostgreSQL are compared with.
//!
//! As root the server runs as the user `postgres`, because it refuses to run as root.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Where Debian keeps one folder per version.
const PACKAGES: &str = "/usr/lib/postgresql";
/// On disk, where `/tmp` may be memory and the user `postgres` may not enter the build folder.
const HOME: &str = "/var/tmp";
/// Nothing that makes commits less durable than the server makes them by itself.
const OPTIONS: &str =
    "-c listen_addresses='' -c max_connections=100 -c shared_buffers=256MB -c max_wal_size=4GB";
/// pgbench's tables: one branch per caller, so that callers seldom wait for the same row.
const SCALE: &str = "64";

/// A running server. Stopped and removed when the value goes.
pub struct Cluster {
    tools: PathBuf,
    prefix: Vec<&'static str>,
    data: PathBuf,
}

impl Cluster {
    /// Makes and starts one.
    pub fn start() -> Result<Self> {
        let as_root = said(Command::new("id").arg("-u"))?.trim() == "0";
        let data = Path::new(HOME).join(format!("treuhand-bench-postgres-{}", std::process::id()));
        let prefix = if as_root { vec!["runuser", "-u", "postgres", "--"] } else { vec!["env"] };
        let cluster = Self { tools: tools()?, prefix, data };
        let folder = cluster.data.display().to_string();
        cluster
            .run("initdb", &["-D", &folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"])?;
        let options = format!("{OPTIONS} -c unix_socket_directories={folder}");
        let log = format!("{folder}/server.log");
        cluster.run("pg_ctl", &["start", "-w", "-D", &folder, "-l", &log, "-o", &options])?;
        Ok(cluster)
    }

    /// A new database and how to connect to it.
    pub fn database(&self, name: &str) -> Result<String> {
        self.run("createdb", &["-h", &self.socket(), "-U", "postgres", name])?;
        Ok(format!("host={} user=postgres dbname={name}", self.socket()))
    }

    /// Fills pgbench's own database.
    pub fn prepare_pgbench(&self) -> Result<()> {
        self.database("pgbench")?;
        let socket = self.socket();
        self.run("pgbench", &["-h", &socket, "-U", "postgres", "-q", "-i", "-s", SCALE, "pgbench"]).map(drop)
    }

    /// Transactions per second of pgbench's TPC-B with this many callers, statements prepared as ours are.
    pub fn pgbench(&self, callers: usize, measured: Duration) -> Result<f64> {
        let (socket, callers, time) =
            (self.socket(), callers.to_string(), measured.as_secs().max(1).to_string());
        let arguments = ["-h", &socket, "-U", "postgres", "-n", "-M", "prepared", "-j", "2", "-c", &callers];
        let said = self.run("pgbench", &[&arguments[..], &["-T", &time, "pgbench"]].concat())?;
        let line = said.lines().find(|line| line.starts_with("tps = ")).context("pgbench told no tps")?;
        let number = line.split(' ').nth(2).context("pgbench told no number")?;
        Ok(number.parse()?)
    }

    fn socket(&self) -> String {
        self.data.display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(self.prefix[0]);
        command.args(&self.prefix[1..]).arg(self.tools.join(program)).args(arguments).current_dir("/");
        if program == "pg_ctl" {
            // The server inherits what pg_ctl has and would keep a pipe open.
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let status = command.status().with_context(|| format!("cannot start {program}"))?;
            if !status.success() {
                let log = std::fs::read_to_string(self.data.join("server.log")).unwrap_or_default();
                bail!("{program} {}: {status} {}", arguments[0], log.trim());
            }
            return Ok(String::new());
        }
        said(&mut command)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let folder = self.data.display().to_string();
        let _ = self.run("pg_ctl", &["stop", "-w", "-m", "immediate", "-D", &folder]);
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

fn said(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {} {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The folder of the newest installed server.
fn tools() -> Result<PathBuf> {
    let installed = std::fs::read_dir(PACKAGES).into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|version| Path::new(PACKAGES).join(version.to_string()).join("bin/initdb").exists())
        .max();
    newest.map(|version| Path::new(PACKAGES).join(version.to_string()).join("bin")).context(
        "no PostgreSQL server is installed; `cargo xtask test` installs it, or apt-get install postgresql",
    )
}
