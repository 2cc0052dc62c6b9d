//! What the trustee zone keeps in and beside its data folder: its store and the key file.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use envelope::KeyFile;
use kernel::Entropy;

pub use crate::folder::write_private;
use crate::folder::{Folder, key_path};

impl Folder {
    /// True until the first start has made the stores.
    pub fn is_new(&self) -> bool {
        !self.operator_store().exists() && !self.trustee_store().exists()
    }

    /// Says on disk that the demo world is being planted, until [`Folder::planted`].
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn planting(&self) -> Result<()> {
        write_private(&self.unfinished(), b"")
    }

    /// Says on disk that the demo world is whole.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn planted(&self) -> Result<()> {
        fs::remove_file(self.unfinished()).context("cannot say that the demo world is planted")
    }

    /// Removes what an interrupted planting has left, so that the next start is a first start again. Nothing but
    /// the demo world can be lost: the doors open to nobody before it is whole.
    ///
    /// # Errors
    /// When a file cannot be removed, or the operator zone's half is in PostgreSQL.
    pub fn forget_unfinished(&self, postgres: bool) -> Result<()> {
        if !self.is_unfinished() {
            return Ok(());
        }
        let unfinished = self.unfinished();
        if postgres {
            bail!(
                "planting the demo world was interrupted. Empty the PostgreSQL database, delete {} and start again.",
                self.root.display()
            );
        }
        for store in [self.operator_store(), self.trustee_store()] {
            for suffix in ["", "-wal", "-shm"] {
                let mut file = store.clone().into_os_string();
                file.push(suffix);
                match fs::remove_file(&file) {
                    Err(error) if error.kind() != ErrorKind::NotFound => {
                        return Err(error).with_context(|| format!("cannot remove {}", file.display()));
                    }
                    _ => {}
                }
            }
        }
        fs::remove_file(&unfinished).with_context(|| format!("cannot remove {}", unfinished.display()))
    }

    /// Whether planting a demo world was begun here and not finished.
    pub fn is_unfinished(&self) -> bool {
        self.unfinished().exists()
    }

    /// Where the accounts of a demo world are written down.
    pub fn access_file(&self) -> PathBuf {
        self.root.join("access.json")
    }

    fn unfinished(&self) -> PathBuf {
        self.root.join("planting")
    }

    /// The trustee core's SQLite store.
    pub fn trustee_store(&self) -> PathBuf {
        self.root.join("trustee.db")
    }

    /// The key file of the embedded key service, made on the first start; `path` instead of the usual one. A
    /// folder with stores but without its key is refused: what is sealed in it could never be opened again. A folder
    /// without stores begins a log of its own: the key of an earlier one that lay here is set aside.
    pub fn key(&self, path: Option<&Path>, entropy: &dyn Entropy) -> Result<KeyFile> {
        if self.is_new() {
            self.set_log_aside()?;
        }
        let path = path.map_or_else(|| key_path(&self.root), Path::to_owned);
        if path.exists() {
            let text = fs::read_to_string(&path);
            let text = text.with_context(|| format!("cannot read the key file {}", path.display()))?;
            return KeyFile::from_text(&text)
                .with_context(|| format!("{} is not a key file", path.display()));
        }
        if !self.is_new() {
            bail!(
                "the key file {} is missing; without it nothing sealed in {} can be opened. Put it back from where \
                 you keep keys.",
                path.display(),
                self.root.display()
            );
        }
        let key = KeyFile::generate(entropy);
        write_private(&path, key.to_text().as_bytes())?;
        Ok(key)
    }
}
