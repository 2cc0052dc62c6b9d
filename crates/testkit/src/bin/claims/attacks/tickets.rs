//! Tickets: what their authors release to the operator's support, and what nobody released.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::sync::Arc;
use testkit::twin::Twin;
use testkit::{Ask, Reply};
use trustee::Trustee;

use crate::canary::letters;
use crate::claim::Verdict;
use crate::stage::Stage;

/// A ticket with a text that is recognised.
struct Ticket {
    id: String,
    secret: String,
}

impl Ticket {
    fn path(&self) -> String {
        format!("/v1/servicerequests/{}", self.id)
    }

    fn release(&self) -> String {
        format!("/trustee/v1/tickets/{}/release", self.id)
    }

    /// What an attack found out, if it did.
    fn told(&self, what: &str, reply: &Reply) -> Option<String> {
        let seen = reply.status == 200 && reply.text().contains(&self.secret);
        seen.then(|| format!("{what} showed the thread"))
    }
}

/// The rightful partner opens a ticket for the twin's customer.
async fn open(stage: &mut Stage, twin: &Twin, released: bool) -> Result<Ticket> {
    let secret = letters();
    let body = json!({
        "title": "Postfach", "description": secret, "severity": "moderate", "supportTopicId": "32444675",
        "organization": {"id": twin.customer},
    });
    let ask = Ask::post("/v1/servicerequests/de-DE", &body);
    let ask = if released { ask } else { ask.header("treuhand-release", "none") };
    let admin = stage.admin.clone();
    let made = stage.sound(&admin, ask).await;
    ensure!(made.status == 201, "the ticket was refused: {}", made.text());
    let ticket = Ticket { id: made.json()["id"].as_str().context("a number")?.to_owned(), secret };
    let own = stage.sound(&admin, Ask::get(ticket.path())).await;
    ensure!(own.text().contains(&ticket.secret), "positive control: the author does not see the thread");
    Ok(ticket)
}

/// Somebody of the operator reads.
async fn read(zone: &Trustee, twin: &Twin, ticket: &Ticket) -> Reply {
    Ask::get(ticket.path()).bearer(&twin.engineer.token).of(zone).await
}

/// The positive control: a released thread is read.
async fn rightful(stage: &Stage, twin: &Twin, ticket: &Ticket) -> Result<()> {
    let got = read(&stage.town.trustee.trustee, twin, ticket).await;
    ensure!(
        ticket.told("it", &got).is_some(),
        "positive control: a released thread is refused: {}",
        got.text()
    );
    Ok(())
}

/// S01: an unreleased thread.
pub async fn unreleased(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let released = open(stage, &twin, true).await?;
    rightful(stage, &twin, &released).await?;
    let ticket = open(stage, &twin, false).await?;
    let queue = Ask::get("/treuhand/v1/tickets").bearer(&twin.engineer.token).of(stage.gateway()).await;
    let worked = Ask::get(format!("/treuhand/v1/tickets/{}", ticket.id)).bearer(&twin.engineer.token);
    let worked = worked.of(stage.gateway()).await;
    ensure!(queue.status == 200 && worked.status == 200, "the queue is refused: {}", queue.text());
    let got = read(stage.gateway(), &twin, &ticket).await;
    let found = [("a read", &got), ("the queue", &queue), ("the ticket", &worked)];
    let found = found.into_iter().filter_map(|(what, reply)| ticket.told(what, reply));
    Ok(Verdict::of(found, format!("{} {}", got.status, got.slug())))
}

/// S02: with one thread released, another one of the same customer, and the customer's profile.
pub async fn other(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let released = open(stage, &twin, true).await?;
    let ticket = open(stage, &twin, false).await?;
    rightful(stage, &twin, &released).await?;
    let got = read(stage.gateway(), &twin, &ticket).await;
    let profile = Ask::get(twin.target()).bearer(&twin.engineer.token).of(stage.gateway()).await;
    let found = [
        ticket.told("the release of another ticket", &got),
        (profile.status == 200).then(|| "the release of a ticket opened the customer's profile".to_owned()),
    ];
    Ok(Verdict::of(found.into_iter().flatten(), format!("{} {}", got.slug(), profile.slug())))
}

/// S03: a release that was taken back.
pub async fn taken_back(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let ticket = open(stage, &twin, true).await?;
    rightful(stage, &twin, &ticket).await?;
    let admin = stage.admin.clone();
    let back = stage.sound(&admin, Ask::new("DELETE", ticket.release())).await;
    ensure!(back.status == 200, "the release was not taken back: {}", back.text());
    let got = read(stage.gateway(), &twin, &ticket).await;
    Ok(Verdict::of(
        ticket.told("a release that was taken back", &got),
        format!("{} {}", got.status, got.slug()),
    ))
}

/// S04: taken back between the intent and the answer.
pub async fn raced(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let ticket = Arc::new(open(stage, &twin, true).await?);
    rightful(stage, &twin, &ticket).await?;
    let (zone, admin) = (stage.town.trustee.trustee.clone(), stage.admin.clone());
    let its = ticket.clone();
    stage.town.log.when("use.intent", move || {
        let (zone, admin, ticket) = (zone.clone(), admin.clone(), its.clone());
        Box::pin(async move {
            let (own, path, token) = (zone.clone(), ticket.release(), admin.clone());
            // Its own entry waits for the one that is being written now.
            tokio::spawn(async move { Ask::new("DELETE", path).bearer(&token).of(&own).await });
            while stands(&zone, &admin, &ticket).await {
                tokio::task::yield_now().await;
            }
        })
    });
    let got = read(stage.gateway(), &twin, &ticket).await;
    ensure!(
        !stands(&stage.town.trustee.trustee, &stage.admin, &ticket).await,
        "the release was not taken back meanwhile"
    );
    Ok(Verdict::of(
        ticket.told("a release taken back meanwhile", &got),
        format!("{} {}", got.status, got.slug()),
    ))
}

async fn stands(zone: &Trustee, token: &str, ticket: &Ticket) -> bool {
    Ask::get(ticket.release()).bearer(token).of(zone).await.json()["released"] == Value::Bool(true)
}

/// S05: the operator's people release it themselves, a partner of the operator's own does, and the operator's zone says
/// that the ticket is that partner's.
pub async fn forged(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let ticket = open(stage, &twin, false).await?;
    let straw = stage.town.partner("sandbox")?.clone();
    let straw_token = stage.town.user_token(&straw, &straw.users[0]).await?;
    let sql =
        format!("UPDATE tickets SET opener_id = '{}' WHERE ticket_id = '{}'", straw.tenant_id, ticket.id);
    ensure!(stage.town.operator_store.by_hand(&sql)?.changed == 1, "the operator has no such ticket");
    let mut answers = Vec::new();
    for token in [&twin.engineer.token, &straw_token] {
        let asked = Ask::post(ticket.release(), &Value::Null).bearer(token).of(stage.gateway()).await;
        answers.push(asked.slug());
        let named = Ask::get(ticket.path()).header("treuhand-release", &ticket.id);
        answers.push(named.bearer(token).of(stage.gateway()).await.slug());
    }
    let back = format!(
        "UPDATE tickets SET opener_id = '{}' WHERE ticket_id = '{}'",
        stage.town.partner("direct")?.tenant_id,
        ticket.id
    );
    stage.town.operator_store.by_hand(&back)?;
    let got = read(stage.gateway(), &twin, &ticket).await;
    Ok(Verdict::of(ticket.told("a forged release", &got), format!("{} {}", answers.join(", "), got.slug())))
}

/// S06: help is asked for on a ticket that there is not, and on one of somebody else's.
pub async fn invented(stage: &mut Stage) -> Result<Verdict> {
    let twin = Twin::of(&stage.town).await?;
    let real = twin.submit(&stage.town.trustee.trustee, &twin.wish()).await;
    ensure!(real.status == 201, "positive control: a real ticket is refused: {}", real.text());
    let admin = stage.admin.clone();
    let body =
        json!({"title": "Eigenes", "description": "x", "severity": "minimal", "supportTopicId": "32444671"});
    let own = stage.sound(&admin, Ask::post("/v1/servicerequests/de-DE", &body)).await.json();
    let own = own["id"].as_str().context("the partner's own ticket")?.to_owned();
    let mut found = Vec::new();
    for (what, ticket) in [("an invented ticket", "T-2041"), ("a partner's own ticket", own.as_str())] {
        let mut wish = twin.wish();
        wish["ticket"] = json!(ticket);
        let asked = twin.submit(stage.gateway(), &wish).await;
        if asked.slug() != "ticket_unknown" {
            found.push(format!("{what} was answered with {} {}", asked.status, asked.slug()));
        }
    }
    Ok(Verdict::of(found, "ticket_unknown for both".to_owned()))
}
