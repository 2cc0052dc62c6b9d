//! A partner's own profiles.

use serde_json::json;
use store::on_both_engines;

use crate::harness::{ENVELOPE, World};

on_both_engines! {
    async fn profiles_are_replaced_under_their_etags(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        let put = |path: &str, body| world.call(&who, "PUT", format!("/v1/profiles/{path}")).body(body).send();
        let read = world.call(&who, "GET", "/v1/profiles/billing").send().await.expect(200);
        assert_eq!((&read["billingCurrency"], &read["attributes"]["objectType"]), (&json!("EUR"), &json!("BillingProfile")));

        let body = json!({
            "companyName": "Partner 1 GmbH", "taxId": "DE 136695976", "purchaseOrderNumber": "PO 1",
            "sealed": ENVELOPE, "attributes": { "etag": read["attributes"]["etag"] },
        });
        let written = put("billing", body.clone()).await.expect(200);
        assert_eq!((&written["taxId"], &written["sealed"]), (&json!("DE136695976"), &json!(ENVELOPE)));
        assert_eq!(put("billing", body).await.refusal(), (400, 2055, "stale_etag"));
        assert_eq!(put("billing", json!({ "taxId": "DE1" })).await.refusal(), (400, 3000, "vat_id_invalid"));
        let moved = json!({ "defaultAddress": { "country": "FR" } });
        assert_eq!(put("organization", moved).await.refusal(), (400, 3000, "bad_property"));

        let renamed = put("legalbusiness", json!({ "companyName": "Anders AG" })).await.expect(200);
        assert_eq!(renamed["vettingStatus"], "pending");
        let name = world.call(&who, "GET", "/v1/profiles/mpn").send().await.expect(200);
        assert_eq!((&name["partnerName"], &name["mpnId"]), (&json!("Partner 1 GmbH"), &json!("4000001")));
    }

    async fn both_spellings_of_the_support_profile_are_one(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        for (path, site) in [("support", "https://a.example"), ("SupportProfile", "www.b.example/help")] {
            let put = world.call(&who, "PUT", format!("/v1/profiles/{path}")).body(json!({ "website": site }));
            put.send().await.expect(200);
            let read = world.call(&who, "GET", "/v1/profiles/support").send().await.expect(200);
            assert_eq!((&read["website"], &read["profileType"]), (&json!(site), &json!("support_profile")));
            assert_eq!(read["attributes"]["objectType"], "PartnerSupportProfile");
        }
        let bad = world.call(&who, "PUT", "/v1/profiles/support").body(json!({ "website": "javascript:alert(1)" }));
        assert_eq!(bad.send().await.refusal(), (400, 3000, "bad_property"));
    }

    async fn an_unknown_mpn_id_is_404_with_code_3000(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        let ask = |id: &str| world.call(&who, "GET", format!("/v1/profiles/mpn?mpnid={id}")).send();
        assert_eq!(ask("4999999").await.refusal(), (404, 3000, "mpn_id_unknown"));
        assert_eq!(ask("abc").await.refusal(), (400, 3000, "bad_property"));
        let rules = world.call(&who, "GET", "/v1/CountryValidationRules/de").send().await.expect(200);
        assert_eq!((&rules["iso2Code"], &rules["postalCodeRegex"]), (&json!("DE"), &json!("^[0-9]{5}$")));
        assert_eq!(world.call(&who, "GET", "/v1/countryvalidationrules/US").send().await.status, 404);
    }
}
