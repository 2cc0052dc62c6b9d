//! The data folder: which file lies where, who may read it, and that only one process has it open.
//!
//! Invariant: the key file lies *beside* the folder, never in it, so that a copy of the folder is a copy of
//! sealed data.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use ledger::SigningKey;
use zeroize::Zeroizing;

use crate::guards::{Guard, Guards};

/// What users who are neither a folder's owner nor of its group may do with it.
const OTHERS: u32 = 0o007;

/// An opened data folder; the lock is held as long as this value lives.
pub struct Folder {
    /// Where it is.
    pub root: PathBuf,
    _lock: File,
}

impl Folder {
    /// Opens the folder and makes it, for the owner alone, when it is missing; one that is there is closed to others.
    pub fn open(root: &Path) -> Result<Self> {
        Self::guarded(root, Guards::all())
    }

    /// [`Folder::open`], with what the program sees to.
    pub fn guarded(root: &Path, guards: Guards) -> Result<Self> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(root)
            .with_context(|| format!("cannot make the data folder {}", root.display()))?;
        if guards.on(Guard::ClosedFolder) {
            close(root)?;
        }
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

/// Closes a folder to others: who declares its residency before the first start makes it as any folder is made.
fn close(root: &Path) -> Result<()> {
    let mode = fs::metadata(root)
        .with_context(|| format!("cannot look at {}", root.display()))?
        .permissions()
        .mode();
    if mode & OTHERS == 0 {
        return Ok(());
    }
    fs::set_permissions(root, fs::Permissions::from_mode(mode & !OTHERS)).with_context(|| {
        format!(
            "every user of this machine can look into the data folder {}, and it cannot be closed to them: let its owner \
             run `chmod o-rwx`",
            root.display()
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_closed_to_others_whoever_made_it() {
        let root = std::env::temp_dir().join(format!("treuhand-folder-{}", std::process::id()));
        let check = |made: Option<u32>, becomes: u32| {
            let _ = fs::remove_dir_all(&root); // of an earlier run
            if let Some(mode) = made {
                fs::create_dir(&root).expect("made");
                fs::set_permissions(&root, fs::Permissions::from_mode(mode)).expect("opened");
            }
            let folder = Folder::open(&root).expect("a folder");
            let mode = fs::metadata(&folder.root).expect("there").permissions().mode() & 0o777;
            assert_eq!(mode, becomes, "made as {made:?}");
        };
        check(None, 0o700);
        check(Some(0o755), 0o750);
        check(Some(0o777), 0o770);
        check(Some(0o700), 0o700);
        fs::remove_dir_all(&root).expect("removed");
    }
}
