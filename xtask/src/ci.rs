//! `cargo xtask ci`: everything a change must pass, cheapest first.

use anyhow::{Context, Result, ensure};
use std::fs;

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
    steps.step("the README's first command", demo)?;
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

/// As a newcomer runs it, only that the documents go where builds go.
fn demo() -> Result<()> {
    let folder = command::target()?.join("demo-out");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let run = ["run", "--release", "--locked", "--", "demo", "--out"];
    Run::new("cargo").args(run).args([&folder]).show()?;
    let documents = fs::read_dir(&folder).context("the demo made no folder")?;
    for document in documents {
        let document = document?;
        let (name, length) = (document.path(), document.metadata()?.len());
        println!("\x20   {} ({length} bytes)", name.display());
        ensure!(length > 0, "{} is empty", name.display());
    }
    ensure!(fs::read_dir(&folder)?.next().is_some(), "the demo left no documents");
    Ok(())
}

fn cargo<const N: usize>(arguments: [&str; N]) -> Result<()> {
    Run::new("cargo").args(arguments).show()
}
