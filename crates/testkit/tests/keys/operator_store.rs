//! An operator's store that was put back to an older state.

use anyhow::Result;
use serde_json::{Value, json};

use super::{check, post, stage};

const ACTS: &str = "/trustee/v1/restore-acts";

#[tokio::test]
async fn leave_for_an_older_store_takes_two_persons_and_names_whom_it_covers() -> Result<()> {
    let (town, twin) = stage().await?;
    let zone = &town.trustee.trustee;
    let [first, second] = &twin.officers;
    let act = json!({"tenantId": twin.customer, "reason": "The store was restored."});
    for (body, slug) in [
        (json!({"tenantId": twin.customer}), "bad_property"),
        (json!({"reason": "x"}), "bad_property"),
        (json!({"reason": "x", "tenantId": twin.customer, "allTenants": true}), "bad_property"),
        (json!({"reason": "x", "tenantId": "everybody"}), "bad_property"),
    ] {
        let refused = post(zone, first, ACTS, &body).await;
        assert_eq!(refused.status, 400, "{body}: {slug} {}", refused.text());
    }
    check(&post(zone, &twin.engineer, ACTS, &act).await, 403, "role_required", "the operator");
    let proposed = post(zone, first, ACTS, &act).await;
    assert_eq!(
        (proposed.status, &proposed.json()["state"]),
        (201, &json!("proposed")),
        "{}",
        proposed.text()
    );
    let id = proposed.json()["id"].as_str().unwrap_or_default().to_owned();
    let confirm = format!("{ACTS}/{id}/confirmation");
    check(&post(zone, first, &confirm, &Value::Null).await, 403, "self_approval", "the same person");
    check(&post(zone, &twin.approver, &confirm, &Value::Null).await, 403, "role_required", "a customer");
    let given = post(zone, second, &confirm, &Value::Null).await;
    assert_eq!((given.status, &given.json()["state"]), (200, &json!("given")), "{}", given.text());
    check(&post(zone, second, &confirm, &Value::Null).await, 409, "state_conflict", "twice");
    check(
        &post(zone, second, &format!("{ACTS}/none/confirmation"), &Value::Null).await,
        404,
        "not_found",
        "none",
    );
    let list = testkit::Ask::get(ACTS).bearer(&first.token).of(zone).await.json();
    assert_eq!(list["items"][0]["confirmedBy"], given.json()["confirmedBy"], "{list}");
    let copy = town.copy_of_log().await?;
    let told = copy.entries.iter().filter(|entry| {
        let text = String::from_utf8_lossy(entry);
        text.contains("\"type\":\"restore\"") && text.contains("operator-store")
    });
    assert_eq!(told.count(), 2, "proposed and given are in the log");
    Ok(())
}
