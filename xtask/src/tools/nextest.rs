//! cargo-nextest: runs each test in a process of its own and writes the report that is counted from.

use anyhow::Result;

use super::{found, installing};
use crate::command::Run;

const VERSION: &str = "0.9.143";
const PURPOSE: &str = "runs the tests";

/// Takes any version that is there; installs the pinned one.
pub fn ensure() -> Result<()> {
    if Run::new("cargo").args(["nextest", "--version"]).works() {
        found("cargo-nextest", PURPOSE);
        return Ok(());
    }
    installing("cargo-nextest", PURPOSE);
    Run::new("cargo").args(["install", "--locked", &format!("cargo-nextest@{VERSION}")]).show()
}
