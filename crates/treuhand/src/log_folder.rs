//! What lies beside the data folder for the transparency log: its signing key, and what was seen of it last.
//!
//! Invariant: neither is in the folder or in its backups. A copy of the folder cannot sign checkpoints, and an older
//! copy put back is noticed.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use kernel::Entropy;
use ledger::{Purpose, SigningKey};
use trustee::log::{LogHome, Seen, Witnessing};
use zeroize::Zeroizing;

use crate::folder::{Folder, beside, read_key, write_private};

impl Folder {
    /// The log's key, made at the first start for the zone's public origin, and what is remembered beside it.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn log_home(&self, origin: &str, witnessing: Witnessing, entropy: &dyn Entropy) -> Result<LogHome> {
        let path = self.log_key();
        if !path.exists() {
            let mut seed = Zeroizing::new([0; 32]);
            entropy.fill(seed.as_mut());
            let host = origin.split_once("://").map_or(origin, |(_, host)| host);
            let key = SigningKey::from_seed(&format!("{host}/log"), Purpose::Log, *seed)?;
            write_private(&path, format!("{}\n", key.expose().as_str()).as_bytes())?;
        }
        let seen = Arc::new(Beside {
            last: beside(&self.root, "log-seen"),
            evidence: beside(&self.root, "log-evidence"),
        });
        Ok(LogHome { key: read_key(&path)?, witnessing, seen })
    }

    /// The file with the log's signing key.
    pub fn log_key(&self) -> PathBuf {
        beside(&self.root, "log-key")
    }

    /// A folder without stores has no log. What lies beside it belonged to another one, whose key must not sign twice.
    pub(crate) fn set_log_aside(&self) -> Result<()> {
        for what in ["log-key", "log-seen"] {
            let (old, aside) = (beside(&self.root, what), beside(&self.root, &format!("{what}.set-aside")));
            match fs::rename(&old, &aside) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(error).with_context(|| format!("cannot set {} aside", old.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What was seen of the log, in files beside the folder.
struct Beside {
    last: PathBuf,
    evidence: PathBuf,
}

impl Seen for Beside {
    fn last(&self) -> Result<Option<String>, String> {
        match fs::read_to_string(&self.last) {
            // A machine that lost its power can leave an empty file; the store is compared with witnesses too.
            Ok(text) if text.is_empty() => Ok(None),
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(format!("cannot read {}: {error}", self.last.display())),
        }
    }

    fn keep(&self, note: &str) {
        let part = self.last.with_extension("log-seen-part");
        let kept = fs::write(&part, note).and_then(|()| fs::rename(&part, &self.last));
        if let Err(error) = kept {
            tracing::warn!(%error, "what was seen of the log cannot be kept");
        }
    }

    fn evidence(&self, text: &str) {
        let file = fs::OpenOptions::new().create(true).append(true).open(&self.evidence);
        let written = file.and_then(|mut file| writeln!(file, "{text}").and_then(|()| file.sync_all()));
        if let Err(error) = written {
            tracing::error!(%error, "evidence against the log cannot be kept");
        }
    }
}
