//! Rotating keys while everybody works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use kernel::TenantId;
use testkit::{Ask, killed_after};
use tokio::task::JoinSet;
use trustee::Trustee;

use crate::claim::Verdict;
use crate::stage::Stage;

/// Who works meanwhile: half read, half write.
const WORKERS: usize = 50;
/// It is not killed more often.
const KILLS: usize = 400;

/// One reader or writer until it is told to stop: how often it worked, and what it was refused.
async fn work(
    zone: Trustee,
    path: String,
    token: String,
    writes: bool,
    stop: Arc<AtomicBool>,
) -> (usize, Vec<String>) {
    let (mut done, mut refused) = (0, Vec::new());
    while !stop.load(Ordering::SeqCst) || done == 0 {
        let read = Ask::get(&path).bearer(&token).of(&zone).await;
        if read.status != 200 || !read.text().contains("\"firstName\"") {
            refused.push(format!("a reader is answered {}", read.text()));
            break;
        }
        let body = read.json();
        if writes {
            let tag = body["attributes"]["etag"].as_str().unwrap_or_default().to_owned();
            let write =
                Ask::new("PUT", &path).json(&body).header("if-match", &tag).bearer(&token).of(&zone).await;
            // Somebody else was faster: that is the contract's own answer.
            let late = write.status == 412 || write.status == 409 || write.status == 400;
            if write.status != 200 && !late {
                refused.push(format!("a writer is answered {}", write.text()));
                break;
            }
        }
        done += 1;
        tokio::task::yield_now().await;
    }
    (done, refused)
}

/// D06, ROT: fifty read and write while a rotation is killed again and again, and goes on.
pub async fn under_load(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("dreher").await?;
    let tenant: TenantId = victim.id.parse()?;
    let zone = stage.gateway().clone();
    let stop = Arc::new(AtomicBool::new(false));
    let path = format!("/v1/customers/{}/profiles/billing", victim.id);
    let mut workers = JoinSet::new();
    for at in 0..WORKERS {
        let (zone, path, token) = (zone.clone(), path.clone(), stage.app.clone());
        workers.spawn(work(zone, path, token, at % 2 == 0, stop.clone()));
    }
    let turned = turn(stage, &zone, tenant).await;
    stop.store(true, Ordering::SeqCst);
    let (mut done, mut found) = (0, Vec::new());
    while let Some(worker) = workers.join_next().await {
        let (worked, refused) = worker?;
        done += worked;
        found.extend(refused);
    }
    let kills = match turned {
        Ok(kills) => kills,
        Err(why) if found.is_empty() => return Err(why),
        Err(_) => return Ok(Verdict::of(found, String::new())),
    };
    ensure!(done >= WORKERS, "only {done} reads: nobody worked meanwhile");
    let keys = &stage.town.trustee.keys;
    let (_, old) = keys.rotation(tenant).await?.context("a rotation")?;
    let listed = keys.service().list(None, 500).await?;
    let key = listed.into_iter().find(|key| key.tenant == tenant).context("a key")?;
    found.extend((old > 0).then(|| format!("{old} things are wrapped under older versions")));
    found.extend((key.oldest != key.newest).then(|| format!("version {} still opens", key.oldest)));
    let evidence =
        format!("{done} reads and writes, killed {kills} times, older versions than {} disabled", key.oldest);
    Ok(Verdict::of(found, evidence))
}

/// Rotates, killed later each time, until it gets to its end; says how often it was killed.
async fn turn(stage: &Stage, zone: &Trustee, tenant: TenantId) -> Result<usize> {
    for kills in 0..KILLS {
        if let Some(done) = killed_after(zone.rotate_tenant_key(tenant), kills).await {
            done?;
            for _ in 0..2 {
                stage.town.clock.pass(SignedDuration::from_mins(3));
                zone.tidy().await?; // as the program does each minute
            }
            return Ok(kills);
        }
    }
    anyhow::bail!("the rotation never came to its end")
}
