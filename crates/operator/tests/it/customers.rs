//! Customers: made, read, changed, deleted, let go.

use serde_json::{Value, json};
use store::on_both_engines;

use crate::harness::{ENVELOPE, Who, World, customer, filter, merged};

/// Office 365 Enterprise E3 of the German catalogue.
const OFFER: &str = "a913c927-0bc9-419a-9379-ff8100e2c1f7";

async fn refused(world: &World, who: &Who, change: Value, expected: (u16, u64, &str)) {
    let body = merged(customer("neu"), change.clone());
    let reply = world.call(who, "POST", "/v1/customers").body(body).send().await;
    assert_eq!(reply.refusal(), expected, "{change} → {}", reply.text);
}

on_both_engines! {
    async fn a_customer_is_made_once_and_read_as_documented(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        let id = world.fresh().to_string();
        let (request, body) = (world.fresh(), customer("muster"));
        let create = || world.call(&who, "POST", "/v1/customers").body(body.clone()).minted(&id).request(request);
        let made = create().send().await.expect(201);
        assert_eq!(create().send().await.expect(201), made, "a retry is answered as before");
        let unnamed = world.call(&who, "POST", "/v1/customers").body(body.clone()).bare().minted(&id).send().await;
        assert_eq!(unnamed.expect(201), made, "also one whose id got lost");
        let read = world.call(&who, "GET", format!("/v1/customers/{}", id.to_uppercase())).send().await.expect(200);
        assert_eq!(read, made);
        let expected = json!({
            "id": id, "commerceId": read["commerceId"],
            "companyProfile": {
                "tenantId": id, "domain": "muster.onmicrosoft.de", "companyName": "Firma muster",
                "links": { "self": { "uri": format!("/customers/{id}/profiles/company"), "method": "GET", "headers": [] } },
                "attributes": { "etag": "company-profile-1", "objectType": "CustomerCompanyProfile" },
            },
            "billingProfile": {
                "id": id, "culture": "de-DE", "language": "de", "companyName": "Firma muster",
                "defaultAddress": { "country": "DE" }, "sealed": ENVELOPE,
                "links": { "self": { "uri": format!("/customers/{id}/profiles/billing"), "method": "GET", "headers": [] } },
                "attributes": { "etag": "billing-profile-1", "objectType": "CustomerBillingProfile" },
            },
            "relationshipToPartner": "reseller", "allowDelegatedAccess": true, "customDomains": ["muster.onmicrosoft.de"],
            "links": { "self": { "uri": format!("/customers/{id}"), "method": "GET", "headers": [] } },
            "attributes": { "objectType": "Customer" },
        });
        assert_eq!(read, expected);
        let company = world.call(&who, "GET", format!("/v1/customers/{id}/profiles/company")).send().await;
        assert_eq!(company.expect(200), expected["companyProfile"]);
    }

    async fn what_cannot_be_a_customer_is_told_why(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        world.customer(&who, "da", json!({})).await;
        let bad = (400, 3000, "bad_property");
        let check = async |change, expected| refused(&world, &who, change, expected).await;
        check(json!({ "companyProfile": { "domain": "DA.onmicrosoft.de" } }), (400, 3000, "domain_taken")).await;
        check(json!({ "companyProfile": { "domain": "neu.onmicrosoft.com" } }), bad).await;
        check(json!({ "companyProfile": null }), bad).await;
        check(json!({ "billingProfile": { "companyName": null } }), bad).await;
        check(json!({ "billingProfile": { "culture": "pt-PT" } }), bad).await;
        check(json!({ "billingProfile": { "sealed": null } }), bad).await;
        check(json!({ "billingProfile": { "defaultAddress": null } }), (400, 2007, "address_rejected")).await;
        check(json!({ "billingProfile": { "defaultAddress": { "country": "US" } } }), (403, 2030, "country_not_served")).await;
        check(json!({ "billingProfile": { "defaultAddress": { "city": "Bonn" } } }), (400, 800_002, "plaintext_personal_data")).await;
        check(json!({ "billingProfile": { "firstName": "Erika" } }), (400, 800_002, "plaintext_personal_data")).await;
        check(json!({ "companyProfile": { "organizationRegistrationNumber": "HRB 1" } }), (400, 600_002, "registration_number_refused")).await;
        check(json!({ "associatedPartnerId": who.tenant }), bad).await;
        let unminted = world.call(&who, "POST", "/v1/customers").body(customer("neu")).bare().send().await;
        assert_eq!(unminted.refusal(), (400, 800_002, "minted_id_missing"));
    }

    async fn a_partner_sees_its_own_customers_only(store) {
        let world = World::new(store);
        let provider = world.partner(1, json!({ "cspModel": "indirect_provider" })).await;
        let reseller = json!({ "cspModel": "indirect_reseller", "providerId": provider.tenant });
        let (reseller, stranger) = (world.partner(2, reseller).await, world.partner(3, json!({})).await);
        let id = world.customer(&provider, "kunde", json!({ "associatedPartnerId": reseller.tenant })).await;
        world.customer(&provider, "andere", json!({})).await;
        let one = format!("/v1/customers/{id}");
        assert_eq!(world.call(&stranger, "GET", &one).send().await.refusal(), (404, 1000, "not_found"));
        for who in [&provider, &reseller] {
            let read = world.call(who, "GET", &one).send().await.expect(200);
            assert_eq!(read["associatedPartnerId"], json!(reseller.tenant));
        }
        let list = world.call(&reseller, "GET", "/v1/customers").send().await.expect(200);
        assert_eq!((&list["totalCount"], &list["items"][0]["id"]), (&json!(1), &json!(id)));
        let filter = filter("IndirectReseller", &reseller.tenant.to_string(), "starts_with");
        let list = world.call(&provider, "GET", format!("/v1/customers?size=0?{filter}")).send().await.expect(200);
        assert_eq!((&list["totalCount"], &list["items"][0]["id"]), (&json!(1), &json!(id)));
        let own = world.call(&reseller, "POST", "/v1/customers").body(customer("neu"));
        assert_eq!(own.send().await.refusal(), (403, 2032, "provider_only"));
        let profile = world.call(&reseller, "GET", format!("{one}/profiles/billing")).send().await.expect(200);
        let change = world.call(&reseller, "PUT", format!("{one}/profiles/billing")).body(profile);
        assert_eq!(change.send().await.refusal(), (403, 2032, "provider_only"));
    }

    async fn a_billing_profile_is_replaced_under_its_etag(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        let id = world.customer(&who, "muster", json!({})).await;
        let path = format!("/v1/customers/{id}/profiles/billing");
        let put = |body: Value| world.call(&who, "PUT", &path).body(body);
        let read = world.call(&who, "GET", &path).send().await.expect(200);
        let change = merged(read.clone(), json!({ "companyName": "Neuer Name", "sealed": "BBBB" }));
        let bare = merged(change.clone(), json!({ "attributes": null }));
        assert_eq!(put(bare.clone()).send().await.refusal(), (400, 2055, "stale_etag"), "without a tag");
        let first = put(bare.clone()).header("if-match", "\"billing-profile-1\"").send().await.expect(200);
        assert_eq!((&first["companyName"], &first["sealed"]), (&json!("Neuer Name"), &json!("BBBB")));
        assert_eq!(first["attributes"]["etag"], "billing-profile-2");
        assert_eq!(put(change).send().await.refusal(), (400, 2055, "stale_etag"), "the tag in the body");
        let moved = merged(first.clone(), json!({ "defaultAddress": { "country": "AT" } }));
        assert_eq!(put(moved).send().await.refusal(), (400, 2007, "address_rejected"));
        assert_eq!(world.call(&who, "GET", &path).send().await.expect(200), first);
    }

    async fn only_a_sandbox_deletes_and_only_it_has_limits(store) {
        let limited = contract::profile::GERMANY.replace("customers = 75", "customers = 2");
        let world = World::with_profile(store, &limited);
        let (real, sandbox) = (world.partner(1, json!({})).await, world.sandbox(2).await);
        let kept = world.customer(&real, "echt", json!({})).await;
        let gone = world.customer(&sandbox, "eins", json!({})).await;
        world.customer(&sandbox, "zwei", json!({})).await;
        refused(&world, &sandbox, json!({}), (400, 800_018, "sandbox_limit")).await;
        let delete = |who: &Who, id: &str| world.call(who, "DELETE", format!("/v1/customers/{id}")).send();
        assert_eq!(delete(&real, &kept).await.refusal(), (400, 900_127, "sandbox_only"));
        assert_eq!(delete(&real, &gone).await.status, 404);
        delete(&sandbox, &gone).await.expect(204);
        assert_eq!(delete(&sandbox, &gone).await.status, 404);
        world.customer(&sandbox, "eins", json!({})).await;
    }

    async fn a_relationship_ends_by_none_and_by_nothing_else(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        let id = world.customer(&who, "muster", json!({})).await;
        let one = format!("/v1/customers/{id}");
        let patch = |body: Value| world.call(&who, "PATCH", &one).body(body).send();
        assert_eq!(patch(json!({ "relationshipToPartner": "advisor" })).await.refusal(), (400, 3000, "bad_property"));
        let ended = patch(json!({ "relationshipToPartner": "none" })).await.expect(200);
        assert_eq!((&ended["relationshipToPartner"], &ended["allowDelegatedAccess"]), (&json!("none"), &json!(false)));
        assert_eq!(world.call(&who, "GET", &one).send().await.refusal(), (403, 20_002, "relationship_ended"));
        assert_eq!(world.call(&who, "GET", "/v1/customers").send().await.expect(200)["totalCount"], 0);
    }

    async fn subscriptions_hold_a_relationship_and_go_with_a_deleted_customer(store) {
        let world = World::new(store);
        let (real, sandbox) = (world.partner(1, json!({})).await, world.sandbox(2).await);
        let (held, gone) = (world.customer(&real, "echt", json!({})).await, world.customer(&sandbox, "eins", json!({})).await);
        let order = |who: &Who, id: &str| {
            let line = json!({ "lineItemNumber": 0, "offerId": OFFER, "quantity": 5 });
            let body = json!({ "referenceCustomerId": id, "lineItems": [line] });
            world.call(who, "POST", format!("/v1/customers/{id}/orders")).body(body).send()
        };
        assert_eq!(order(&real, &held).await.refusal(), (403, 13_605, "agreement_missing"));
        crate::agreements::accept_all(&world, &real, &held).await;
        order(&real, &held).await.expect(201);
        order(&sandbox, &gone).await.expect(201);
        let one = format!("/v1/customers/{held}");
        let none = json!({ "relationshipToPartner": "none" });
        let patch = || world.call(&real, "PATCH", &one).body(none.clone()).send();
        assert_eq!(patch().await.refusal(), (400, 800_002, "subscriptions_active"));
        let list = world.call(&real, "GET", format!("{one}/subscriptions")).send().await.expect(200);
        let path = format!("{one}/subscriptions/{}", list["items"][0]["id"].as_str().expect("an id"));
        let suspended = merged(list["items"][0].clone(), json!({ "status": "suspended" }));
        world.call(&real, "PATCH", path).body(suspended).send().await.expect(200);
        patch().await.expect(200);
        world.call(&sandbox, "DELETE", format!("/v1/customers/{gone}")).send().await.expect(204);
    }
}
