//! Invoices and the sandbox's clock through the world's own door, on both engines.

use contract::Role;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::harness::{Who, World, customer, offer, order, partner_id};

const CLOCK: &str = "/sandbox/v1/clock";
const SETTINGS: &str = "/sandbox/v1/settings";

async fn moved(world: &World, partner: Who, by: &str) -> Value {
    world.call(&partner, "POST", CLOCK).body(json!({ "advance": by })).send().await.ok()
}

async fn ids(world: &World, partner: Who, query: &str) -> Vec<String> {
    let list = world.get(&partner, &format!("/v1/invoices{query}")).await.ok();
    let ids = list["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|one| one["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

store::on_both_engines! {
    async fn each_sandbox_numbers_its_own_invoices(store) {
        let world = World::new(store);
        let (one, other) = (world.sandbox(1).await, world.sandbox(2).await);
        world.sold(&one, "eins", 5).await;
        world.sold(&other, "zwei", 5).await;
        moved(&world, one, "P63D").await;
        moved(&world, other, "P32D").await;
        assert_eq!(ids(&world, one, "").await, ["Recurring-D020000002", "Recurring-D020000001"]);
        assert_eq!(ids(&world, one, "?size=1&offset=1").await, ["Recurring-D020000001"]);
        assert_eq!(ids(&world, other, "").await, ["Recurring-D020000001"]);
        world.get(&other, "/v1/invoices/Recurring-D020000002").await.refused(404, 1000);
        world.get(&one, "/v1/invoices/d020000002").await.ok();
        world.get(&one, "/v1/invoices/Recurring-D020000003").await.refused(404, 1000);
        world.get(&one, "/v1/invoices/a%20b").await.refused(404, 1000);
    }

    async fn what_is_owed_is_summed_up(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let before = world.get(&partner, "/v1/invoices/summary").await.ok();
        assert_eq!((before["balanceAmount"].as_f64(), &before["currencyCode"]), (Some(0.0), &json!("EUR")));
        world.sold(&partner, "eins", 5).await;
        moved(&world, partner, "P63D").await;
        let owed = world.get(&partner, "/v1/invoices/summary").await.ok();
        let all = world.get(&partner, "/v1/invoices").await.ok();
        let sum: f64 = all["items"].as_array().expect("items").iter().map(|one| one["totalCharges"].as_f64().expect("an amount")).sum();
        assert!((owed["balanceAmount"].as_f64().expect("an amount") - sum).abs() < 0.001 && sum > 1.0, "{owed}");
        assert_eq!(owed["firstInvoiceCreationDate"], "2026-02-15T00:00:00Z");
        assert_eq!(owed["latestInvoiceDate"], "2026-03-15T00:00:00Z");
        assert_eq!(owed["details"][0]["invoiceType"], "Recurring");
        let list = world.get(&partner, "/v1/invoices/summaries").await.ok();
        assert_eq!((&list["totalCount"], &list["items"][0]["balanceAmount"]), (&json!(1), &owed["balanceAmount"]));
    }

    async fn lines_come_as_pages_a_file_and_an_explanation(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, _) = world.sold(&partner, "eins", 5).await;
        moved(&world, partner, "P32D").await;
        let invoice = "/v1/invoices/Recurring-D020000001";
        let path = format!("{invoice}/lineitems?provider=office&invoicelineitemtype=billinglineitems");
        let lines = world.get(&partner, &path).await.ok();
        let legacy = world.get(&partner, &format!("{invoice}/lineitems/Office/BILLINGLINEITEMS")).await.ok();
        assert_eq!((lines["totalCount"].as_u64(), &lines["items"]), (Some(2), &legacy["items"]));
        assert_eq!((&lines["items"][0]["customerId"], &lines["items"][0]["tier2MpnId"]), (&json!(customer), &json!(-1)));
        let usage = world.get(&partner, &format!("{invoice}/lineitems/azure/usagelineitems")).await.ok();
        assert_eq!(usage["totalCount"], 0);
        for bad in ["lineitems", "lineitems?provider=office", "lineitems/office/usagelineitems", "lineitems/x/y"] {
            world.get(&partner, &format!("{invoice}/{bad}")).await.refused(400, 800_002);
        }
        let documents = "/treuhand/v1/invoices/Recurring-D020000001";
        let file = world.get(&partner, &format!("{documents}/reconciliation.csv")).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        assert_eq!(file.status, 200, "{}", file.text);
        let rows: Vec<&str> = file.text.lines().collect();
        assert!(rows.len() == 3 && rows[0].starts_with("PartnerId,CustomerId,") && rows[1].contains(&customer), "{rows:?}");
        let whole = world.get(&partner, &format!("{documents}/explanation.json")).await.ok();
        assert_eq!((&whole["tax_evidence"]["buyer_country"], &whole["tax_evidence"]["decision"]["rule"]), (&json!("DE"), &json!("domestic")));
        let explained: billing::Invoice = serde_json::from_value(whole).expect("an invoice");
        for entry in &explained.lines {
            let line = &entry.line;
            let again = billing::prorate(line.basis.unit_price, line.quantity, line.basis.days, line.basis.of_days, explained.currency);
            assert_eq!(again, Ok(line.amount), "every amount can be computed again");
        }
        assert_eq!(documents::license_csv(&explained).expect("a file"), file.text.as_bytes());
    }

    async fn what_happens_by_itself_is_told(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, subscription) = world.sold(&partner, "eins", 5).await;
        let told = moved(&world, partner, "P366D").await;
        assert_eq!((&told["now"], told["jobsRun"].as_u64()), (&json!("2027-01-16T09:00:00Z"), Some(13)));
        assert_eq!(told["happened"][11], json!({
            "day": "2027-01-15", "kind": "renewed", "customerId": customer, "subscriptionId": subscription,
        }));
        assert_eq!(told["happened"][12]["invoiceId"], "Recurring-D02000000C");
        let trail = world.get(&partner, "/v1/auditrecords?startDate=2027-01-14").await.ok();
        let trail: Vec<&str> = trail["items"].as_array().expect("items").iter()
            .map(|one| one["operationType"].as_str().expect("a type")).collect();
        assert_eq!(trail, ["ready_invoice", "update_subscription"]);
        let events = world.store.read("events", |tx| {
            store::operator::outbox::of_partner(tx, kernel::AccountId(partner_id(1)), 0, 100)
        }).await.expect("events");
        let last: Vec<(&str, &str)> = events.iter().rev().take(2)
            .map(|event| (event.event.as_str(), event.resource.as_str())).collect();
        let own = format!("/customers/{customer}/subscriptions/{subscription}");
        assert_eq!(last, [("invoice-ready", "/invoices/Recurring-D02000000C"), ("subscription-updated", own.as_str())]);
    }

    async fn a_clock_belongs_to_its_sandbox(store) {
        let world = World::new(store);
        let (sandbox, real) = (world.sandbox(1).await, world.partner(2, json!({})).await);
        let reseller = world.account(3, |row| row.clock_owner = kernel::AccountId(partner_id(1))).await;
        assert_eq!(moved(&world, sandbox, "P10D").await["now"], "2026-01-25T09:00:00Z");
        assert_eq!(world.get(&reseller, CLOCK).await.ok()["now"], "2026-01-25T09:00:00Z");
        assert_eq!(world.get(&real, CLOCK).await.ok()["now"], "2026-01-15T09:00:00Z");
        let refusals = [
            (sandbox, json!({ "advance": "P401D" }), 400),
            (sandbox, json!({ "moveTo": "2026-01-15T09:00:00Z" }), 409),
            (sandbox, json!({}), 400),
            (reseller, json!({ "advance": "P1D" }), 403),
            (real, json!({ "advance": "P1D" }), 403),
        ];
        for (caller, body, status) in refusals {
            assert_eq!(world.call(&caller, "POST", CLOCK).body(body.clone()).send().await.status, status, "{body}");
        }
        let sales = Who::agent(1, &[Role::SalesAgent]);
        assert_eq!(world.call(&sales, "POST", CLOCK).body(json!({ "advance": "P1D" })).send().await.status, 403);
        // A retry is answered as before and moves nothing.
        let id = Uuid::from_u128(77);
        let first = world.call(&sandbox, "POST", CLOCK).body(json!({ "advance": "P1D" })).request(id).send().await.ok();
        assert_eq!(world.call(&sandbox, "POST", CLOCK).body(json!({ "advance": "P1D" })).request(id).send().await.ok(), first);
        assert_eq!(world.get(&sandbox, CLOCK).await.ok()["now"], first["now"]);
    }

    async fn a_sandbox_sets_its_own_limits(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let read = world.get(&partner, SETTINGS).await.ok();
        assert_eq!((&read["limits"]["customers"], &read["acceptAgreementsAtOnce"]), (&json!(75), &json!(true)));
        world.call(&partner, "PUT", SETTINGS).body(json!({ "limits": { "customers": 1 } })).send().await.ok();
        world.customer(&partner, "eins", json!({})).await;
        world.call(&partner, "POST", "/v1/customers").body(customer("zwei")).send().await.refused(400, 800_018);
        let wish = json!({ "limits": { "customers": 0 }, "acceptAgreementsAtOnce": false });
        let now = world.call(&partner, "PUT", SETTINGS).body(wish).send().await.ok();
        assert_eq!(now["limits"], json!({ "customers": 0, "subscriptionsPerCustomer": 5, "seatsPerSubscription": 25 }));
        let customer = world.customer(&partner, "drei", json!({})).await;
        let orders = format!("/v1/customers/{customer}/orders");
        world.call(&partner, "POST", &orders).body(order(&offer("Office 365 Enterprise E1"), 5)).send().await.refused(403, 13605);
        let real = world.partner(2, json!({})).await;
        assert_eq!(world.get(&real, SETTINGS).await.status, 403);
    }

    async fn a_change_does_not_overtake_a_renewal(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, subscription) = world.sold(&partner, "eins", 5).await;
        moved(&world, partner, "P364D").await;
        // A day passes, and the partner is faster than the job.
        world.clock.pass(jiff::SignedDuration::from_hours(24));
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        let changed = world.call(&partner, "PATCH", &path).body(json!({ "quantity": 7 })).send().await.ok();
        assert_eq!((&changed["quantity"], &changed["commitmentEndDate"]), (&json!(7), &json!("2028-01-14T00:00:00Z")));
        let tick = world.operator.tick().await.expect("a tick");
        assert_eq!((tick.subscriptions, tick.invoices), (0, 0));
    }

    async fn a_deleted_customer_is_billed_once_more_and_never_again(store) {
        let world = World::new(store);
        let partner = world.sandbox(1).await;
        let (customer, _) = world.sold(&partner, "eins", 5).await;
        moved(&world, partner, "P50D").await; // 6 March
        assert_eq!(world.call(&partner, "DELETE", format!("/v1/customers/{customer}")).send().await.status, 204);
        let told = moved(&world, partner, "P366D").await;
        assert_eq!((told["jobsRun"].as_u64(), &told["happened"][0]["day"]), (Some(1), &json!("2026-03-15")));
        let credit = world.get(&partner, "/v1/invoices/D020000002").await.ok();
        assert!(credit["totalCharges"].as_f64().expect("an amount") < 0.0, "{credit}");
    }
}
