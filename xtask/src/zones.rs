//! The programs of two hosts, each built with its own zone alone, and the claims about them.
//!
//! The program with both zones, the claims and the wiretap are those that `cargo nextest` has built for the workspace.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

use crate::command::{self, Run};
use crate::tools;

/// Makes what `claims --zones` needs, and gives the folder.
///
/// # Errors
/// When a program cannot be built, or a tool cannot be installed.
pub fn prepare() -> Result<PathBuf> {
    tools::network::ensure()?;
    let folder = command::target()?.join("zones");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for zone in ["operator", "trustee"] {
        let alone = ["--package", "treuhand", "--no-default-features", "--features", zone];
        build(&alone)?;
        keep(&folder, "treuhand", zone)?;
    }
    build(&["--workspace", "--bin", "treuhand", "--features", "testkit/sabotage"])?;
    keep(&folder, "treuhand", "sabotaged")?;
    build(&["--workspace", "--bin", "claims", "--bin", "treuhand", "--bin", "wiretap"])?;
    keep(&folder, "treuhand", "both")?;
    keep(&folder, "wiretap", "wiretap")?;
    Ok(folder)
}

/// Builds programs as developers do, with the names of their functions in them.
fn build(what: &[&str]) -> Result<()> {
    Run::new("cargo").args(["build", "--locked"]).args(what).show()
}

/// Keeps a program before the next build writes over it.
fn keep(folder: &Path, built: &str, name: &str) -> Result<()> {
    let from = command::target()?.join("debug").join(built);
    std::fs::copy(&from, folder.join(name)).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
