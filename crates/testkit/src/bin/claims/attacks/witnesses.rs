//! Witnesses that are away or lie, and two trustees out of one state.

use std::time::Duration;

use anyhow::{Result, ensure};
use jiff::SignedDuration;
use ledger::Kind;
use testkit::twin::Twin;
use testkit::{Ask, Mood, Neighbour};
use trustee::log::{Draft, Witnessing};

use crate::claim::Verdict;
use crate::stage::Stage;

/// A use that is let go on goes out within this.
const MOMENT: Duration = Duration::from_millis(700);

/// C10: nothing is released before an honest witness has seen it.
pub async fn lying(stage: &mut Stage) -> Result<Verdict> {
    let folder = store::testing::folder();
    let witness = Neighbour::of(&stage.town, &folder, stage.checks())?;
    let house = stage.town.witnessed(stage.controls(), witness.witnessing()).await?;
    let (zone, log) = (house.trustee.clone(), house.trustee.log().clone());
    log.push_now().await;
    log.tidy().await?;
    zone.look_at_keys().await?;
    let twin = Twin::of(&stage.town).await?;
    let grant = twin.granted(&zone, &twin.wish()).await?;
    let read = twin.read_once(&zone, &grant).await;
    ensure!(read.status == 200 && witness.asked() > 0, "positive control: a witnessed use: {}", read.text());
    let mut found = Vec::new();
    for (number, mood) in (1..).zip([Mood::Away, Mood::Forging, Mood::Ahead]) {
        let wish = {
            let mut wish = twin.wish();
            wish["ticket"] = Twin::ticket(number).into();
            wish
        };
        let grant = twin.granted(&zone, &wish).await?;
        let nonce = twin.nonce(&zone, &grant).await;
        let proof = Twin::proof(&twin.engineer, &grant, testkit::twin::READ, &twin.target(), &nonce);
        let before = witness.asked();
        witness.is(mood);
        let (target, proof) = (twin.target(), format!("{nonce} {proof}"));
        let read = twin.call(&zone, &twin.engineer, &grant, &target, &proof);
        tokio::pin!(read);
        let early = tokio::time::timeout(MOMENT, async {
            tokio::select! {
                reply = &mut read => reply,
                reply = async { log.push_now().await; std::future::pending().await } => reply,
            }
        });
        if early.await.is_ok_and(|reply| reply.status == 200) {
            found.push(format!("something was released while the witness was {mood:?}"));
            witness.is(Mood::Honest);
            log.push_now().await;
            continue;
        }
        ensure!(witness.asked() > before, "the witness was not asked while it was {mood:?}");
        witness.is(Mood::Honest);
        log.push_now().await;
        let late = read.await;
        ensure!(late.status == 200, "after an honest word the use is refused: {}", late.text());
        stage.town.clock.pass(SignedDuration::from_secs(1));
    }
    drop(std::fs::remove_dir_all(&folder)); // it may still be asked, and write
    Ok(Verdict::of(found, "away, forging, ahead of its time: each use waits for an honest word".to_owned()))
}

/// D11: the trustee's store is copied, and both are run.
pub async fn twice(stage: &mut Stage) -> Result<Verdict> {
    let folder = store::testing::folder();
    let witness = Neighbour::of(&stage.town, &folder, stage.checks())?;
    let witnessing = || Witnessing { before_release: false, ..witness.witnessing() };
    let first = stage.town.witnessed(stage.controls(), witnessing()).await?;
    first.trustee.log().push_now().await;
    first.trustee.log().tidy().await?;
    let copy = stage.town.put_back(stage.town.backup_trustee().await?).await?;
    let second = copy.open_witnessed(&stage.town, stage.controls(), witnessing()).await?;
    second.trustee.log().push_now().await;
    let call = || Ask::get("/v1/customers").bearer(&stage.app);
    for (name, house) in [("the first", &first), ("the copy", &second)] {
        let reply = call().of(&house.trustee).await;
        ensure!(reply.status == 200, "positive control: {name} serves at first: {}", reply.text());
    }
    for house in [&first, &second] {
        stage.town.clock.pass(SignedDuration::from_secs(1));
        house.trustee.log().append(Draft::of(Kind::Heartbeat)).await?;
        house.trustee.log().push_now().await;
    }
    let (own, other) = (call().of(&first.trustee).await, call().of(&second.trustee).await);
    ensure!(own.status == 200, "positive control: the first goes on: {}", own.text());
    drop(std::fs::remove_dir_all(&folder)); // it may still be asked, and write
    let found = (other.status == 200).then(|| "two trustees run out of one state".to_owned());
    Ok(Verdict::of(found, format!("the copy: {} {}", other.status, other.slug())))
}
