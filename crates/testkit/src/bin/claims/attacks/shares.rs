//! The trustee's host is destroyed: what brings it back, and what does not.

use access::sshsig::{Namespace, sign};
use anyhow::{Result, ensure};
use envelope::shares::Share;
use kernel::Problem;
use serde_json::Value;
use testkit::twin::Twin;
use testkit::{Ask, PutBack, Safe};
use trustee::controls::Controls;
use trustee::log::Way;
use trustee::shares::Replaced;

use crate::claim::Verdict;
use crate::stage::Stage;

/// A backup, the shares of its root, and what the log was told since. Nothing else is left.
struct Ashes {
    twin: Twin,
    shares: Vec<Share>,
    backup: std::path::PathBuf,
    wish: Value,
    auditor: String,
}

/// The shares are made by the gateway under attack. None where another key service keeps its root to itself.
async fn burnt(stage: &Stage) -> Result<Option<Ashes>> {
    if !matches!(stage.town.safe, Safe::Embedded) {
        return Ok(None);
    }
    let twin = Twin::of(&stage.town).await?;
    let holders = stage.town.share_holders(&twin).await?;
    let wish = holders.wish()?;
    let made = stage.town.share_root(stage.gateway(), &twin, &wish).await;
    let shares = holders.shares(&made)?;
    let backup = stage.town.backup_trustee().await?;
    let sound = stage.town.trustee.trustee.clone();
    twin.granted(&sound, &twin.wish()).await?;
    Ok(Some(Ashes { twin, shares, backup, wish, auditor: stage.town.auditor()? }))
}

fn elsewhere() -> Verdict {
    Verdict::Holds("this key service keeps its root itself".to_owned())
}

/// The store of a copy of the backup, on another machine.
async fn ground(stage: &Stage, ashes: &Ashes) -> Result<PutBack> {
    let copy = ashes.backup.with_extension("copy");
    std::fs::copy(&ashes.backup, &copy)?;
    stage.town.after_disaster(copy).await
}

/// The positive control: with three shares, the auditor and the log everything opens again.
async fn rebuilt(stage: &Stage, ashes: &Ashes) -> Result<(PutBack, Replaced)> {
    let mut back = ground(stage, ashes).await?;
    let all = Controls::all();
    let three: Vec<&Share> = ashes.shares.iter().step_by(2).collect();
    let done = back.recover(&stage.town, all, &three, Some(&ashes.auditor)).await?;
    let replaced = done.map_err(|problem| anyhow::anyhow!("{}", problem.description))?;
    let heal = back.heal(&stage.town, all).await?;
    let survey = heal.survey(Way::Tail(stage.town.copy_of_log().await?)).await?;
    let signed = ashes.twin.officers.iter().map(|who| sign(&who.key, Namespace::Restore, &survey.text));
    let signed = signed.collect::<Result<Vec<_>, _>>()?;
    heal.carry_out(survey, signed).await?;
    let house = back.open(&stage.town, all).await?;
    let path = format!("/v1/customers/{}/profiles/billing", ashes.twin.customer);
    let read = Ask::get(path).bearer(&stage.app).of(&house.trustee).await;
    ensure!(read.text().contains("firstName"), "positive control: nothing opens again: {}", read.text());
    Ok((back, replaced))
}

fn verdict(done: Result<Replaced, Problem>, fallen: &str, evidence: &str) -> Verdict {
    match done {
        Ok(_) => Verdict::Falls(fallen.to_owned()),
        Err(problem) => Verdict::Holds(format!("{}; {evidence}", problem.slug)),
    }
}

/// D09, BRK-3: two of the five holders bring the root back.
pub async fn two(stage: &mut Stage) -> Result<Verdict> {
    let Some(ashes) = burnt(stage).await? else { return Ok(elsewhere()) };
    let mut back = ground(stage, &ashes).await?;
    let two = [&ashes.shares[1], &ashes.shares[3]];
    let done = back.recover(&stage.town, stage.controls(), &two, Some(&ashes.auditor)).await?;
    if done.is_err() {
        rebuilt(stage, &ashes).await?;
    }
    std::fs::remove_file(&ashes.backup)?;
    Ok(verdict(done, "two shares brought the root back", "three and the log bring all back"))
}

/// D09, BRK-3: three holders bring the root back among themselves.
pub async fn unseen(stage: &mut Stage) -> Result<Verdict> {
    let Some(ashes) = burnt(stage).await? else { return Ok(elsewhere()) };
    let mut back = ground(stage, &ashes).await?;
    let three: Vec<&Share> = ashes.shares.iter().take(3).collect();
    let done = back.recover(&stage.town, stage.controls(), &three, None).await?;
    std::fs::remove_file(&ashes.backup)?;
    Ok(verdict(done, "no auditor was present", "an auditor has to sign"))
}

/// BRK-3: shares that were used once are used again.
pub async fn again(stage: &mut Stage) -> Result<Verdict> {
    let Some(ashes) = burnt(stage).await? else { return Ok(elsewhere()) };
    // The set was replaced, and its holders give it all the same: the root is the same still.
    let made = stage.town.share_root(stage.gateway(), &ashes.twin, &ashes.wish).await;
    ensure!(made.status == 201, "no second set: {}", made.text());
    let backup = stage.town.backup_trustee().await?;
    std::fs::remove_file(&ashes.backup)?;
    let mut back = stage.town.after_disaster(backup).await?;
    let three: Vec<&Share> = ashes.shares.iter().take(3).collect();
    let done = back.recover(&stage.town, stage.controls(), &three, Some(&ashes.auditor)).await?;
    Ok(verdict(done, "a set that was replaced brought the root back", "the set was replaced"))
}
