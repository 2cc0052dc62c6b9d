//! Leaving: the archive, the erasure, and the officers who confirm it.

use contract::{Party, Role};
use serde_json::{Value, json};

use super::house::{House, everything, refusal, text};

const CUSTOMER: &str = "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04";
/// The tenant of whoever visits.
const OWN: &str = "1e2f3a4b-0000-4000-8000-000000000001";
const EXPORT: &str = "0198c1de-7a11-7cc3-98c4-dc0c0c07398f";
const KEY: &str = "age1qj9m2zguv6z3nvdk5j7ctdv2f30827seqlchgejng2r9fad82adqpsw9v3";

fn erasure(state: &str) -> Value {
    json!({ "customerId": CUSTOMER, "state": state, "reason": "We leave.", "requestedDate": "2018-05-12T09:00:00Z",
            "dueDate": "2018-05-19T09:00:00Z", "confirmedBy": [] })
}

fn world(id: &str) -> (u16, Value) {
    match id {
        "list-customer-exports" => (
            200,
            json!({ "totalCount": 1, "items": [
                { "id": EXPORT, "requestedDate": "2018-05-12T09:00:00Z", "keptUntil": "2018-05-19T09:00:00Z", "records": 7 }
            ] }),
        ),
        "create-customer-export" => (201, json!({ "id": EXPORT })),
        "get-customer-export-archive" => (200, json!("sealed")),
        "request-erasure" | "confirm-erasure" => (201, erasure("requested")),
        "withdraw-erasure" | "withdraw-notice" => (204, Value::Null),
        "list-erasures" => {
            (200, json!({ "totalCount": 2, "items": [erasure("requested"), erasure("live")] }))
        }
        "give-notice" => (201, json!({ "customerId": CUSTOMER, "state": "notice" })),
        "list-departures" => {
            (200, json!({ "totalCount": 1, "items": [{ "customerId": CUSTOMER, "state": "retrieval" }] }))
        }
        "list-tenants" => (200, json!({ "totalCount": 0, "items": [] })),
        _ => (404, refusal(0, "not_found", "There is no such thing.")),
    }
}

#[tokio::test]
async fn an_archive_is_made_for_a_key_and_fetched_as_a_file() {
    let house = House::with(&[Role::CustomerAdmin], world);
    let page = text(&house.get("/portal/leaving").await);
    assert!(page.contains(&format!("archive={EXPORT}")) && page.contains("name=\"recipient\""), "{page}");
    let calls = house.called().len();
    let wrong = house.post("/portal/leaving", "act=export&recipient=ssh-ed25519+AAAA").await;
    assert_eq!(wrong.status, 400);
    assert!(text(&wrong).contains("ssh-ed25519 AAAA"), "what was typed stays");
    assert!(!house.called()[calls..].contains(&"create-customer-export"), "no key, no call");
    let made = house.post("/portal/leaving", &format!("act=export&recipient={KEY}")).await;
    assert_eq!(made.status, 303);
    assert_eq!(made.headers["location"], "/portal/leaving?done=exported");
    let call = house.last();
    assert_eq!((call.id, &call.body), ("create-customer-export", &json!({ "recipient": KEY })));
    assert_eq!(call.target, format!("/trustee/v1/customers/{OWN}/exports"), "one's own organisation");
    let file = house.get(&format!("/portal/leaving?archive={EXPORT}")).await;
    let name = file.headers["content-disposition"].to_str().unwrap_or_default();
    assert!(
        name.starts_with("attachment") && name.contains(&format!("customer-export-{EXPORT}.tar.age")),
        "{name}"
    );
    assert_eq!(text(&file), "\"sealed\"");
}

#[tokio::test]
async fn an_erasure_is_asked_for_with_its_reason_and_taken_back() {
    let check = async |form: &str, id: &str, body: Value| {
        let house = House::with(&[Role::CustomerAdmin], world);
        let sent = house.post("/portal/leaving", form).await;
        assert_eq!(sent.status, 303, "{form}: {}", text(&sent));
        let call = house.last();
        assert_eq!((call.id, &call.body), (id, &body), "{form}");
        assert_eq!(call.target, format!("/trustee/v1/customers/{OWN}/erasure"), "{form}");
    };
    let asked = |waived: bool| json!({ "reason": "We leave.", "waiveCoolingOff": waived });
    check("act=erase&reason=We+leave.", "request-erasure", asked(false)).await;
    check("act=erase&reason=We+leave.&waive=yes", "request-erasure", asked(true)).await;
    check("act=withdraw", "withdraw-erasure", Value::Null).await;
}

#[tokio::test]
async fn notice_is_given_with_its_days_and_taken_back() {
    for (form, id, body) in [
        ("act=notice&notice=30&transition=", "give-notice", json!({ "noticeDays": 30 })),
        ("act=stay", "withdraw-notice", Value::Null),
    ] {
        let house = House::with(&[Role::CustomerAdmin], world);
        let sent = house.post("/portal/leaving", form).await;
        assert_eq!(sent.status, 303, "{form}: {}", text(&sent));
        let call = house.last();
        assert_eq!((call.id, &call.body), (id, &body), "{form}");
        assert_eq!(call.target, format!("/trustee/v1/customers/{OWN}/departure"), "{form}");
    }
}

#[tokio::test]
async fn officers_confirm_what_waits_for_them_and_nothing_else() {
    let house = House::with(&everything(Party::Trustee), world);
    let page = text(&house.get("/portal/erasures").await);
    assert_eq!(page.matches("name=\"customer\"").count(), 1, "{page}");
    assert!(page.contains("data can be fetched"), "who leaves: {page}");
    let sent = house.post("/portal/erasures", &format!("customer={CUSTOMER}")).await;
    assert_eq!(sent.status, 303, "{}", text(&sent));
    let call = house.last();
    assert_eq!(call.id, "confirm-erasure");
    assert_eq!(call.target, format!("/trustee/v1/customers/{CUSTOMER}/erasure/confirmation"));
    let auditor = text(&House::with(&[Role::Auditor], world).get("/portal/erasures").await);
    assert!(!auditor.contains("<button class=\"button grave\""), "an auditor confirms nothing: {auditor}");
}
