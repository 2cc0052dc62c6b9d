//! Orders and subscriptions through the world's own door, on both engines.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{World, offer, order};

store::on_both_engines! {
    async fn an_order_becomes_a_subscription(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, subscription) = world.sold(&partner, "musterwerk", 5).await;
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        let read = world.get(&partner, &path).await.ok();
        let shown = ["quantity", "status", "billingCycle", "creationDate", "commitmentEndDate", "autoRenewEnabled"];
        let shown: Value = shown.iter().map(|name| (*name, read[*name].clone())).collect();
        assert_eq!(shown, json!({
            "quantity": 5, "status": "active", "billingCycle": "monthly", "autoRenewEnabled": true,
            "creationDate": "2026-01-15T09:00:00Z", "commitmentEndDate": "2027-01-14T00:00:00Z",
        }));
        let orders = world.get(&partner, &format!("/v1/customers/{customer}/orders")).await.ok();
        assert_eq!((orders["totalCount"].as_u64(), orders["items"][0]["status"].as_str()), (Some(1), Some("completed")));
    }

    async fn changes_follow_the_rules(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, subscription) = world.sold(&partner, "musterwerk", 5).await;
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        // Each step: what is sent, then status and code of a refusal, or the quantity and status that follow.
        let steps = [
            (json!({"quantity": 7}), Ok((7, "active"))),
            (json!({"Quantity": 26}), Err((400, 800_002))), // between the zones names are exact
            (json!({"quantity": 26}), Err((400, 800_018))),
            (json!({"quantity": 0}), Err((400, 2002))),
            (json!({"status": "suspended"}), Ok((7, "suspended"))),
            (json!({"quantity": 8}), Err((400, 2001))),
            (json!({"status": "active"}), Ok((7, "active"))),
            (json!({"billingCycle": "annual"}), Err((400, 2054))),
            (json!({"quantity": 3, "attributes": {"etag": "subscription-1"}}), Err((400, 2055))),
            (json!({"friendlyName": "Vertrieb"}), Ok((7, "active"))),
            (json!({"status": "deleted"}), Ok((7, "deleted"))),
            (json!({"status": "active"}), Err((400, 2011))),
        ];
        for (body, expected) in steps {
            let reply = world.call(&partner, "PATCH", &path).body(body.clone()).send().await;
            match expected {
                Ok((quantity, status)) => {
                    let read = reply.ok();
                    assert_eq!((read["quantity"].as_i64(), read["status"].as_str()), (Some(quantity), Some(status)), "{body}");
                }
                Err((status, code)) => reply.refused(status, code),
            }
        }
    }

    async fn an_add_on_follows_its_base(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, base) = world.sold(&partner, "musterwerk", 5).await;
        let orders = format!("/v1/customers/{customer}/orders");
        let placed = world.get(&partner, &orders).await.ok();
        let order_id = placed["items"][0]["id"].as_str().expect("an id");
        let line = json!({ "lineItemNumber": 1, "offerId": offer("Exchange Online Archiving"), "quantity": 2 });
        let patch = format!("{orders}/{order_id}");
        world.call(&partner, "PATCH", &patch).body(json!({"lineItems": [line.clone()]})).send().await.refused(400, 800_029);
        let mut with_parent = line;
        with_parent["parentSubscriptionId"] = json!(base);
        let grown = world.call(&partner, "PATCH", &patch).body(json!({"lineItems": [with_parent]})).send().await.ok();
        assert_eq!(grown["lineItems"].as_array().map(Vec::len), Some(2));
        let path = format!("/v1/customers/{customer}/subscriptions/{base}");
        world.call(&partner, "PATCH", &path).body(json!({"status": "suspended"})).send().await.ok();
        let add_ons = world.get(&partner, &format!("{path}/addons")).await.ok();
        assert_eq!(add_ons["items"][0]["status"], "suspended");
    }

    async fn a_repeated_order_is_placed_once(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let customer = world.customer(&partner, "musterwerk", json!({})).await;
        let path = format!("/v1/customers/{customer}/orders");
        let (id, body) = (Uuid::from_u128(0xF00D), order(&offer("Office 365 Enterprise E1"), 3));
        let first = world.call(&partner, "POST", &path).body(body.clone()).request(id).send().await.ok();
        let again = world.call(&partner, "POST", &path).body(body.clone()).request(id).send().await.ok();
        assert_eq!(first, again);
        let other = order(&offer("Office 365 Enterprise E1"), 4);
        let refused = world.call(&partner, "POST", &path).body(other).request(id).send().await;
        assert_eq!((refused.status, &refused.json["data"][0]), (409, &json!("request_id_reused")));
        let all = world.get(&partner, &path).await.ok();
        assert_eq!(all["totalCount"], 1);
    }

    async fn nothing_is_sold_without_agreements(store) {
        let world = World::new(store);
        let partner = world.partner(1, json!({})).await;
        let customer = world.customer(&partner, "musterwerk", json!({})).await;
        let path = format!("/v1/customers/{customer}/orders");
        let refused = world.call(&partner, "POST", &path).body(order(&offer("Office 365 Enterprise E1"), 3)).send().await;
        refused.refused(403, 13_605);
    }

    async fn a_stranger_finds_nothing(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let stranger = world.sandbox(2).await;
        let (customer, subscription) = world.sold(&partner, "musterwerk", 5).await;
        for path in ["", "/orders", "/subscriptions", &format!("/subscriptions/{subscription}")] {
            let reply = world.get(&stranger, &format!("/v1/customers/{customer}{path}")).await;
            assert_eq!(reply.status, 404, "{path}: {}", reply.text);
        }
    }
}
