//! `treuhand log`: the transparency log out of a trustee zone's folder, running or not.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use kernel::Entropy;
use ledger::{Checkpoint, Purpose, SigningKey, tiles_of};
use store::Store;
use treuhand::folder::{Folder, beside, read_key, write_private};
use trustee::log::{Follow, read_file};
use zeroize::Zeroizing;

use super::say;
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::{Log, LogWhat};

/// The key that is about to sign, beside the folder.
const NEXT: &str = "log-key-follows";
/// Files read in one transaction.
const AT_ONCE: usize = 64;

/// Exports, or prints the policy.
pub fn run(options: &Log) -> Result<()> {
    match &options.what {
        LogWhat::Export { to } => export(&options.data, to),
        LogWhat::FollowKey => follow_key(&options.data),
        LogWhat::Policy => {
            let key = read_key(&beside(&options.data, "log-key"))?;
            say(&format!("log {}", key.public()));
            say("quorum none");
            Ok(())
        }
    }
}

/// The new key is on disk before it signs, and takes the old one's place after; broken off in between, the command is
/// asked again and ends it.
fn follow_key(data: &Path) -> Result<()> {
    let file = data.join("trustee.db");
    if !file.exists() {
        bail!("{} is not there; name the trustee zone's folder with --data", file.display());
    }
    let folder = Folder::open(data)?;
    let (path, next) = (folder.log_key(), beside(data, NEXT));
    let old = read_key(&path)?;
    if !next.exists() {
        let mut seed = Zeroizing::new([0; 32]);
        SystemEntropy.fill(seed.as_mut());
        let key = SigningKey::from_seed(old.public().name(), Purpose::Log, *seed)?;
        write_private(&next, format!("{}\n", key.expose().as_str()).as_bytes())?;
    }
    let new = read_key(&next)?;
    let public = new.public().clone();
    let store = crate::stores::sqlite(&file, store::Schema::Trustee)?;
    let state =
        store.read_blocking("log-state", store::trustee::log::state)?.context("this zone has no log yet")?;
    let mut size = state.size.cast_unsigned();
    if Checkpoint::open(state.checkpoint.as_bytes(), std::slice::from_ref(&public), &[]).is_err() {
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let seen = Arc::new(folder.seen()?);
        let follow = Follow { store: store.clone(), old, new, seen, clock, entropy };
        let followed = super::block_on(async { Ok(follow.carry_out().await?) });
        size = followed.context("the log was given no other key")?;
    }
    store.close();
    fs::rename(&next, &path).with_context(|| format!("cannot put {} in its place", next.display()))?;
    say(&format!("From entry {size} on the log is signed by {public}."));
    say(
        "Give this line to its witnesses before the next start. Readers need nothing: their policies follow.",
    );
    Ok(())
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
