//! Broken input for a long time: `cargo run --release -p fuzz -- --minutes 60 --seed 7`.
#![expect(clippy::print_stdout, reason = "the lines are the whole interface")]

use anyhow::{Result, bail};
use clap::Parser;
use fuzz::{Broken, TARGETS, Target, run};
use std::time::{Duration, Instant};

/// Gives broken input to everything that reads what strangers write.
#[derive(Parser)]
struct Options {
    /// Only these, e.g. message; a name that is none prints all.
    targets: Vec<String>,
    /// How many cases each gets.
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// How long each gets cases, instead.
    #[arg(long, value_name = "MINUTES", conflicts_with = "cases")]
    minutes: Option<u64>,
    /// Another seed makes other cases.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Cases between two looks at the clock.
const AT_ONCE: u64 = 1000;

/// Gives a target cases for so long; how many, and the first that breaks a promise.
fn for_minutes(target: &Target, seed: u64, minutes: u64) -> (u64, Option<Broken>) {
    let (began, mut given) = (Instant::now(), 0);
    while began.elapsed() < Duration::from_secs(60 * minutes) {
        let found = run(target, seed, given..given + AT_ONCE);
        given += AT_ONCE;
        if found.is_some() {
            return (given, found);
        }
    }
    (given, None)
}

fn main() -> Result<()> {
    let options = Options::parse();
    if let Some(unknown) =
        options.targets.iter().find(|name| !TARGETS.iter().any(|target| target.name == **name))
    {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        bail!("there is no target {unknown}; there are {}", names.join(", "));
    }
    let mut broken = 0;
    for target in TARGETS {
        if !options.targets.is_empty() && !options.targets.iter().any(|name| name == target.name) {
            continue;
        }
        let (cases, found) = match options.minutes {
            None => (options.cases, run(target, options.seed, 0..options.cases)),
            Some(minutes) => for_minutes(target, options.seed, minutes),
        };
        match found {
            None => println!("{}: {cases} cases, nothing broke", target.name),
            Some(found) => {
                broken += 1;
                println!("{}: case {} broke a promise: {}", target.name, found.number, found.input);
            }
        }
    }
    if broken > 0 {
        bail!("{broken} targets broke");
    }
    Ok(())
}
