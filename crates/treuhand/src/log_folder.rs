//! What lies beside the data folder for the transparency log: its signing key, what was seen of it last, and a copy of
//! its entries, out of which a restored store gets what it lacks.
//!
//! Invariant: none of them is in the folder or in its backups. A copy of the folder cannot sign checkpoints, and an older
//! copy put back is noticed. The copy of the log holds what is public anyway.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use kernel::Entropy;
use ledger::{Purpose, SigningKey, encode_bundle};
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
        Ok(LogHome { key: read_key(&path)?, witnessing, seen: Arc::new(self.seen()?) })
    }

    /// What was seen of the log.
    ///
    /// # Errors
    /// When the copy of the log cannot be read or written.
    pub fn seen(&self) -> Result<Beside> {
        let mirror = self.log_mirror();
        let (copy, count) =
            open_mirror(&mirror).with_context(|| format!("cannot open {}", mirror.display()))?;
        Ok(Beside {
            last: beside(&self.root, "log-seen"),
            evidence: beside(&self.root, "log-evidence"),
            mirror: Mutex::new(Mirror { copy, count }),
        })
    }

    /// The copy of the log's entries.
    pub fn log_mirror(&self) -> PathBuf {
        beside(&self.root, "log-mirror")
    }

    /// The file with the log's signing key.
    pub fn log_key(&self) -> PathBuf {
        beside(&self.root, "log-key")
    }

    /// A folder without stores has no log. What lies beside it belonged to another one, whose key must not sign twice.
    pub(crate) fn set_log_aside(&self) -> Result<()> {
        self.put_aside("set-aside")
    }

    /// Sets what belongs to a log aside under this name.
    ///
    /// # Errors
    /// When a file cannot be renamed.
    pub fn put_aside(&self, name: &str) -> Result<()> {
        for what in ["log-key", "log-seen", "log-mirror"] {
            let (old, aside) = (beside(&self.root, what), beside(&self.root, &format!("{what}.{name}")));
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

/// The copy of the log, in the form of one long bundle of entries.
struct Mirror {
    copy: File,
    count: u64,
}

/// Opens the copy for adding, without what was written only half; says how many entries it holds.
fn open_mirror(path: &Path) -> std::io::Result<(File, u64)> {
    let mut copy = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    let mut content = Vec::new();
    copy.read_to_end(&mut content)?;
    let (whole, count) = whole_entries(&content);
    if whole.len() < content.len() {
        copy.set_len(whole.len() as u64)?;
    }
    Ok((copy, count))
}

/// The part of a bundle that is whole, and how many entries that is.
pub fn whole_entries(bundle: &[u8]) -> (&[u8], u64) {
    let (mut at, mut count) = (0, 0);
    while let Some((length, rest)) = bundle[at..].split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        if rest.len() < length {
            break;
        }
        at += 2 + length;
        count += 1;
    }
    (&bundle[..at], count)
}

/// What was seen of the log, in files beside the folder.
pub struct Beside {
    last: PathBuf,
    evidence: PathBuf,
    mirror: Mutex<Mirror>,
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

    fn mirrored(&self) -> Option<u64> {
        Some(self.mirror.lock().unwrap_or_else(PoisonError::into_inner).count)
    }

    fn mirror(&self, first: u64, entries: &[Vec<u8>]) {
        let mut mirror = self.mirror.lock().unwrap_or_else(PoisonError::into_inner);
        if first != mirror.count {
            return; // what lies between is added at the next start, or the store is older than the copy
        }
        let Ok(bundle) = encode_bundle(entries.iter().map(Vec::as_slice)) else { return }; // they were checked
        match mirror.copy.write_all(&bundle) {
            Ok(()) => mirror.count += entries.len() as u64,
            Err(error) => {
                // Half an entry could stand there; nothing is added after it, and the next start cuts it off.
                mirror.count = u64::MAX;
                tracing::warn!(%error, "the copy of the log cannot be kept up");
            }
        }
    }

    fn evidence(&self, text: &str) {
        let file = OpenOptions::new().create(true).append(true).open(&self.evidence);
        let written = file.and_then(|mut file| writeln!(file, "{text}").and_then(|()| file.sync_all()));
        if let Err(error) = written {
            tracing::error!(%error, "evidence against the log cannot be kept");
        }
    }
}
