//! A customer gives notice, and what runs from then on.

use anyhow::Result;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::twin::{Player, Twin};
use testkit::{Ask, Town};
use trustee::Trustee;
use trustee::controls::Controls;

use super::{check, erasure_of, post, stage};

fn departure_of(twin: &Twin) -> String {
    format!("/trustee/v1/customers/{}/departure", twin.customer)
}

async fn read(zone: &Trustee, who: &Player, path: &str) -> Value {
    Ask::get(path).bearer(&who.token).of(zone).await.json()
}

/// So many days pass, with the housekeeping after them twice, once by a program that has just started.
async fn days(town: &Town, days: i64) -> Result<Twin> {
    town.clock.pass(SignedDuration::from_hours(24 * days));
    town.trustee.trustee.tidy().await?;
    town.with_controls(Controls::all()).await?.trustee.tidy().await?;
    Twin::of(town).await // tokens are too old by then
}

async fn log(town: &Town) -> Result<String> {
    Ok(String::from_utf8_lossy(&town.copy_of_log().await?.entries.concat()).into_owned())
}

#[tokio::test]
async fn each_time_runs_and_only_after_the_last_comes_the_erasure() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (path, erasure) = (departure_of(&twin), erasure_of(&twin));
    check(&post(zone, &twin.officers[0], &path, &json!({})).await, 403, "role_required", "an officer");
    check(&post(zone, &twin.other_approver, &path, &json!({})).await, 404, "customer_unknown", "another");
    for (what, body) in [
        ("longer than two months", json!({"noticeDays": 60})),
        ("a long move", json!({"transitionDays": 31})),
        ("too short to fetch anything", json!({"retrievalDays": 29})),
    ] {
        check(&post(zone, &twin.approver, &path, &body).await, 400, "bad_property", what);
    }
    let given = post(zone, &twin.approver, &path, &json!({})).await;
    assert_eq!(given.status, 201, "{}", given.text());
    let wanted = (json!("notice"), json!(59), json!(30), json!(30));
    let is = given.json();
    assert_eq!(
        (&is["state"], &is["noticeDays"], &is["transitionDays"], &is["retrievalDays"]),
        (&wanted.0, &wanted.1, &wanted.2, &wanted.3)
    );
    check(&post(zone, &twin.approver, &path, &json!({})).await, 409, "state_conflict", "twice");
    let wish = json!({"reason": "We leave."});
    check(&post(zone, &twin.approver, &erasure, &wish).await, 409, "retrieval_runs", "while it runs");

    let twin = days(&town, 58).await?;
    assert_eq!(read(zone, &twin.approver, &path).await["state"], "notice", "a day before");
    let twin = days(&town, 1).await?;
    assert_eq!(read(zone, &twin.approver, &path).await["state"], "transition");
    let twin = days(&town, 30).await?;
    assert_eq!(read(zone, &twin.officers[0], &path).await["state"], "retrieval");
    let stay = Ask::new("DELETE", &path).bearer(&twin.approver.token).of(zone).await;
    check(&stay, 409, "state_conflict", "the contract is over");
    assert_eq!(
        Ask::get(&erasure).bearer(&twin.approver.token).of(zone).await.status,
        404,
        "not asked for yet"
    );
    let twin = days(&town, 30).await?;
    let list = read(zone, &twin.officers[0], "/trustee/v1/departures").await;
    assert_eq!((&list["items"][0]["state"], &list["totalCount"]), (&json!("over"), &json!(1)), "{list}");
    assert_eq!(read(zone, &twin.approver, &erasure).await["state"], "requested", "by itself");

    let confirm = format!("{erasure}/confirmation");
    for officer in &twin.officers {
        post(zone, officer, &confirm, &Value::Null).await;
    }
    let twin = days(&town, 7).await?;
    assert_eq!(read(zone, &twin.officers[0], &erasure).await["state"], "live");
    assert_eq!(read(zone, &twin.officers[0], &path).await["state"], "erased");
    assert_eq!(log(&town).await?.matches("\"type\":\"leave\"").count(), 5, "each change once");
    Ok(())
}

#[tokio::test]
async fn a_customer_stays_or_ends_the_time_itself() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let (path, erasure) = (departure_of(&twin), erasure_of(&twin));
    let give = async |twin: &Twin| post(zone, &twin.approver, &path, &json!({"noticeDays": 0})).await.status;
    assert_eq!(give(&twin).await, 201);
    let stay = Ask::new("DELETE", &path).bearer(&twin.approver.token).of(zone).await;
    assert_eq!(stay.status, 204, "{}", stay.text());
    assert_eq!(give(&twin).await, 201, "again");
    let twin = days(&town, 31).await?;
    assert_eq!(read(zone, &twin.approver, &path).await["state"], "retrieval", "two steps at once");
    let early = json!({"reason": "We have everything.", "waiveCoolingOff": true, "endRetrieval": true});
    assert_eq!(post(zone, &twin.approver, &erasure, &early).await.status, 201);
    assert_eq!(read(zone, &twin.approver, &path).await["endedByCustomer"], json!(true));
    // Thought better of it: the time runs on.
    Ask::new("DELETE", &erasure).bearer(&twin.approver.token).of(zone).await;
    assert_eq!(read(zone, &twin.approver, &path).await["endedByCustomer"], json!(false));
    let wish = json!({"reason": "We leave."});
    check(&post(zone, &twin.approver, &erasure, &wish).await, 409, "retrieval_runs", "while it runs");
    assert_eq!(post(zone, &twin.approver, &erasure, &early).await.status, 201);
    let confirm = format!("{erasure}/confirmation");
    post(zone, &twin.officers[0], &confirm, &Value::Null).await;
    let done = post(zone, &twin.officers[1], &confirm, &Value::Null).await.json();
    assert_eq!(done["state"], "live", "{done}");
    assert_eq!(read(zone, &twin.officers[0], &path).await["state"], "erased");
    Ok(())
}
