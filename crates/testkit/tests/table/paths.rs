//! The planted things by the names that paths give them.

use std::collections::HashMap;

use contract::operation::Spec;
use serde_json::json;
use testkit::{Ask, Town};

/// Stands for every id of which nothing is planted.
const UNKNOWN: &str = "00000000-0000-4000-8000-00000000beef";

/// What is planted.
pub struct Known(HashMap<&'static str, String>);

impl Known {
    /// Orders something for the first customer, so that there is an order and a subscription.
    pub async fn of(town: &Town) -> Self {
        let direct = town.partner("direct").expect("a direct partner");
        let token = town.app_token(direct).await.expect("a token");
        let customer = town.access.customers[0].tenant_id.clone();
        let offers = town.call(Ask::get("/v1/offers?country=DE").bearer(&token)).await.expect(200);
        let offers = offers["items"].as_array().expect("offers").clone();
        let plain = |offer: &&serde_json::Value| {
            offer["isAddOn"] == json!(false)
                && offer["isTrial"] == json!(false)
                && offer["billing"] == json!("license")
        };
        let offer =
            offers.iter().find(plain).expect("a plain offer")["id"].as_str().expect("an id").to_owned();
        let order = json!({
            "referenceCustomerId": customer, "billingCycle": "monthly",
            "lineItems": [{"lineItemNumber": 0, "offerId": offer, "quantity": 3}],
        });
        let made = Ask::post(format!("/v1/customers/{customer}/orders"), &order).bearer(&token);
        let made = town.call(made).await.expect(201);
        let text = |value: &serde_json::Value| value.as_str().expect("an id").to_owned();
        Self(HashMap::from([
            ("agent-locale", "de-DE".to_owned()),
            ("customer-id", customer),
            ("offer-id", offer),
            ("order-id", text(&made["id"])),
            ("subscription-id", text(&made["lineItems"][0]["subscriptionId"])),
        ]))
    }

    /// The operation's path with everything filled in.
    pub fn path(&self, spec: &Spec) -> String {
        spec.path.split('/').skip(1).fold(String::new(), |path, segment| {
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            let text = name.map_or(segment, |name| self.0.get(name).map_or(UNKNOWN, String::as_str));
            path + "/" + text
        })
    }
}
