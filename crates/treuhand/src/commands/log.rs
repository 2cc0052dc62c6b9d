//! `treuhand log`: the transparency log out of a trustee zone's folder, running or not.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use ledger::{Checkpoint, tiles_of};
use store::Store;
use treuhand::folder::{beside, read_key};
use trustee::log::read_file;

use super::say;
use crate::cli::{Log, LogWhat};

/// Files read in one transaction.
const AT_ONCE: usize = 64;

/// Exports, or prints the policy.
pub fn run(options: &Log) -> Result<()> {
    match &options.what {
        LogWhat::Export { to } => export(&options.data, to),
        LogWhat::Policy => {
            let key = read_key(&beside(&options.data, "log-key"))?;
            say(&format!("log {}", key.public()));
            say("quorum none");
            Ok(())
        }
    }
}

/// Writes the published checkpoint and all that it stands on.
fn export(data: &Path, to: &Path) -> Result<()> {
    let file = data.join("trustee.db");
    if !file.exists() {
        bail!("{} is not there; name the trustee zone's folder with --data", file.display());
    }
    if fs::read_dir(to).is_ok_and(|mut inside| inside.next().is_some()) {
        bail!("{} is not empty; choose another folder", to.display());
    }
    let store = Store::open_sqlite(&file).context("cannot open the store")?;
    let written = write_files(&store, to);
    store.close();
    let (size, files) = written?;
    say(&format!("{files} files of the log with {size} entries are in {}.", to.display()));
    Ok(())
}

fn write_files(store: &Store, to: &Path) -> Result<(u64, usize)> {
    let read = |paths: Vec<String>| {
        store.read_blocking("export-log", move |tx| {
            paths.iter().map(|path| read_file(tx, path)).collect::<Result<Vec<_>, _>>()
        })
    };
    let note =
        read(vec!["checkpoint".to_owned()])?.pop().flatten().context("this zone has no log yet")?.content;
    let size = Checkpoint::peek(&note)?.size;
    let paths: Vec<String> = tiles_of(size).map(|tile| tile.path()).collect();
    for some in paths.chunks(AT_ONCE) {
        for (path, file) in some.iter().zip(read(some.to_vec())?) {
            let file = file.with_context(|| format!("the store has no {path}"))?;
            write(&to.join(path), &file.content)?;
        }
    }
    // Last, so that a folder with a checkpoint is whole.
    write(&to.join("checkpoint"), &note)?;
    Ok((size, paths.len() + 1))
}

fn write(path: &Path, content: &[u8]) -> Result<()> {
    let folder = path.parent().context("a path in a folder")?;
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, content));
    written.with_context(|| format!("cannot write {}", path.display()))
}
