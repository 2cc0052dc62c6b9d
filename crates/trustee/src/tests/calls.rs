//! Honest calls: what is sealed, what comes back, who sees what.

use super::{PARTNER, Sent, World, new_customer, sings};
use edge::Method;
use serde_json::json;
use std::sync::atomic::Ordering;

#[tokio::test]
async fn the_rightful_partner_sees_what_the_operator_never_did() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    assert!(!sings(&world.operator.heard()), "{}", world.operator.heard());
    assert!(world.operator.stored(&id)["billingProfile"]["sealed"].is_string());
    assert_eq!(world.operator.stored(&id)["billingProfile"]["defaultAddress"], json!({"country": "DE"}));
    for token in ["partner", "partner-app"] {
        let got = world.get(token, &format!("/v1/customers/{id}")).await;
        assert_eq!(got.status, 200, "{}", got.text);
        assert_eq!(got.body["billingProfile"]["email"], "canary@firma.example");
        assert_eq!(got.body["billingProfile"]["defaultAddress"]["city"], "Canarystadt");
        assert_eq!(got.body["billingProfile"].get("sealed"), None);
        let got = world.get(token, &format!("/v1//Customers/{}/Profiles/billing/", id.to_uppercase())).await;
        assert_eq!((got.status, got.body["firstName"].as_str()), (200, Some("Canary-first")));
    }
    let got = world.get("partner", "/v1/customers?size=5").await;
    assert_eq!(got.body["items"][0]["billingProfile"]["lastName"], "Canary-last", "{}", got.text);
    assert!(!sings(&world.operator.heard()));
}

#[tokio::test]
async fn callers_reach_their_own_customers_only() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}");
    for (token, status, slug) in [
        ("", 401, "token_required"),
        ("stranger", 401, "token_required"),
        ("other", 404, "customer_unknown"),
        ("other-app", 404, "customer_unknown"),
        ("staff", 403, "grant_required"),
        ("officer", 403, "role_required"),
        ("partner", 200, ""),
    ] {
        let got = world.get(token, &path).await;
        assert_eq!((got.status, got.slug()), (status, slug), "{token}: {}", got.text);
        assert_eq!(sings(&got.text), status == 200, "{token}");
    }
    let unknown = world.get("partner", "/v1/customers/11111111-1111-1111-1111-111111111111").await;
    let foreign = world.get("other", &path).await;
    assert_eq!(unknown.text, foreign.text, "existence is told to nobody");
    let heard = world.operator.seen.lock().expect("a lock").len();
    assert_eq!(heard, 2, "only the creation and one read reached the operator");
}

#[tokio::test]
async fn refusals_come_before_roles_and_name_the_place() {
    let world = World::new().await;
    for (token, method, path, status, slug) in [
        ("partner", Method::GET, "/v1/customers/x/users", 403, "sovereignty_restricted"),
        ("", Method::GET, "/v1/customers/x/users", 401, "token_required"),
        ("helper", Method::POST, "/v1/customers", 403, "role_required"),
        ("partner", Method::GET, "/v1/nothing", 404, "unknown_path"),
        ("partner", Method::GET, "/my-org/tokens", 403, "not_in_this_cloud"),
        ("partner", Method::PUT, "/v1/customers", 405, "method_not_allowed"),
        ("partner", Method::POST, "/treuhand/v1/acts/acceptances", 404, "unknown_path"),
        ("partner", Method::GET, "/v1/customers/not-a-guid", 400, "bad_customer_id"),
        ("partner-app", Method::GET, "/v1/customers/x/profiles/company", 403, "user_required"),
    ] {
        let got = world.send(Sent { method, token, path, ..Sent::default() }).await;
        assert_eq!((got.status, got.slug()), (status, slug), "{path}: {}", got.text);
    }
    assert!(world.operator.seen.lock().expect("a lock").is_empty());
}

#[tokio::test]
async fn refusals_are_said_in_the_callers_language() {
    let world = World::new().await;
    for (locale, said) in [
        ("de-DE", "verwaltet der Kunde beim Datentreuhänder"),
        ("fr-FR", "gérés par le client auprès du fiduciaire"),
        ("en-US", "managed by the customer at the data trustee"),
        ("xx", "managed by the customer at the data trustee"),
        ("<script>", "managed by the customer at the data trustee"),
    ] {
        let headers = [("x-locale", locale)];
        let path = "/v1/customers/x/users";
        let got = world.send(Sent { token: "partner", path, headers: &headers, ..Sent::default() }).await;
        assert_eq!((got.status, got.slug()), (403, "sovereignty_restricted"), "{locale}");
        let text = got.body["description"].as_str().expect("a description");
        assert!(text.contains(said) && text.ends_with("(/account/users)"), "{locale}: {text}");
    }
}

#[tokio::test]
async fn nothing_undeclared_travels() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}/profiles/billing?note=canary&x=canary@firma.example");
    let body = r#"{"EMAIL":"first@firma.example","email":"canary@firma.example","Email":null,"hobby":"canary",
        "firstName":"Canary","lastName":"Canary","culture":"de-DE","language":"de","companyName":"Muster GmbH",
        "defaultAddress":{"country":"DE","city":"Canary","addressLine1":"Canary 1","postalCode":"10115",
        "notes":{"deep":"canary"},"lastName":"Canary","firstName":"Canary"},"links":{"self":{"uri":"canary"}}}"#;
    let headers = [
        ("x-note", "canary"),
        ("cookie", "canary"),
        ("ms-partnercenter-application", "canary"),
        ("x-treuhand-assertion", "canary"),
        ("x-treuhand-minted-id", "canary"),
        ("accept", "canary"),
    ];
    let sent =
        Sent { method: Method::PUT, token: "partner", path: &path, headers: &headers, body, request_id: 2 };
    let got = world.send(sent).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(got.body["email"], "canary@firma.example", "the last that is not null counts");
    let heard = world.operator.heard();
    assert!(!sings(&heard), "{heard}");
    assert!(!heard.contains("partner "), "no token: {heard}");
}

#[tokio::test]
async fn rules_on_private_members_are_checked_before_anything_is_sealed() {
    let world = World::new().await;
    for (pointer, value, slug) in [
        ("/BillingProfile/Email", json!("no mail"), "bad_property"),
        ("/BillingProfile/DefaultAddress/PostalCode", json!("canary"), "address_rejected"),
        ("/BillingProfile/DefaultAddress/Country", json!("US"), "country_not_served"),
        ("/BillingProfile/DefaultAddress/PhoneNumber", json!("canary"), "bad_property"),
        ("/CompanyProfile/Domain", json!("muster.example"), "bad_property"),
    ] {
        let mut body = new_customer("muster");
        *body.pointer_mut(pointer).expect("a member") = value;
        let got = world.post("partner", "/v1/customers", &body, 3).await;
        assert!(matches!(got.status, 400 | 403), "{pointer}: {}", got.text);
        assert_eq!(got.slug(), slug, "{pointer}: {}", got.text);
        assert!(!sings(&got.text), "{}", got.text);
    }
    assert!(world.operator.seen.lock().expect("a lock").is_empty());
    let address =
        json!({"AddressLine1": "Canary 1", "City": "Berlin", "PostalCode": "10115", "Country": "DE"});
    assert_eq!(world.post("partner", "/v1/validations/address", &address, 4).await.status, 200);
    let address = json!({"AddressLine1": "Canary 1", "City": "Berlin", "PostalCode": "1", "Country": "DE"});
    assert_eq!(world.post("partner", "/v1/validations/address", &address, 4).await.body["code"], 2007);
}

#[tokio::test]
async fn a_retry_is_the_same_call_and_another_body_is_not() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}/profiles/billing");
    let mut profile = world.get("partner", &path).await.body;
    profile["firstName"] = json!("Canary-two");
    let first = world.put("partner", &path, &profile, 9).await;
    let second = world.put("partner", &path, &profile, 9).await;
    assert_eq!((first.status, second.status), (200, 200), "{}", second.text);
    assert_eq!(first.body, second.body);
    let sealed: Vec<_> = {
        let seen = world.operator.seen.lock().expect("a lock");
        seen.iter().rev().take(2).map(|request| request.body.clone()).collect()
    };
    assert_ne!(sealed[0], sealed[1], "fresh salts");
    profile["firstName"] = json!("Canary-three");
    let other = world.put("partner", &path, &profile, 9).await;
    assert_eq!((other.status, other.slug()), (409, "request_id_reused"));
    assert_eq!(world.get("partner", &path).await.body["firstName"], "Canary-two");
    // After a later change the retry is still answered as before, and its old envelope counts for it alone.
    assert_eq!(world.put("partner", &path, &profile, 10).await.status, 200);
    profile["firstName"] = json!("Canary-two");
    let late = world.put("partner", &path, &profile, 9).await;
    assert_eq!((late.status, &late.body), (200, &first.body), "{}", late.text);
    assert_eq!(world.get("partner", &path).await.body["firstName"], "Canary-three");
    world.clock.forward(25 * 3600);
    world.trustee.tidy().await.expect("tidied");
    assert_eq!(world.put("partner", &path, &profile, 9).await.slug(), "stale_envelope");
}

#[tokio::test]
async fn without_keys_commerce_goes_on() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    world.service.away.store(true, Ordering::SeqCst);
    world.clock.forward(120);
    let got = world.get("partner", &format!("/v1/customers/{id}")).await;
    assert_eq!((got.status, sings(&got.text)), (200, false), "{}", got.text);
    assert_eq!(got.body["billingProfile"]["culture"], "de-DE");
    let path = format!("/v1/customers/{id}/subscriptions/83ef9d05-4169-4ef9-9657-0e86b1eab1de");
    assert_eq!(world.get("partner", &path).await.status, 200);
    let refused = world.post("partner", "/v1/customers", &new_customer("zwei"), 2).await;
    assert_eq!((refused.status, refused.slug()), (503, "trustee_unavailable"));
    world.service.away.store(false, Ordering::SeqCst);
    assert!(sings(&world.get("partner", &format!("/v1/customers/{id}")).await.text));
}

#[tokio::test]
async fn names_are_filled_in_for_the_tenant_of_the_people() {
    let world = World::new().await;
    world.customer("muster", 1).await;
    let got = world.get("partner", "/v1/auditrecords?startDate=2017-07-01").await;
    assert_eq!(got.body["items"][0]["userPrincipalName"], "anna@partner.example", "{}", got.text);
    let other = world.get("other", "/v1/auditrecords").await;
    assert_eq!((other.status, other.slug()), (502, "foreign_customer"), "{}", other.text);
}

#[tokio::test]
async fn openings_are_counted_by_the_hour() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    for _ in 0..3 {
        world.get("partner", &format!("/v1/customers/{id}/profiles/billing")).await;
    }
    world.trustee.tidy().await.expect("tidied");
    let customer: kernel::CustomerId = id.parse().expect("an id");
    let rows = world
        .temp
        .store
        .read("openings", move |tx| store::trustee::journal::openings(tx, customer.into(), 0, 10))
        .await;
    // The scan is moved to another thread; the count of the creation's own answer is among them.
    let rows = rows.expect("rows");
    assert_eq!((rows.len(), rows[0].openings), (1, 4));
    assert_eq!(rows[0].opener, format!("partner:{}", super::tenant(PARTNER)));
}

#[tokio::test]
async fn a_customer_accepts_at_the_trustee_and_the_operator_is_told() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let token = format!("customer:{id}");
    let open = world.get(&token, "/trustee/v1/agreements").await;
    let early = world.post(&token, "/trustee/v1/agreements", &json!({}), 4).await;
    assert_eq!((early.status, early.text.contains("person_not_enrolled")), (403, true), "{}", early.text);
    world.approver(&id).await;
    assert_eq!(open.body["totalCount"], 3, "{}", open.text);
    assert_eq!(open.body["items"][0].get("acceptedDate"), None);
    *world.operator.deaf.lock().expect("a lock") = true;
    let done = world.post(&token, "/trustee/v1/agreements", &json!({}), 5).await;
    assert_eq!(done.status, 201, "{}", done.text);
    assert!(done.body["items"][2]["acceptedDate"].is_string());
    *world.operator.deaf.lock().expect("a lock") = false;
    let before = world.operator.seen.lock().expect("a lock").len();
    world.trustee.tidy().await.expect("tidied");
    world.trustee.tidy().await.expect("tidied");
    let seen = world.operator.seen.lock().expect("a lock");
    assert_eq!(seen.len() - before, 3, "each acceptance is told until it was heard, and not again");
    assert!(seen[before].path().ends_with("/acceptances"));
    assert!(!sings(&String::from_utf8_lossy(&seen[before].body)));
    let body: serde_json::Value = serde_json::from_slice(&seen[before].body).expect("JSON");
    assert_eq!(body["customerId"], id.as_str());
}

#[tokio::test]
async fn what_was_sealed_before_a_rotation_opens_after_it() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}/profiles/billing");
    let before = world.operator.stored(&id)["billingProfile"]["sealed"].clone();
    assert_eq!(world.trustee.rotate_all_keys().await.expect("rotated"), 1);
    let mut profile = world.get("partner", &path).await.body;
    assert_eq!(profile["firstName"], "Canary-first");
    profile["firstName"] = json!("Canary-after");
    assert_eq!(world.put("partner", &path, &profile, 2).await.body["firstName"], "Canary-after");
    let after = world.operator.stored(&id)["billingProfile"]["sealed"].clone();
    assert_ne!(before, after);
    assert_eq!(world.trustee.rotate_all_keys().await.expect("rotated"), 1);
    assert_eq!(world.get("partner", &path).await.body["firstName"], "Canary-after");
}

#[tokio::test]
async fn the_operators_people_see_commerce_and_no_people() {
    let world = World::new().await;
    let application = json!({
        "companyName": "Zwei GmbH", "country": "DE", "mpnId": "654321", "cspModel": "direct",
        "primaryContact": {"firstName": "Canary", "lastName": "Canary", "email": "canary@zwei.example"},
        "address": {"addressLine1": "Hauptstraße 1", "city": "Berlin", "postalCode": "10115", "country": "DE"},
    });
    let made = world.post("applicant", "/enrollment/v1/applications", &application, 1).await;
    assert_eq!((made.status, sings(&made.text)), (201, true), "{}", made.text);
    let path = format!("/enrollment/v1/applications/{}", made.body["id"].as_str().expect("an id"));
    for (token, status, seen) in [("applicant", 200, true), ("staff", 200, false), ("partner", 403, false)] {
        let got = world.get(token, &path).await;
        assert_eq!((got.status, sings(&got.text)), (status, seen), "{token}: {}", got.text);
    }
    let got = world.get("staff", "/enrollment/v1/applications").await;
    assert_eq!((got.status, sings(&got.text)), (200, false), "{}", got.text);
    assert_eq!(got.body["items"][0]["companyName"], "Zwei GmbH");
    assert!(!sings(&world.operator.heard()));
    // Sealed under a key of the applicant's own, which no approval touches.
    assert!(world.town.opened.lock().expect("a lock").is_empty());
}

#[tokio::test]
async fn a_change_leaves_private_members_that_it_does_not_name() {
    let world = World::new().await;
    let id = world.customer("muster", 1).await;
    let path = format!("/v1/customers/{id}/profiles/billing");
    // What a caller reads while keys are away, written back: nothing private is wiped out.
    world.service.away.store(true, Ordering::SeqCst);
    world.clock.forward(120);
    let mut blind = world.get("partner", &path).await.body;
    assert!(!sings(&blind.to_string()));
    let refused = world.put("partner", &path, &blind, 2).await;
    assert_eq!((refused.status, refused.slug()), (503, "trustee_unavailable"), "{}", refused.text);
    world.service.away.store(false, Ordering::SeqCst);
    blind["culture"] = json!("en-US");
    blind["defaultAddress"]["phoneNumber"] = json!("");
    let got = world.put("partner", &path, &blind, 3).await;
    assert_eq!(got.status, 200, "{}", got.text);
    assert_eq!(got.body["culture"], "en-US");
    assert_eq!(got.body["email"], "canary@firma.example");
    assert_eq!(got.body["defaultAddress"]["city"], "Canarystadt");
    assert_eq!(got.body["defaultAddress"]["phoneNumber"], "", "given, and given empty");
    let body = json!({"language": "de"});
    assert_eq!(
        world.put("partner", &path, &body, 4).await.slug(),
        "address_rejected",
        "the country is commercial"
    );
    let tag = {
        let seen = world.operator.seen.lock().expect("a lock");
        seen.iter()
            .rev()
            .find_map(|request| request.header(&edge::http::header::IF_MATCH).map(ToOwned::to_owned))
    };
    assert_eq!(tag, None, "the body named the etag that it was read with");
    let last_tag = || {
        let seen = world.operator.seen.lock().expect("a lock");
        let last = seen.last().expect("a call").header(&edge::http::header::IF_MATCH);
        last.map(ToOwned::to_owned)
    };
    blind.as_object_mut().expect("an object").remove("attributes");
    assert_eq!(world.put("partner", &path, &blind, 5).await.status, 200);
    assert_eq!(last_tag(), None, "the operator refuses this change without a tag of the caller's own");
    let support = json!({"email": "canary@firma.example", "telephone": "+493012345678"});
    let path = "/v1/profiles/supportprofile";
    assert_eq!(world.put("partner", path, &support, 6).await.status, 200);
    let got = world.put("partner", path, &json!({"telephone": "+49309"}), 7).await;
    assert_eq!((got.status, &got.body["email"]), (200, &json!("canary@firma.example")), "{}", got.text);
    assert_eq!(last_tag().as_deref(), Some("\"billing-profile-2\""), "under the tag that was read");
    let seen = world.operator.seen.lock().expect("a lock");
    assert!(!seen.iter().any(|request| sings(&String::from_utf8_lossy(&request.body))));
}
