//! The trail: what was done, narrowed and paged.

use jiff::SignedDuration;
use serde_json::{Value, json};
use store::on_both_engines;

use crate::harness::{Who, World, filter};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn operations(world: &World, who: &Who, query: &str) -> Vec<String> {
    let list = world.call(who, "GET", format!("/v1/auditrecords?{query}")).send().await.expect(200);
    let operation = |item: &Value| item["operationType"].as_str().expect("an operation").to_owned();
    list["items"].as_array().expect("items").iter().map(operation).collect()
}

on_both_engines! {
    async fn what_a_partner_did_is_found_again(store) {
        let world = World::new(store);
        let (who, other) = (world.partner(1, json!({})).await, world.partner(2, json!({})).await);
        world.clock.pass(40 * DAY);
        let id = world.customer(&who, "muster", json!({})).await;
        world.customer(&who, "zoo", json!({})).await;
        world.customer(&other, "fremd", json!({})).await;
        world.call(&who, "PATCH", format!("/v1/customers/{id}")).body(json!({ "relationshipToPartner": "none" })).send().await.expect(200);
        let refused = world.call(&who, "POST", "/v1/customers").body(json!({}));
        assert_eq!(refused.send().await.status, 400, "what was refused leaves no entry");

        let mut all = operations(&world, &who, "startDate=2026-01-15&endDate=2026-03-01").await;
        all.sort();
        let joined = ["create_partner_relationship", "update_partner_relationship", "update_partner_relationship"];
        let joined = joined.map(|word| if word.starts_with("create") { word } else { "undefined" });
        let mut expected: Vec<&str> = joined.to_vec();
        expected.extend(["add_customer", "add_customer", "remove_partner_customer_relationship"]);
        expected.sort_unstable();
        assert_eq!(all, expected);

        assert_eq!(operations(&world, &who, "").await.len(), 3, "30 days by default");
        let check = async |query: String, expected: usize| {
            assert_eq!(operations(&world, &who, &query).await.len(), expected, "{query}");
        };
        check(filter("CompanyName", "MUST", "substring"), 2).await;
        check(filter("CustomerId", &id, "equals"), 2).await;
        check(filter("ResourceType", "Customer", "equals"), 3).await;
        check(filter("ResourceType", "order", "equals"), 0).await;
        check("startDate=02/24/2026%2000:00:00".to_owned(), 3).await;
        for bad in ["startDate=2025-10-01".to_owned(), "startDate=2026-10-296".to_owned(), filter("CompanyName", "x", "equals")] {
            assert_eq!(world.call(&who, "GET", format!("/v1/auditrecords?{bad}")).send().await.status, 400, "{bad}");
        }
    }

    async fn the_trail_is_paged_from_new_to_old_and_read_one_by_one(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        world.clock.pass(SignedDuration::from_mins(1));
        for prefix in ["a", "b", "c"] {
            world.customer(&who, prefix, json!({})).await;
            world.clock.pass(SignedDuration::from_secs(1));
        }
        let first = world.call(&who, "GET", "/v1/auditrecords?size=2").send().await.expect(200);
        assert_eq!((&first["items"][0]["customerName"], &first["items"][1]["customerName"]), (&json!("Firma c"), &json!("Firma b")));
        let token = first["continuationToken"].as_str().expect("a token");
        let next = first["links"]["next"]["uri"].as_str().expect("a link");
        let page = world.call(&who, "GET", format!("/v1{next}")).header("ms-continuationtoken", token).send().await.expect(200);
        assert_eq!(page["items"][0]["customerName"], "Firma a");
        let one = &first["items"][0];
        let path = format!("/v1/auditrecords/{}", one["id"].as_str().expect("an id"));
        assert_eq!(&world.call(&who, "GET", &path).send().await.expect(200), one);
        assert_eq!((&one["resourceType"], &one["operationStatus"]), (&json!("customer"), &json!("succeeded")));
        assert!(one["userPrincipalName"].is_string());
        let other = world.partner(2, json!({})).await;
        assert_eq!(world.call(&other, "GET", &path).send().await.status, 404);
    }
}
