//! `cargo xtask claims`: the attacks on what SECURITY.md promises, and the sabotages that show that they can succeed.

use anyhow::{Context, Result, bail};

use crate::command::Run;
use crate::test::Tally;

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
}

/// Tries the claims, or their sabotages.
///
/// # Errors
/// When one does not hold, or a sabotage lets nothing through.
pub fn run(arguments: &Arguments) -> Result<()> {
    let ids: Vec<&str> = arguments.ids.iter().map(String::as_str).collect();
    let mut tally = Tally::default();
    for engine in ENGINES {
        tally = tally + play(engine, &ids, arguments.sabotage.then_some(1))?;
    }
    if tally.failed > 0 {
        bail!("{tally}");
    }
    Ok(())
}

/// All claims on both engines, and a sample of the sabotages.
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

fn play(engine: &str, ids: &[&str], every: Option<usize>) -> Result<Tally> {
    let mut run =
        Run::new("cargo").args(["run", "--quiet", "--locked", "--package", "testkit", "--bin", "claims"]);
    if let Some(every) = every {
        run = run.args(["--features", "sabotage", "--", "--sabotage", "--every", &every.to_string()]);
    } else {
        run = run.args(["--"]);
    }
    println!("on {engine}:");
    let (printed, _) = run.args(["--engine", engine]).args(ids).tee()?;
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
