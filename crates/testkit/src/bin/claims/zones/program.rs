//! A program that runs: what it says is kept, and its memory can be read from outside, as root on its host could.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Longest wait for a program to say that it is ready; a first start plants a world.
const PATIENCE: Duration = Duration::from_mins(3);
/// What is looked at together when empty memory is left out.
const PAGE: usize = 4096;
const EMPTY: [u8; PAGE] = [0; PAGE];
/// How much is read at once.
const CHUNK: usize = 64 * PAGE;

/// A running program. It ends with this value.
pub struct Running {
    child: Child,
    said: Receiver<String>,
}

impl Running {
    /// Starts it; what it prints and logs is kept in these files.
    pub fn start(mut command: Command, printed: &Path, logged: &Path) -> Result<Self> {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(File::create(logged)?)
            .spawn()
            .with_context(|| format!("cannot start {command:?}"))?;
        let stdout = child.stdout.take().context("a pipe")?;
        let mut printed = File::create(printed)?;
        let (say, said) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = writeln!(printed, "{line}"); // a full disk shows elsewhere
                let _ = say.send(line); // nobody waits for more
            }
        });
        Ok(Self { child, said })
    }

    /// Waits for a line that begins like this.
    pub fn says(&self, begin: &str) -> Result<String> {
        loop {
            match self.said.recv_timeout(PATIENCE) {
                Ok(line) if line.starts_with(begin) => return Ok(line),
                Ok(_) => {}
                Err(_) => bail!("it never said '{begin}'"),
            }
        }
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything in its memory.
    pub fn memory(&self, mut each: impl FnMut(&[u8])) -> Result<()> {
        memory(self.id(), Part::All, &mut each)
    }

    /// Its environment and its command line.
    pub fn environment(&self) -> Result<Vec<u8>> {
        let read = |what: &str| fs::read(format!("/proc/{}/{what}", self.id()));
        Ok([read("environ")?, read("cmdline")?].concat())
    }
}

/// How much of a process's memory is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All that it can read.
    All,
    /// What it alone may have written: without what it shares with the process that made it, and without its program.
    Own,
}

/// What is in a process's memory, mapping by mapping, while it stands still. Empty pages are left out.
pub fn memory(process: u32, part: Part, each: &mut dyn FnMut(&[u8])) -> Result<()> {
    signal(process, "-STOP")?;
    let read = mappings(process, part, each);
    signal(process, "-CONT")?;
    read
}

fn mappings(process: u32, part: Part, each: &mut dyn FnMut(&[u8])) -> Result<()> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let mut chunk = vec![0; CHUNK];
    for line in maps.lines().filter(|line| !line.ends_with("[vvar]") && !line.ends_with("[vsyscall]")) {
        let (range, rest) = line.split_once(' ').context("a mapping")?;
        let (from, to) = range.split_once('-').context("a range")?;
        let (mut at, to) = (u64::from_str_radix(from, 16)?, u64::from_str_radix(to, 16)?);
        let wanted = match part {
            Part::All => rest.starts_with('r'),
            Part::Own => rest.starts_with("rw-p"),
        };
        let mut held = Vec::new();
        while wanted && at < to {
            let wanted = CHUNK.min(usize::try_from(to - at)?);
            // What lies beyond the end of a mapped file cannot be read, and holds nothing.
            let Ok(got) = memory.read_at(&mut chunk[..wanted], at) else { break };
            for page in chunk[..got].chunks(PAGE).filter(|page| **page != EMPTY[..page.len()]) {
                held.extend_from_slice(page);
            }
            at += got.max(1) as u64;
        }
        each(&held);
    }
    Ok(())
}

fn signal(process: u32, signal: &str) -> Result<()> {
    let sent = Command::new("kill").args([signal, &process.to_string()]).status()?;
    if sent.success() { Ok(()) } else { bail!("kill {signal} failed: has it ended?") }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}
