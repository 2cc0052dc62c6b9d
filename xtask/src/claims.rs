//! `cargo xtask claims`: the attacks on what SECURITY.md promises, and the sabotages that show that they can succeed.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;

use crate::command::{self, Run};
use crate::test::Tally;
use crate::{tools, zones};

/// The engines of the operator's store.
const ENGINES: [&str; 2] = ["sqlite", "postgres"];
/// Of the claims, those whose attacks touch keys or what is sealed; CI plays them with OpenBao too.
const ABOUT_KEYS: [&str; 10] = ["A01", "A02", "A12", "A13", "A15", "B01", "B02F", "D03", "D04", "D04Q"];
/// Of those, the ones whose sabotages CI plays with OpenBao.
const BACK_FROM_BACKUPS: [&str; 2] = ["D03", "D04"];
/// Of the sabotages, CI plays each of so many on SQLite.
const SAMPLE: usize = 4;
/// Of the claims, those whose attacks look into the store itself; their sabotages are played on PostgreSQL too.
const ABOUT_THE_STORE: [&str; 4] = ["A01", "A10", "A13", "G10"];

/// Which claims to try.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only these, e.g. A01.
    ids: Vec<String>,
    /// Break each control once and demand that the attacks it stops succeed.
    #[arg(long)]
    sabotage: bool,
    /// Try the claims about the zones as two programs of two users in two networks (needs root).
    #[arg(long, conflicts_with = "backend")]
    zones: bool,
    /// Who keeps the keys: the trustee itself, or a real OpenBao, which is installed and started for it.
    #[arg(long, value_enum, default_value_t = Backend::Embedded)]
    backend: Backend,
}

/// Who keeps the keys.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Backend {
    Embedded,
    Openbao,
}

impl Backend {
    /// As the claims take it.
    fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Openbao => "openbao",
        }
    }

    /// The engines on which its claims are played: what keeps the keys does not know the operator's store.
    fn engines(self) -> &'static [&'static str] {
        match self {
            Self::Embedded => &ENGINES,
            Self::Openbao => &ENGINES[..1],
        }
    }
}

/// Tries the claims, or their sabotages.
///
/// # Errors
/// When one does not hold, or a sabotage lets nothing through.
pub fn run(arguments: &Arguments) -> Result<()> {
    let ids: Vec<&str> = arguments.ids.iter().map(String::as_str).collect();
    let mut tally = Tally::default();
    if arguments.zones {
        tally = zones(&ids, arguments.sabotage)?;
    } else {
        for engine in arguments.backend.engines() {
            tally = tally + play(engine, arguments.backend, &ids, arguments.sabotage.then_some(1))?;
        }
    }
    if tally.failed > 0 {
        bail!("{tally}");
    }
    Ok(())
}

/// All claims about both zones in one process on both engines, those about keys with OpenBao, and a sample of the
/// sabotages.
///
/// # Errors
/// When they cannot be built.
pub fn sampled() -> Result<Tally> {
    let [sqlite, postgres] = ENGINES;
    let (embedded, openbao) = (Backend::Embedded, Backend::Openbao);
    let claims = play(sqlite, embedded, &[], None)? + play(postgres, embedded, &[], None)?;
    let claims = claims + play(sqlite, openbao, &ABOUT_KEYS, None)?;
    let sabotages = play(sqlite, embedded, &[], Some(SAMPLE))?;
    let sabotages = sabotages + play(postgres, embedded, &ABOUT_THE_STORE, Some(1))?;
    Ok(claims + sabotages + play(sqlite, openbao, &BACK_FROM_BACKUPS, Some(1))?)
}

/// The claims about two zones on two hosts, and all of their sabotages.
///
/// # Errors
/// As [`zones()`].
pub fn apart() -> Result<Tally> {
    Ok(zones(&[], false)? + zones(&[], true)?)
}

/// The claims about two zones on two hosts, or their sabotages.
///
/// # Errors
/// When they cannot be built, or the machine does not let two hosts be made of it.
fn zones(ids: &[&str], sabotage: bool) -> Result<Tally> {
    let programs = zones::prepare()?;
    let mut options: Vec<OsString> = vec!["--zones".into(), programs.into_os_string()];
    options.extend(sabotage.then(|| "--sabotage".into()));
    tried(Run::new(built()?).args(options).args(ids))
}

fn play(engine: &str, backend: Backend, ids: &[&str], every: Option<usize>) -> Result<Tally> {
    let build = || Run::new("cargo").args(["build", "--locked", "--workspace", "--bin", "claims"]);
    let mut options: Vec<OsString> =
        ["--engine", engine, "--backend", backend.name()].map(Into::into).to_vec();
    if let Some(every) = every {
        build().args(["--features", "testkit/sabotage"]).show()?;
        options.extend(["--sabotage".into(), "--every".into(), every.to_string().into()]);
    } else {
        build().show()?;
    }
    // Some claims are about a keeper of keys that can be away, whoever keeps them otherwise.
    let (variable, server) = tools::server_of_keys()?;
    tried(Run::new(built()?).args(options).args(ids).env(variable, server))
}

/// The claims that were built last.
fn built() -> Result<PathBuf> {
    Ok(command::target()?.join("debug").join("claims"))
}

fn tried(claims: Run) -> Result<Tally> {
    let (printed, _) = claims.tee()?;
    printed.lines().rev().find_map(count).context("the claims were not counted; see above")
}

/// The last line, `24 passed, 0 failed`.
fn count(line: &str) -> Option<Tally> {
    let (passed, failed) = line.strip_suffix(" failed")?.split_once(" passed, ")?;
    Some(Tally { passed: passed.parse().ok()?, failed: failed.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts() {
        assert_eq!(count("24 passed, 1 failed"), Some(Tally { passed: 24, failed: 1 }));
        assert_eq!(count("A01 holds  24 passed"), None);
    }
}
