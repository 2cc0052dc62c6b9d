//! How a partner joins.

use jiff::SignedDuration;
use serde_json::{Value, json};
use store::on_both_engines;

use crate::harness::{Who, World, application, merged, partner_id};

const APPLICATIONS: &str = "/enrollment/v1/applications";

async fn refused(world: &World, change: Value, expected: (u16, u64, &str)) {
    let body = merged(application(1), change.clone());
    let reply = world.call(&Who::partner(1), "POST", APPLICATIONS).body(body).send().await;
    assert_eq!(reply.refusal(), expected, "{change} → {}", reply.text);
}

on_both_engines! {
    async fn what_cannot_join_is_told_why(store) {
        let world = World::new(store);
        let bad = (400, 3000, "bad_property");
        let abroad = |country: &str, rest: Value| {
            merged(json!({ "country": country, "address": { "country": country } }), rest)
        };
        refused(&world, abroad("US", json!({})), (403, 2030, "country_not_served")).await;
        refused(&world, json!({ "country": "Germany" }), (400, 800_002, "too_long")).await;
        refused(&world, json!({ "vatId": "DE123456789" }), (400, 3000, "vat_id_invalid")).await;
        refused(&world, json!({ "mpnId": "12" }), bad).await;
        refused(&world, json!({ "cspModel": null }), bad).await;
        refused(&world, json!({ "programmeTermsAccepted": false }), bad).await;
        refused(&world, json!({ "alreadyAuthorizedReseller": true }), bad).await;
        refused(&world, json!({ "sealed": null }), bad).await;
        refused(&world, json!({ "billingCurrency": "CHF" }), bad).await;
        refused(&world, json!({ "providerId": partner_id(2) }), bad).await;
        refused(&world, json!({ "address": { "postalCode": "603" } }), (400, 2007, "address_rejected")).await;
        let austrian = json!({ "address": { "postalCode": "1010" } });
        refused(&world, abroad("AT", austrian.clone()), bad).await;
        refused(&world, json!({ "primaryContact": { "firstName": "Erika" } }), (400, 800_002, "plaintext_personal_data")).await;
        let body = merged(application(1), abroad("AT", merged(austrian, json!({ "vatId": "atu 13585627" }))));
        let made = world.call(&Who::partner(1), "POST", APPLICATIONS).body(body).send().await.expect(201);
        assert_eq!((&made["vatId"], &made["billingCurrency"]), (&json!("ATU13585627"), &json!("EUR")));
    }

    async fn two_people_of_the_operator_make_an_account(store) {
        let world = World::new(store);
        let (applicant, first, second) = (Who::partner(1), Who::staff(1), Who::staff(2));
        let made = world.call(&applicant, "POST", APPLICATIONS).body(application(1)).send().await.expect(201);
        assert_eq!((&made["status"], &made["tenantId"]), (&json!("submitted"), &json!(partner_id(1))));
        let one = format!("{APPLICATIONS}/{}", made["id"].as_str().expect("an id"));
        let again = world.call(&applicant, "POST", APPLICATIONS).body(application(1)).send().await;
        assert_eq!(again.refusal(), (409, 0, "application_exists"));
        assert_eq!(world.call(&Who::partner(2), "GET", &one).send().await.status, 404, "somebody else's");
        assert_eq!(world.call(&applicant, "GET", "/v1/customers").send().await.refusal(), (403, 2032, "no_partner_account"));

        let approve = |who: &Who| world.call(who, "POST", format!("{one}/approvals")).body(json!({})).send();
        let half = approve(&first).await.expect(200);
        assert_eq!(half["status"], "in_approval");
        assert_eq!(half["sealed"], Value::Null, "the contact is none of the operator's business");
        assert_eq!(approve(&first).await.refusal(), (409, 0, "four_eyes"));

        // A correction makes the first approval worthless.
        let change = merged(application(1), json!({ "companyName": "Neuer Name AG" }));
        world.call(&applicant, "PUT", &one).body(change.clone()).send().await.expect(200);
        let stale = world.call(&applicant, "PUT", &one).body(change).header("if-match", "\"application-1\"");
        assert_eq!(stale.send().await.refusal(), (400, 2055, "stale_etag"));
        assert_eq!(approve(&first).await.expect(200)["status"], "in_approval");
        let done = approve(&second).await.expect(200);
        assert_eq!(done["status"], "approved");
        assert_eq!(done["decisions"].as_array().map(Vec::len), Some(2));

        let late = world.call(&first, "POST", format!("{one}/rejection")).body(json!({ "reason": "x" })).send();
        assert_eq!(late.await.refusal(), (409, 0, "application_decided"));
        let legal = world.call(&applicant, "GET", "/v1/profiles/legalbusiness").send().await.expect(200);
        assert_eq!((&legal["companyName"], &legal["vettingStatus"]), (&json!("Neuer Name AG"), &json!("authorized")));
        world.call(&applicant, "GET", "/v1/customers").send().await.expect(200);
    }

    async fn a_refusal_names_its_reason_and_leaves_the_way_open(store) {
        let world = World::new(store);
        let applicant = Who::partner(1);
        let made = world.call(&applicant, "POST", APPLICATIONS).body(application(1)).send().await.expect(201);
        let one = format!("{APPLICATIONS}/{}", made["id"].as_str().expect("an id"));
        let reject = |body: Value| world.call(&Who::staff(1), "POST", format!("{one}/rejection")).body(body).send();
        assert_eq!(reject(json!({})).await.refusal(), (400, 3000, "bad_property"));
        reject(json!({ "reason": "The MPN id is another company's." })).await.expect(200);
        let read = world.call(&applicant, "GET", &one).send().await.expect(200);
        assert_eq!((&read["status"], &read["reason"]), (&json!("rejected"), &json!("The MPN id is another company's.")));
        world.call(&applicant, "POST", APPLICATIONS).body(application(1)).send().await.expect(201);
        let list = |query: &str| world.call(&Who::staff(1), "GET", format!("{APPLICATIONS}?{query}")).send();
        assert_eq!(list("").await.expect(200)["totalCount"], 2);
        assert_eq!(list("state=Submitted").await.expect(200)["totalCount"], 1);
        let page = list("size=1").await.expect(200);
        assert_eq!(page["links"]["next"]["uri"], "/enrollment/v1/applications?size=1&offset=1");
        assert_eq!(world.call(&applicant, "GET", APPLICATIONS).send().await.refusal(), (403, 900_150, "role_required"));
    }

    async fn a_company_is_one_partner(store) {
        let world = World::new(store);
        let real = world.partner(1, json!({ "vatId": "DE811549003" })).await;
        let apply = |number: u128, change: Value| {
            let body = merged(application(number), change);
            world.call(&Who::partner(number), "POST", APPLICATIONS).body(body).send()
        };
        let (vat, mpn) = ((409, 0, "vat_id_taken"), (409, 0, "mpn_id_taken"));
        assert_eq!(apply(2, json!({ "vatId": "de 811549003" })).await.refusal(), vat);
        assert_eq!(apply(2, json!({ "mpnId": "4000001" })).await.refusal(), mpn);
        // Its sandbox is its own, and takes nothing from it.
        world.partner(3, json!({ "sandbox": true, "vatId": "DE811549003", "mpnId": "4000001" })).await;
        // Two apply before either is a partner: the first approved one is it.
        let waiting = apply(4, json!({ "vatId": "DE264987313" })).await.expect(201);
        let late = apply(5, json!({ "vatId": "DE305729143" })).await.expect(201);
        let one = format!("{APPLICATIONS}/{}", late["id"].as_str().expect("an id"));
        let change = merged(application(5), json!({ "vatId": "DE264987313" }));
        world.call(&Who::partner(5), "PUT", &one).body(change).send().await.expect(200);
        let approve = |id: &Value, staff| {
            let path = format!("{APPLICATIONS}/{}/approvals", id.as_str().expect("an id"));
            world.call(&Who::staff(staff), "POST", path).body(json!({})).send()
        };
        for (id, staff) in [(&waiting["id"], 1), (&waiting["id"], 2), (&late["id"], 1)] {
            approve(id, staff).await.expect(200);
        }
        assert_eq!(approve(&late["id"], 2).await.refusal(), vat);
        let change = merged(application(5), json!({ "mpnId": "4000004" }));
        assert_eq!(world.call(&Who::partner(5), "PUT", &one).body(change).send().await.refusal(), mpn);
        // Nor does a partner become another one afterwards.
        let put = |who: &Who, tax_id: &str| {
            world.call(who, "PUT", "/v1/profiles/billing").body(json!({ "taxId": tax_id })).send()
        };
        put(&real, "DE811549003").await.expect(200);
        assert_eq!(put(&real, "DE264987313").await.refusal(), vat);
    }

    async fn two_people_of_the_operator_stop_an_account_and_let_it_act_again(store) {
        let world = World::new(store);
        let partner = world.partner(1, json!({})).await;
        let one = format!("/enrollment/v1/accounts/{}", partner.tenant);
        let ask = |staff: u128, act: &str, body: Value| {
            world.call(&Who::staff(staff), "POST", format!("{one}/{act}")).body(body).send()
        };
        let why = || json!({ "reason": "Invoices unpaid for three months." });
        let sells = || world.call(&partner, "GET", "/v1/customers").send();
        assert_eq!(ask(1, "suspension", json!({ "reason": " " })).await.refusal(), (400, 3000, "bad_property"));
        assert_eq!(ask(1, "reinstatement", why()).await.refusal(), (409, 0, "account_status"));
        let half = ask(1, "suspension", why()).await.expect(200);
        assert_eq!((&half["status"], &half["decisions"][0]["change"]), (&json!("active"), &json!("suspend")));
        assert_eq!(half["decisions"][0].get("effectiveDate"), None);
        assert_eq!(ask(1, "suspension", why()).await.refusal(), (409, 0, "four_eyes"));
        sells().await.expect(200);
        // What one wanted alone is forgotten after a month.
        world.clock.pass(SignedDuration::from_hours(31 * 24));
        let half = ask(2, "suspension", why()).await.expect(200);
        assert_eq!(half["status"], "active");
        let whole = ask(1, "suspension", why()).await.expect(200);
        assert_eq!(whole["status"], "suspended");
        assert!(whole["decisions"][0]["effectiveDate"].is_string(), "{whole}");
        assert_eq!(sells().await.refusal(), (403, 2032, "no_partner_account"));
        assert_eq!(ask(2, "suspension", why()).await.refusal(), (409, 0, "account_status"));
        ask(2, "reinstatement", why()).await.expect(200);
        assert_eq!(sells().await.status, 403, "one person is not enough");
        assert_eq!(ask(1, "reinstatement", why()).await.expect(200)["status"], "active");
        sells().await.expect(200);
        let list = world.call(&Who::staff(1), "GET", "/enrollment/v1/accounts?size=1").send().await.expect(200);
        assert_eq!(list["items"][0]["id"], json!(partner.tenant));
        for (who, path, want) in [
            (&partner, one.clone(), (403, "role_required")),
            (&partner, "/enrollment/v1/accounts".to_owned(), (403, "role_required")),
            (&Who::trustee(), one.clone(), (403, "user_required")),
            (&Who::staff(1), format!("/enrollment/v1/accounts/{}", partner_id(9)), (404, "not_found")),
        ] {
            let reply = world.call(who, "GET", &path).send().await;
            let (status, _, slug) = reply.refusal();
            assert_eq!((status, slug), want, "{path}");
        }
    }

    async fn a_reseller_that_is_authorised_needs_no_new_terms(store) {
        let world = World::new(store);
        let provider = world.partner(1, json!({ "cspModel": "indirect_provider" })).await;
        let reseller = json!({
            "cspModel": "indirect_reseller", "alreadyAuthorizedReseller": true, "providerId": provider.tenant,
            "programmeTermsAccepted": null, "programmeTermsVersion": null,
        });
        world.partner(2, reseller).await;
        let own = world.call(&provider, "GET", "/v1/profiles/mpn?mpnId=4000002").send().await.expect(200);
        assert_eq!(own["partnerName"], "Partner 2 GmbH");
    }
}
