//! Collections, their links, pages and filters.

use serde_json::{Value, json};
use testkit::Ask;

use crate::stage::{Stage, play, text};

fn filter(field: &str, value: &str, operator: &str, java: bool) -> String {
    let filter = if java {
        json!({"field": field, "value": value, "operator": operator, "fieldType": "simple"})
    } else {
        json!({"Field": field, "Value": value, "Operator": operator})
    };
    form_urlencoded::Serializer::new(String::new()).append_pair("filter", &filter.to_string()).finish()
}

fn names(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().expect("items");
    items.iter().map(|item| text(&item["companyProfile"]["companyName"])).collect()
}

#[test]
fn collections_have_their_envelope() {
    play(|stage| async move {
        for path in [
            "/v1/customers".to_owned(),
            stage.at("/orders"),
            stage.at("/subscriptions"),
            "/v1/offers?country=DE".to_owned(),
        ] {
            let list = stage.get(&path).await.expect(200);
            let items = list["items"].as_array().expect("items").len();
            assert_eq!(
                (list["totalCount"].as_u64(), &list["attributes"]["objectType"]),
                (Some(items as u64), &json!("Collection")),
                "{path}"
            );
            assert!(items > 0, "{path}");
            let uri = list.pointer("/links/self/uri").and_then(Value::as_str).unwrap_or("/customers");
            assert!(uri.starts_with('/') && !uri.starts_with("/v1"), "{path}: {uri}");
        }
        let empty = stage.send_as(&stage.other, Ask::get("/v1/customers")).await.expect(200);
        assert_eq!((&empty["totalCount"], &empty["items"]), (&json!(0), &json!([])));
        let link = stage.get(&stage.at("")).await.expect(200)["links"]["self"].clone();
        assert_eq!(
            link,
            json!({"uri": format!("/customers/{}", stage.customer), "method": "GET", "headers": []})
        );
    });
}

/// Follows the links from the first page to the last, as the libraries do: their base joined with the link.
async fn pages(stage: &Stage, first: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut ask = Ask::get(first);
    loop {
        let page = stage.send(ask).await.expect(200);
        pages.push(names(&page));
        let next = &page["links"]["next"];
        if next.is_null() {
            return pages;
        }
        let header = &next["headers"][0];
        assert_eq!((&next["method"], &header["key"]), (&json!("GET"), &json!("MS-ContinuationToken")));
        assert_eq!(page["continuationToken"], header["value"]);
        ask = Ask::get(format!("/v1/{}", text(&next["uri"])))
            .header("MS-ContinuationToken", &text(&header["value"]));
        assert!(pages.len() < 10, "there is no end");
    }
}

#[test]
fn pages_follow_each_other_to_the_last() {
    play(|stage| async move {
        let all = names(&stage.get("/v1/customers").await.expect(200));
        assert_eq!(all.len(), 2);
        assert_eq!(pages(&stage, "/v1/customers?size=1").await, [[all[0].clone()], [all[1].clone()]]);
        assert_eq!(pages(&stage, "/v1/customers?size=2").await, std::slice::from_ref(&all));
        assert_eq!(pages(&stage, "/v1/customers?size=0").await, [all]);
        let token = stage.get("/v1/customers?size=1").await.expect(200)["continuationToken"].clone();
        for (query, token) in
            [("?size=1&seekOperation=Next", "bm9uc2Vuc2U"), ("?filter=x", text(&token).as_str())]
        {
            let odd = Ask::get(format!("/v1/customers{query}")).header("MS-ContinuationToken", token);
            assert_eq!(stage.send(odd).await.status, 400, "{query}");
        }
        let foreign = Ask::get("/v1/customers?size=1").header("MS-ContinuationToken", &text(&token));
        assert_eq!(stage.send_as(&stage.other, foreign).await.status, 400, "a token is one partner's");
    });
}

#[test]
fn filters_come_in_the_spelling_of_each_library() {
    play(|stage| async move {
        let muster = vec!["Musterwerk Maschinenbau GmbH".to_owned()];
        for (query, wanted) in [
            (filter("CompanyName", "Muster", "starts_with", false), muster.clone()),
            (filter("companyname", "MUSTERWERK", "StartsWith", true), muster.clone()),
            (filter("Domain", "musterwerk", "starts_with", false) + "&size=0", muster),
            (filter("CompanyName", "werk", "starts_with", false), vec![]),
        ] {
            assert_eq!(
                names(&stage.get(&format!("/v1/customers?{query}")).await.expect(200)),
                wanted,
                "{query}"
            );
        }
        for query in [
            filter("CompanyName", "Muster", "substring", false),
            filter("FirstName", "Karla", "starts_with", false),
            filter("CompanyName", "Muster", "sounds_like", false),
            "filter=%7B".to_owned(),
            "filter=Muster".to_owned(),
        ] {
            let got = stage.get(&format!("/v1/customers?{query}")).await;
            assert_eq!(got.status, 400, "{query}: {}", got.text());
            assert!(!got.text().contains("Karla"), "a value is not repeated");
        }
    });
}
