//! The traps of existing clients, as a table.

use kernel::Code;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::resources::customer::{Customer, UserCredentials, customer_qualification};
use crate::resources::order::Order;
use crate::resources::shared::{Link, ResourceAttributes, ResourceLinks};
use crate::resources::subscription::{Subscription, SupportContact};
use crate::shape_macros::{bare_shape, resource};

bare_shape! {
    /// A list of samples, for the tests.
    pub fn samples: "Samples" = crate::shape::Type::List(&<Sample as Wire>::TYPE);
}

resource! {
    /// One member of every kind.
    pub struct Sample: "Sample" {
        commercial text: Option<String> [max(5)],
        commercial whole: Option<i64>,
        commercial exact: Option<kernel::Decimal> [nullable],
        commercial truth: Option<bool>,
        commercial at: Option<jiff::Timestamp>,
        commercial day: Option<jiff::civil::Date>,
        commercial guid: Option<String> [guid],
        commercial list: Option<Vec<String>>,
        commercial map: Option<std::collections::BTreeMap<String, String>>,
        commercial inner: Option<Box<Sample>>,
        commercial catalog_item_id: Option<String> [alias(&["catalogId"])],
        commercial free: Option<Value>,
        commercial set_by_us: Option<String> [read_only],
    }
}

#[test]
fn the_sample_is_a_resource_like_any_other() {
    assert_eq!(SHAPES.iter().map(|shape| shape.name).collect::<Vec<_>>(), ["Sample"]);
    assert_eq!(Sample::SHAPE.field_any_case("CATALOGITEMID").map(|field| field.wire), Some("catalogItemId"));
    assert!(!crate::private::has_private_members(Sample::SHAPE));
    assert_eq!(THROUGH[0](json!({"text": "a"})), br#"{"text":"a"}"#);
}

#[track_caller]
fn check<T: Resource>(given: &str, expected: &Value) {
    let canonical = canonicalise(T::SHAPE, given.as_bytes()).expect("a readable body");
    assert_eq!(&canonical, expected, "{given}");
    decode::<T>(canonical).expect("the struct takes it");
}

#[track_caller]
fn refused(shape: &Shape, given: &str, code: u32, said: &str) {
    let problem = canonicalise(shape, given.as_bytes()).expect_err("refused");
    assert_eq!((problem.status, problem.code), (400, Code(code)), "{given}");
    assert!(problem.description.contains(said), "{}", problem.description);
    assert!(!problem.to_string().contains("canary"), "a value in: {problem}");
}

#[test]
fn a_byte_order_mark_and_an_empty_body_are_no_hindrance() {
    check::<Sample>("\u{feff}{\"text\":\"a\"}", &json!({"text": "a"}));
    check::<Sample>("", &json!({}));
    check::<Sample>(" \r\n", &json!({}));
    check::<Sample>("null", &json!({}));
}

#[test]
fn names_match_in_any_casing_and_nulls_are_not_given() {
    // .NET sends PascalCase, all nulls and zero values.
    check::<Subscription>(
        r#"{"Id":"x","FriendlyName":"Büro","Quantity":3,"CreationDate":"0001-01-01T00:00:00","BillingCycle":"unknown",
            "PartnerId":null,"Attributes":{"Etag":"e1","ObjectType":"Subscription"}}"#,
        &json!({"friendlyName": "Büro", "quantity": 3, "billingCycle": "unknown", "attributes": {"etag": "e1"}}),
    );
    check::<Sample>(r#"{"at":"0001-01-01T00:00:00","AT":null,"tEXT":"a"}"#, &json!({"text": "a"}));
    check::<Sample>(r#"{"CatalogId":"p:s:a"}"#, &json!({"catalogItemId": "p:s:a"}));
}

#[test]
fn members_given_twice_are_merged() {
    check::<Sample>(r#"{"text":"a","Text":"b"}"#, &json!({"text": "b"}));
    check::<Sample>(r#"{"text":"a","Text":null}"#, &json!({"text": "a"}));
    check::<Sample>(r#"{"text":"a","text":"b","TEXT":null}"#, &json!({"text": "b"}));
    check::<Sample>(
        r#"{"inner":{"text":"a","Whole":1},"Inner":{"Text":"b","truth":true}}"#,
        &json!({"inner": {"text": "b", "whole": 1, "truth": true}}),
    );
    check::<Sample>(r#"{"list":["a"],"List":["b"]}"#, &json!({"list": ["b"]}));
}

#[test]
fn unknown_and_read_only_members_are_dropped() {
    check::<Sample>(
        r#"{"hobby":"canary","setByUs":"canary","sealed":"canary","text":"a"}"#,
        &json!({"text": "a"}),
    );
    // Even with the wrong type: a whole resource comes back as some client holds it.
    check::<Sample>(r#"{"setByUs":{"a":[1]},"hobby":{"b":[{}]}}"#, &json!({}));
    check::<Customer>(
        r#"{"id":"c","userCredentials":{"password":"canary"},"links":{"self":{"uri":"https://canary"}},
            "billingProfile":{"sealed":"canary","Email":"a@b.example"}}"#,
        &json!({"billingProfile": {"email": "a@b.example"}}),
    );
    // serde_json's private names are names like any other.
    check::<Sample>(r#"{"$serde_json::private::RawValue":"{\"text\":\"canary\"}"}"#, &json!({}));
    check::<Sample>(r#"{"inner":{"$serde_json::private::RawValue":"{}"}}"#, &json!({"inner": {}}));
}

#[test]
fn words_come_in_every_spelling() {
    for (given, expected) in [
        ("\"monthly\"", "monthly"),
        ("\"Monthly\"", "monthly"),
        ("\"MONTHLY\"", "monthly"),
        ("\"one_time\"", "one_time"),
        ("\"OneTime\"", "one_time"),
        ("\"oneTime\"", "one_time"),
        ("\"None\"", "none"),
        ("2", "annual"),
        ("\"2\"", "annual"),
    ] {
        check::<Order>(&format!(r#"{{"BillingCycle":{given}}}"#), &json!({"billingCycle": expected}));
    }
    check::<Order>(r#"{"billingCycle":""}"#, &json!({}));
    refused(
        Order::SHAPE,
        r#"{"billingCycle":"canary"}"#,
        900_126,
        "'billingCycle' must be one of: unknown, monthly",
    );
    refused(Order::SHAPE, r#"{"billingCycle":9}"#, 900_126, "billingCycle");
    refused(Order::SHAPE, r#"{"billingCycle":["canary"]}"#, 900_126, "billingCycle");
}

#[test]
fn values_come_as_their_neighbours() {
    check::<Sample>(r#"{"whole":"3"}"#, &json!({"whole": 3}));
    check::<Sample>(r#"{"whole":3.0}"#, &json!({"whole": 3}));
    check::<Sample>(r#"{"whole":3e2}"#, &json!({"whole": 300}));
    check::<Sample>(r#"{"text":4711}"#, &json!({"text": "4711"}));
    check::<Sample>(r#"{"truth":"True"}"#, &json!({"truth": true}));
    check::<Sample>(r#"{"exact":"1.50"}"#, &serde_json::from_str(r#"{"exact":1.50}"#).expect("JSON"));
    for exact in [
        "9223372036854775806.5",
        "-9223372036854775806",
        "12345678901234567.89",
        "0.0000000000000000000000000001",
        "-0",
        "1e-7",
    ] {
        let message =
            canonicalise(Sample::SHAPE, format!(r#"{{"exact":{exact}}}"#).as_bytes()).expect("readable");
        let sample: Sample = decode(message).expect("fits");
        let expected = kernel::Decimal::from_scientific(exact).or_else(|_| exact.parse()).expect("a decimal");
        assert_eq!(sample.exact, Some(expected));
    }
    check::<Sample>(r#"{"exact":null}"#, &json!({"exact": null}));
    check::<Sample>(
        r#"{"guid":"4D3CF487-70F4-4E1E-9FF1-B2BFCE8D9F04"}"#,
        &json!({"guid": "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"}),
    );
    check::<Sample>(
        r#"{"at":"2018-01-13T00:00:00.1234567+01:00","day":"2018-01-13T00:00:00Z"}"#,
        &json!({"at": "2018-01-12T23:00:00.1234567Z", "day": "2018-01-13"}),
    );
    check::<Sample>(
        r#"{"map":{"b":"x","A":"y","c":null},"list":["x",null,1]}"#,
        &json!({"map": {"A": "y", "b": "x"}, "list": ["x", "1"]}),
    );
    check::<Sample>(r#"{"free":{"any":[1,{"x":2}]}}"#, &json!({"free": {"any": [1, {"x": 2}]}}));
}

#[test]
fn what_does_not_fit_is_named_and_never_quoted() {
    let sample = Sample::SHAPE;
    refused(sample, r#"{"whole":1.5}"#, 800_002, "'whole' must be a whole number");
    refused(sample, r#"{"whole":"canary"}"#, 800_002, "'whole'");
    refused(sample, r#"{"whole":1e400}"#, 800_002, "'whole'");
    refused(sample, r#"{"whole":99999999999999999999}"#, 800_002, "'whole'");
    refused(sample, r#"{"exact":0.1e21}"#, 800_002, "'exact'");
    refused(sample, r#"{"exact":"1_000"}"#, 800_002, "'exact'");
    refused(sample, r#"{"text":true}"#, 800_002, "'text' must be text");
    refused(sample, r#"{"text":"canary"}"#, 800_002, "'text' must have at most 5 characters");
    refused(sample, r#"{"text":"a\u0000b"}"#, 800_002, "NUL");
    refused(sample, r#"{"at":"2026-10-296"}"#, 800_002, "'at' must be a date");
    refused(sample, r#"{"guid":"canary"}"#, 800_002, "'guid' must be a GUID");
    refused(sample, r#"{"inner":{"list":["a",["canary"]]}}"#, 800_002, "'inner.list[1]' must be text");
    refused(sample, r#"{"map":{"canary":{}}}"#, 800_002, "'map.*' must be text");
    refused(sample, "[]", 800_002, "The body must be a JSON object");
    refused(SupportContact::SHAPE, "\"canary\"", 800_002, "object");
}

#[test]
fn what_is_no_json_is_located_and_never_quoted() {
    for text in
        ["{\"text\":canary}", "{\"text\":\"canary\"", "{} {}", "\u{feff}\u{feff}{}", "{\"a\":\"\\ud800\"}"]
    {
        refused(Sample::SHAPE, text, 800_002, "line 1, column");
    }
    let problem = canonicalise(Sample::SHAPE, b"{\"text\":\"\xff\"}").expect_err("not UTF-8");
    assert_eq!(problem.slug, "malformed_json");
}

#[test]
fn messages_have_a_depth_and_a_size() {
    let nested = |depth: usize| format!("{}1{}", "{\"inner\":".repeat(depth), "}".repeat(depth));
    refused(Sample::SHAPE, &nested(MAX_DEPTH), 800_002, "'inner.inner"); // read, and then 1 is no object
    refused(Sample::SHAPE, &nested(MAX_DEPTH + 1), 800_002, "too deeply");
    refused(Sample::SHAPE, &"[".repeat(5000), 800_002, "too deeply");
    let many = |count: usize| format!(r#"{{"unknown":[{}]}}"#, vec!["0"; count].join(","));
    check::<Sample>(&many(MAX_MEMBERS - 1), &json!({}));
    refused(Sample::SHAPE, &many(MAX_MEMBERS), 800_002, "too many members");
}

#[test]
fn bare_messages_are_read_as_declared() {
    let read = |shape: &Shape, text: &str| canonicalise(shape, text.as_bytes()).expect("readable");
    assert_eq!(read(customer_qualification(), "\"Education\""), json!("education"));
    assert_eq!(
        read(customer_qualification(), "\u{feff}\"government_community_cloud\""),
        json!("governmentcommunitycloud")
    );
    assert_eq!(read(customer_qualification(), "null"), Value::Null);
    assert_eq!(read(customer_qualification(), ""), Value::Null);
    assert_eq!(read(samples(), r#"[{"Text":"a"},null]"#), json!([{"text": "a"}]));
    refused(samples(), "{}", 800_002, "must be a list");
}

#[track_caller]
fn between_zones(given: &str, expected: Result<Value, &str>) {
    let read = read_between_zones(Customer::SHAPE, given.as_bytes());
    match (read, expected) {
        (Ok(value), Ok(expected)) => assert_eq!(value, expected),
        (Err(problem), Err(said)) => {
            assert_eq!((problem.status, problem.slug), (400, "plaintext_personal_data"));
            assert!(problem.description.contains(said), "{}", problem.description);
            assert!(!problem.to_string().contains("canary"), "a value in: {problem}");
        }
        (read, expected) => panic!("{given}: {read:?}, expected {expected:?}"),
    }
}

#[test]
fn the_operator_refuses_what_is_private_undeclared_or_twice() {
    let good = json!({"id": "c", "billingProfile": {"culture": "de-DE", "sealed": "abc_-"}});
    between_zones(&good.to_string(), Ok(good));
    between_zones(r#"{"billingProfile":{"firstName":"canary"}}"#, Err("'billingProfile.firstName'"));
    between_zones(r#"{"billingProfile":{"FirstName":"canary"}}"#, Err("'billingProfile' holds"));
    between_zones(r#"{"billingProfile":{"hobby":"canary"}}"#, Err("'billingProfile' holds"));
    between_zones(r#"{"billingProfile":{"sealed":"canary canary"}}"#, Err("'billingProfile.sealed'"));
    between_zones(r#"{"billingProfile":{"sealed":"a","sealed":"b"}}"#, Err("'billingProfile' holds"));
    between_zones(r#"{"billingProfile":{"defaultAddress":{"city":"canary"}}}"#, Err("defaultAddress.city"));
    between_zones(r#"{"id":"a","id":"canary"}"#, Err("'id' was given twice"));
    between_zones(r#"{"sealed":"abc"}"#, Err("The body holds"));
    between_zones(r#"{"userCredentials":{"password":"canary"}}"#, Err("'userCredentials'"));
}

#[test]
fn replies_carry_type_names_at_every_level_and_no_nulls() {
    let customer = Customer {
        id: Some("c1".to_owned()),
        billing_profile: Some(crate::resources::customer::CustomerBillingProfile {
            attributes: ResourceAttributes::with_etag("e1"),
            ..Default::default()
        }),
        links: Some(ResourceLinks::to_self("/customers/c1")),
        ..Default::default()
    };
    let bytes = encode(customer).expect("encodes");
    assert_eq!(
        String::from_utf8(bytes).expect("UTF-8"),
        r#"{"id":"c1","billingProfile":{"attributes":{"etag":"e1","objectType":"CustomerBillingProfile"}},"links":{"self":{"uri":"/customers/c1","method":"GET","headers":[]}},"attributes":{"objectType":"Customer"}}"#
    );
    let link = Link::get("/x").with_header("MS-ContinuationToken", "t");
    assert_eq!(
        serde_json::to_value(link).expect("encodes"),
        json!({"uri": "/x", "method": "GET", "headers": [{"key": "MS-ContinuationToken", "value": "t"}]})
    );
}

#[test]
fn debug_of_a_resource_says_nothing_private() {
    let customer: Customer = decode(json!({
        "id": "c1", "userCredentials": {"password": "canary"},
        "billingProfile": {"firstName": "canary", "culture": "de-DE", "sealed": "canary"},
    }))
    .expect("fits");
    let text = format!("{customer:?}");
    assert!(!text.contains("canary") && text.contains("de-DE") && text.contains("(secret)"), "{text}");
    let credentials = UserCredentials { password: Some("canary".to_owned()), user_name: None };
    assert!(!format!("{credentials:?}").contains("canary"));
}

#[test]
fn money_keeps_its_digits() {
    let sample = Sample { exact: Some("1234567890.123400".parse().expect("a decimal")), ..Sample::default() };
    assert_eq!(encode(sample).expect("encodes"), br#"{"exact":1234567890.123400}"#);
}

#[test]
fn a_change_is_laid_over_the_resource() {
    let mut target = json!({"a": 1, "b": {"c": 1, "d": 2}, "e": [1]});
    merge(&mut target, &json!({"b": {"c": null, "x": {"y": 1}}, "e": [2]}));
    assert_eq!(target, json!({"a": 1, "b": {"c": null, "d": 2, "x": {"y": 1}}, "e": [2]}));
}

#[test]
fn an_answer_with_a_member_twice_is_unreadable() {
    assert_eq!(parse_reply(br#"{"a":[{"b":1,"b":2}]}"#), Err(NotJson));
    assert_eq!(
        parse_reply(br#"{"a":[{"b":1.50,"B":2}]}"#).expect("fine").to_string(),
        r#"{"a":[{"b":1.50,"B":2}]}"#
    );
}

/// JSON text with the sample's names in odd casings, nested and repeated.
fn any_body() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<i32>().prop_map(|value| value.to_string()),
        "-?[0-9]{1,4}\\.[0-9]{1,4}(e-?[0-9]{1,2})?"
            .prop_filter("JSON", |text| serde_json::from_str::<Value>(text).is_ok()),
        "[a-c0-9.]{0,6}".prop_map(|text| format!("\"{text}\"")),
        Just("\"2018-01-13T00:00:00\"".to_owned()),
        Just("\"9999-12-31T23:59:59\"".to_owned()),
    ];
    let name = proptest::sample::select(vec![
        "text", "Text", "whole", "exact", "EXACT", "truth", "at", "day", "list", "map", "inner", "Inner",
        "free", "odd", "guid",
    ]);
    let value = leaf.prop_recursive(4, 40, 4, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(","))),
            proptest::collection::vec((name.clone(), inner), 0..5).prop_map(|members| {
                let members: Vec<_> =
                    members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    });
    let top = proptest::sample::select(vec![
        "text", "whole", "exact", "truth", "at", "day", "list", "map", "inner", "free",
    ]);
    proptest::collection::vec((top, value), 0..4).prop_map(|members| {
        let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn reading_twice_changes_nothing(body in any_body()) {
        if let Ok(once) = canonicalise(Sample::SHAPE, body.as_bytes()) {
            let bytes = to_bytes(&once).expect("encodes");
            let twice = canonicalise(Sample::SHAPE, &bytes).expect("still readable");
            prop_assert_eq!(&to_bytes(&twice).expect("encodes"), &bytes);
            prop_assert_eq!(&read_between_zones(Sample::SHAPE, &bytes).expect("canonical"), &once);
            let struct_ = decode::<Sample>(once);
            prop_assert!(struct_.is_ok(), "{}", body);
        }
    }

    #[test]
    fn no_bytes_cause_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = canonicalise(Sample::SHAPE, &bytes);
        let _ = inspect_reply(&bytes);
        let _ = parse_reply(&bytes);
    }

    #[test]
    fn no_broken_body_causes_a_panic(body in any_body(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = body.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = canonicalise(Sample::SHAPE, &bytes);
        let _ = inspect_reply(&bytes);
    }
}
