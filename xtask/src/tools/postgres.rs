//! A PostgreSQL server, from version 15 on. Only the programs: the tests start a private server of their own with
//! them, as a user that is not root, and stop it again (`store::testing`).

use anyhow::{Result, bail};
use std::path::Path;

use super::{apt, found, installing};
use crate::command::Run;

/// Where Debian keeps one folder per version.
const PACKAGES: &str = "/usr/lib/postgresql";
const OLDEST: u32 = 15;
const PURPOSE: &str = "the operator zone's second engine";

/// Takes a server of a known place or of the PATH; installs Debian's.
pub fn ensure() -> Result<()> {
    if present() {
        found("PostgreSQL", PURPOSE);
        return Ok(());
    }
    installing("PostgreSQL", PURPOSE);
    apt::install(&["postgresql"])?;
    if present() { Ok(()) } else { bail!("Debian's PostgreSQL is older than {OLDEST}; install a newer one") }
}

fn present() -> bool {
    let folders = std::fs::read_dir(PACKAGES).into_iter().flatten().flatten();
    let mut versions = folders.filter_map(|folder| folder.file_name().to_str()?.parse::<u32>().ok());
    let packaged = versions.any(|version| {
        version >= OLDEST && Path::new(PACKAGES).join(version.to_string()).join("bin/initdb").exists()
    });
    packaged || on_path()
}

fn on_path() -> bool {
    let said = Run::new("initdb").args(["--version"]).read().unwrap_or_default();
    let major =
        said.split(' ').nth(2).and_then(|version| version.split('.').next()?.trim().parse::<u32>().ok());
    major.is_some_and(|major| major >= OLDEST)
}
