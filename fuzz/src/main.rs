//! Broken input for a long time: `cargo run --release -p fuzz -- --cases 10000000 --seed 7`.
#![expect(clippy::print_stdout, reason = "the lines are the whole interface")]

use anyhow::{Result, bail};
use clap::Parser;
use fuzz::{TARGETS, run};

/// Gives broken input to everything that reads what strangers write.
#[derive(Parser)]
struct Options {
    /// Only these: message, path, query, envelope.
    targets: Vec<String>,
    /// How many cases each gets.
    #[arg(long, default_value_t = 1_000_000)]
    cases: u64,
    /// Another seed makes other cases.
    #[arg(long, default_value_t = 1)]
    seed: u64,
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
        match run(target, options.seed, options.cases) {
            None => println!("{}: {} cases, nothing broke", target.name, options.cases),
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
