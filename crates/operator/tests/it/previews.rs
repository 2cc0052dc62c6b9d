//! What is previewed is what is billed: previews against the invoices that follow, on both engines.

use serde_json::{Value, json};

use crate::harness::{Who, World, offer, order};

/// What of a line must agree.
fn essence(line: &Value) -> String {
    let of = |name: &str| line[name].to_string();
    let names = ["chargeType", "chargeStartDate", "chargeEndDate", "quantity", "unitPrice", "amount"];
    names.map(of).join(" ")
}

fn lines(list: &Value) -> Vec<String> {
    let mut lines: Vec<String> = list.as_array().expect("lines").iter().map(essence).collect();
    lines.sort();
    lines
}

async fn invoiced(world: &World, partner: Who) -> Value {
    world.call(&partner, "POST", "/sandbox/v1/clock").body(json!({ "advance": "P32D" })).send().await.ok();
    let path =
        "/v1/invoices/Recurring-D020000001/lineitems?provider=office&invoicelineitemtype=billinglineitems";
    let reply = world.get(&partner, path).await;
    // What is given back whole makes no invoice.
    if reply.status == 404 { json!([]) } else { reply.ok()["items"].clone() }
}

fn total(list: &Value) -> f64 {
    list.as_array().expect("lines").iter().map(|line| line["amount"].as_f64().expect("an amount")).sum()
}

store::on_both_engines! {
    async fn an_order_is_billed_as_it_was_previewed(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let customer = world.customer(&partner, "eins", json!({})).await;
        let body = order(&offer("Office 365 Enterprise E1"), 5);
        let path = format!("/treuhand/v1/customers/{customer}/order-previews");
        let preview = world.call(&partner, "POST", &path).body(body.clone()).send().await.ok();
        assert_eq!(world.get(&partner, &format!("/v1/customers/{customer}/orders")).await.ok()["totalCount"], 0);
        assert_eq!(preview["invoiceDate"], "2026-02-15T00:00:00Z");
        assert_eq!((&preview["commitmentEndDate"], &preview["autoRenewEnabled"]), (&json!("2027-01-14T00:00:00Z"), &json!(true)));
        world.call(&partner, "POST", format!("/v1/customers/{customer}/orders")).body(body).send().await.ok();
        let billed = invoiced(&world, partner).await;
        assert_eq!(lines(&preview["lines"]), lines(&billed));
        assert!((preview["total"].as_f64().expect("a total") - total(&billed)).abs() < 0.001);
        let twelve = total(&billed) / 2.0 * 12.0; // two months are on the first invoice
        assert!((preview["yearlyTotal"].as_f64().expect("a total") - twelve).abs() < 0.001, "{preview}");
    }

    async fn what_the_order_would_refuse_its_preview_refuses(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let customer = world.customer(&partner, "eins", json!({})).await;
        let previews = format!("/treuhand/v1/customers/{customer}/order-previews");
        let orders = format!("/v1/customers/{customer}/orders");
        for body in [order("no-such-offer", 1), order(&offer("Office 365 Enterprise E1"), 0)] {
            let asked = world.call(&partner, "POST", &previews).body(body.clone()).send().await;
            let placed = world.call(&partner, "POST", &orders).body(body.clone()).send().await;
            assert_eq!((asked.status, asked.json["title"].clone()), (placed.status, placed.json["data"][0].clone()), "{body}");
        }
    }

    async fn a_change_is_billed_as_it_was_previewed(store) {
        let world = World::new(store);
        let changes = [(json!({ "quantity": 8 }), 1.0), (json!({ "quantity": 2 }), -1.0), (json!({ "status": "suspended" }), -1.0)];
        for (number, (change, sign)) in (1..).zip(changes) {
            let partner = world.sandbox(number).await;
            let customer = world.customer(&partner, &format!("kunde{number}"), json!({})).await;
            let body = order(&offer("Office 365 Enterprise E1"), 5);
            let path = format!("/treuhand/v1/customers/{customer}/order-previews");
            let ordered = sum(&world.call(&partner, "POST", &path).body(body.clone()).send().await.ok());
            let made = world.call(&partner, "POST", format!("/v1/customers/{customer}/orders")).body(body).send().await.ok();
            let id = made["lineItems"][0]["subscriptionId"].as_str().expect("an id").to_owned();
            world.call(&partner, "POST", "/sandbox/v1/clock").body(json!({ "advance": "P10D" })).send().await.ok();
            let path = format!("/treuhand/v1/customers/{customer}/subscriptions/{id}/change-previews");
            let renamed = world.call(&partner, "POST", &path).body(json!({ "friendlyName": "Vertrieb" })).send().await.ok();
            assert_eq!((&renamed["lines"], sum(&renamed)), (&json!([]), 0.0), "a name costs nothing");
            let changed = sum(&world.call(&partner, "POST", &path).body(change.clone()).send().await.ok());
            assert!(changed * sign > 0.0, "{change}: {changed}");
            let path = format!("/v1/customers/{customer}/subscriptions/{id}");
            assert_eq!(world.get(&partner, &path).await.ok()["quantity"], 5, "looking changes nothing");
            world.call(&partner, "PATCH", &path).body(change.clone()).send().await.ok();
            let billed = total(&invoiced(&world, partner).await);
            assert!((billed - ordered - changed).abs() < 0.001, "{change}: {billed} is not {ordered} and {changed}");
        }
    }
}

fn sum(preview: &Value) -> f64 {
    preview["total"].as_f64().expect("a total")
}
