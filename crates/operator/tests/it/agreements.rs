//! Agreements: what there is, what was accepted and who says so.

use serde_json::{Value, json};
use store::on_both_engines;

use crate::harness::{ENVELOPE, Who, World, merged};

const CLOUD: &str = "0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a01";
const TRUSTEE: &str = "0c9f3a52-7f3e-4b0e-9d57-5a4f1d8f7a03";

fn acceptance() -> Value {
    json!({
        "templateId": CLOUD.to_uppercase(), "type": "MicrosoftCloudAgreement",
        "dateAgreed": "2026-01-14T00:00:00Z", "sealed": ENVELOPE,
    })
}

/// Everything that an order needs.
pub async fn accept_all(world: &World, who: &Who, customer: &str) {
    let path = format!("/v1/customers/{customer}/agreements");
    world.call(who, "POST", path).body(acceptance()).send().await.expect(201);
    let act = trustees(world, customer);
    world.call(&Who::trustee(), "POST", "/treuhand/v1/acts/acceptances").body(act).send().await.expect(201);
}

fn trustees(world: &World, customer: &str) -> Value {
    json!({
        "customerId": customer, "templateId": TRUSTEE, "version": "2018-04-01",
        "userId": world.fresh(), "dateAgreed": "2026-01-15T07:00:00Z",
    })
}

async fn kinds(world: &World, who: &Who, path: &str) -> Vec<String> {
    let list = world.call(who, "GET", path).send().await.expect(200);
    let kind = |item: &Value| item["type"].as_str().or(item["agreementType"].as_str()).map(str::to_owned);
    list["items"].as_array().expect("items").iter().filter_map(kind).collect()
}

on_both_engines! {
    async fn the_partner_reports_the_cloud_agreement_and_the_trustee_its_own(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        let id = world.customer(&who, "muster", json!({})).await;
        let path = format!("/v1/customers/{id}/agreements");
        assert_eq!(kinds(&world, &who, &format!("{path}?agreementType=*")).await, [""; 0]);
        let confirm = |change: Value| world.call(&who, "POST", &path).body(merged(acceptance(), change)).send();
        let bad = (400, 3000, "bad_property");
        assert_eq!(confirm(json!({ "dateAgreed": "2026-01-17T00:00:00Z" })).await.refusal(), bad);
        assert_eq!(confirm(json!({ "sealed": null })).await.refusal(), bad);
        assert_eq!(confirm(json!({ "templateId": who.tenant })).await.refusal(), bad);
        assert_eq!(confirm(json!({ "type": "MicrosoftCustomerAgreement" })).await.refusal(), bad);
        let own = json!({ "templateId": TRUSTEE, "type": "DataTrusteeAgreement" });
        assert_eq!(confirm(own).await.refusal(), (403, 2032, "accepted_at_trustee"));
        let made = confirm(json!({})).await.expect(201);
        assert_eq!((&made["templateId"], &made["sealed"]), (&json!(CLOUD), &json!(ENVELOPE)));
        assert_eq!(confirm(json!({})).await.refusal(), (409, 600_061, "agreement_confirmed"));
        assert_eq!(kinds(&world, &who, &path).await, ["MicrosoftCloudAgreement"]);

        let act = trustees(&world, &id);
        let tell = |change: Value| {
            let call = world.call(&Who::trustee(), "POST", "/treuhand/v1/acts/acceptances");
            call.body(merged(act.clone(), change)).send()
        };
        assert_eq!(tell(json!({ "version": "2017-01-01" })).await.refusal(), bad);
        assert_eq!(tell(json!({ "customerId": who.tenant })).await.status, 404);
        tell(json!({})).await.expect(201);
        tell(json!({})).await.expect(201);
        let all = kinds(&world, &who, &format!("{path}?agreementType=*")).await;
        assert_eq!(all, ["MicrosoftCloudAgreement", "OnlineServicesTermsSupplement", "DataTrusteeAgreement"]);
        let forged = world.call(&who, "POST", "/treuhand/v1/acts/acceptances").body(act.clone()).send().await;
        assert_eq!(forged.status, 403, "a partner cannot speak for the trustee");
    }

    async fn simulated_customers_of_a_sandbox_accept_at_once(store) {
        let world = World::new(store);
        let who = world.sandbox(1).await;
        let id = world.customer(&who, "muster", json!({})).await;
        let all = kinds(&world, &who, &format!("/v1/customers/{id}/agreements?agreementType=*")).await;
        assert_eq!(all.len(), 3);
    }

    async fn templates_are_listed_and_their_texts_are_files(store) {
        let world = World::new(store);
        let who = world.partner(1, json!({})).await;
        assert_eq!(kinds(&world, &who, "/v1/agreements").await, ["MicrosoftCloudAgreement"]);
        assert_eq!(kinds(&world, &who, "/v1/agreements?agreementType=*").await.len(), 3);
        assert_eq!(world.call(&who, "GET", "/v1/agreements?agreementType=x").send().await.status, 400);
        let path = format!("/v1/agreementtemplates/{CLOUD}/document?language=de-DE&country=AT");
        let document = world.call(&who, "GET", path).send().await.expect(200);
        let uri = document["downloadUri"].as_str().expect("a link");
        let text = world.call(&who, "GET", uri).send().await;
        assert_eq!(text.status, 200, "{}", text.text);
        assert!(text.text.starts_with("Cloud-Vertrag"), "{}", text.text);
        assert_eq!(text.headers["content-type"], "text/plain; charset=utf-8");
        let refused = async |query: &str| {
            let path = format!("/v1/agreementtemplates/{CLOUD}/document?{query}");
            world.call(&who, "GET", path).send().await.refusal().0
        };
        assert_eq!(refused("country=US").await, 403);
        assert_eq!(refused("language=xx").await, 400);
    }
}
