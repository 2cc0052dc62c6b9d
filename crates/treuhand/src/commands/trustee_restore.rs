//! `treuhand trustee-restore`: the way back of a trustee zone whose store was restored from a backup.
//!
//! Without signatures it prints the text that two officers sign, and changes nothing. With them it carries out what the
//! text says. The zone must not run; what lies beside its folder is what the store is compared with.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use ledger::{Checkpoint, Purpose, SigningKey, decode_bundle, tiles_of};
use treuhand::folder::{read_key, write_private};
use treuhand::log_folder::{Beside, whole_entries};
use treuhand::trustee_house::keys;
use trustee::log::{Heal, Healed, Seen, Survey, Tail, Way};
use zeroize::Zeroizing;

use super::ground::{self, Ground};
use super::{block_on, log, say, told};
use crate::cli::TrusteeRestore;
use crate::controls;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Prints the text, or carries it out.
pub fn run(options: &TrusteeRestore) -> Result<()> {
    log();
    let restored = Restored::open(options)?;
    let ground = &restored.ground;
    if block_on(ground.folder.follow_new_log_of(&ground.store))? {
        ground.store.close();
        say("A new log had begun before, and its key is in its place now. Start the zone.");
        return Ok(());
    }
    let approvals = options.approvals.iter().map(|path| {
        fs::read_to_string(path).with_context(|| format!("cannot read the signature {}", path.display()))
    });
    let approvals = approvals.collect::<Result<Vec<_>>>()?;
    let healed = block_on(async {
        let heal = restored.heal().await?;
        let survey = heal.survey(restored.way(options)?).await.map_err(|problem| told(&problem))?;
        if approvals.is_empty() {
            show(&survey);
            return Ok(None);
        }
        heal.carry_out(survey, approvals).await.map(Some).map_err(|problem| told(&problem))
    });
    if matches!(healed, Ok(Some(_))) {
        block_on(ground.folder.follow_new_log_of(&ground.store))?;
    }
    ground.store.close();
    let Some(healed) = healed? else { return Ok(()) };
    report(&healed, options.gap);
    Ok(())
}

/// The text alone goes to standard output, so that it can be written to a file and signed.
fn show(survey: &Survey) {
    say(survey.text.trim_end());
    let mut hints = vec![
        format!(
            "# {} entries come back; {} erasures are carried out again; {} requests for access end; everybody signs in \
             anew.",
            survey.entries(),
            survey.erasures(),
            survey.requests()
        ),
        "# Two officers sign exactly this text today (ssh-keygen -Y sign -n treuhand-restore@v1 -f KEY TEXT), then the \
         same command with --approve TEXT.sig for each."
            .to_owned(),
    ];
    if survey.unknown_erasures > 0 {
        hints.push(format!(
            "# {} erasures are of customers that this backup does not know: nothing of theirs is in it.",
            survey.unknown_erasures
        ));
    }
    for hint in hints {
        super::hint(&hint);
    }
}

fn report(healed: &Healed, gap: bool) {
    say(&format!(
        "The log stands at {} entries ({} came back). {} erasures were carried out again, {} requests for access ended.",
        healed.size,
        healed.entries,
        healed.erased.len(),
        healed.ended
    ));
    if gap {
        say(
            "A new log has begun: give its policy to everybody who checks it (treuhand log policy). The key, the copy \
             and what was seen of the old one are set aside as *.ended.",
        );
    }
    if !healed.destroyed {
        say("The key service did not destroy every key yet: the next start does, before it serves anything.");
    }
    say(
        "Accounts, keys and persons that were removed since the backup are back: look through them (/account/users, \
         GET /trustee/v1/persons) before you open the doors.",
    );
}

/// The zone's ground, and whether witnesses publish its checkpoints.
struct Restored {
    ground: Ground,
    witnessed: bool,
}

impl Restored {
    fn open(options: &TrusteeRestore) -> Result<Self> {
        let file = ground::read(options.config.as_deref())?;
        let file = file.as_ref().map(|(path, file)| (*path, file));
        let root = ground::root(file, &options.data);
        if !root.join("trustee.db").exists() {
            bail!("{} holds no trustee store; restore the backup first (treuhand restore)", root.display());
        }
        let witnessed = file.is_some_and(|(_, file)| file.witnesses.is_some());
        Ok(Self { ground: Ground::open(file, &options.data)?, witnessed })
    }

    async fn heal(&self) -> Result<Heal> {
        let days = i64::from(self.ground.world.profile.erasure.horizon_days);
        Ok(Heal {
            store: self.ground.store.clone(),
            keys: Arc::new(keys(&self.ground.store, &self.ground.keeper, &self.ground.world).await?),
            key: read_key(&self.ground.folder.log_key())?,
            seen: Arc::new(self.seen()?),
            publish: !self.witnessed,
            clock: self.ground.world.clock.clone(),
            entropy: self.ground.world.entropy.clone(),
            controls: controls::of_trustee()?,
            horizon: days * DAY,
        })
    }

    fn seen(&self) -> Result<Beside> {
        self.ground.folder.seen()
    }

    fn way(&self, options: &TrusteeRestore) -> Result<Way> {
        if options.gap {
            return Ok(Way::Gap { key: self.next_key()?, erase: options.erased.clone() });
        }
        let tail = match &options.tail {
            Some(folder) => of_folder(folder)?,
            None => self.of_mirror()?,
        };
        Ok(Way::Tail(tail))
    }

    /// The copy beside the folder, up to the checkpoint that was seen last.
    fn of_mirror(&self) -> Result<Tail> {
        let path = self.ground.folder.log_mirror();
        let advice = "name a copy of the log with --tail, or begin a new log with --gap";
        let content = fs::read(&path).with_context(|| format!("cannot read {}; {advice}", path.display()))?;
        let seen = self.seen()?.last().map_err(|why| anyhow!(why))?;
        let checkpoint =
            seen.with_context(|| format!("nothing is known of what was seen of the log; {advice}"))?;
        let size = usize::try_from(Checkpoint::peek(checkpoint.as_bytes())?.size)?;
        let mut entries: Vec<Vec<u8>> =
            decode_bundle(whole_entries(&content).0)?.into_iter().map(<[u8]>::to_vec).collect();
        entries.truncate(size);
        Ok(Tail { entries, checkpoint })
    }

    /// The key of the log that is about to begin; made once, so that both officers sign the same.
    fn next_key(&self) -> Result<SigningKey> {
        let path = self.ground.folder.next_log_key();
        if !path.exists() {
            let old = read_key(&self.ground.folder.log_key())?;
            let mut seed = Zeroizing::new([0; 32]);
            self.ground.world.entropy.fill(seed.as_mut());
            let key = SigningKey::from_seed(&next_name(old.public().name()), Purpose::Log, *seed)?;
            write_private(&path, format!("{}\n", key.expose().as_str()).as_bytes())?;
        }
        read_key(&path)
    }
}

/// `host/log` is followed by `host/log-2`, and that by `host/log-3`.
fn next_name(name: &str) -> String {
    let counted = name.rsplit_once('-').and_then(|(stem, n)| Some((stem, n.parse::<u32>().ok()?)));
    match counted {
        Some((stem, n)) => format!("{stem}-{}", n.saturating_add(1)),
        None => format!("{name}-2"),
    }
}

/// A copy in the form of C2SP tlog-tiles.
fn of_folder(folder: &Path) -> Result<Tail> {
    let read = |path: &str| {
        let path = folder.join(path);
        fs::read(&path).with_context(|| format!("cannot read {}", path.display()))
    };
    let checkpoint = String::from_utf8(read("checkpoint")?).context("the copy's checkpoint is not text")?;
    let size = Checkpoint::peek(checkpoint.as_bytes())?.size;
    let mut bundles = BTreeMap::new();
    for tile in tiles_of(size).filter(|tile| tile.level.is_none()) {
        bundles.insert(tile.n, read(&tile.path())?);
    }
    let mut entries = Vec::new();
    for bundle in bundles.values() {
        entries.extend(decode_bundle(bundle)?.into_iter().map(<[u8]>::to_vec));
    }
    Ok(Tail { entries, checkpoint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_log_has_a_name_of_its_own() {
        for (name, next) in [
            ("trustee.example/log", "trustee.example/log-2"),
            ("trustee.example/log-2", "trustee.example/log-3"),
            ("my-trustee.example/log", "my-trustee.example/log-2"),
        ] {
            assert_eq!(next_name(name), next);
        }
    }
}
