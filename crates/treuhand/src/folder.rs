//! The data folder: which file lies where, who may read it, and that only one process has it open.
//!
//! Invariant: the key file lies *beside* the folder, never in it, so that a copy of the folder is a copy of
//! sealed data.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ledger::SigningKey;
use zeroize::Zeroizing;

/// An opened data folder; the lock is held as long as this value lives.
pub struct Folder {
    /// Where it is.
    pub root: PathBuf,
    _lock: File,
}

impl Folder {
    /// Opens the folder and makes it, for the owner alone, when it is missing.
    pub fn open(root: &Path) -> Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(root)
            .with_context(|| format!("cannot make the data folder {}", root.display()))?;
        let path = root.join("lock");
        let lock = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => bail!(
                "the data folder {} is in use by another treuhand process; stop it or choose another with --data",
                root.display()
            ),
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
        }
    }

    /// The operator zone's SQLite store.
    pub fn operator_store(&self) -> PathBuf {
        self.root.join("operator.db")
    }
}

/// `treuhand-data` has its key in `treuhand-data.key`.
pub fn key_path(root: &Path) -> PathBuf {
    beside(root, "key")
}

/// What lies beside a data folder: `treuhand-data` has `treuhand-data.<what>`.
pub fn beside(root: &Path, what: &str) -> PathBuf {
    let mut name = root.as_os_str().to_owned();
    name.push(".");
    name.push(what);
    PathBuf::from(name)
}

/// A signing key out of its file.
///
/// # Errors
/// When it is not there, or is none.
pub fn read_key(path: &Path) -> Result<SigningKey> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = Zeroizing::new(text);
    SigningKey::parse(text.trim_end()).with_context(|| format!("{} is not a signing key", path.display()))
}

/// Writes a file that only its owner may read, whole or not at all.
pub fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let part = path.with_extension("part");
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&part, path)
    };
    write().with_context(|| format!("cannot write {}", path.display()))
}
