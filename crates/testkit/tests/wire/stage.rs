//! What every row of the tables plays on: an open door, a partner with its token, one customer with an order.

use serde_json::{Value, json};
use store::testing::Engine;
use testkit::{Ask, Door, Plan, Reply, Town};
use uuid::Uuid;

/// The stage.
pub struct Stage {
    pub town: Town,
    pub door: Door,
    /// The direct partner's token, its app's own.
    pub token: String,
    /// The same partner's token for an administrator.
    pub admin: String,
    /// Another partner's app.
    pub other: String,
    pub customer: String,
    pub order: Value,
    pub subscription: String,
    pub offer: String,
}

impl Stage {
    /// Sets the stage.
    pub async fn set(engine: Engine) -> Self {
        let town = Town::found(Plan::on(engine)).await.expect("a town");
        let door = Door::open(town.trustee.trustee.clone()).await.expect("a door");
        let direct = town.partner("direct").expect("a partner");
        let token = town.app_token(direct).await.expect("a token");
        let admin = town.user_token(direct, &direct.users[0]).await.expect("a token");
        let other = town.app_token(town.partner("sandbox").expect("a partner")).await.expect("a token");
        let customer = town.access.customers[0].tenant_id.clone();
        let mut stage = Self {
            town,
            door,
            token,
            admin,
            other,
            customer,
            order: Value::Null,
            subscription: String::new(),
            offer: String::new(),
        };
        stage.offer = stage.plain_offer().await;
        let order = stage.order_of(3);
        let path = format!("/v1/customers/{}/orders", stage.customer);
        stage.order = stage.send(Ask::post(path, &order)).await.expect(201);
        stage.subscription = text(&stage.order["lineItems"][0]["subscriptionId"]);
        stage
    }

    /// An order of one line.
    pub fn order_of(&self, quantity: u32) -> Value {
        json!({
            "referenceCustomerId": self.customer, "billingCycle": "monthly",
            "lineItems": [{"lineItemNumber": 0, "offerId": self.offer, "quantity": quantity}],
        })
    }

    async fn plain_offer(&self) -> String {
        let offers = self.get("/v1/offers?country=DE").await.expect(200);
        let plain = |offer: &&Value| {
            offer["isAddOn"] == json!(false)
                && offer["isTrial"] == json!(false)
                && offer["billing"] == json!("license")
        };
        let offer = offers["items"].as_array().and_then(|all| all.iter().find(plain)).expect("a plain offer");
        text(&offer["id"])
    }

    /// Sends a call with the partner's token.
    pub async fn send(&self, ask: Ask) -> Reply {
        self.send_as(&self.token, ask).await
    }

    /// Sends a call with another token.
    pub async fn send_as(&self, token: &str, ask: Ask) -> Reply {
        let reply = self.door.call(ask.bearer(token)).await.expect("an answer");
        assert_ne!(reply.status, 422, "clients in Java repeat a 422 for ever");
        reply
    }

    /// A GET with the partner's token.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Ask::get(path)).await
    }

    /// A path under the customer.
    pub fn at(&self, rest: &str) -> String {
        format!("/v1/customers/{}{rest}", self.customer)
    }

    /// A request id by number.
    pub fn id(number: u128) -> Uuid {
        Uuid::from_u128(0x1D_0000_0000 + number)
    }
}

/// A text that must be there.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text, not {value}")).to_owned()
}

/// Plays a test on a stage of each engine.
pub fn play<F: Future<Output = ()>>(test: impl Fn(Stage) -> F) {
    store::testing::each_engine(async |engine| test(Stage::set(engine).await).await);
}
