//! The operator's PostgreSQL, where the zone keeps its rows in one: a server of its own on the operator's host, of the
//! operator's user, behind a socket in its folder. It logs every statement with its values, so that what it was ever
//! told is looked through too.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::ground::{Ground, Host};
use super::program::{Part, memory};

/// Little shared memory, because all of it is looked at again and again; no workers that come and go, because what is
/// looked at must stand still; every statement in the log.
const OPTIONS: &str = "-c listen_addresses='' -c shared_buffers=16MB -c autovacuum=off \
     -c max_parallel_workers_per_gather=0 -c log_statement=all";
/// The one user of the server.
const USER: &str = "postgres";

/// The running server. It ends with this value.
pub struct Database {
    tools: PathBuf,
    folder: PathBuf,
    host: Host,
}

impl Database {
    /// Makes it and starts it.
    pub fn start(ground: &Ground) -> Result<Self> {
        let (host, made) = (ground.operator.clone(), ground.root.join("postgres"));
        let tools = store::testing::new_cluster(&made)?;
        let folder = host.folder.join("postgres");
        fs::rename(&made, &folder)?;
        host.own(&folder)?;
        let options = format!("{OPTIONS} -c unix_socket_directories={}", folder.display());
        let log = host.folder.join("postgres.log");
        let server = Self { tools, folder, host };
        server.control(&["start", "-w", "-l", &log.display().to_string(), "-o", &options])?;
        Ok(server)
    }

    /// How the zone reaches it.
    pub fn url(&self) -> String {
        format!("host={} user={USER} dbname={USER}", self.folder.display())
    }

    /// Where rows are, once everything is written down, and where what was ever written is.
    pub fn files(&self) -> [(&'static str, PathBuf); 2] {
        ["base", "pg_wal"].map(|name| (name, self.folder.join(name)))
    }

    /// Writes everything to its files, and gives all rows of all databases as text: long values lie packed in the files.
    pub fn rows(&self) -> Result<Vec<u8>> {
        let folder = self.folder.display().to_string();
        self.ask("psql", &["-X", "-h", &folder, "-U", USER, "-c", "CHECKPOINT", USER])?;
        self.ask("pg_dumpall", &["-h", &folder, "-U", USER])
    }

    /// Everything in the memory of all its processes.
    pub fn memory(&self, mut each: impl FnMut(&[u8])) -> Result<()> {
        let file = fs::read_to_string(self.folder.join("postmaster.pid"))?;
        let first: u32 = file.lines().next().context("a process")?.parse()?;
        memory(first, Part::All, &mut each)?;
        let children = fs::read_to_string(format!("/proc/{first}/task/{first}/children"))?;
        for child in children.split_whitespace() {
            let looked = memory(child.parse()?, Part::Own, &mut each);
            let gone = !Path::new("/proc").join(child).exists();
            looked.or_else(|why| if gone { Ok(()) } else { Err(why) })?;
        }
        Ok(())
    }

    fn control(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        self.ask("pg_ctl", &[&["-D", &self.folder.display().to_string()], arguments].concat())
    }

    fn ask(&self, program: &str, arguments: &[&str]) -> Result<Vec<u8>> {
        // Files, not pipes: the server inherits them and would keep a pipe open.
        let [said, complaint] =
            ["said", "complaint"].map(|name| self.host.folder.join(format!("{program}.{name}")));
        let mut command = self.host.run(self.tools.join(program));
        command.args(arguments).stdout(fs::File::create(&said)?).stderr(fs::File::create(&complaint)?);
        let status = command.status().with_context(|| format!("cannot start {program}"))?;
        let (answer, why) = (fs::read(&said)?, fs::read_to_string(&complaint)?);
        ensure!(status.success(), "{program} {arguments:?}: {}", why.trim());
        fs::remove_file(&said)?;
        Ok(answer)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ = self.control(&["stop", "-m", "immediate"]); // nobody needs what it held
    }
}
