//! The chores of this repository: `cargo xtask test`, `cargo xtask ci`, `cargo xtask bench`, …
//!
//! Invariants: a check that cannot run is a failure, never a skip; what a chore installs, it names first.
//!
//! Deliberately absent: anything the product needs at run time.
#![expect(clippy::print_stdout, reason = "telling what it does is a chore's whole interface")]

mod bench;
mod ci;
mod claims;
mod command;
mod generate;
mod rules;
mod test;
mod timing;
mod tools;
mod zones;

use anyhow::Result;
use clap::Parser;
use std::process::ExitCode;

/// Chores of the Treuhand repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Chore {
    /// Run every test; install what they need and the machine lacks.
    Test,
    /// Everything a change must pass: format, lints, rules of the house, tests, documents, licences.
    Ci,
    /// Write the generated files of docs/reference.
    Generate(generate::Arguments),
    /// Measure the promises about speed; exit 1 when one does not hold.
    Bench(bench::Bench),
    /// Kill the program under load, again and again, and look at what is left.
    Crash(bench::Crash),
    /// Attack what the house promises; `--sabotage` shows that the attacks can succeed.
    Claims(claims::Arguments),
    /// Only the rules of the house: who may depend on whom, how long a file may be.
    Rules,
}

fn main() -> ExitCode {
    match run(&Chore::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &Chore) -> Result<()> {
    std::env::set_current_dir(command::root())?;
    match chore {
        Chore::Test => test::run().map(|tally| println!("{tally}")),
        Chore::Ci => ci::run(),
        Chore::Generate(arguments) => generate::run(&command::root(), arguments),
        Chore::Bench(options) => bench::bench(options),
        Chore::Crash(options) => bench::crash(options, "release"),
        Chore::Claims(arguments) => claims::run(arguments),
        Chore::Rules => rules::run(),
    }
}
