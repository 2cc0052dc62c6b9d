//! How a partner opens its sandbox. What happens inside one is in `invoices` and `days`.

use contract::Role;
use serde_json::json;
use store::on_both_engines;

use crate::harness::{Who, World, partner_id};

const ACCOUNTS: &str = "/sandbox/v1/accounts";

on_both_engines! {
    async fn a_partner_opens_one_sandbox_under_its_own_name(store) {
        let world = World::new(store);
        let partner = world.partner(1, json!({ "vatId": "DE136695976" })).await;
        let open = |who: &Who, id: u128| {
            let call = world.call(who, "POST", ACCOUNTS).body(json!({ "domain": "probe.onmicrosoft.de" }));
            call.minted(&partner_id(id).to_string())
        };
        let made = open(&partner, 7).send().await.expect(201);
        assert_eq!(made, json!({
            "id": partner_id(7), "tenantId": partner_id(7), "domain": "probe.onmicrosoft.de",
            "companyName": "Partner 1 GmbH", "attributes": { "objectType": "SandboxAccount" },
        }));
        assert_eq!(open(&partner, 7).send().await.expect(201), made, "a retry whose id got lost");
        assert_eq!(open(&partner, 8).send().await.refusal(), (409, 0, "sandbox_exists"));

        let sandbox = Who::partner(7);
        world.get(&sandbox, "/sandbox/v1/clock").await.expect(200);
        let legal = world.get(&sandbox, "/v1/profiles/legalbusiness").await.expect(200);
        assert_eq!((&legal["companyName"], &legal["sealed"]), (&json!("Partner 1 GmbH"), &json!(null)));
        let billed = world.get(&sandbox, "/v1/profiles/billing").await.expect(200);
        assert_eq!(billed["taxId"], "DE136695976");
        world.sold(&sandbox, "kunde", 5).await;
        assert_eq!(world.get(&partner, "/v1/customers").await.expect(200)["totalCount"], 0);
        assert_eq!(open(&sandbox, 9).send().await.refusal().2, "production_only");
    }

    async fn a_sandbox_is_for_administrators_of_those_who_sell_directly(store) {
        let world = World::new(store);
        let provider = world.partner(1, json!({ "cspModel": "indirect_provider" })).await;
        let reseller = world.partner(2, json!({ "cspModel": "indirect_reseller", "providerId": provider.tenant })).await;
        let body = json!({ "domain": "probe.onmicrosoft.de" });
        let refused = world.call(&reseller, "POST", ACCOUNTS).body(body.clone()).send().await;
        assert_eq!(refused.refusal().2, "provider_only");
        let agent = Who::agent(1, &[Role::AdminAgent]);
        assert_eq!(world.call(&agent, "POST", ACCOUNTS).body(body.clone()).send().await.refusal().2, "role_required");
        let bare = world.call(&provider, "POST", ACCOUNTS).body(body.clone()).bare().send().await;
        assert_eq!(bare.refusal().2, "minted_id_missing");
        assert_eq!(world.call(&provider, "POST", ACCOUNTS).body(json!({})).send().await.status, 400);
        world.call(&provider, "POST", ACCOUNTS).body(body).send().await.expect(201);
    }
}
