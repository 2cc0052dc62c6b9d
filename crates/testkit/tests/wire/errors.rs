//! Refusals: the contract's envelope on its own paths, problem+json on ours.

use serde_json::{Value, json};
use testkit::Ask;

use crate::stage::play;

#[test]
fn refusals_come_in_the_contracts_envelope() {
    play(|stage| async move {
        let nobody = "00000000-0000-4000-8000-000000000001";
        let mut order = stage.order_of(1);
        order["lineItems"][0]["quantity"] = json!(0);
        for (name, ask, status, code) in [
            ("no such customer", Ask::get(format!("/v1/customers/{nobody}")), 404, 1000),
            ("no such subscription", Ask::get(stage.at(&format!("/subscriptions/{nobody}"))), 404, 20003),
            ("no such order", Ask::get(stage.at(&format!("/orders/{nobody}"))), 404, 20000),
            ("people stay at the trustee", Ask::get(stage.at("/users")), 403, 2032),
            ("no such path", Ask::get("/v1/nothing"), 404, 1000),
            ("quantity outside the offer's range", Ask::post(stage.at("/orders"), &order), 400, 2002),
            ("no JSON", Ask::new("POST", stage.at("/orders")).raw("{"), 400, 800_002),
            ("not an object", Ask::new("POST", stage.at("/orders")).raw("[]"), 400, 800_002),
            ("nothing", Ask::new("POST", stage.at("/orders")), 400, 3000),
        ] {
            let got = stage.send_as(&stage.admin, ask).await;
            let body = got.json();
            assert_eq!((got.status, body["code"].as_u64()), (status, Some(code)), "{name}: {}", got.text());
            assert!(
                (1..=1024).contains(&body["description"].as_str().unwrap_or("").chars().count()),
                "{name}"
            );
            assert!(body["data"].as_array().is_some_and(|data| data.iter().all(Value::is_string)), "{name}");
            assert!(
                body["source"].is_string() && body.as_object().is_some_and(|all| all.len() == 4),
                "{name}"
            );
            assert!(got.header("content-type").starts_with("application/json"), "{name}");
        }
    });
}

#[test]
fn our_own_paths_answer_with_problems() {
    play(|stage| async move {
        for (path, status, slug) in [
            ("/trustee/v1/agreements", 403, "role_required"),
            ("/trustee/v1/nothing", 404, "unknown_path"),
            ("/enrollment/v1/nothing", 404, "unknown_path"),
        ] {
            let got = stage.send_as(&stage.admin, Ask::get(path)).await;
            let body = got.json();
            assert_eq!((got.status, body["title"].as_str()), (status, Some(slug)), "{path}: {}", got.text());
            assert_eq!(body["status"], status, "{path}");
            assert!(body["type"].is_string() && body["detail"].is_string(), "{path}");
            assert!(got.header("content-type").starts_with("application/problem+json"), "{path}");
        }
    });
}

#[test]
fn a_body_has_limits() {
    play(|stage| async move {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
        let long = format!("{{\"companyProfile\":\"{}\"}}", "x".repeat(1_100_000));
        for (body, status, slug) in [(deep, 400, "too_deep"), (long, 400, "body_too_large")] {
            let got = stage.send(Ask::new("POST", "/v1/customers").raw(body)).await;
            assert_eq!((got.status, got.slug().as_str()), (status, slug));
            assert!(got.json()["code"].is_number(), "{}", got.text());
        }
    });
}
