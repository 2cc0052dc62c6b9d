//! `cargo xtask test`: every test, with everything the tests need.

use anyhow::{Context, Result, bail};
use std::fmt;
use std::ops::Add;

use crate::bench::{self, Crash};
use crate::command::{self, Run};
use crate::timing::Steps;
use crate::{claims, tools};

/// A short version of `cargo xtask crash`, on both engines.
const CRASH: Crash = Crash { rounds: 3, engine: None, seed: 1 };

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// These passed.
    pub passed: u32,
    /// These failed.
    pub failed: u32,
}

impl Add for Tally {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// Runs everything and prints the time of each step.
///
/// # Errors
/// When a tool is missing and cannot be installed, or when a test fails.
pub fn run() -> Result<Tally> {
    let mut steps = Steps::default();
    let tools = steps.step("tools", tools::ensure)?;
    let unit = steps.step("tests", || nextest(&tools))?;
    let documentation = steps.step("examples in documentation", doctests)?;
    let claims = steps.step("claims", claims::sampled)?;
    let zones = steps.step("claims about two zones", claims::apart)?;
    steps.step("kill -9 under load", || bench::crash(&CRASH, "dev"))?;
    println!("\n{steps}\n");
    let tally = unit + documentation + claims + zones;
    if tally.failed > 0 {
        bail!("{tally}");
    }
    Ok(tally)
}

fn nextest(tools: &tools::Tools) -> Result<Tally> {
    let report = command::root().join("target/nextest/default/junit.xml"); // wherever cargo itself builds into
    std::fs::remove_file(&report).ok(); // there is none before the first run
    let mut run = Run::new("cargo").args(["nextest", "run", "--workspace", "--locked"]);
    for (name, value) in tools.environment() {
        run = run.env(name, value);
    }
    // Nothing may depend on a network, and nothing may phone home.
    Run::new("cargo").args(["fetch", "--locked"]).show()?;
    let outcome = if is_root()? { run.without_network().show() } else { run.show() };
    // Without a report the tests did not even build: then that error is the one to show.
    let Ok(report) = std::fs::read_to_string(&report) else {
        return outcome.and_then(|()| bail!("nextest wrote no report to count from"));
    };
    let tally = count_junit(&report).context("nextest's report has no totals")?;
    match outcome {
        Err(error) if tally.failed == 0 => Err(error),
        _ => Ok(tally),
    }
}

/// Only root can give the tests a network of their own. The claims need root anyway, so `ci` always has it.
fn is_root() -> Result<bool> {
    Ok(Run::new("id").args(["-u"]).read()?.trim() == "0")
}

fn doctests() -> Result<Tally> {
    let (printed, succeeded) = Run::new("cargo").args(["test", "--doc", "--workspace", "--locked"]).tee()?;
    let tally = count_doctests(&printed);
    if !succeeded && tally.failed == 0 {
        bail!("cargo test --doc failed");
    }
    Ok(tally)
}

/// The totals of a JUnit report: the attributes of its first element.
fn count_junit(report: &str) -> Option<Tally> {
    let element = report.split("<testsuites").nth(1)?.split('>').next()?;
    let attribute = |name: &str| -> Option<u32> {
        element.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?.parse().ok()
    };
    let failed = attribute("failures")? + attribute("errors")?;
    let ran = attribute("tests")?.checked_sub(attribute("skipped").unwrap_or(0))?;
    Some(Tally { passed: ran.checked_sub(failed)?, failed })
}

/// The sum of the harness's own lines, `test result: ok. 3 passed; 0 failed; …`, one per crate.
fn count_doctests(printed: &str) -> Tally {
    let number = |line: &str, word: &str| -> Option<u32> {
        line.split(word).next()?.trim_end().rsplit([' ', ';', '.']).next()?.parse().ok()
    };
    printed
        .lines()
        .filter(|line| line.starts_with("test result:"))
        .map(|line| Tally {
            passed: number(line, " passed").unwrap_or(0),
            failed: number(line, " failed").unwrap_or(0),
        })
        .fold(Tally::default(), Add::add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_come_from_the_reports() {
        let head = r#"<?xml version="1.0"?><testsuites name="nextest-run" tests="25" skipped="2" failures="2" errors="1" uuid="x">"#;
        let suite = r#"<testsuite name="edge" tests="5" disabled="0" errors="0" failures="5">"#;
        assert_eq!(count_junit(&format!("{head}{suite}")), Some(Tally { passed: 20, failed: 3 }));
        assert_eq!(count_junit("<testsuites>"), None);
        let printed = "test result: ok. 3 passed; 0 failed; 0 ignored\nnoise 7 passed\n\
                       test result: FAILED. 10 passed; 4 failed; 1 ignored\n";
        assert_eq!(count_doctests(printed), Tally { passed: 13, failed: 4 });
    }
}
