//! A Python with the public packages `partnercenterservices` and `msal`: existing clients of the contract and of its
//! identity that know nothing of this house.

use anyhow::{Context, Result};
use std::path::PathBuf;

use super::{apt, found, installing};
use crate::command::{self, Run};

/// The list of packages with their versions.
const PACKAGES: &str = "xtask/src/tools/python.txt";
const CLIENT: &str = "PyPI partnercenterservices and msal";
const IMPORT: &str = "import microsoft.store.partnercenterservices, msal";
const PURPOSE: &str = "existing clients, run unmodified";

/// The interpreter of a virtual environment under `target` that can import the clients.
pub fn ensure() -> Result<PathBuf> {
    let folder = command::target()?.join("tools/python");
    let interpreter = folder.join("bin/python");
    if Run::new(&interpreter).args(["-c", IMPORT]).works() {
        found(CLIENT, PURPOSE);
        return Ok(interpreter);
    }
    installing(CLIENT, PURPOSE);
    if !Run::new("python3").args(["-c", "import venv, ensurepip"]).works() {
        apt::install(&["python3", "python3-venv"])?;
    }
    Run::new("python3").args(["-m", "venv", "--clear"]).args([&folder]).show()?;
    Run::new(&interpreter).args(["-m", "pip", "install", "--quiet", "--requirement", PACKAGES]).show()?;
    Run::new(&interpreter)
        .args(["-c", IMPORT])
        .show()
        .context("the clients were installed but cannot be imported")?;
    Ok(interpreter)
}
