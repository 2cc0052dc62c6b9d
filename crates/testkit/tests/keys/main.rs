//! The end of keys and the way back: erasure, restores of either zone's store, and what must never come back.

mod departure;
mod erasure;
mod export;
mod health;
mod operator_store;
mod rotation;
mod shares;
mod trustee_store;

use anyhow::Result;
use serde_json::{Value, json};
use store::testing::Engine;
use testkit::twin::{Player, Twin};
use testkit::{Ask, Plan, Reply, Town};
use trustee::Trustee;

async fn stage() -> Result<(Town, Twin)> {
    let town = Town::found(Plan::on(Engine::Sqlite)).await?;
    let twin = Twin::of(&town).await?;
    Ok((town, twin))
}

fn check(reply: &Reply, status: u16, slug: &str, what: &str) {
    assert_eq!((reply.status, reply.slug().as_str()), (status, slug), "{what}: {}", reply.text());
}

/// Asks as somebody.
async fn post(zone: &Trustee, who: &Player, path: &str, body: &Value) -> Reply {
    Ask::post(path, body).bearer(&who.token).of(zone).await
}

/// The path of a customer's erasure.
fn erasure_of(twin: &Twin) -> String {
    format!("/trustee/v1/customers/{}/erasure", twin.customer)
}

/// Erases the customer: its approver asks and waives the days, both officers confirm.
async fn erase(zone: &Trustee, twin: &Twin) -> Reply {
    let asked = json!({"reason": "We leave.", "waiveCoolingOff": true});
    let asked = post(zone, &twin.approver, &erasure_of(twin), &asked).await;
    assert_eq!(asked.status, 201, "{}", asked.text());
    let confirm = format!("{}/confirmation", erasure_of(twin));
    let first = post(zone, &twin.officers[0], &confirm, &Value::Null).await;
    assert_eq!(first.status, 200, "{}", first.text());
    post(zone, &twin.officers[1], &confirm, &Value::Null).await
}

/// What the customer's own approver is answered about its organisation.
async fn own_profile(zone: &Trustee, twin: &Twin, partner: &str) -> Reply {
    Ask::get(format!("/v1/customers/{}/profiles/billing", twin.customer)).bearer(partner).of(zone).await
}

/// A token of the customer's partner.
async fn partner(town: &Town) -> Result<String> {
    town.app_token(town.partner("direct")?).await
}
