//! `cargo xtask bench` and `cargo xtask crash`: the promises about speed and durability, on the real program.

use anyhow::Result;
use std::path::PathBuf;

use crate::command::{self, Run};
use crate::tools;

/// Where reports go, and stores meanwhile, below the folder that cargo builds into.
const FOLDER: &str = "bench";
/// The profile of the program as operators build it: slower to build than `release`, faster to run.
const SHIPPED: &str = "dist";
/// The part that starts an OpenBao of its own.
const OPENINGS: &str = "opening";

/// What is measured. The words are `bench run`'s own; see docs/benchmarks.md.
#[derive(clap::Args)]
pub struct Bench {
    /// Only these, with commas between them: reads, opening, sqlite, postgres, log, footprint, flat.
    #[arg(long)]
    only: Option<String>,
    /// Shorter, with a smaller store: for a first look, not for a verdict.
    #[arg(long)]
    quick: bool,
    /// Customers in the large store.
    #[arg(long)]
    customers: Option<u32>,
}

/// How often the program is killed, and where its store is.
#[derive(clap::Args)]
pub struct Crash {
    /// How often it is killed on each engine.
    #[arg(long, default_value_t = 50)]
    pub rounds: u32,
    /// Only on this engine: sqlite or postgres.
    #[arg(long)]
    pub engine: Option<String>,
    /// Where the moments of death come from.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// Measures the program as it is shipped.
///
/// # Errors
/// When a promise does not hold.
pub fn bench(options: &Bench) -> Result<()> {
    tools::postgres::ensure()?;
    let openings = options.only.as_deref().is_none_or(|only| only.split(',').any(|part| part == OPENINGS));
    let keeper = openings.then(tools::server_of_keys).transpose()?;
    let built = build(SHIPPED)?;
    let out = command::target()?.join(FOLDER);
    let mut arguments = vec!["run".to_owned()];
    arguments.extend(options.only.iter().flat_map(|only| ["--only".to_owned(), only.clone()]));
    arguments.extend(options.quick.then(|| "--quick".to_owned()));
    arguments
        .extend(options.customers.iter().flat_map(|count| ["--customers".to_owned(), count.to_string()]));
    let bench = Run::new(&built.bench).args(arguments).args([
        "--program".into(),
        built.program,
        "--out".into(),
        out.clone(),
    ]);
    keeper.into_iter().fold(bench, |bench, (variable, server)| bench.env(variable, server)).show()?;
    println!("\x20   the report is {}", out.join("report.json").display());
    Ok(())
}

/// Kills the program under load and looks at what is left.
///
/// # Errors
/// When an order was lost or doubled, or the program does not start on what is left.
pub fn crash(options: &Crash, profile: &str) -> Result<()> {
    tools::postgres::ensure()?;
    let built = build(profile)?;
    let out = command::target()?.join(FOLDER);
    let engine = options.engine.iter().flat_map(|engine| ["--engine".to_owned(), engine.clone()]);
    Run::new(&built.bench)
        .args(["crash", "--rounds", &options.rounds.to_string(), "--seed", &options.seed.to_string()])
        .args(engine)
        .args(["--program".into(), built.program, "--out".into(), out])
        .show()
}

/// The programs that a run needs.
struct Built {
    bench: PathBuf,
    program: PathBuf,
}

/// The program by itself first: built together they would share features, and it would hold what only the bench needs.
fn build(profile: &str) -> Result<Built> {
    for package in ["treuhand", "bench"] {
        Run::new("cargo").args(["build", "--locked", "--profile", profile, "--package", package]).show()?;
    }
    let folder = command::target()?.join(if profile == "dev" { "debug" } else { profile });
    Ok(Built { bench: folder.join("bench"), program: folder.join("treuhand") })
}
