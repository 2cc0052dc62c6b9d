//! Invoices and the sandbox's clock through the zone's own door, on both engines.

mod common;

use common::{Caller, Zone, offer, order};
use contract::{Party, Role};
use serde_json::{Value, json};
use uuid::Uuid;

const CLOCK: &str = "/sandbox/v1/clock";
const SETTINGS: &str = "/sandbox/v1/settings";

/// Orders for a new customer and answers the customer and the subscription.
async fn sold(zone: &Zone, partner: Caller, prefix: &str) -> (String, String) {
    let customer = zone.customer(partner, prefix).await;
    let path = format!("/v1/customers/{customer}/orders");
    let made = zone.call(partner, "POST", &path, order(&offer("Office 365 Enterprise E1"), 5)).await.ok();
    let subscription = made["lineItems"][0]["subscriptionId"].as_str().expect("an id").to_owned();
    (customer, subscription)
}

async fn moved(zone: &Zone, partner: Caller, by: &str) -> Value {
    zone.call(partner, "POST", CLOCK, json!({ "advance": by })).await.ok()
}

async fn ids(zone: &Zone, partner: Caller, query: &str) -> Vec<String> {
    let list = zone.get(partner, &format!("/v1/invoices{query}")).await.ok();
    let ids = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|one| one["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

store::on_both_engines! {
    async fn each_sandbox_numbers_its_own_invoices(store) {
        let zone = Zone::new(store);
        let (one, other) = (zone.account(1, true).await, zone.account(2, true).await);
        sold(&zone, one, "eins").await;
        sold(&zone, other, "zwei").await;
        moved(&zone, one, "P63D").await;
        moved(&zone, other, "P32D").await;
        assert_eq!(ids(&zone, one, "").await, ["Recurring-D020000002", "Recurring-D020000001"]);
        assert_eq!(ids(&zone, one, "?size=1&offset=1").await, ["Recurring-D020000001"]);
        assert_eq!(ids(&zone, other, "").await, ["Recurring-D020000001"]);
        zone.get(other, "/v1/invoices/Recurring-D020000002").await.refused(404, 1000);
        zone.get(one, "/v1/invoices/d020000002").await.ok();
        zone.get(one, "/v1/invoices/Recurring-D020000003").await.refused(404, 1000);
        zone.get(one, "/v1/invoices/a%20b").await.refused(404, 1000);
    }

    async fn what_is_owed_is_summed_up(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let before = zone.get(partner, "/v1/invoices/summary").await.ok();
        assert_eq!((before["balanceAmount"].as_f64(), &before["currencyCode"]), (Some(0.0), &json!("EUR")));
        sold(&zone, partner, "eins").await;
        moved(&zone, partner, "P63D").await;
        let owed = zone.get(partner, "/v1/invoices/summary").await.ok();
        let all = zone.get(partner, "/v1/invoices").await.ok();
        let sum: f64 = all["items"].as_array().expect("items").iter().map(|one| one["totalCharges"].as_f64().expect("an amount")).sum();
        assert!((owed["balanceAmount"].as_f64().expect("an amount") - sum).abs() < 0.001 && sum > 1.0, "{owed}");
        assert_eq!(owed["firstInvoiceCreationDate"], "2026-02-15T00:00:00Z");
        assert_eq!(owed["latestInvoiceDate"], "2026-03-15T00:00:00Z");
        assert_eq!(owed["details"][0]["invoiceType"], "Recurring");
        let list = zone.get(partner, "/v1/invoices/summaries").await.ok();
        assert_eq!((&list["totalCount"], &list["items"][0]["balanceAmount"]), (&json!(1), &owed["balanceAmount"]));
    }

    async fn lines_come_as_pages_a_file_and_an_explanation(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let (customer, _) = sold(&zone, partner, "eins").await;
        moved(&zone, partner, "P32D").await;
        let invoice = "/v1/invoices/Recurring-D020000001";
        let path = format!("{invoice}/lineitems?provider=office&invoicelineitemtype=billinglineitems");
        let lines = zone.get(partner, &path).await.ok();
        let legacy = zone.get(partner, &format!("{invoice}/lineitems/Office/BILLINGLINEITEMS")).await.ok();
        assert_eq!((lines["totalCount"].as_u64(), &lines["items"]), (Some(2), &legacy["items"]));
        assert_eq!((&lines["items"][0]["customerId"], &lines["items"][0]["tier2MpnId"]), (&json!(customer), &json!(-1)));
        let usage = zone.get(partner, &format!("{invoice}/lineitems/azure/usagelineitems")).await.ok();
        assert_eq!(usage["totalCount"], 0);
        for bad in ["lineitems", "lineitems?provider=office", "lineitems/office/usagelineitems", "lineitems/x/y"] {
            zone.get(partner, &format!("{invoice}/{bad}")).await.refused(400, 800_002);
        }
        let documents = "/treuhand/v1/invoices/Recurring-D020000001";
        let file = zone.get(partner, &format!("{documents}/reconciliation.csv")).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        let file = file.ok();
        let rows: Vec<&str> = file.as_str().expect("text").lines().collect();
        assert!(rows.len() == 3 && rows[0].starts_with("PartnerId,CustomerId,") && rows[1].contains(&customer), "{rows:?}");
        let whole = zone.get(partner, &format!("{documents}/explanation.json")).await.ok();
        assert_eq!((&whole["tax_evidence"]["buyer_country"], &whole["tax_evidence"]["decision"]["rule"]), (&json!("DE"), &json!("domestic")));
        let explained: billing::Invoice = serde_json::from_value(whole).expect("an invoice");
        for entry in &explained.lines {
            let line = &entry.line;
            let again = billing::prorate(line.basis.unit_price, line.quantity, line.basis.days, line.basis.of_days, explained.currency);
            assert_eq!(again, Ok(line.amount), "every amount can be computed again");
        }
        assert_eq!(documents::license_csv(&explained).expect("a file"), file.as_str().expect("text").as_bytes());
    }

    async fn what_happens_by_itself_is_told(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let (customer, subscription) = sold(&zone, partner, "eins").await;
        let told = moved(&zone, partner, "P366D").await;
        assert_eq!((&told["now"], told["jobsRun"].as_u64()), (&json!("2027-01-16T09:00:00Z"), Some(13)));
        assert_eq!(told["happened"][11], json!({
            "day": "2027-01-15", "kind": "renewed", "customerId": customer, "subscriptionId": subscription,
        }));
        assert_eq!(told["happened"][12]["invoiceId"], "Recurring-D02000000C");
        let trail = zone.get(partner, "/v1/auditrecords?startDate=2027-01-14").await.ok();
        let trail: Vec<&str> = trail["items"].as_array().expect("items").iter()
            .map(|one| one["operationType"].as_str().expect("a type")).collect();
        assert_eq!(trail, ["ready_invoice", "update_subscription"]);
        let events = zone.store.read("events", |tx| {
            store::operator::outbox::of_partner(tx, kernel::AccountId(Uuid::from_u128(1)), 0, 100)
        }).await.expect("events");
        let last: Vec<(&str, &str)> = events.iter().rev().take(2)
            .map(|event| (event.event.as_str(), event.resource.as_str())).collect();
        let own = format!("/customers/{customer}/subscriptions/{subscription}");
        assert_eq!(last, [("invoice-ready", "/invoices/Recurring-D02000000C"), ("subscription-updated", own.as_str())]);
    }

    async fn a_clock_belongs_to_its_sandbox(store) {
        let zone = Zone::new(store);
        let (sandbox, real) = (zone.account(1, true).await, zone.account(2, false).await);
        let reseller = zone.account_like(3, |row| row.clock_owner = kernel::AccountId(Uuid::from_u128(1))).await;
        assert_eq!(moved(&zone, sandbox, "P10D").await["now"], "2026-01-25T09:00:00Z");
        assert_eq!(zone.get(reseller, CLOCK).await.ok()["now"], "2026-01-25T09:00:00Z");
        assert_eq!(zone.get(real, CLOCK).await.ok()["now"], "2026-01-15T09:00:00Z");
        let refusals = [
            (sandbox, json!({ "advance": "P401D" }), 400),
            (sandbox, json!({ "moveTo": "2026-01-15T09:00:00Z" }), 409),
            (sandbox, json!({}), 400),
            (reseller, json!({ "advance": "P1D" }), 403),
            (real, json!({ "advance": "P1D" }), 403),
        ];
        for (caller, body, status) in refusals {
            assert_eq!(zone.call(caller, "POST", CLOCK, body.clone()).await.status, status, "{body}");
        }
        let sales = Caller { tenant: Uuid::from_u128(1), party: Party::Partner, user: Some(1), role: Role::SalesAgent };
        assert_eq!(zone.call(sales, "POST", CLOCK, json!({ "advance": "P1D" })).await.status, 403);
        // A retry is answered as before and moves nothing.
        let id = Uuid::from_u128(77);
        let first = zone.call_as(id, sandbox, "POST", CLOCK, json!({ "advance": "P1D" })).await.ok();
        assert_eq!(zone.call_as(id, sandbox, "POST", CLOCK, json!({ "advance": "P1D" })).await.ok(), first);
        assert_eq!(zone.get(sandbox, CLOCK).await.ok()["now"], first["now"]);
    }

    async fn a_sandbox_sets_its_own_limits(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let read = zone.get(partner, SETTINGS).await.ok();
        assert_eq!((&read["limits"]["customers"], &read["acceptAgreementsAtOnce"]), (&json!(75), &json!(true)));
        zone.call(partner, "PUT", SETTINGS, json!({ "limits": { "customers": 1 } })).await.ok();
        zone.customer(partner, "eins").await;
        zone.call(partner, "POST", "/v1/customers", common::customer("zwei")).await.refused(400, 800_018);
        let wish = json!({ "limits": { "customers": 0 }, "acceptAgreementsAtOnce": false });
        let now = zone.call(partner, "PUT", SETTINGS, wish).await.ok();
        assert_eq!(now["limits"], json!({ "customers": 0, "subscriptionsPerCustomer": 5, "seatsPerSubscription": 25 }));
        let customer = zone.customer(partner, "drei").await;
        let orders = format!("/v1/customers/{customer}/orders");
        zone.call(partner, "POST", &orders, order(&offer("Office 365 Enterprise E1"), 5)).await.refused(403, 13605);
        let real = zone.account(2, false).await;
        assert_eq!(zone.get(real, SETTINGS).await.status, 403);
    }

    async fn a_change_does_not_overtake_a_renewal(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let (customer, subscription) = sold(&zone, partner, "eins").await;
        moved(&zone, partner, "P364D").await;
        // A day passes, and the partner is faster than the job.
        zone.clock.pass(jiff::SignedDuration::from_hours(24));
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        let changed = zone.call(partner, "PATCH", &path, json!({ "quantity": 7 })).await.ok();
        assert_eq!((&changed["quantity"], &changed["commitmentEndDate"]), (&json!(7), &json!("2028-01-14T00:00:00Z")));
        let tick = zone.operator.tick().await.expect("a tick");
        assert_eq!((tick.subscriptions, tick.invoices), (0, 0));
    }

    async fn a_deleted_customer_is_billed_once_more_and_never_again(store) {
        let zone = Zone::new(store);
        let partner = zone.account(1, true).await;
        let (customer, _) = sold(&zone, partner, "eins").await;
        moved(&zone, partner, "P50D").await; // 6 March
        assert_eq!(zone.call(partner, "DELETE", &format!("/v1/customers/{customer}"), Value::Null).await.status, 204);
        let told = moved(&zone, partner, "P366D").await;
        assert_eq!((told["jobsRun"].as_u64(), &told["happened"][0]["day"]), (Some(1), &json!("2026-03-15")));
        let credit = zone.get(partner, "/v1/invoices/D020000002").await.ok();
        assert!(credit["totalCharges"].as_f64().expect("an amount") < 0.0, "{credit}");
    }
}
