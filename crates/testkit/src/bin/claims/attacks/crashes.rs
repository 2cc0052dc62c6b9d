//! The program stops in the middle of a use, at each of its points; afterwards it is started again.
//!
//! A stop is played within this process: the call is dropped where it stands, which is all that its caller and the store
//! see of it, and another zone is opened over the same store.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, ensure};
use jiff::SignedDuration;
use ledger::{Kind, verify_log};
use serde_json::json;
use testkit::Ask;
use testkit::twin::Twin;

use super::logs::{now, policy};
use crate::claim::Verdict;
use crate::stage::Stage;

/// Where the program stops.
#[derive(Clone, Copy, Debug)]
enum Point {
    /// The use is counted; its intent is not in the log.
    BeforeIntent,
    /// The intent is durable; nothing was asked of the operator.
    AfterIntent,
    /// Everything is ready; the result is not in the log.
    BeforeResult,
}

/// C09: stops at each point, several times.
pub async fn stopped(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let (sound, attacked) = (stage.town.trustee.trustee.clone(), stage.gateway().clone());
    let mut wish = twin.wish();
    wish["maxUses"] = json!(50);
    let grant = twin.granted(&sound, &wish).await?;
    let read = twin.read_once(&attacked, &grant).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    let (mut stops, mut answered) = (0, 1_u64);
    for _ in 0..4 {
        for point in [Point::BeforeIntent, Point::AfterIntent, Point::BeforeResult] {
            twin.watch(&attacked, &twin.officers[1], &grant).await;
            answered += u64::from(stop_at(stage, &twin, &grant, point).await?);
            stops += 1;
        }
    }
    drop(attacked);

    let house = stage.town.with_controls(stage.controls()).await?;
    stage.town.clock.pass(SignedDuration::from_mins(6));
    house.trustee.tidy().await?;
    let facts = verify_log(&stage.town.fetch_log().await?, &policy(stage), now(stage), None)?;
    let of = |kind| facts.kinds.get(&kind).copied().unwrap_or_default();
    let (intents, results) = (of(Kind::UseIntent), of(Kind::UseResult));
    let uses = Ask::get(format!("/trustee/v1/access-requests/{grant}/uses")).bearer(&twin.approver.token);
    let uses = uses.of(&house.trustee).await.json();
    let uses: Vec<_> = uses["items"].as_array().into_iter().flatten().collect();
    let outcome = |word: &str| uses.iter().filter(|one| one["outcome"] == word).count();
    ensure!(uses.len() == stops + 1, "{} uses of {} are told", uses.len(), stops + 1);
    let mut found = Vec::new();
    if answered > intents {
        found.push(format!("{answered} answers, {intents} intents"));
    }
    if facts.open_intents > 0 || results != intents || outcome("open") > 0 {
        found.push(format!("{} intents stay without a result", facts.open_intents));
    }
    if outcome("unknown") == 0 {
        found.push("no use is told as unknown".to_owned());
    }
    Ok(Verdict::of(
        found,
        format!(
            "{stops} stops: {intents} intents, {results} results, {} of them unknown",
            outcome("unknown")
        ),
    ))
}

/// Begins a use and drops it at this point; whether it was answered all the same.
async fn stop_at(stage: &Stage, twin: &Twin, grant: &str, point: Point) -> Result<bool> {
    let zone = stage.gateway().clone();
    let reached = Arc::new(AtomicBool::new(false));
    let word = match point {
        Point::BeforeIntent => Some("use.intent"),
        Point::BeforeResult => Some("use.result"),
        Point::AfterIntent => None,
    };
    if let Some(word) = word {
        let reached = reached.clone();
        stage.town.log.when(word, move || {
            reached.store(true, Ordering::SeqCst);
            Box::pin(std::future::pending())
        });
    }
    let before = intents(stage, grant);
    let read = twin.read_once(&zone, grant);
    tokio::pin!(read);
    loop {
        tokio::select! {
            biased;
            reply = &mut read => return Ok(reply.status == 200),
            () = tokio::task::yield_now() => {}
        }
        let logged = matches!(point, Point::AfterIntent) && intents(stage, grant) > before;
        if reached.load(Ordering::SeqCst) || logged {
            return Ok(false);
        }
    }
}

fn intents(stage: &Stage, grant: &str) -> usize {
    stage.town.log.kinds(grant).iter().filter(|kind| *kind == "use.intent").count()
}
