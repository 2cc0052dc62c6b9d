//! What is previewed is what is billed: previews against the invoices that follow, on both engines.

mod common;

use common::{Caller, Zone, offer, order};
use serde_json::{Value, json};

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

async fn invoiced(zone: &Zone, partner: Caller) -> Value {
    zone.call(partner, "POST", "/sandbox/v1/clock", json!({ "advance": "P32D" })).await.ok();
    let path =
        "/v1/invoices/Recurring-D020000001/lineitems?provider=office&invoicelineitemtype=billinglineitems";
    let reply = zone.get(partner, path).await;
    // What is given back whole makes no invoice.
    if reply.status == 404 { json!([]) } else { reply.ok()["items"].clone() }
}

fn total(list: &Value) -> f64 {
    list.as_array().expect("lines").iter().map(|line| line["amount"].as_f64().expect("an amount")).sum()
}

store::on_both_engines! {
    async fn an_order_is_billed_as_it_was_previewed(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let customer = zone.customer(partner, "eins").await;
        let body = order(&offer("Office 365 Enterprise E1"), 5);
        let path = format!("/treuhand/v1/customers/{customer}/order-previews");
        let preview = zone.call(partner, "POST", &path, body.clone()).await.ok();
        assert_eq!(zone.get(partner, &format!("/v1/customers/{customer}/orders")).await.ok()["totalCount"], 0);
        assert_eq!(preview["invoiceDate"], "2026-02-15T00:00:00Z");
        assert_eq!((&preview["commitmentEndDate"], &preview["autoRenewEnabled"]), (&json!("2027-01-14T00:00:00Z"), &json!(true)));
        zone.call(partner, "POST", &format!("/v1/customers/{customer}/orders"), body).await.ok();
        let billed = invoiced(&zone, partner).await;
        assert_eq!(lines(&preview["lines"]), lines(&billed));
        assert!((preview["total"].as_f64().expect("a total") - total(&billed)).abs() < 0.001);
        let twelve = total(&billed) / 2.0 * 12.0; // two months are on the first invoice
        assert!((preview["yearlyTotal"].as_f64().expect("a total") - twelve).abs() < 0.001, "{preview}");
    }

    async fn what_the_order_would_refuse_its_preview_refuses(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let customer = zone.customer(partner, "eins").await;
        let previews = format!("/treuhand/v1/customers/{customer}/order-previews");
        let orders = format!("/v1/customers/{customer}/orders");
        for body in [order("no-such-offer", 1), order(&offer("Office 365 Enterprise E1"), 0)] {
            let asked = zone.call(partner, "POST", &previews, body.clone()).await;
            let placed = zone.call(partner, "POST", &orders, body.clone()).await;
            assert_eq!((asked.status, asked.body["title"].clone()), (placed.status, placed.body["data"][0].clone()), "{body}");
        }
    }

    async fn a_change_is_billed_as_it_was_previewed(store) {
        let zone = Zone::new(store);
        let changes = [(json!({ "quantity": 8 }), 1.0), (json!({ "quantity": 2 }), -1.0), (json!({ "status": "suspended" }), -1.0)];
        for (number, (change, sign)) in (1..).zip(changes) {
            let partner = zone.account(number, true).await;
            let customer = zone.customer(partner, &format!("kunde{number}")).await;
            let body = order(&offer("Office 365 Enterprise E1"), 5);
            let path = format!("/treuhand/v1/customers/{customer}/order-previews");
            let ordered = sum(&zone.call(partner, "POST", &path, body.clone()).await.ok());
            let made = zone.call(partner, "POST", &format!("/v1/customers/{customer}/orders"), body).await.ok();
            let id = made["lineItems"][0]["subscriptionId"].as_str().expect("an id").to_owned();
            zone.call(partner, "POST", "/sandbox/v1/clock", json!({ "advance": "P10D" })).await.ok();
            let path = format!("/treuhand/v1/customers/{customer}/subscriptions/{id}/change-previews");
            let renamed = zone.call(partner, "POST", &path, json!({ "friendlyName": "Vertrieb" })).await.ok();
            assert_eq!((&renamed["lines"], sum(&renamed)), (&json!([]), 0.0), "a name costs nothing");
            let changed = sum(&zone.call(partner, "POST", &path, change.clone()).await.ok());
            assert!(changed * sign > 0.0, "{change}: {changed}");
            let path = format!("/v1/customers/{customer}/subscriptions/{id}");
            assert_eq!(zone.get(partner, &path).await.ok()["quantity"], 5, "looking changes nothing");
            zone.call(partner, "PATCH", &path, change.clone()).await.ok();
            let billed = total(&invoiced(&zone, partner).await);
            assert!((billed - ordered - changed).abs() < 0.001, "{change}: {billed} is not {ordered} and {changed}");
        }
    }
}

fn sum(preview: &Value) -> f64 {
    preview["total"].as_f64().expect("a total")
}
