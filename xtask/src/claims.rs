//! `cargo xtask claims`: the attacks on what SECURITY.md promises, and the sabotages that show that they can succeed.

use anyhow::{Context, Result, bail};
use std::ffi::OsString;

use crate::command::{self, Run};
use crate::test::Tally;
use crate::zones;

/// The engines of the operator's store.
const ENGINES: [&str; 2] = ["sqlite", "postgres"];
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
    #[arg(long)]
    zones: bool,
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
        for engine in ENGINES {
            tally = tally + play(engine, &ids, arguments.sabotage.then_some(1))?;
        }
    }
    if tally.failed > 0 {
        bail!("{tally}");
    }
    Ok(())
}

/// All claims about both zones in one process on both engines, and a sample of the sabotages.
///
/// # Errors
/// When they cannot be built.
pub fn sampled() -> Result<Tally> {
    let claims = ENGINES
        .into_iter()
        .try_fold(Tally::default(), |sum, engine| anyhow::Ok(sum + play(engine, &[], None)?))?;
    let [embedded, server] = ENGINES;
    Ok(claims + play(embedded, &[], Some(SAMPLE))? + play(server, &ABOUT_THE_STORE, Some(1))?)
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
    tried(&options, ids)
}

fn play(engine: &str, ids: &[&str], every: Option<usize>) -> Result<Tally> {
    let build = || Run::new("cargo").args(["build", "--locked", "--workspace", "--bin", "claims"]);
    let mut options: Vec<OsString> = vec!["--engine".into(), engine.into()];
    if let Some(every) = every {
        build().args(["--features", "testkit/sabotage"]).show()?;
        options.extend(["--sabotage".into(), "--every".into(), every.to_string().into()]);
    } else {
        build().show()?;
    }
    tried(&options, ids)
}

/// Runs the claims that were built last.
fn tried(options: &[OsString], ids: &[&str]) -> Result<Tally> {
    let built = command::target()?.join("debug").join("claims");
    let (printed, _) = Run::new(built).args(options).args(ids).tee()?;
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
