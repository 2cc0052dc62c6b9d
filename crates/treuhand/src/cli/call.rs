//! What can be asked of `treuhand call`.

use std::path::PathBuf;

use clap::Args;

use super::access::Door;

/// Options of `call`.
#[derive(Debug, Args)]
pub struct Calling {
    /// The operation by its name in the reference, e.g. rotate-customer-keys. Left out, all of them are listed.
    pub operation: Option<String>,
    /// What it takes, as NAME=VALUE: parameters of the path, of the query, members of the body. A list is given by naming
    /// the member several times; an object as JSON.
    #[arg(value_name = "NAME=VALUE")]
    pub given: Vec<String>,
    /// A file with the body as JSON; members given beside it count.
    #[arg(long, value_name = "FILE")]
    pub body: Option<PathBuf>,
    /// Where the answer is written instead of being printed.
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Who calls, and where.
    #[command(flatten)]
    pub door: Door,
}
