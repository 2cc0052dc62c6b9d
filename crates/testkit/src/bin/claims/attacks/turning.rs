//! Rotating keys while everybody works.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

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
/// What a worker who leaves counts as, so that nobody waits for it.
const GONE: usize = 1 << 32;
/// So much passes at once: less than what a call says about itself is good for.
const STEP: SignedDuration = SignedDuration::from_secs(10);
/// How often, until older versions can end.
const STEPS: usize = 20;

/// What the workers know of each other.
#[derive(Clone, Default)]
struct Shift {
    stop: Arc<AtomicBool>,
    done: Arc<AtomicUsize>,
    written: Arc<AtomicUsize>,
}

/// One reader or writer until it is told to stop: how often it worked, and what it was refused.
async fn work(
    zone: Trustee,
    path: String,
    token: String,
    writes: bool,
    shift: Shift,
) -> (usize, Vec<String>) {
    let (mut done, mut refused) = (0, Vec::new());
    while !shift.stop.load(Ordering::SeqCst) || done == 0 {
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
            if write.status == 200 {
                shift.written.fetch_add(1, Ordering::SeqCst);
            } else if !late {
                refused.push(format!("a writer is answered {}", write.text()));
                break;
            }
        }
        done += 1;
        shift.done.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
    }
    shift.done.fetch_add(GONE, Ordering::SeqCst);
    (done, refused)
}

/// D06, ROT: fifty read and write while a rotation is killed again and again, and goes on.
pub async fn under_load(stage: &mut Stage) -> Result<Verdict> {
    let victim = stage.victim("dreher").await?;
    let tenant: TenantId = victim.id.parse()?;
    let zone = stage.gateway().clone();
    let shift = Shift::default();
    let path = format!("/v1/customers/{}/profiles/billing", victim.id);
    let mut workers = JoinSet::new();
    for at in 0..WORKERS {
        let (zone, path, token) = (zone.clone(), path.clone(), stage.app.clone());
        workers.spawn(work(zone, path, token, at % 2 == 0, shift.clone()));
    }
    let turned = turn(stage, (&zone, tenant), &shift).await;
    shift.stop.store(true, Ordering::SeqCst);
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
    let written = shift.written.load(Ordering::SeqCst);
    ensure!(written > 0, "no writer came through: nobody wrote meanwhile");
    ensure!(done >= WORKERS, "only {done} reads: nobody worked meanwhile");
    let keys = &stage.town.trustee.keys;
    let (_, old) = keys.rotation(tenant).await?.context("a rotation")?;
    let listed = keys.service().list(None, 500).await?;
    let key = listed.into_iter().find(|key| key.tenant == tenant).context("a key")?;
    found.extend((old > 0).then(|| format!("{old} things are wrapped under older versions")));
    found.extend((key.oldest != key.newest).then(|| format!("version {} still opens", key.oldest)));
    let evidence = format!(
        "{done} reads, {written} writes, killed {kills} times, older versions than {} disabled",
        key.oldest
    );
    Ok(Verdict::of(found, evidence))
}

/// Rotates, killed later each time, until it gets to its end; says how often it was killed.
async fn turn(stage: &Stage, (zone, tenant): (&Trustee, TenantId), shift: &Shift) -> Result<usize> {
    for kills in 0..KILLS {
        if let Some(done) = killed_after(zone.rotate_tenant_key(tenant), kills).await {
            done?;
            for _ in 0..STEPS {
                stage.town.clock.pass(STEP);
                zone.tidy().await?; // as the program does each minute
                // Whoever had begun before the clock moved is done, and has begun again.
                let seen = shift.done.load(Ordering::SeqCst);
                while shift.done.load(Ordering::SeqCst) < seen + 2 * WORKERS {
                    tokio::task::yield_now().await;
                }
            }
            return Ok(kills);
        }
    }
    anyhow::bail!("the rotation never came to its end")
}
