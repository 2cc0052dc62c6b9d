//! Lists of customers: order, filters, pages.

use serde_json::{Value, json};
use store::on_both_engines;

use crate::harness::{Who, World, filter};

async fn names(world: &World, who: &Who, query: &str) -> Vec<String> {
    let list = world.call(who, "GET", format!("/v1/customers?{query}")).send().await.expect(200);
    let name = |item: &Value| item["companyProfile"]["companyName"].as_str().expect("a name").to_owned();
    list["items"].as_array().expect("items").iter().map(name).collect()
}

fn start(field: &str, value: &str) -> String {
    format!("size=0&{}", filter(field, value, "StartsWith"))
}

on_both_engines! {
    async fn pages_follow_each_other_without_gap_or_repeat(store) {
        let world = World::new(store);
        let (who, other) = (world.partner(1, json!({})).await, world.partner(2, json!({})).await);
        for (prefix, name) in [("a", "Zebra"), ("b", "ärger"), ("c", "Anton"), ("d", "anton"), ("e", "Übung")] {
            world.customer(&who, prefix, json!({ "billingProfile": { "companyName": name } })).await;
        }
        world.customer(&other, "x", json!({})).await;
        let mut seen = Vec::new();
        let (mut path, mut token) = ("/v1/customers?size=2".to_owned(), String::new());
        loop {
            let call = world.call(&who, "GET", &path).header("ms-continuationtoken", &token);
            let page = call.send().await.expect(200);
            let items = page["items"].as_array().expect("items");
            assert_eq!(page["totalCount"], items.len());
            seen.extend(items.iter().map(|item| item["companyProfile"]["companyName"].as_str().expect("a name").to_owned()));
            let Some(next) = page["links"]["next"]["uri"].as_str() else { break };
            let header = &page["links"]["next"]["headers"][0];
            assert_eq!((&header["key"], &header["value"]), (&json!("MS-ContinuationToken"), &page["continuationToken"]));
            // The Java client joins the base and the link to a doubled slash.
            (path, token) = (format!("/v1/{next}"), header["value"].as_str().expect("a token").to_owned());
        }
        assert_eq!(seen, ["Anton", "anton", "Zebra", "ärger", "Übung"]);
        let foreign = world.call(&other, "GET", &path).header("ms-continuationtoken", &token).send().await;
        assert_eq!(foreign.status, 400, "a token of another partner");
    }

    async fn filters_start_with_and_ignore_case(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        for (prefix, name) in [("muster", "Müller & Co"), ("must", "MÜLLERIN"), ("zoo", "100%_Zoo"), ("zug", "Zug")] {
            world.customer(&who, prefix, json!({ "billingProfile": { "companyName": name } })).await;
        }
        let check = async |field, value, expected: &[&str]| {
            assert_eq!(names(&world, &who, &start(field, value)).await, expected, "{field} {value}");
        };
        check("CompanyName", "müller", &["Müller & Co", "MÜLLERIN"]).await;
        check("companyname", "MÜLLERI", &["MÜLLERIN"]).await;
        check("CompanyName", "100%_", &["100%_Zoo"]).await;
        check("CompanyName", "%", &[]).await;
        check("Domain", "Must", &["MÜLLERIN", "Müller & Co"]).await;
        check("CompanyName", "", &["100%_Zoo", "Müller & Co", "MÜLLERIN", "Zug"]).await;
        let refused = async |query: &str| {
            world.call(&who, "GET", format!("/v1/customers?{query}")).send().await.refusal().0
        };
        assert_eq!(refused(&start("Phone", "1")).await, 400);
        assert_eq!(refused(&filter("CompanyName", "1", "equals")).await, 400);
        assert_eq!(refused("seekOperation=Previous").await, 400);
        assert_eq!(refused("size=viele").await, 400);
    }
}
