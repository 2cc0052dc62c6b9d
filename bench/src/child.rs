//! Programs that are started, asked, and ended: gently or by `kill -9`.

use anyhow::{Context, Result, bail};
use http::StatusCode;
use std::ffi::OsStr;
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::{Caller, once};

/// Longest wait for a program to start or to end.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it is asked meanwhile.
const GLANCE: Duration = Duration::from_millis(2);

/// A running server. Killed when the value goes.
pub struct Server {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// From its start to its first answer.
    pub started_in: Duration,
}

impl Server {
    /// Starts a server that answers `/health` at `address`; what it says goes to `log`.
    pub async fn start<S: AsRef<OsStr>>(
        program: &Path,
        arguments: impl IntoIterator<Item = S>,
        address: SocketAddr,
        log: &Path,
    ) -> Result<Self> {
        let log_file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(log_file.try_clone()?).stderr(log_file);
        let begin = Instant::now();
        let child = command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        loop {
            let health = Caller::anonymous(address)?.get("/health");
            if once(address, health).await.is_ok_and(|answer| answer.status == StatusCode::OK) {
                server.started_in = begin.elapsed();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                bail!("{} ended with {status} while starting: {}", program.display(), said.trim());
            }
            if begin.elapsed() > PATIENCE {
                bail!("{} does not answer /health at {address}; see {}", program.display(), log.display());
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Its resident memory in bytes.
    pub fn memory(&self) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).context("no VmRSS in /proc")?;
        let kib = line.split_whitespace().nth(1).context("VmRSS without a number")?;
        Ok(kib.parse::<u64>()? * 1024)
    }

    /// The processor time that it has used, in all its threads; counted in hundredths of a second.
    pub fn processor_time(&self) -> Result<Duration> {
        processor_time(&self.child.id().to_string())
    }

    /// Asks it to end and waits until it has.
    pub async fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        if !told.success() {
            bail!("cannot signal process {}", self.child.id());
        }
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => bail!("the server ended with {status} instead of 0"),
                None => tokio::time::sleep(GLANCE).await,
            }
        }
        bail!("the server does not end within {PATIENCE:?} after SIGTERM")
    }

    /// `kill -9`; nothing of it is left when this returns.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `stop` and `kill`.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An address on this machine at which nothing listens now.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// The processor time that a process has used, in all its threads; `self` is this one.
pub fn processor_time(process: &str) -> Result<Duration> {
    let status = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in parentheses may hold blanks; user and system time are the 12th and 13th word after it.
    let words: Vec<&str> = status.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| {
        words.get(place).and_then(|word| word.parse::<u64>().ok()).context("no times in /proc")
    };
    Ok(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}
