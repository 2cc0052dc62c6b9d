//! Paths and query names in every spelling that clients use.

use testkit::Ask;

use crate::stage::play;

#[test]
fn a_path_is_found_in_every_spelling() {
    play(|stage| async move {
        let (id, own) = (&stage.customer, stage.at(""));
        let plain = stage.get(&own).await.expect(200);
        let upper = id.to_uppercase();
        for path in [
            format!("/V1/CUSTOMERS/{id}"),
            format!("/v1/Customers/{upper}"),
            format!("/v1//customers//{id}"),
            format!("//v1/customers/{id}/"),
            format!("/v1.0/customers/{id}"),
            format!("/v1/customers/%{:02x}{}", id.as_bytes()[0], &id[1..]),
            format!("{own}?null=group1"),
            format!("{own}?"),
        ] {
            assert_eq!(stage.get(&path).await.expect(200), plain, "{path}");
        }
        let subscription = stage.get(&stage.at(&format!("/subscriptions/{}", stage.subscription))).await;
        let shouted = stage.at(&format!("/SUBSCRIPTIONS/{}", stage.subscription.to_uppercase()));
        assert_eq!(stage.get(&shouted).await.expect(200), subscription.expect(200));
    });
}

#[test]
fn query_names_and_words_have_no_casing() {
    play(|stage| async move {
        let one = stage.get("/v1/customers?size=1").await.expect(200);
        assert_eq!(one["totalCount"], 1);
        for query in ["SIZE=1", "Size=1&undeclared=x", "size=1?null=group1", "%73ize=1"] {
            let got = stage.get(&format!("/v1/customers?{query}")).await.expect(200);
            assert_eq!(got["items"], one["items"], "{query}");
        }
        let german = stage.get("/v1/offers?country=DE").await.expect(200);
        assert_eq!(stage.get("/v1/offers?Country=de").await.expect(200), german);
        for (query, status) in
            [("size=many", 400), ("size=-1", 400), ("offset=x", 400), ("seekOperation=Up", 400)]
        {
            assert_eq!(stage.get(&format!("/v1/customers?{query}")).await.status, status, "{query}");
        }
    });
}

#[test]
fn a_path_that_leads_nowhere_says_so() {
    play(|stage| async move {
        let id = stage.customer.clone();
        let far = "x".repeat(3000);
        for (method, path, status, slug) in [
            ("GET", "/v1/nothing".to_owned(), 404, "unknown_path"),
            ("GET", "/nowhere".to_owned(), 404, "unknown_path"),
            ("PUT", format!("/v1/customers/{id}"), 405, "method_not_allowed"),
            ("DELETE", "/v1/offers".to_owned(), 405, "method_not_allowed"),
            ("GET", format!("/customers/{id}/orders"), 403, "not_in_this_cloud"),
            ("GET", "/my-org/tokens".to_owned(), 403, "not_in_this_cloud"),
            ("GET", "/v1/customers/%2e%2e/orders".to_owned(), 400, "malformed_path"),
            ("GET", "/v1/customers/a%2Fb".to_owned(), 400, "malformed_path"),
            ("GET", "/v1/customers/%ff".to_owned(), 400, "malformed_path"),
            ("GET", format!("/v1/{far}"), 400, "malformed_path"),
            ("GET", "/v1/customers/no-guid".to_owned(), 400, "bad_customer_id"),
        ] {
            let got = stage.send(Ask::new(method, path.clone())).await;
            assert_eq!((got.status, got.slug().as_str()), (status, slug), "{method} {path}: {}", got.text());
        }
        let allowed = stage.send(Ask::new("PUT", stage.at(""))).await;
        let mut methods: Vec<_> = allowed.header("allow").split(", ").collect();
        methods.sort_unstable();
        assert_eq!(methods, ["DELETE", "GET", "PATCH"]);
        let domain = stage.town.access.customers[0].domain.clone();
        for (domain, status) in [(domain.as_str(), 200), ("frei.onmicrosoft.de", 404)] {
            let head = stage.send(Ask::new("HEAD", format!("/v1/domains/{domain}"))).await;
            assert_eq!((head.status, head.body.len()), (status, 0), "{domain}");
        }
    });
}
