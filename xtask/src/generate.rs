//! `cargo xtask generate [--check]`: the files under `docs/reference` that are derived from the contract.
//!
//! Invariants: the same sources give the same bytes; `--check` writes nothing and fails when a file differs.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, bail};
use contract::{Cloud, openapi, profile};

/// Where the files go, below the root.
const FOLDER: &str = "docs/reference";

/// What can be said on the command line.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only say whether the committed files are in step; exit 1 if not.
    #[arg(long)]
    pub check: bool,
}

/// Writes or checks the generated files.
pub fn run(root: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let folder = root.join(FOLDER);
    let mut stale = Vec::new();
    for (name, text) in files()? {
        let path = folder.join(&name);
        if fs::read_to_string(&path).is_ok_and(|known| known == text) {
            continue;
        }
        if !arguments.check {
            fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        stale.push(format!("{FOLDER}/{name}"));
    }
    if arguments.check && !stale.is_empty() {
        bail!("not in step with the contract: {}. Run `cargo xtask generate` and commit.", stale.join(", "));
    }
    for name in stale {
        writeln!(std::io::stdout(), "wrote {name}")?;
    }
    Ok(())
}

/// Names and texts of all generated files.
fn files() -> anyhow::Result<Vec<(String, String)>> {
    let germany = profile::germany();
    let document = openapi::document(env!("CARGO_PKG_VERSION"), &[germany]);
    let mut files = vec![("openapi.json".to_owned(), serde_json::to_string_pretty(&document)? + "\n")];
    for cloud in Cloud::ALL {
        let profile = (cloud == germany.cloud).then_some(germany);
        files.push((format!("operations-{}.md", cloud.name()), openapi::docs_table(cloud, profile)));
    }
    Ok(files)
}
