//! The ceremony on the machine where the root comes back. The zone does not run.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use envelope::age::Identity;
use envelope::shares::SealedShare;
use envelope::{KeyFile, Unlock};
use kernel::{Entropy, Problem};
use store::Schema;
use treuhand::folder::{Folder, beside, key_path, read_key, write_private};
use trustee::shares::{Ceremony, Ready};

use super::super::{block_on, ground, hint, say, told};
use super::{handed_out, identity, read, share};
use crate::ambient::{SystemClock, SystemEntropy};
use crate::cli::shares::{Ground, Recover};
use crate::{config, controls, stores};

/// What lies on the disk while there is no root.
struct Here {
    folder: Folder,
    /// The key file that is lost, or will be there.
    key: PathBuf,
    /// The same before it counts.
    next: PathBuf,
    /// The log's key before it counts.
    next_log: PathBuf,
    /// The private half of the ceremony's key.
    ceremony_key: PathBuf,
    ceremony: Ceremony,
    /// How a command names this place.
    named: String,
}

impl Here {
    fn open(options: &Ground) -> Result<Self> {
        let file = ground::read(options.config.as_deref())?;
        let file = file.as_ref().map(|(path, file)| (*path, file));
        if file.is_some_and(|(_, file)| file.keys.is_some()) {
            bail!(
                "another key service keeps the keys of this zone, and its root: bring it back by its own means"
            );
        }
        let root = ground::root(file, &options.data);
        if !root.join("trustee.db").exists() {
            bail!("{} holds no trustee store; restore the backup first (treuhand restore)", root.display());
        }
        let named = file.and_then(|(path, file)| Some(config::beside(path, file.key_file.as_ref()?)));
        let key = named.unwrap_or_else(|| key_path(&root));
        let folder = Folder::open(&root)?;
        let ceremony = Ceremony {
            store: stores::sqlite(&folder.trustee_store(), Schema::Trustee)?,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            controls: controls::of_trustee()?,
        };
        Ok(Self {
            next: key.with_extension("key-next"),
            next_log: beside(&root, "log-key-back"),
            ceremony_key: beside(&root, "ceremony-key"),
            named: match &options.config {
                Some(config) => format!("--config {}", config.display()),
                None => format!("--data {}", root.display()),
            },
            folder,
            key,
            ceremony,
        })
    }

    fn ceremony_key(&self) -> Result<Identity> {
        let begin = || format!("no ceremony was begun here: treuhand shares begin {}", self.named);
        identity(&self.ceremony_key).with_context(begin)
    }

    /// Puts the key file and the log's key where the zone looks for them. Done again it changes nothing.
    fn keys_in_place(&self) -> Result<Unlock> {
        for (from, to) in [(&self.next, &self.key), (&self.next_log, &self.folder.log_key())] {
            if from.exists() {
                fs::rename(from, to)
                    .with_context(|| format!("cannot rename {} to {}", from.display(), to.display()))?;
            }
        }
        let text = read(&self.key)?;
        let key = KeyFile::from_text(&text);
        Ok(Unlock::KeyFile(key.with_context(|| format!("{} is not a key file", self.key.display()))?))
    }
}

/// Prints the key to which holders give their shares.
pub fn begin(options: &Ground) -> Result<()> {
    let here = Here::open(options)?;
    if !here.ceremony_key.exists() {
        let identity = Identity::generate(&SystemEntropy as &dyn Entropy);
        write_private(&here.ceremony_key, identity.to_text()?.as_bytes())?;
    }
    say(&here.ceremony_key()?.recipient()?.to_string());
    hint(
        "# Each holder runs: treuhand shares give SHARE --identity KEY --to THIS --out FILE, and brings the file.",
    );
    hint(&format!("# Then, with an auditor present: treuhand shares recover {} --share FILE …", here.named));
    here.ceremony.store.close();
    Ok(())
}

/// Prints what the auditor signs, or carries it out; ends a ceremony that broke off.
pub fn recover(options: &Recover) -> Result<()> {
    let here = Here::open(&options.ground)?;
    let done = block_on(held(&here, options));
    here.ceremony.store.close();
    done
}

async fn held(here: &Here, options: &Recover) -> Result<()> {
    ensure!(!options.out.exists(), "{} is there already", options.out.display());
    if !here.ceremony.broke_off().await.map_err(|problem| told(&problem))? {
        ensure!(
            !here.key.exists(),
            "the key file {} is there. If it does not open the store, set it aside; if it does, nothing is lost",
            here.key.display()
        );
        let ready = ready(here, options).await?;
        let Some(approval) = &options.approve else {
            say(ready.text.trim_end());
            hint(
                "# An auditor who gives no share signs exactly this text today (ssh-keygen -Y sign -n \
                 treuhand-ceremony@v1 -f KEY TEXT), then the same command with --approve TEXT.sig.",
            );
            return Ok(());
        };
        bring_back(here, ready, &read(approval)?).await?;
    }
    let unlock = here.keys_in_place()?;
    let log_key = read_key(&here.folder.log_key())?;
    let keep = |shares: &[SealedShare]| {
        let files = shares.iter().map(|share| (share.head.number.into(), share.file.clone()));
        if shares.is_empty() { Ok(()) } else { handed_out(&options.out, files).map_err(|why| kept(&why)) }
    };
    let replaced = here.ceremony.replace(&unlock, &log_key, keep).await.map_err(|problem| told(&problem))?;
    let _ = fs::remove_file(&here.ceremony_key); // it opens nothing any more that counts
    say(&format!(
        "The root came back, and version {} took its place under the key file {}. The shares that were used count no more.",
        replaced.root,
        here.key.display()
    ));
    if replaced.shares.is_empty() {
        say(
            "Two officers make the next set: treuhand shares make. Until then nobody could bring the root back.",
        );
    }
    say(&format!(
        "Next: treuhand trustee-restore {}, if the store is older than its log. Then start the zone.",
        here.named
    ));
    Ok(())
}

async fn ready(here: &Here, options: &Recover) -> Result<Ready> {
    let key = here.ceremony_key()?;
    let mut shares = Vec::with_capacity(options.shares.len());
    for path in &options.shares {
        shares.push(share(path)?.open(&key).with_context(|| path.display().to_string())?);
    }
    here.ceremony.look(shares, &key.recipient()?).await.map_err(|problem| told(&problem))
}

/// The new key file lies ready before the store is sealed under it, and counts from then on.
async fn bring_back(here: &Here, ready: Ready, signature: &str) -> Result<()> {
    let key = KeyFile::generate(&SystemEntropy as &dyn Entropy);
    write_private(&here.next, key.to_text().as_bytes())?;
    if !here.folder.log_key().exists() {
        write_private(&here.next_log, &zeroize::Zeroizing::new([ready.log_key(), b"\n"].concat()))?;
    }
    let back = here.ceremony.bring_back(ready, signature, &Unlock::KeyFile(key)).await;
    if back.is_err() {
        // Nothing is sealed under the one, and nobody agreed that the other comes back. There may be none.
        let _ = (fs::remove_file(&here.next), fs::remove_file(&here.next_log));
    }
    back.map_err(|problem| told(&problem))
}

fn kept(why: &anyhow::Error) -> Problem {
    Problem::new(500, kernel::Code(0), "not_written", format!("{why:#}"))
}
