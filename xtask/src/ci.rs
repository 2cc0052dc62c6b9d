//! `cargo xtask ci`: everything a change must pass, cheapest first.

use anyhow::Result;

use crate::command::{self, Run};
use crate::timing::Steps;
use crate::{generate, rules, test, tools};

/// Runs every step; the first failure ends it.
///
/// # Errors
/// When a step fails.
pub fn run() -> Result<()> {
    let mut steps = Steps::default();
    steps.step("format", || cargo(["fmt", "--all", "--check"]))?;
    steps.step("rules of the house", rules::run)?;
    steps.step("lints", || {
        cargo(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])
    })?;
    steps.step("generated files in step", || {
        generate::run(&command::root(), &generate::Arguments { check: true })
    })?;
    let tally = steps.step("tests", test::run)?;
    steps.step("documentation", || {
        Run::new("cargo")
            .args(["doc", "--workspace", "--no-deps", "--locked"])
            .env("RUSTDOCFLAGS", "-D warnings")
            .show()
    })?;
    steps.step("licences", licences)?;
    println!("\n{steps}\n\n{tally}");
    Ok(())
}

/// Licences, bans and sources. Known vulnerabilities are not checked here: their database lives in the network,
/// and the verdict on an unchanged commit would change from day to day.
fn licences() -> Result<()> {
    tools::deny::ensure()?;
    println!(
        "\x20   advisories are left out: run `cargo deny check advisories` where the database can be reached"
    );
    cargo(["deny", "--all-features", "--locked", "check", "licenses", "bans", "sources"])
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Result<()> {
    Run::new("cargo").args(arguments).show()
}
