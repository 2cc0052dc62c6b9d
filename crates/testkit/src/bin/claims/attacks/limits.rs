//! Grants against time, number, silence, and against the people who set the rules.

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::Ask;
use testkit::twin::Twin;
use trustee::Trustee;

use crate::claim::Verdict;
use crate::stage::Stage;

async fn cast(stage: &Stage) -> Result<(Twin, Trustee, Trustee)> {
    Ok((Twin::of(&stage.town).await?, stage.town.trustee.trustee.clone(), stage.gateway().clone()))
}

/// A verdict about a read that must not be answered.
fn unanswered(what: &str, reply: &testkit::Reply) -> Verdict {
    let found = (reply.status == 200).then(|| format!("{what} was answered"));
    Verdict::of(found, format!("{} {}", reply.status, reply.slug()))
}

/// B07: a policy that asks for nobody, or for somebody who does not exist.
pub async fn nobody(stage: &mut Stage) -> Result<Verdict> {
    let (twin, _, attacked) = cast(stage).await?;
    let mut found = Vec::new();
    let asks = "factors = { customer-approver = 1, trustee-officer = 1 }";
    for bad in [
        "factors = {}",
        "factors = { customer-approver = 0, trustee-officer = 1 }",
        "factors = { emperor = 1 }",
        "factors = { requester = 1 }",
    ] {
        let text = access::policy::GERMANY.replacen(asks, bad, 1);
        ensure!(text.contains(bad), "the policy lacks '{asks}'");
        let body = json!({"text": text, "existingCustomers": "keep"});
        let ask = Ask::post("/trustee/v1/access-policy/changes", &body).bearer(&twin.officers[0].token);
        let reply = ask.of(&attacked).await;
        if reply.slug() != "policy_refused" {
            found.push(format!("'{bad}' was answered with {}", reply.status));
        }
    }
    Ok(Verdict::of(found, "four weak policies refused with policy_refused".to_owned()))
}

/// B08: what was denied is asked again.
pub async fn denied(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.ask(&sound, &twin.wish()).await?;
    let no = json!({"decision": "deny"});
    let denied = twin.act(&sound, &twin.approver, &id, "decisions", &no).await;
    ensure!(denied.status == 200, "the denial was refused: {}", denied.text());
    let again = twin.submit(&attacked, &twin.wish()).await;
    let found = (again.status == 201).then(|| "what was denied was taken again".to_owned());
    Ok(Verdict::of(found, format!("{} {}", again.status, again.slug())))
}

/// B11: one approved use, four at once, in several rounds.
pub async fn once(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let (mut found, rounds) = (Vec::new(), 5);
    for round in 0..rounds {
        let mut wish = twin.wish();
        (wish["maxUses"], wish["ticket"]) = (json!(1), json!(Twin::ticket(round)));
        let id = twin.granted(&sound, &wish).await?;
        let read = || twin.read_once(&attacked, &id);
        let (a, b, c, d) = tokio::join!(read(), read(), read(), read());
        let released = [a, b, c, d].iter().filter(|reply| reply.status == 200).count();
        if released != 1 {
            found.push(format!("{released} of four uses were released where one was approved"));
        }
    }
    Ok(Verdict::of(found, format!("exactly one release in each of {rounds} rounds of four")))
}

/// B12: the time of a grant is over, also while it stands still.
pub async fn expired(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let mut wish = twin.wish();
    wish["durationSeconds"] = json!(600);
    let id = twin.granted(&sound, &wish).await?;
    let read = twin.read_once(&sound, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    stage.town.clock.pass(SignedDuration::from_secs(601));
    twin.watch(&attacked, &twin.officers[1], &id).await;
    Ok(unanswered("a use after its time", &twin.read_once(&attacked, &id).await))
}

/// B13: the clock is set back while a grant is active: behind the newest entry of the log, which the log refuses as well,
/// and not so far, where only the book of grants remembers how late it was.
pub async fn set_back(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    stage.town.clock.pass(SignedDuration::from_secs(60));
    let mut wish = twin.wish();
    wish["maxUses"] = json!(9);
    let id = twin.granted(&sound, &wish).await?;
    let read = twin.read_once(&attacked, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    stage.town.clock.pass(SignedDuration::from_secs(-20));
    let behind = twin.read_once(&attacked, &id).await;
    stage.town.clock.pass(SignedDuration::from_secs(20 + 25));
    twin.watch(&attacked, &twin.officers[1], &id).await;
    let resumed = twin.read_once(&attacked, &id).await;
    ensure!(resumed.status == 200, "positive control: the clock is right again: {}", resumed.text());
    stage.town.clock.pass(SignedDuration::from_secs(20));
    twin.watch(&attacked, &twin.officers[1], &id).await; // nobody tells the log of this
    stage.town.clock.pass(SignedDuration::from_secs(-15));
    let within = twin.read_once(&attacked, &id).await;
    let found = [("behind the newest entry", &behind), ("since the newest entry", &within)];
    let found = found.into_iter().filter(|(_, reply)| reply.status == 200);
    let found = found.map(|(when, _)| format!("a use under a clock that was set back {when} was answered"));
    Ok(Verdict::of(found, format!("{} twice: {}", within.status, within.slug())))
}

/// B15: the supervisor is not heard of any more.
pub async fn unwatched(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    let read = twin.read_once(&sound, &id).await;
    ensure!(read.status == 200, "positive control: the rightful use is refused: {}", read.text());
    stage.town.clock.pass(SignedDuration::from_secs(31));
    Ok(unanswered("a use that nobody watches", &twin.read_once(&attacked, &id).await))
}

/// B16: the supervisor stops a grant while a use is on its way.
pub async fn stopped(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.granted(&sound, &twin.wish()).await?;
    let (watched, zone, at) = (twin.clone(), sound.clone(), id.clone());
    stage.town.log.when("use.intent", move || {
        let (twin, zone, at) = (watched.clone(), zone.clone(), at.clone());
        Box::pin(async move {
            let (stopper, own, id) = (twin.clone(), zone.clone(), at.clone());
            // Its own entry waits for the one that is being written now.
            tokio::spawn(
                async move { stopper.act(&own, &stopper.officers[1], &id, "stop", &Value::Null).await },
            );
            while twin.state(&zone, &at).await != "aborted" {
                tokio::task::yield_now().await;
            }
        })
    });
    let read = twin.read_once(&attacked, &id).await;
    ensure!(twin.state(&sound, &id).await == "aborted", "the grant was not stopped meanwhile");
    Ok(unanswered("a use that was stopped", &read))
}

/// B17: nobody answers in time; those who come later find nothing to approve.
pub async fn silent(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let id = twin.ask(&sound, &twin.wish()).await?;
    stage.town.clock.pass(SignedDuration::from_hours(73));
    let twin = Twin::of(&stage.town).await?;
    for who in [&twin.approver, &twin.officers[0]] {
        twin.approve(&attacked, who, &id).await;
    }
    let late = twin.state(&attacked, &id).await;
    let mut found = Vec::new();
    if late == "approved" {
        found.push("approvals counted after the time to answer".to_owned());
    }
    let mut wish = twin.wish();
    wish["ticket"] = json!(Twin::ticket(7));
    let approved = twin.approved(&sound, &wish).await?;
    stage.town.clock.pass(SignedDuration::from_mins(61));
    let twin = Twin::of(&stage.town).await?;
    attacked.look_at_keys().await?; // as the house does each minute
    twin.watch(&attacked, &twin.officers[1], &approved).await;
    let begun = twin.activate(&attacked, &approved).await;
    if begun.status == 200 {
        found.push("a grant began after the time to begin".to_owned());
    }
    Ok(Verdict::of(found, format!("{late}; {} {}", begun.status, begun.slug())))
}

/// B20: officers take the customer's vote away, for a customer who is here already.
pub async fn weakened(stage: &mut Stage) -> Result<Verdict> {
    let (twin, sound, attacked) = cast(stage).await?;
    let asks = "{ customer-approver = 1, trustee-officer = 1 }";
    let weak = access::policy::GERMANY.replacen(asks, "{ trustee-officer = 1 }", 1);
    let body = json!({"text": weak});
    let for_all = Ask::post("/trustee/v1/access-policy/changes", &body).bearer(&twin.officers[0].token);
    let for_all = for_all.of(&attacked).await;
    ensure!(for_all.slug() == "policy_weakening_needs_customer", "for everybody: {}", for_all.text());
    twin.change_policy(&stage.town, &sound, &weak).await.context("a change that keeps the old rule")?;
    let twin = Twin::of(&stage.town).await?;
    let id = twin.ask(&attacked, &twin.wish()).await?;
    let vote = twin.approve(&attacked, &twin.officers[0], &id).await;
    ensure!(vote.status == 200, "an officer's vote was refused: {}", vote.text());
    let stands = twin.state(&attacked, &id).await;
    let found =
        (stands == "approved").then(|| "one officer approved for a customer who was not asked".to_owned());
    Ok(Verdict::of(
        found,
        format!("409 for everybody; with the old rule kept, one officer's vote leaves it {stands}"),
    ))
}
