//! What the tests need beyond cargo. Each tool says what it is for, is taken as it is when the machine has it, is
//! installed when it is missing, and is an error when it cannot be.

mod apt;
mod browser;
pub mod deny;
pub mod network;
mod nextest;
mod openbao;
pub mod postgres;
mod python;
mod shell;

use anyhow::Result;
use std::path::PathBuf;

/// Tells where OpenBao is.
const OPENBAO: &str = "TREUHAND_TEST_OPENBAO";

/// Where the tools are, for those tests that start them.
pub struct Tools {
    python: PathBuf,
    browser: browser::Browser,
    openbao: PathBuf,
}

impl Tools {
    /// The variables by which tests find the tools.
    pub fn environment(&self) -> [(&'static str, PathBuf); 4] {
        [
            ("TREUHAND_TEST_PYTHON", self.python.clone()),
            ("TREUHAND_TEST_CHROMIUM", self.browser.chromium.clone()),
            ("TREUHAND_TEST_NODE_MODULES", self.browser.node_modules.clone()),
            (OPENBAO, self.openbao.clone()),
        ]
    }
}

/// Makes sure of every tool.
pub fn ensure() -> Result<Tools> {
    nextest::ensure()?;
    postgres::ensure()?;
    shell::ensure()?;
    network::ensure()?;
    let python = python::ensure()?;
    let openbao = openbao::ensure(&python)?;
    Ok(Tools { python, browser: browser::ensure()?, openbao })
}

/// Makes sure of OpenBao; the variable by which it is found, and where it is.
pub fn server_of_keys() -> Result<(&'static str, PathBuf)> {
    Ok((OPENBAO, openbao::ensure(&python::ensure()?)?))
}

/// Says what a tool is for and that it is there.
fn found(tool: &str, purpose: &str) {
    println!("\x20   {tool}: there ({purpose})");
}

/// Says that a tool is being installed, and what for.
fn installing(tool: &str, purpose: &str) {
    println!("\x20   {tool}: missing, installing it ({purpose})");
}
