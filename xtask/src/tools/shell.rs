//! `curl`, `jq`, `openssl` and `ssh-keygen`: what the documents' commands use, which the tests run as they are written,
//! and what signatures are compared with.

use anyhow::Result;

use super::{apt, found, installing};
use crate::command::Run;

const PURPOSE: &str = "run the documents' commands";

/// Takes what is there; installs Debian's of what is not.
pub fn ensure() -> Result<()> {
    let works = |(program, argument, _): &(&str, &str, &str)| Run::new(program).args([argument]).works();
    let programs = [
        ("curl", "--version", "curl"),
        ("jq", "--version", "jq"),
        ("openssl", "version", "openssl"),
        // It has no argument that only shows its version; `ssh` comes in the same package.
        ("ssh", "-V", "openssh-client"),
    ];
    let missing: Vec<&str> =
        programs.iter().filter(|program| !works(program)).map(|(_, _, package)| *package).collect();
    if missing.is_empty() {
        found("curl, jq, openssl, ssh-keygen", PURPOSE);
        return Ok(());
    }
    installing(&missing.join(", "), PURPOSE);
    apt::install(&missing)
}
