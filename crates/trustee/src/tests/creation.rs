//! Creating and ending customers: what is minted stays the same across retries, and void when refused.

use super::{World, new_customer, sings};
use serde_json::json;

#[tokio::test]
async fn retries_of_a_creation_give_the_same_customer_and_credentials() {
    let world = World::new().await;
    let first = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    let second = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    assert_eq!((first.status, second.status), (201, 201), "{}", second.text);
    assert_eq!(first.body, second.body);
    assert_eq!(first.body["userCredentials"]["userName"], "admin@muster.onmicrosoft.de");
    assert_eq!(first.body["userCredentials"]["password"], "secret-1");
    assert!(!world.operator.heard().contains("secret-1"));
    assert_eq!(world.operator.customers.lock().expect("a lock").len(), 1);
    let id = first.body["id"].as_str().expect("an id");
    let read = world.get("partner", &format!("/v1/customers/{id}")).await;
    assert_eq!(read.body.get("userCredentials"), None, "shown once");
    // A day later the credentials are gone, and no new ones are made.
    world.clock.forward(25 * 3600);
    let late = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    assert_eq!((late.status, late.body.get("userCredentials")), (201, None), "{}", late.text);
}

#[tokio::test]
async fn a_lost_answer_is_found_again() {
    let world = World::new().await;
    *world.operator.deaf.lock().expect("a lock") = true;
    let lost = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    assert_eq!((lost.status, lost.slug()), (503, "operator_unavailable"));
    *world.operator.deaf.lock().expect("a lock") = false;
    // The customer is there and undecided here; the list stays readable.
    let page = world.get("partner", "/v1/customers").await;
    assert_eq!((page.status, page.body["totalCount"].as_i64()), (200, Some(1)), "{}", page.text);
    assert!(sings(&page.text));
    let found = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    assert_eq!(found.status, 201, "{}", found.text);
    assert_eq!(found.body["userCredentials"]["password"], "secret-1");
    assert_eq!(world.operator.customers.lock().expect("a lock").len(), 1);
}

#[tokio::test]
async fn what_the_operator_refuses_is_void() {
    let world = World::new().await;
    *world.operator.refuses.lock().expect("a lock") = true;
    let refused = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    assert_eq!((refused.status, refused.slug()), (403, "country_not_served"), "{}", refused.text);
    assert!(world.town.opened.lock().expect("a lock").is_empty(), "nobody can sign in");
    let id = {
        let seen = world.operator.seen.lock().expect("a lock");
        seen[0].said(edge::GatewayHeader::MintedId).expect("an id").to_owned()
    };
    let retried = world.post("partner", "/v1/customers", &new_customer("muster"), 1).await;
    assert_eq!((retried.status, retried.slug()), (403, "country_not_served"), "{}", retried.text);
    let got = world.get("partner", &format!("/v1/customers/{id}")).await;
    assert_eq!((got.status, got.slug()), (404, "customer_unknown"));
    *world.operator.refuses.lock().expect("a lock") = false;
    let again = world.post("partner", "/v1/customers", &new_customer("muster"), 2).await;
    assert_eq!(again.status, 201, "{}", again.text);
    assert_ne!(again.body["id"], json!(id));
}

#[tokio::test]
async fn another_body_under_the_same_id_voids_nothing() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let other = world.post("partner", "/v1/customers", &new_customer("anders"), 1).await;
    assert_eq!((other.status, other.slug()), (409, "request_id_reused"), "{}", other.text);
    assert_eq!(world.get("partner", &format!("/v1/customers/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_relationship_ends_where_the_operator_agrees() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}");
    let bad = json!({"relationshipToPartner": "reseller"}).to_string();
    let sent = |body, request_id| super::Sent {
        method: edge::Method::DELETE,
        token: "partner",
        path: &path,
        body,
        request_id,
        ..super::Sent::default()
    };
    let write = super::Sent { method: edge::Method::PATCH, ..sent(&bad, 2) };
    let refused = world.send(write).await;
    // The German cloud's pages do not know this call; whatever it says, nothing has ended.
    assert!(refused.status >= 400, "{}", refused.text);
    assert_eq!(world.get("partner", &path).await.status, 200);

    assert_eq!(world.send(sent("", 3)).await.status, 204);
    let gone = world.get("partner", &path).await;
    assert_eq!((gone.status, gone.slug()), (404, "customer_unknown"));
    assert!(world.town.opened.lock().expect("a lock").is_empty(), "the tenant is closed");
}

#[tokio::test]
async fn a_reseller_named_by_its_provider_reaches_the_customer_through_it() {
    let world = World::new().await;
    let mut body = new_customer("muster");
    body["AssociatedPartnerId"] = json!(super::tenant(super::OTHER_PARTNER).to_string());
    let got = world.post("partner", "/v1/customers", &body, 1).await;
    let path = format!("/v1/customers/{}", got.body["id"].as_str().expect("an id"));
    assert!(sings(&world.get("other", &path).await.text));
    let gone = super::Sent {
        method: edge::Method::DELETE,
        token: "partner",
        path: &path,
        request_id: 2,
        ..super::Sent::default()
    };
    assert_eq!(world.send(gone).await.status, 204);
    assert_eq!(world.get("other", &path).await.slug(), "customer_unknown");
}
