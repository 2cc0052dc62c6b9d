//! What clients send: members in any casing, twice, as null, undeclared, read-only; enums in any spelling.

use serde_json::{Value, json};
use testkit::Ask;

use crate::stage::{Stage, play};

/// The customer's billing profile as the libraries of several languages would send it, with a street.
fn spellings(etag: &str) -> Vec<(&'static str, String)> {
    let camel = json!({
        "firstName": "Karla", "lastName": "Brandt", "email": "karla@musterwerk.example", "culture": "de-DE",
        "language": "de", "companyName": "Musterwerk Maschinenbau GmbH",
        "defaultAddress": {"addressLine1": "Allee 1", "city": "Hannover", "postalCode": "30159", "country": "DE",
            "firstName": "Karla", "lastName": "Brandt"},
        "attributes": {"etag": etag, "objectType": "CustomerBillingProfile"},
    });
    let pascal = recased(&camel, &|name| name[..1].to_uppercase() + &name[1..]);
    let shouted = recased(&camel, &str::to_uppercase);
    let mut nulls = pascal.clone();
    for name in ["Id", "Links", "Hobby"] {
        nulls[name] = Value::Null;
    }
    nulls["DefaultAddress"]["AddressLine2"] = Value::Null;
    let mut unknown = camel.clone();
    unknown["hobby"] = json!({"deep": ["er", 1]});
    unknown["id"] = json!("00000000-0000-4000-8000-000000000009"); // read-only: dropped
    let bom = format!("\u{feff}{camel}");
    let twice = camel.to_string().replacen('{', r#"{"FirstName":null,"LASTNAME":"Alt","#, 1);
    vec![
        ("camel case", camel.to_string()),
        ("Pascal case", pascal.to_string()),
        ("upper case", shouted.to_string()),
        ("nulls", nulls.to_string()),
        ("undeclared and read-only members", unknown.to_string()),
        ("a byte order mark", bom),
        ("members given twice: the last one counts", twice),
        ("blanks", format!(" \r\n\t{camel}\n")),
    ]
}

fn recased(value: &Value, case: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(name, value)| (case(name), recased(value, case))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn one_message_in_every_spelling() {
    play(|stage| async move {
        let path = stage.at("/profiles/billing");
        let mut expected = None;
        for round in 0..spellings("").len() {
            let present = stage.get(&path).await.expect(200);
            let etag = present["attributes"]["etag"].as_str().expect("an etag").to_owned();
            let (name, body) = spellings(&etag).swap_remove(round);
            let ask = Ask::new("PUT", &path).header("content-type", "application/json; charset=utf-8");
            let got = stage.send(ask.raw(body)).await;
            assert_eq!(got.status, 200, "{name}: {}", got.text());
            let mut stored = stage.get(&path).await.expect(200);
            stored["attributes"] = Value::Null;
            let expected = expected.get_or_insert_with(|| stored.clone());
            assert_eq!(stored, *expected, "{name}");
        }
        let stored = expected.expect("a round was played");
        assert_eq!((&stored["firstName"], &stored["lastName"]), (&json!("Karla"), &json!("Brandt")));
        assert_eq!(stored["id"], json!(stage.customer));
        assert!(stored.get("hobby").is_none() && stored["defaultAddress"].get("addressLine2").is_none());
    });
}

/// Sends a change of the subscription and demands what it then says of itself.
async fn changed(stage: &Stage, change: &Value, member: &str, wanted: &Value) {
    let path = stage.at(&format!("/subscriptions/{}", stage.subscription));
    let got = stage.send(Ask::new("PATCH", &path).json(change)).await;
    assert_eq!(got.status, 200, "{change}: {}", got.text());
    assert_eq!(&stage.get(&path).await.expect(200)[member], wanted, "{change}");
}

#[test]
fn words_of_a_list_in_every_spelling() {
    play(|stage| async move {
        for (word, wanted) in [
            (json!("suspended"), "suspended"),
            (json!("Active"), "active"),
            (json!("SUSPENDED"), "suspended"),
            (json!(1), "active"),
            (json!("2"), "suspended"),
            (json!("aCTIVE"), "active"),
        ] {
            changed(&stage, &json!({"Status": word}), "status", &json!(wanted)).await;
        }
        for (cycle, wanted) in [
            (json!("monthly"), "monthly"),
            (json!("Monthly"), "monthly"),
            (json!(1), "monthly"),
            (json!("ANNUAL"), "annual"),
            (json!(2), "annual"),
            (json!("unknown"), "monthly"),
            (json!(null), "monthly"),
        ] {
            let mut order = stage.order_of(1);
            order["BillingCycle"] = cycle.clone();
            order.as_object_mut().expect("an object").remove("billingCycle");
            let made = stage.send(Ask::post(stage.at("/orders"), &order)).await.expect(201);
            assert_eq!(made["billingCycle"], wanted, "{cycle}");
        }
        let mut order = stage.order_of(1);
        order["billingCycle"] = json!("fortnightly");
        let refused = stage.send(Ask::post(stage.at("/orders"), &order)).await;
        assert_eq!((refused.status, refused.slug().as_str()), (400, "unknown_value"), "{}", refused.text());
    });
}

#[test]
fn a_change_sends_back_the_whole_resource() {
    play(|stage| async move {
        let path = stage.at(&format!("/subscriptions/{}", stage.subscription));
        let mut whole = stage.get(&path).await.expect(200);
        whole["friendlyName"] = json!("Buchhaltung");
        whole["offerName"] = json!("read-only: dropped");
        changed(&stage, &whole, "friendlyName", &json!("Buchhaltung")).await;
        let after = stage.get(&path).await.expect(200);
        assert_ne!(after["offerName"], whole["offerName"]);
        let nothing = json!({"Quantity": null, "FriendlyName": null, "Status": null});
        changed(&stage, &nothing, "friendlyName", &json!("Buchhaltung")).await;
    });
}

#[test]
fn answers_are_camel_case_without_nulls() {
    fn check(path: &str, value: &Value) {
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    assert!(!value.is_null(), "{path}: {name} is null");
                    assert!(!name.starts_with(char::is_uppercase), "{path}: {name}");
                    check(path, value);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| check(path, item)),
            _ => {}
        }
    }
    play(|stage| async move {
        for path in [
            stage.at(""),
            stage.at("/orders"),
            stage.at("/subscriptions"),
            "/v1/offers?country=DE".to_owned(),
            "/v1/auditrecords".to_owned(),
        ] {
            check(&path, &stage.get(&path).await.expect(200));
        }
    });
}
