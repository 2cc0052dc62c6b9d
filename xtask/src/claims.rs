//! `cargo xtask claims`: the attacks on what SECURITY.md promises, and the sabotages that show that they can succeed.

use anyhow::{Context, Result, bail};

use crate::command::Run;
use crate::test::Tally;

/// Of the sabotages, CI plays each of so many.
const SAMPLE: usize = 4;

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
    let tally = play(&arguments.ids, arguments.sabotage.then_some(1))?;
    if tally.failed > 0 {
        bail!("{tally}");
    }
    Ok(())
}

/// All claims and a sample of the sabotages.
///
/// # Errors
/// When they cannot be built.
pub fn sampled() -> Result<Tally> {
    Ok(play(&[], None)? + play(&[], Some(SAMPLE))?)
}

fn play(ids: &[String], every: Option<usize>) -> Result<Tally> {
    let mut run =
        Run::new("cargo").args(["run", "--quiet", "--locked", "--package", "testkit", "--bin", "claims"]);
    if let Some(every) = every {
        run = run.args(["--features", "sabotage", "--", "--sabotage", "--every", &every.to_string()]);
    } else {
        run = run.args(["--"]);
    }
    let (printed, _) = run.args(ids).tee()?;
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
