//! `curl` and `jq`: what the tutorial's commands use, which the tests run as they are written.

use anyhow::Result;

use super::{apt, found, installing};
use crate::command::Run;

const PURPOSE: &str = "run the tutorial's commands";

/// Takes what is there; installs Debian's of what is not.
pub fn ensure() -> Result<()> {
    let works = |program: &&str| Run::new(program).args(["--version"]).works();
    let missing: Vec<&str> = ["curl", "jq"].into_iter().filter(|program| !works(program)).collect();
    if missing.is_empty() {
        found("curl and jq", PURPOSE);
        return Ok(());
    }
    installing(&missing.join(" and "), PURPOSE);
    apt::install(&missing)
}
