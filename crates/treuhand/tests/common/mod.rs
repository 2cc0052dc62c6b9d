//! The real program, run by tests.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A data folder for one test, empty and not made yet.
pub fn fresh(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder); // there is none before the first run
    fs::create_dir_all(&folder).expect("a folder for the test");
    folder.join("treuhand-data")
}

/// A running program; it ends with the test.
pub struct Up {
    /// The process.
    pub child: Child,
    /// Its data folder.
    pub data: PathBuf,
}

impl Up {
    /// Starts on free ports and does not wait.
    pub fn spawn(data: &Path, flags: &[&str]) -> Self {
        Self::spawn_at(data, &[&["--listen", "127.0.0.1:0"][..], flags].concat())
    }

    /// Starts where the flags say and does not wait.
    pub fn spawn_at(data: &Path, flags: &[&str]) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_treuhand"))
            .args(["up", "--json", "--operator-listen", "127.0.0.1:0", "--data"])
            .arg(data)
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Self { child, data: data.to_owned() }
    }

    /// Waits until the program says where it listens, and gives that line.
    pub fn announced(&mut self) -> String {
        let mut line = String::new();
        let stdout = self.child.stdout.take().expect("piped, and read once");
        BufReader::new(stdout).read_line(&mut line).expect("it says something");
        assert!(line.contains("\"roots\""), "the program says where it listens: {line:?}");
        line
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}
