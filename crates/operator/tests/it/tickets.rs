//! Support tickets as the operator knows them: numbers, states and times, and one envelope.

use jiff::SignedDuration;
use serde_json::{Value, json};
use store::on_both_engines;

use crate::harness::{ENVELOPE, Reply, Who, World};

const PATH: &str = "/v1/servicerequests";
const QUEUE: &str = "/treuhand/v1/tickets";

fn body() -> Value {
    json!({ "severity": "Critical", "supportTopicId": "32444675", "sealed": ENVELOPE })
}

async fn open(world: &World, who: &Who, number: &str, body: Value) -> Reply {
    world.call(who, "POST", format!("{PATH}/de-DE")).minted(number).body(body).send().await
}

fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect()
}

on_both_engines! {
    async fn a_ticket_goes_from_hand_to_hand(store) {
        let world = World::new(store);
        let (who, staff) = (world.partner(1, json!({})).await, Who::staff(1));
        let made = open(&world, &who, "616122292874576", body()).await;
        assert_eq!(made.headers["location"], "/servicerequests/616122292874576");
        let made = made.expect(201);
        assert_eq!((&made["severity"], &made["status"]), (&json!("critical"), &json!("open")));
        assert_eq!(made["supportTopicName"], "A service does not work");
        assert_eq!(made["organization"]["name"], "Partner 1 GmbH");
        assert_eq!((&made["countryCode"], &made["sealed"]), (&json!("DE"), &json!(ENVELOPE)));

        let queue = world.get(&staff, QUEUE).await.expect(200);
        assert_eq!(ids(&queue), ["616122292874576"]);
        assert!(!queue.to_string().contains(ENVELOPE), "no texts in the queue, sealed or not: {queue}");
        let at = format!("{QUEUE}/616122292874576");
        let taken = world.call(&staff, "POST", format!("{at}/assignment")).send().await.expect(200);
        assert!(taken["assignedTo"].is_string() && taken["firstAnsweredDate"].is_null(), "{taken}");
        world.clock.pass(SignedDuration::from_hours(2));
        let answer = || world.call(&staff, "POST", format!("{at}/answers"));
        assert_eq!(answer().body(json!({})).send().await.refusal(), (400, 3000, "bad_property"));
        let answered = answer().body(json!({ "sealed": "AAAAanswer" })).send().await.expect(201);
        assert_eq!(answered["status"], "attention_needed");
        assert_eq!(answered["firstAnsweredDate"], "2026-01-15T11:00:00Z");

        let ticket = format!("{PATH}/616122292874576");
        let seen = world.get(&who, &ticket).await.expect(200);
        assert_eq!((&seen["sealed"], &seen["status"]), (&json!("AAAAanswer"), &json!("attention_needed")));
        let patch = |body: Value| world.call(&who, "PATCH", ticket.clone()).body(body);
        let empty = patch(json!({ "severity": "unknown", "status": "none" })).send().await.expect(200);
        assert_eq!((&empty["severity"], &empty["status"]), (&json!("critical"), &json!("attention_needed")));
        let wrong = patch(json!({ "status": "attention_needed" })).send().await;
        assert_eq!(wrong.refusal(), (400, 3000, "bad_property"));
        let stale = patch(json!({ "sealed": "AAAAnote" })).header("if-match", "\"ticket-1\"").send().await;
        assert_eq!(stale.refusal(), (400, 2055, "stale_etag"));
        let noted = patch(json!({ "sealed": "AAAAnote", "severity": "minimal" })).send().await.expect(200);
        assert_eq!((&noted["status"], &noted["severity"]), (&json!("open"), &json!("minimal")));

        let close = world.call(&staff, "PATCH", at.clone()).body(json!({ "status": "closed" }));
        let closed = close.send().await.expect(200);
        assert_eq!(closed["lastClosedDate"], "2026-01-15T11:00:00Z");
        assert!(ids(&world.get(&staff, QUEUE).await.expect(200)).is_empty());
        let listed = world.get(&staff, &format!("{QUEUE}?status=closed")).await.expect(200);
        assert_eq!(ids(&listed), ["616122292874576"]);
        let trail = world.get(&who, "/v1/auditrecords").await.expect(200);
        let words: Vec<&str> = trail["items"].as_array().expect("a list").iter()
            .filter_map(|line| line["customizedData"].as_array()?.iter().find(|own| own["key"] == "operationType"))
            .filter_map(|own| own["value"].as_str()).collect();
        for word in ["create_service_request", "take_ticket", "answer_ticket", "update_service_request", "change_ticket"] {
            assert!(words.contains(&word), "{word}: {words:?}");
        }
    }

    async fn a_ticket_is_its_opener_s_and_its_customer_s(store) {
        let world = World::new(store);
        let (who, other) = (world.partner(1, json!({})).await, world.partner(2, json!({})).await);
        let customer = world.customer(&who, "muster", json!({})).await;
        let about = json!({ "organization": { "id": customer } });
        let named = crate::harness::merged(body(), about);
        let made = open(&world, &who, "1001", named.clone()).await.expect(201);
        assert_eq!(made["organization"]["id"], json!(customer));
        assert_eq!(open(&world, &other, "1002", named).await.status, 404, "not its customer");
        let own = open(&world, &who, "1003", body()).await.expect(201);
        assert_eq!(own["organization"]["name"], "Partner 1 GmbH");
        let admin = Who::customer(&customer);
        let of_customer = open(&world, &admin, "1004", body()).await.expect(201);
        assert_eq!(of_customer["organization"]["id"], json!(customer));

        for (caller, number, status) in [
            (&who, "1001", 200), (&who, "1003", 200), (&who, "1004", 404),
            (&admin, "1001", 200), (&admin, "1003", 404), (&admin, "1004", 200),
            (&other, "1001", 404), (&other, "1003", 404), (&other, "1004", 404), (&who, "9", 404),
        ] {
            let got = world.get(caller, &format!("{PATH}/{number}")).await;
            assert_eq!(got.status, status, "{number} by {caller:?}");
            let changed = world.call(caller, "PATCH", format!("{PATH}/{number}")).body(json!({})).send().await;
            assert_eq!(changed.status, status, "changing {number} by {caller:?}");
        }
        let list = format!("/v1/customers/{customer}/servicerequests");
        assert_eq!(ids(&world.get(&who, &list).await.expect(200)), ["1001"]);
        assert_eq!(world.get(&other, &list).await.status, 404);
        let mut all = world.get(&admin, &list).await.expect(200);
        all["items"].as_array_mut().expect("a list").sort_by_key(|one| one["id"].to_string());
        assert_eq!(ids(&all), ["1001", "1004"]);
        let mine = world.get(&who, "/treuhand/v1/servicerequests?size=1").await.expect(200);
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(1));
        assert!(mine["links"]["next"]["uri"].as_str().is_some_and(|uri| uri.contains("offset=1")), "{mine}");
    }

    async fn a_ticket_says_what_it_is_about_and_is_opened_once(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        for (member, value) in [
            ("severity", Value::Null), ("supportTopicId", Value::Null), ("supportTopicId", json!("7")),
            ("sealed", Value::Null), ("productId", json!("no-such-offer")),
        ] {
            let mut wrong = body();
            match value {
                Value::Null => drop(wrong.as_object_mut().expect("a body").remove(member)),
                value => wrong[member] = value,
            }
            assert_eq!(open(&world, &who, "1", wrong).await.refusal(), (400, 3000, "bad_property"), "{member}");
        }
        let clear = crate::harness::merged(body(), json!({ "title": "in clear" }));
        assert_eq!(open(&world, &who, "1", clear).await.refusal().2, "plaintext_personal_data");
        let unminted = world.call(&who, "POST", format!("{PATH}/de-DE")).body(body()).send().await;
        assert_eq!(unminted.refusal().2, "minted_id_missing");
        open(&world, &who, "1", body()).await.expect(201);
        assert_eq!(open(&world, &who, "1", body()).await.refusal().2, "request_id_reused");
        let topics = world.call(&who, "GET", format!("{PATH}/supporttopics")).header("x-locale", "de-DE").send();
        let topics = topics.await.expect(200);
        assert_eq!(topics["items"][4], json!({"name": "Ein Dienst funktioniert nicht", "id": 32_444_675,
            "description": "Eine Störung eines Dienstes, bei Ihnen oder bei einem Kunden.",
            "attributes": {"objectType": "SupportTopic"}}));
    }
}
