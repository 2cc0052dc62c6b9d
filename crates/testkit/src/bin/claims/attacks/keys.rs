//! The key service away, and a key service that does not keep keys as it must. A real OpenBao in any case.

use std::time::Duration;

use anyhow::{Context, Result, anyhow, ensure};
use edge::Method;
use jiff::SignedDuration;
use kernel::TenantId;
use serde_json::json;
use testkit::twin::Twin;
use testkit::{Ask, Reply};

use crate::claim::Verdict;
use crate::stage::{Stage, Victim};

/// Nobody waits longer for an answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// After so long nothing unwrapped is fresh any more.
const LONGER_THAN_FRESH: SignedDuration = SignedDuration::from_secs(120);

/// How a key service is away.
#[derive(Clone, Copy)]
enum Away {
    /// Connections stay open and nothing answers.
    Frozen,
    /// It answers that it is sealed.
    Sealed,
}

/// D01: the key service is a black hole.
pub async fn frozen(stage: &mut Stage) -> Result<Verdict> {
    without(stage, Away::Frozen).await
}

/// D02: the key service is sealed, and unsealed again.
pub async fn sealed(stage: &mut Stage) -> Result<Verdict> {
    without(stage, Away::Sealed).await
}

/// A customer that was read a moment ago, a grant in use, and then no key service.
async fn without(stage: &Stage, away: Away) -> Result<Verdict> {
    let mut stage = stage.over_openbao().await?;
    let victim = stage.victim("ausfall").await?;
    let twin = Twin::of(&stage.town).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), stage.gateway().clone());
    let grant = twin.granted(&sound, &twin.wish()).await?;
    let read = twin.read_once(&attacked, &grant).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    let before = read_as_partner(&mut stage, &victim).await?;
    let seen = victim.seen_in(&before.text()).len();
    ensure!(seen == victim.canaries.len(), "positive control: the partner sees {seen} canaries");

    let server = stage.rented()?.server.clone();
    match away {
        Away::Frozen => server.freeze().await,
        Away::Sealed => server.seal().await,
    }
    .map_err(|why| anyhow!(why))?;
    stage.town.clock.pass(LONGER_THAN_FRESH);
    let looked = look(&mut stage, &victim, &twin, &grant).await;
    // Others use the server after this.
    match away {
        Away::Frozen => server.thaw(),
        Away::Sealed => server.unseal().await,
    }
    .map_err(|why| anyhow!(why))?;
    let (mut found, said) = looked?;
    if !comes_back(&mut stage, &victim).await? {
        found.push("nothing opens although the key service is back".to_owned());
    }
    Ok(Verdict::of(found, format!("{said}; all is back without a restart")))
}

async fn read_as_partner(stage: &mut Stage, victim: &Victim) -> Result<Reply> {
    let app = stage.app.clone();
    let read = stage.call(&app, Ask::get(format!("/v1/customers/{}", victim.id)));
    tokio::time::timeout(PATIENCE, read).await.context("nobody answers")
}

/// What can be had while nobody keeps the keys.
async fn look(stage: &mut Stage, victim: &Victim, twin: &Twin, grant: &str) -> Result<(Vec<String>, String)> {
    let mut found = Vec::new();
    let (app, attacked) = (stage.app.clone(), stage.gateway().clone());
    let read = read_as_partner(stage, victim).await?;
    let seen = victim.seen_in(&read.text());
    found.extend(seen.first().map(|place| format!("{place} was shown without a key service")));
    if read.status != 200 {
        found.push(format!("commerce stands still: a customer was answered with {}", read.status));
    }
    let subscriptions = format!("/v1/customers/{}/subscriptions", victim.id);
    let sells = stage.call(&app, Ask::get(subscriptions)).await;
    if sells.status != 200 {
        found.push(format!("commerce stands still: subscriptions were answered with {}", sells.status));
    }
    let (body, _) = stage.aviary.new_customer("waehrenddessen");
    let made = stage.call(&app, Ask::post("/v1/customers", &body));
    let made = tokio::time::timeout(PATIENCE, made).await.context("nobody answers")?;
    if made.status != 503 {
        found.push(format!("what has to be sealed was answered with {}", made.status));
    }
    twin.watch(&attacked, &twin.officers[1], grant).await;
    let used = twin.read_once(&attacked, grant).await;
    if used.status == 200 && used.text().contains("email") {
        found.push("a grant opened something without a key service".to_owned());
    }
    let said = format!("customers without their private members, {} {}", made.status, made.slug());
    Ok((found, format!("{said}; a grant: {} {}", used.status, used.slug())))
}

/// A caller's own repetition: the keeper rests for a second after it found nobody.
async fn comes_back(stage: &mut Stage, victim: &Victim) -> Result<bool> {
    let mut ticks = tokio::time::interval(Duration::from_millis(50));
    for _ in 0..400 {
        ticks.tick().await;
        let read = read_as_partner(stage, victim).await?;
        if victim.seen_in(&read.text()).len() == victim.canaries.len() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// D07: a key that is in use can suddenly be taken out of OpenBao.
pub async fn drift(stage: &mut Stage) -> Result<Verdict> {
    let stage = stage.over_openbao().await?;
    let twin = Twin::of(&stage.town).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), stage.gateway().clone());
    let id = twin.granted(&sound, &twin.wish()).await?;
    let read = twin.read_once(&attacked, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());

    let rented = stage.rented()?;
    let (tenant, exportable): (TenantId, _) = (twin.customer.parse()?, json!({"exportable": true}));
    let path = format!("{}/config", rented.key(tenant));
    rented.server.expect(&Method::POST, &path, Some(&exportable)).await.map_err(|why| anyhow!(why))?;
    let mut watched = 0;
    while watched < 5 * 60 {
        stage.town.clock.pass(SignedDuration::from_secs(20));
        watched += 20;
        twin.watch(&sound, &twin.officers[1], &id).await;
    }
    attacked.look_at_keys().await?; // as the house does each minute
    let used = twin.read_once(&attacked, &id).await;
    let mut found = Vec::new();
    if used.status == 200 {
        found.push("something was opened for staff with a key that anybody can take out".to_owned());
    }
    let tail = stage.town.copy_of_log().await?;
    let alarm = tail.entries.iter().any(|entry| {
        let entry = String::from_utf8_lossy(entry);
        entry.contains("\"type\":\"posture\"") && entry.contains("\"to\":\"drifted\"")
    });
    if !alarm {
        found.push("the log holds no alarm".to_owned());
    }
    Ok(Verdict::of(
        found,
        format!("an alarm in the log within five minutes; {} {}", used.status, used.slug()),
    ))
}
