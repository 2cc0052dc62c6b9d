//! The commands, one file each. Each does its work and says what it did; `main` turns the outcome into a code.

#[cfg(all(feature = "operator", feature = "trustee"))]
mod access;
mod backup;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod call;
#[cfg(feature = "operator")]
mod compelled;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod demo;
mod doctor;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod exit;
#[cfg(feature = "trustee")]
mod ground;
#[cfg(feature = "trustee")]
mod init;
#[cfg(feature = "trustee")]
mod keeper;
#[cfg(feature = "trustee")]
mod log;
mod openapi;
#[cfg(feature = "operator")]
mod operator;
mod restore;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod shares;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod tickets;
#[cfg(feature = "trustee")]
mod trustee;
#[cfg(feature = "trustee")]
mod trustee_key;
#[cfg(feature = "trustee")]
mod trustee_restore;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod up;
mod verify;
mod witness;

use std::future::Future;
use std::io::Write;

use anyhow::{Context, Result};

#[cfg(feature = "operator")]
use crate::cli;
use crate::cli::{Cli, Command};

/// Carries out what was asked.
pub fn run(cli: Cli) -> Result<()> {
    let Some(command) = cli.command else {
        #[cfg(all(feature = "operator", feature = "trustee"))]
        return up::run(&cli.up);
        #[cfg(not(all(feature = "operator", feature = "trustee")))]
        anyhow::bail!("this build holds one zone; name it: `treuhand operator` or `treuhand trustee`");
    };
    match command {
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Up(options) => up::run(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Demo(options) => demo::run(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Access(options) => access::run(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Tickets(options) => tickets::run(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Call(options) => call::run(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Export(options) => exit::export(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Import(options) => exit::import(&options),
        #[cfg(all(feature = "operator", feature = "trustee"))]
        Command::Shares(options) => shares::run(&options),
        #[cfg(feature = "operator")]
        Command::Operator(options) => match options.act {
            Some(cli::OperatorAct::CompelledDisclosureExport(options)) => compelled::run(&options),
            None => operator::run(&cli::Zone { config: options.config.unwrap_or_default() }), // clap demands it
        },
        #[cfg(feature = "trustee")]
        Command::Trustee(options) => trustee::run(&options),
        #[cfg(feature = "trustee")]
        Command::Init(options) => init::run(&options),
        #[cfg(feature = "trustee")]
        Command::TrusteeRestore(options) => trustee_restore::run(&options),
        #[cfg(feature = "trustee")]
        Command::TrusteeKey(options) => trustee_key::run(&options),
        #[cfg(feature = "trustee")]
        Command::Log(options) => log::run(&options),
        Command::Witness(options) => witness::run(&options),
        Command::Verify(options) => verify::run(&options),
        Command::Openapi => openapi::run(),
        Command::Backup(options) => backup::run(&options),
        Command::Restore(options) => restore::run(&options),
        Command::Doctor(options) => doctor::run(&options),
    }
}

/// Says a line of a command's result.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}"); // a closed pipe is the reader's wish to hear no more
}

/// Says something to the person at the terminal that is not the command's result.
#[cfg(feature = "trustee")]
pub fn hint(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}"); // as above
}

/// A problem of the trustee's in words, with the slug under which it is documented.
#[cfg(feature = "trustee")]
fn told(problem: &kernel::Problem) -> anyhow::Error {
    anyhow::anyhow!("{} ({})", problem.description, problem.slug)
}

/// What to do when an installation has no people.
#[cfg(feature = "trustee")]
fn nobody(place: &str) -> String {
    format!(
        "Nobody can sign in yet. Stop, run `treuhand init {place} --officer USER=NAME --officer USER=NAME`, start again."
    )
}

/// The measured assurance level, with what is missing for the next one.
#[cfg(feature = "trustee")]
fn level(house: &treuhand::trustee_house::TrusteeHouse) -> String {
    let verdict = house.trustee.assurance().verdict();
    let missing = match verdict.missing.as_slice() {
        [] => String::new(),
        missing => format!("; for the next: {}", missing.join(", ")),
    };
    format!("Assurance level {}{missing} (docs/configuration.md)", verdict.level)
}

/// Says why a command failed, with all its causes.
pub fn say_error(error: &anyhow::Error) {
    let _ = writeln!(std::io::stderr(), "treuhand: {error:#}"); // nothing else can be done about it
}

/// Runs a command's future on all cores.
fn block_on<R, F: Future<Output = Result<R>>>(work: F) -> Result<R> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("cannot start threads")?.block_on(work)
}

/// Log lines go to standard error: warnings, or what `TREUHAND_LOG` says (e.g. `info`, `treuhand=debug`).
fn log() {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::builder()
        .with_default_directive(tracing::level_filters::LevelFilter::WARN.into())
        .with_env_var("TREUHAND_LOG")
        .from_env_lossy();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}

/// Completes on SIGTERM or Ctrl-C.
async fn stop_asked() {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
