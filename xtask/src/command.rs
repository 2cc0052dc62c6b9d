//! Running other programs: what is run is shown, and a failure names the whole command.

use anyhow::{Context, Result, bail};
use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder cargo builds into.
pub fn target() -> Result<PathBuf> {
    let metadata = Run::new("cargo").args(["metadata", "--format-version=1", "--no-deps"]).read()?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata)?;
    let folder = metadata["target_directory"].as_str().context("cargo metadata names no target_directory")?;
    Ok(folder.into())
}

/// A program with its arguments.
pub struct Run(Command);

impl Run {
    /// A program found on the PATH, or by its path.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self(Command::new(program))
    }
    /// The same in a network of its own, in which there is nothing but loopback: what calls out, fails. Takes root.
    #[must_use]
    pub fn without_network(self) -> Self {
        let script = "ip link set lo up && exec \"$@\"";
        let mut alone = Command::new("unshare");
        alone.args(["--net", "sh", "-c", script, "sh"]).arg(self.0.get_program()).args(self.0.get_args());
        alone.envs(self.0.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self(alone)
    }
    /// Adds arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.0.args(arguments);
        self
    }
    /// Sets a variable of its environment.
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(name, value);
        self
    }
    /// Shows the command, then runs it with our own input and output.
    pub fn show(mut self) -> Result<()> {
        println!("\x20   $ {self}");
        let status = self.0.status().with_context(|| format!("cannot start {self}"))?;
        if status.success() { Ok(()) } else { bail!("{status}: {self}") }
    }
    /// Runs it quietly and gives what it printed; on failure the error holds what it complained about.
    pub fn read(mut self) -> Result<String> {
        let output = self.0.stdin(Stdio::null()).output().with_context(|| format!("cannot start {self}"))?;
        if !output.status.success() {
            bail!("{}: {self}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
        }
        String::from_utf8(output.stdout).with_context(|| format!("{self} printed no UTF-8"))
    }
    /// Runs it, copies what it prints, and gives that back together with whether it succeeded.
    pub fn tee(mut self) -> Result<(String, bool)> {
        println!("\x20   $ {self}");
        let output = self
            .0
            .stderr(Stdio::inherit())
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start {self}"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        println!("{text}");
        Ok((text, output.status.success()))
    }
    /// True when it can be started and succeeds.
    pub fn works(mut self) -> bool {
        let status = self.0.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success())
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.get_program().to_string_lossy())?;
        self.0.get_args().try_for_each(|argument| write!(f, " {}", argument.to_string_lossy()))
    }
}
