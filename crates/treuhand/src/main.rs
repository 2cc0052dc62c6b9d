//! The program: commands, configuration, the wall clock and randomness. Everything else is in the rooms below.
//!
//! Exit codes: 0 done, 1 failed, 2 asked wrongly.

mod ambient;
mod cli;
mod commands;
#[cfg(any(feature = "operator", feature = "trustee"))]
mod config;
#[cfg(any(feature = "operator", feature = "trustee"))]
mod controls;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod instance;
mod sold;
mod stores;
#[cfg(all(feature = "operator", feature = "trustee"))]
mod tls;

use std::process::ExitCode;

use clap::Parser;

/// Answers are made of many small pieces on several threads; the C library's allocator spends a fifth of a call on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = cli::Cli::parse(); // exits with 2 and a usage message by itself
    match commands::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            commands::say_error(&error);
            ExitCode::FAILURE
        }
    }
}
