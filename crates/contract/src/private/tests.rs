//! Cutting and putting back, over values made from the shapes themselves.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::resources::customer::{Customer, customer_qualification};
use crate::shape::Resource;

fn customer() -> Value {
    json!({
        "id": "c1",
        "companyProfile": {"domain": "a.example", "companyName": "A GmbH", "email": "canary@a.example",
            "address": {"country": "DE", "city": "Canarystadt"}},
        "billingProfile": {"culture": "de-DE", "firstName": "Canary", "email": "canary@a.example",
            "defaultAddress": {"country": "DE", "state": "BE", "addressLine1": "Canary Str. 1", "lastName": "Canary"}},
    })
}

#[test]
fn each_record_is_cut_into_one_pruned_object() {
    let mut message = customer();
    let cuts = cut(Customer::SHAPE, &mut message);
    assert_eq!(
        message,
        json!({
            "id": "c1",
            "companyProfile": {"domain": "a.example", "companyName": "A GmbH", "address": {"country": "DE"}},
            "billingProfile": {"culture": "de-DE", "defaultAddress": {"country": "DE", "state": "BE"}},
        })
    );
    let parts: Vec<_> = cuts.iter().map(|cut| (cut.path.as_str(), cut.record, cut.field_set)).collect();
    assert_eq!(
        parts,
        [
            ("/companyProfile", "company-profile", "contact"),
            ("/billingProfile", "billing-profile", "contact")
        ]
    );
    assert_eq!(
        cuts[1].private,
        json!({"firstName": "Canary", "email": "canary@a.example",
            "defaultAddress": {"addressLine1": "Canary Str. 1", "lastName": "Canary"}})
    );
    assert!(!format!("{cuts:?}").contains("Canary"), "no private value in Debug");
    assert!(put_back(&mut message, &cuts));
    assert_eq!(message, customer());
}

#[test]
fn secrets_and_undeclared_members_are_kept_back() {
    let mut message = json!({"id": "c1", "userCredentials": {"password": "canary"}, "hobby": "canary",
        "relationshipToPartner": {"x": "canary"}});
    let cuts = cut(Customer::SHAPE, &mut message);
    assert_eq!(message, json!({"id": "c1"}));
    assert_eq!(cuts.len(), 1);
    assert_eq!(cuts[0].record, KEPT);
}

#[track_caller]
fn check_find(message: &Value, expected: Option<&str>) {
    assert_eq!(find_private(Customer::SHAPE, message).as_deref(), expected, "{message}");
}

#[test]
fn the_operator_finds_what_came_in_clear() {
    check_find(&json!({"id": "c1", "billingProfile": {"sealed": "abc", "culture": "de-DE"}}), None);
    check_find(&json!({"billingProfile": {"firstName": "canary"}}), Some("/billingProfile/firstName"));
    check_find(&json!({"billingProfile": {"FirstName": "canary"}}), Some("/billingProfile/*"));
    check_find(
        &json!({"billingProfile": {"defaultAddress": {"city": "canary"}}}),
        Some("/billingProfile/defaultAddress/city"),
    );
    check_find(&json!({"billingProfile": {"sealed": "Anna Canary"}}), Some("/billingProfile/*"));
    check_find(&json!({"sealed": "abc"}), Some("/*"));
    check_find(&json!({"canary": 1}), Some("/*"));
    check_find(&json!({"companyProfile": "canary"}), Some("/companyProfile"));
    check_find(&json!({"relationshipToPartner": "canary"}), Some("/relationshipToPartner"));
    check_find(&json!({"customDomains": [{"a": "canary"}]}), Some("/customDomains/0"));
    check_find(&json!(["canary"]), Some(""));
    assert_eq!(find_private(customer_qualification(), &json!("education")), None);
    assert_eq!(find_private(customer_qualification(), &json!("canary")).as_deref(), Some(""));
}

#[test]
fn envelopes_are_taken_from_their_records_only() {
    let mut answer = json!({"id": "c1", "billingProfile": {"sealed": "abc_-1", "culture": "de-DE"}});
    let found = take_envelopes(Customer::SHAPE, &mut answer).expect("well placed");
    assert_eq!(answer, json!({"id": "c1", "billingProfile": {"culture": "de-DE"}}));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].path.as_str(), found[0].record), ("/billingProfile", "billing-profile"));
    assert!(set_envelope(&mut answer, &found[0].path, found[0].envelope.clone()));
    assert_eq!(answer["billingProfile"]["sealed"], "abc_-1");
    for misplaced in [
        json!({"sealed": "abc"}),
        json!({"companyProfile": {"address": {"sealed": "abc"}}}),
        json!({"companyProfile": {"unknown": [{"sealed": "abc"}]}}),
        json!({"companyProfile": {"Sealed": "abc"}}),
        json!({"companyProfile": {"sealed": {"a": 1}}}),
        json!({"companyProfile": {"sealed": "<b>"}}),
    ] {
        assert_eq!(take_envelopes(Customer::SHAPE, &mut misplaced.clone()), Err(Misplaced), "{misplaced}");
    }
}

/// Any value of a type, with members left out, undeclared ones added and wrong types mixed in.
fn value_of(ty: Type, depth: u32) -> BoxedStrategy<Value> {
    let right = match ty {
        Type::Text | Type::DateTime | Type::Date | Type::Guid => "[a-z/~]{0,4}".prop_map(Value::from).boxed(),
        Type::Integer | Type::Decimal => any::<i32>().prop_map(Value::from).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::from).boxed(),
        Type::Enum(list) => proptest::sample::select(list.values).prop_map(Value::from).boxed(),
        Type::Object(shape) if depth > 0 => object_of(shape(), depth - 1),
        Type::Object(_) => Just(json!({})).boxed(),
        Type::List(element) => {
            proptest::collection::vec(value_of(*element, depth), 0..3).prop_map(Value::from).boxed()
        }
        Type::Map(element) => {
            proptest::collection::btree_map("[a-z/~]{0,3}", value_of(*element, depth), 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect()))
                .boxed()
        }
        Type::Any => Just(json!(1)).boxed(),
    };
    prop_oneof![12 => right, 1 => Just(Value::Null), 1 => Just(json!("odd")), 1 => Just(json!({"odd": 1}))]
        .boxed()
}

fn object_of(shape: &'static Shape, depth: u32) -> BoxedStrategy<Value> {
    let members: Vec<_> = shape
        .fields
        .iter()
        .map(|field| (Just(field.wire), proptest::option::of(value_of(field.ty, depth))))
        .collect();
    (members, proptest::option::weighted(0.2, "[a-z]{1,3}"))
        .prop_map(|(members, odd)| {
            let declared =
                members.into_iter().filter_map(|(name, value)| value.map(|value| (name.to_owned(), value)));
            let odd = odd.into_iter().map(|name| (format!("x{name}"), json!("odd")));
            Value::Object(declared.chain(odd).collect())
        })
        .boxed()
}

/// A shape and a message of it.
fn any_message() -> impl Strategy<Value = (&'static Shape, Value)> {
    proptest::sample::select(crate::resources::all()).prop_flat_map(|shape| {
        let message = shape.bare.map_or_else(|| object_of(shape, 4), |ty| value_of(ty, 4));
        (Just(shape), message)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn put_back_undoes_cut_and_nothing_private_remains((shape, message) in any_message()) {
        let mut left = message.clone();
        let cuts = cut(shape, &mut left);
        prop_assert_eq!(find_private(shape, &left), None, "left: {}", left);
        prop_assert!(put_back(&mut left, &cuts));
        prop_assert_eq!(left, message);
    }

    #[test]
    fn what_needs_no_cutting_has_nothing_to_find((shape, message) in any_message()) {
        if find_private(shape, &message).is_none() {
            prop_assert!(cut(shape, &mut message.clone()).is_empty());
        }
    }
}

#[test]
fn shapes_say_whether_they_can_hold_private_members() {
    assert!(has_private_members(Customer::SHAPE));
    assert!(!has_private_members(crate::resources::shared::ResourceLinks::SHAPE));
    assert!(!has_private_members(customer_qualification()));
}
