//! cargo-deny: compares the licences and origins of every crate with `deny.toml`.

use anyhow::Result;

use super::{found, installing};
use crate::command::Run;

const VERSION: &str = "0.18.9";
const PURPOSE: &str = "checks licences and origins";

/// Takes any version that is there; installs the pinned one.
pub fn ensure() -> Result<()> {
    if Run::new("cargo").args(["deny", "--version"]).works() {
        found("cargo-deny", PURPOSE);
        return Ok(());
    }
    installing("cargo-deny", PURPOSE);
    Run::new("cargo").args(["install", "--locked", &format!("cargo-deny@{VERSION}")]).show()
}
