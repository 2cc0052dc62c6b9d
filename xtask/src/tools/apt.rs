//! Packages of the Debian system.

use anyhow::{Context, Result, bail};

use crate::command::Run;

/// Installs packages. Only root can; for everybody else the error says what to ask root for.
pub fn install(packages: &[&str]) -> Result<()> {
    let wanted = packages.join(" ");
    if Run::new("id").args(["-u"]).read()?.trim() != "0" {
        bail!("missing packages, and only root can install them: apt-get install {wanted}");
    }
    let apt = || Run::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    apt()
        .args(["update", "-q"])
        .show()
        .context("the tests need packages of Debian; on another system install them by hand")?;
    apt().args(["install", "-q", "-y", "--no-install-recommends"]).args(packages).show()
}
