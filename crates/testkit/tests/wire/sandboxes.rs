//! A partner opens its sandbox and works in it.

use kernel::TenantId;
use serde_json::json;
use testkit::{Ask, customer};

use crate::stage::{Stage, play, text};

const PRIVATE: [&str; 6] = ["Ida", "Probst", "ida@probe.example", "+493012345678", "Weg 1", "Berlin"];

#[test]
fn a_sandbox_is_opened_once_with_one_first_sign_in() {
    play(|stage| async move {
        let body = json!({ "domain": "spielwiese.onmicrosoft.de" });
        let open = |number| Ask::post("/sandbox/v1/accounts", &body).id(Stage::id(number));
        let refused = stage.send(open(1)).await;
        assert_eq!((refused.status, refused.slug().as_str()), (403, "user_required"), "{}", refused.text());
        let first = stage.send_as(&stage.admin, open(2)).await.expect(201);
        assert_eq!((&first["id"], &first["domain"]), (&first["tenantId"], &body["domain"]));
        assert_eq!(first["userCredentials"]["userName"], "admin@spielwiese.onmicrosoft.de");
        assert!(first["userCredentials"]["password"].is_string(), "{first}");
        let again = stage.send_as(&stage.admin, open(2)).await.expect(201);
        assert_eq!(again, first, "the same account and the same credentials");
        let other = json!({ "domain": "zweite.onmicrosoft.de" });
        let second = Ask::post("/sandbox/v1/accounts", &other).id(Stage::id(3));
        let second = stage.send_as(&stage.admin, second).await;
        assert_eq!((second.status, second.slug().as_str()), (409, "sandbox_exists"), "{}", second.text());

        let tenant: TenantId = text(&first["tenantId"]).parse().expect("a tenant");
        let token = stage.town.new_app_token(tenant).await.expect("a token");
        let made = Ask::post("/v1/customers", &customer("probekunde", &PRIVATE));
        assert_eq!(stage.send_as(&token, made).await.status, 201, "its company is verified");
        assert_eq!(stage.send_as(&token, Ask::get("/sandbox/v1/clock")).await.status, 200);
    });
}
