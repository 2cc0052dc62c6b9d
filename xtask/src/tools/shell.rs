//! `curl`, `jq` and `openssl`: what the documents' commands use, which the tests run as they are written.

use anyhow::Result;

use super::{apt, found, installing};
use crate::command::Run;

const PURPOSE: &str = "run the documents' commands";

/// Takes what is there; installs Debian's of what is not.
pub fn ensure() -> Result<()> {
    let works = |(program, argument): (&str, &str)| Run::new(program).args([argument]).works();
    let programs = [("curl", "--version"), ("jq", "--version"), ("openssl", "version")];
    let missing: Vec<&str> =
        programs.into_iter().filter(|program| !works(*program)).map(|(name, _)| name).collect();
    if missing.is_empty() {
        found("curl, jq, openssl", PURPOSE);
        return Ok(());
    }
    installing(&missing.join(", "), PURPOSE);
    apt::install(&missing)
}
