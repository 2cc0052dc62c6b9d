//! `treuhand shares`: the root key in shares, and the ceremony in which it comes back.

mod ceremony;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use client::Call;
use contract::operations as op;
use contract::resources::key_share::{ShareHolder, ShareSet};
use envelope::age::{Identity, Recipient};
use envelope::shares::ShareFile;
use treuhand::folder::write_private;
use zeroize::Zeroizing;

use super::access::door::Way;
use super::access::listed;
use super::{block_on, log, say};
use crate::cli::shares::{NamedHolder, Shares, SharesAct};
use crate::instance::world;

/// Carries out one act.
pub fn run(options: &Shares) -> Result<()> {
    log();
    match &options.act {
        SharesAct::Check { share, identity } => check(share, identity.as_deref()),
        SharesAct::Give { share, identity, to, out } => give(share, identity, to, out),
        SharesAct::Begin(ground) => ceremony::begin(ground),
        SharesAct::Recover(recover) => ceremony::recover(recover),
        SharesAct::Make { .. } | SharesAct::List => {
            let way = Way::open(&options.door)?;
            block_on(asked(&way, &options.act))
        }
    }
}

async fn asked(way: &Way, act: &SharesAct) -> Result<()> {
    match act {
        SharesAct::Make { holders, needed, out } => {
            ensure!(!out.exists(), "{} is there already", out.display());
            let holder = |one: &NamedHolder| ShareHolder {
                person_id: Some(one.person.clone()),
                recipient: Some(one.recipient.clone()),
                ..ShareHolder::default()
            };
            let asked = ShareSet {
                needed: needed.map(i64::from),
                holders: Some(holders.iter().map(holder).collect()),
                ..ShareSet::default()
            };
            let made = way.client.call(Call::to(op::CreateShareSet).body(&asked)).await?.value;
            let files =
                made.holders.iter().flatten().filter_map(|one| Some((one.number?, one.share.clone()?)));
            handed_out(out, files)?;
            say(&line(&made));
            Ok(())
        }
        SharesAct::List => {
            let found = way.client.call(Call::to(op::ListShareSets)).await?.value.items;
            listed(
                way,
                &found,
                line,
                "The root key is in no shares: if its key file is lost, nothing opens any more.",
            )
        }
        _ => bail!("this is done without asking anybody"),
    }
}

/// A set in one line.
fn line(set: &ShareSet) -> String {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let holders = set.holders.iter().flatten().map(|one| {
        let mark = if one.standing == Some(false) { " (left)" } else { "" };
        format!("{} {}{mark}", one.number.unwrap_or_default(), text(&one.person_id))
    });
    let holders: Vec<String> = holders.collect();
    format!(
        "{}  {}  root {}  {} of {}  {}",
        text(&set.id),
        text(&set.state),
        set.root_version.unwrap_or_default(),
        set.needed.unwrap_or_default(),
        holders.len(),
        holders.join(", ")
    )
}

/// Writes sealed shares into a new folder, one file for each holder.
fn handed_out(out: &Path, shares: impl Iterator<Item = (i64, String)>) -> Result<()> {
    fs::create_dir(out).with_context(|| format!("cannot make {}", out.display()))?;
    for (number, file) in shares {
        write_private(&out.join(format!("share-{number}.txt")), file.as_bytes())?;
    }
    say(&format!("The shares are in {}. Hand each to its holder, and keep none.", out.display()));
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<String>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(Zeroizing::new(text))
}

fn share(path: &Path) -> Result<ShareFile> {
    ShareFile::read(&read(path)?).with_context(|| path.display().to_string())
}

fn identity(path: &Path) -> Result<Identity> {
    Identity::parse(&read(path)?).with_context(|| path.display().to_string())
}

fn check(path: &Path, key: Option<&Path>) -> Result<()> {
    let file = share(path)?;
    let opens = match key {
        Some(key) => {
            file.open(&identity(key)?).with_context(|| path.display().to_string())?;
            "It opens."
        }
        None => "Whether it opens is seen with --identity.",
    };
    let head = &file.head;
    say(&format!(
        "Whole: share {} of {}, {} needed, of {}, root {}, set {}. {opens}",
        head.number, head.set.of, head.set.needed, head.person, head.set.root, head.set.id
    ));
    Ok(())
}

fn give(path: &Path, key: &Path, to: &str, out: &Path) -> Result<()> {
    let to: Recipient = to.parse().context("--to")?;
    let share = share(path)?.open(&identity(key)?).with_context(|| path.display().to_string())?;
    write_private(out, share.given(to, &*world()?.entropy)?.as_bytes())?;
    say(&format!("{} opens in that ceremony and nowhere else.", out.display()));
    Ok(())
}
