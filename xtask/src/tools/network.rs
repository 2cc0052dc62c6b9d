//! `ip` and `setpriv`: two networks and two users on one machine, for the claims about two zones. Both take root.

use anyhow::Result;

use super::{apt, found, installing};
use crate::command::Run;

const PURPOSE: &str = "run the zones as two users in two networks; needs root";

/// Takes what is there; installs Debian's of what is not.
pub fn ensure() -> Result<()> {
    let programs = [
        ("ip", "-Version", "iproute2"),
        ("setpriv", "--version", "util-linux"),
        ("curl", "--version", "curl"),
    ];
    let missing: Vec<&str> = programs
        .into_iter()
        .filter(|(program, argument, _)| !Run::new(program).args([argument]).works())
        .map(|(_, _, package)| package)
        .collect();
    if missing.is_empty() {
        found("ip, setpriv, curl", PURPOSE);
        return Ok(());
    }
    installing(&missing.join(", "), PURPOSE);
    apt::install(&missing)
}
