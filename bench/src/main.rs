//! How fast, how flat, how durable: the promises of the house, measured on the program as it is shipped.
//!
//! `bench run` measures and compares with limits of the same run; `bench crash` kills the program under load and
//! looks whether anything that was acknowledged is missing or doubled; `bench limit` is what reads are compared with.
//! Usually called by `cargo xtask bench` and `cargo xtask crash`. See docs/benchmarks.md.
#![expect(clippy::print_stdout, reason = "telling what was measured is its whole interface")]

mod books;
mod child;
mod client;
mod crash;
mod grant;
mod histogram;
mod limit;
mod load;
mod people;
mod postgres;
mod random;
mod report;
mod sqlite;
mod stage;
mod suite;
mod zones;

use anyhow::{Context, Result, bail};
use clap::{Args, Parser, Subcommand};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use suite::{Part, Plan};

#[derive(Parser)]
#[command(name = "bench", about = "Measures the promises of the house", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure; exit 1 when a promise does not hold.
    Run(Run),
    /// Kill the program under load and look at what is left.
    Crash(crash::Options),
    /// Serve the fixed answer that reads are compared with.
    Limit {
        /// Where to listen.
        #[arg(long)]
        listen: SocketAddr,
    },
}

#[derive(Args)]
struct Run {
    /// The program, built for release.
    #[arg(long)]
    program: PathBuf,
    /// Where the report goes, and the stores meanwhile.
    #[arg(long)]
    out: PathBuf,
    /// Only these; all when none is named.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Shorter, with a smaller store: for a first look, not for a verdict.
    #[arg(long)]
    quick: bool,
    /// Customers in the large store.
    #[arg(long)]
    customers: Option<u32>,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let outcome =
        runtime.context("cannot start threads").and_then(|runtime| runtime.block_on(run(cli.command)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(command: Command) -> Result<()> {
    match command {
        Command::Run(options) => measure(options).await,
        Command::Crash(options) => crash::run(&options).await,
        Command::Limit { listen } => limit::serve(listen).await,
    }
}

async fn measure(options: Run) -> Result<()> {
    let (rounds, measured, many, strangers) = if options.quick {
        (3, Duration::from_secs(1), 100_000, 100)
    } else {
        (5, Duration::from_secs(3), 1_000_000, 500)
    };
    let plan = Plan {
        program: options.program,
        folder: options.out.join("work"),
        rounds,
        measured,
        many: options.customers.unwrap_or(many),
        strangers,
        parts: if options.only.is_empty() { Part::ALL.to_vec() } else { options.only },
    };
    let begin = Instant::now();
    let measured = suite::run(&plan).await;
    // Also where it broke off: what the stores of a large run take is wanted back. The keys lie beside their folders.
    std::fs::remove_dir_all(&plan.folder).context("removing the stores")?;
    let report = measured?;
    report.write(&options.out, "report")?;
    say(&format!("\n{report}\nmeasured in {:.1} minutes", begin.elapsed().as_secs_f64() / 60.0));
    match report.missed().as_slice() {
        [] => Ok(()),
        missed => bail!("{} of {} promises do not hold", missed.len(), report.rows.len()),
    }
}

/// Says a line.
fn say(line: &str) {
    println!("{line}");
}
