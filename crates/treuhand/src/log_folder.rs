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
use ledger::{Checkpoint, Purpose, SigningKey, encode_bundle};
use store::Store;
use trustee::log::{LogHome, Seen, Witnessing};
use zeroize::Zeroizing;

use crate::folder::{Folder, beside, read_key, write_private};

/// The signing key.
const KEY: &str = "log-key";
/// The checkpoint that was seen last.
const SEEN: &str = "log-seen";
/// The copy of the entries.
const MIRROR: &str = "log-mirror";

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
            last: beside(&self.root, SEEN),
            evidence: beside(&self.root, "log-evidence"),
            mirror: Mutex::new(Mirror { copy, count }),
        })
    }

    /// The copy of the log's entries.
    pub fn log_mirror(&self) -> PathBuf {
        beside(&self.root, MIRROR)
    }

    /// The file with the log's signing key.
    pub fn log_key(&self) -> PathBuf {
        beside(&self.root, KEY)
    }

    /// A folder without stores has no log. What lies beside it belonged to another one, whose key must not sign twice.
    pub(crate) fn set_log_aside(&self) -> Result<()> {
        self.put_aside("set-aside")
    }

    /// The key of a log that is about to begin.
    pub fn next_log_key(&self) -> PathBuf {
        beside(&self.root, "log-key-next")
    }

    /// Ends what `trustee-restore --gap` began: once the store's own checkpoint is of the next key's log, what belongs to
    /// the ended log is set aside and the next key takes its place. Broken off anywhere, it is ended by the next call.
    /// True when there was something to end.
    ///
    /// # Errors
    /// When a file cannot be read or renamed.
    pub fn follow_new_log(&self, checkpoint: &str) -> Result<bool> {
        let next = self.next_log_key();
        if !next.exists() {
            return Ok(false);
        }
        let origin = Checkpoint::peek(checkpoint.as_bytes())?.origin;
        if origin != read_key(&next)?.public().name() {
            return Ok(false); // the text was printed, and nobody has signed it yet
        }
        self.put_aside("ended")?;
        let key = self.log_key();
        fs::rename(&next, &key)
            .with_context(|| format!("cannot rename {} to {}", next.display(), key.display()))?;
        write_private(&beside(&self.root, SEEN), checkpoint.as_bytes())?;
        Ok(true)
    }

    /// [`Folder::follow_new_log`] by what the zone's store says; to be called before its log is opened.
    ///
    /// # Errors
    /// As there, and when the store cannot be read.
    pub async fn follow_new_log_of(&self, store: &Store) -> Result<bool> {
        match store.read("log-state", store::trustee::log::state).await? {
            Some(state) => self.follow_new_log(&state.checkpoint),
            None => Ok(false),
        }
    }

    /// Sets what belongs to a log aside under this name, beside what was set aside under it before.
    fn put_aside(&self, name: &str) -> Result<()> {
        for what in [KEY, SEEN, MIRROR] {
            let old = beside(&self.root, what);
            if !old.exists() {
                continue;
            }
            let names = (1_u32..).map(|n| if n == 1 { name.to_owned() } else { format!("{name}-{n}") });
            let mut places = names.map(|name| beside(&self.root, &format!("{what}.{name}")));
            let Some(aside) = places.find(|place| !place.exists()) else { continue }; // there is always a next number
            fs::rename(&old, &aside).with_context(|| format!("cannot set {} aside", old.display()))?;
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

    /// Nothing yet: [`Folder::follow_new_log`] keeps it when what was seen of the old log is set aside.
    fn keep_anew(&self, _note: &str) {}

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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str, seed: u8) -> SigningKey {
        SigningKey::from_seed(name, Purpose::Log, [seed; 32]).expect("a key")
    }

    fn note(key: &SigningKey) -> String {
        let root = ledger::Frontier::empty().root();
        let origin = key.public().name().to_owned();
        Checkpoint { origin, size: 0, root }.sign(key).expect("signed")
    }

    /// A folder as it is when the store holds the new log and no file was touched, after so many of the renamings.
    fn broken_off(name: &str, after: usize) -> Folder {
        let root = std::env::temp_dir().join(format!("{name}-{after}"));
        let _ = fs::remove_dir_all(&root); // of an earlier run
        for what in [KEY, SEEN, MIRROR, "log-key-next", "log-key.ended", "log-seen.ended", "log-mirror.ended"]
        {
            let _ = fs::remove_file(beside(&root, what)); // as above
        }
        let folder = Folder::open(&root).expect("a folder");
        let (old, next) = (key("trustee.example/log", 1), key("trustee.example/log-2", 2));
        for (path, text) in [
            (folder.log_key(), old.expose().as_str().to_owned()),
            (beside(&root, SEEN), note(&old)),
            (folder.log_mirror(), "entries".to_owned()),
            (folder.next_log_key(), next.expose().as_str().to_owned()),
        ] {
            fs::write(path, text).expect("written");
        }
        for what in [KEY, SEEN, MIRROR].into_iter().take(after) {
            fs::rename(beside(&root, what), beside(&root, &format!("{what}.ended"))).expect("renamed");
        }
        folder
    }

    #[test]
    fn a_new_log_takes_its_place_wherever_that_broke_off() {
        let (old, next) = (key("trustee.example/log", 1), key("trustee.example/log-2", 2));
        for after in 0..=3 {
            let folder = broken_off("new-log", after);
            assert!(
                !folder.follow_new_log(&note(&old)).expect("looked"),
                "the store holds the old log still"
            );
            assert!(folder.next_log_key().exists());
            assert!(folder.follow_new_log(&note(&next)).expect("followed"), "after {after}");
            let of = |what: &str| fs::read_to_string(beside(&folder.root, what)).unwrap_or_default();
            assert_eq!(of(KEY), next.expose().as_str(), "after {after}");
            assert_eq!(of("log-key.ended"), old.expose().as_str(), "after {after}");
            assert_eq!((of(SEEN), of("log-seen.ended")), (note(&next), note(&old)), "after {after}");
            assert_eq!((of(MIRROR), of("log-mirror.ended")), (String::new(), "entries".to_owned()));
            assert!(!folder.next_log_key().exists(), "after {after}");
            assert!(!folder.follow_new_log(&note(&next)).expect("looked"), "once");
        }
        // A second gap sets aside beside the first.
        let folder = broken_off("second-gap", 0);
        fs::write(beside(&folder.root, "log-key.ended"), "the first").expect("written");
        assert!(folder.follow_new_log(&note(&next)).expect("followed"));
        let kept = |what: &str| fs::read_to_string(beside(&folder.root, what)).unwrap_or_default();
        assert_eq!(
            (kept("log-key.ended"), kept("log-key.ended-2")),
            ("the first".to_owned(), old.expose().as_str().to_owned())
        );
    }
}
