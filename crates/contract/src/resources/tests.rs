//! Walks all shapes.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::*;
use crate::operation::{Home, Reply, operations};
use crate::shape::{Class, Resource, Type};

fn object(ty: Type) -> Option<&'static Shape> {
    match ty {
        Type::Object(shape) => Some(shape()),
        Type::List(element) | Type::Map(element) => object(*element),
        _ => None,
    }
}

/// What is wrong with the private members of a message, if anything.
fn misplaced(
    shape: &Shape,
    in_record: bool,
    trail: &str,
    seen: &mut BTreeSet<(String, bool)>,
) -> Option<String> {
    let in_record = in_record || shape.sealed.is_some();
    let trail = format!("{trail}/{}", shape.name);
    if !seen.insert((shape.name.to_owned(), in_record)) {
        return None;
    }
    shape.fields.iter().find_map(|field| {
        let here = format!("{trail}.{}", field.wire);
        match field.class {
            // A secret stays at the trustee: the gateway keeps it back, it is in no request.
            Class::Secret if field.read_only => None,
            Class::Personal | Class::Secret => {
                Some(format!("{here} may not be in a message to the operator"))
            }
            Class::Contact | Class::Content if in_record => None,
            Class::Contact | Class::Content => Some(format!("{here} is private outside a record")),
            Class::Commercial => {
                let inner = object(field.ty)?;
                let listed = matches!(field.ty, Type::List(_) | Type::Map(_));
                misplaced(inner, in_record && !listed, &here, seen)
            }
        }
    })
}

/// Shapes that are no part of another one.
fn messages() -> Vec<&'static Shape> {
    let shapes: Vec<&'static Shape> =
        BETWEEN_ZONES.iter().flat_map(|shapes| shapes.iter().copied()).collect();
    let parts: BTreeSet<&str> = shapes
        .iter()
        .flat_map(|shape| {
            shape.fields.iter().filter_map(|field| object(field.ty)).filter(|part| part.name != shape.name)
        })
        .map(|part| part.name)
        .collect();
    shapes.into_iter().filter(|shape| !parts.contains(shape.name)).collect()
}

#[test]
fn private_members_lie_inside_records_only() {
    assert!(messages().len() > 15, "the walk found its messages");
    for shape in messages() {
        assert_eq!(misplaced(shape, false, "", &mut BTreeSet::new()), None);
    }
}

#[test]
fn the_walk_finds_a_private_member_outside_a_record() {
    let found = misplaced(shared::Contact::SHAPE, false, "", &mut BTreeSet::new());
    assert_eq!(found.as_deref(), Some("/Contact.firstName is private outside a record"));
}

#[test]
fn names_are_unique() {
    let mut shapes = BTreeSet::new();
    let mut records = BTreeSet::new();
    for shape in all() {
        assert!(shapes.insert(shape.name), "two shapes are called {}", shape.name);
        if let Some(sealed) = shape.sealed {
            assert!(records.insert((sealed.record, sealed.field_set)), "{} is kept twice", sealed.record);
        }
        let mut members = BTreeSet::new();
        for field in shape.fields {
            for name in [field.wire].iter().chain(field.aliases) {
                assert!(members.insert(name.to_ascii_lowercase()), "{}.{name} is there twice", shape.name);
            }
        }
        assert!(!members.contains(crate::shape::SEALED), "{} uses the envelope's name", shape.name);
        assert!(!shape.doc.is_empty(), "{} has no sentence", shape.name);
    }
}

#[test]
fn what_operations_send_between_the_zones_has_private_members_in_records_only() {
    for spec in operations().iter().filter(|spec| spec.home != Home::Trustee) {
        let reply = match spec.reply {
            Reply::One(shape) | Reply::Collection(shape) | Reply::Array(shape) => Some(shape()),
            Reply::None | Reply::Scalar | Reply::File(_) => None,
        };
        for shape in spec.body.map(|shape| shape()).into_iter().chain(reply) {
            assert_eq!(misplaced(shape, false, spec.id, &mut BTreeSet::new()), None);
        }
    }
}

/// A message with every member given.
fn sample(shape: &Shape, depth: u32) -> Value {
    let members: Map<_, _> = shape
        .fields
        .iter()
        .filter_map(|field| Some((field.wire.to_owned(), sample_of(field.ty, depth)?)))
        .collect();
    Value::Object(members)
}

fn sample_of(ty: Type, depth: u32) -> Option<Value> {
    Some(match ty {
        Type::Text => json!("text"),
        Type::Integer => json!(7),
        Type::Decimal => serde_json::from_str("63.3250").expect("a number"),
        Type::Bool => json!(true),
        Type::DateTime => json!("2018-01-13T00:00:00Z"),
        Type::Date => json!("2018-01-13"),
        Type::Guid => json!("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
        Type::Enum(list) => json!(list.values.last()?),
        Type::Object(shape) => sample(shape(), depth.checked_sub(1)?),
        Type::List(element) => sample_of(*element, depth).map_or_else(|| json!([]), |item| json!([item])),
        Type::Map(element) => json!({ "key": sample_of(*element, depth)? }),
        Type::Any => json!({ "free": 1 }),
    })
}

#[test]
fn structs_and_shapes_name_the_same_members() {
    let modules = BETWEEN_ZONES.iter().chain(AT_THE_TRUSTEE).zip(THROUGH);
    let mut seen = Vec::new();
    for (shapes, through) in modules {
        assert_eq!(shapes.len(), through.len());
        for (shape, through) in shapes.iter().zip(through) {
            let given = sample(shape, 3);
            let written: Value = serde_json::from_slice(&through(given.clone())).expect("JSON");
            assert_eq!(written, given, "{}", shape.name);
            if let Some(private) = crate::private::find_private(shape, &given) {
                seen.push(format!("{} is private from {private}", shape.name));
            }
        }
    }
    assert!(seen.len() > 10, "{seen:?}");
}

/// What each resource looks like, nested ones by themselves.
#[test]
fn samples_are_as_documented() {
    let text: Vec<_> = all().iter().map(|shape| format!("{}: {}", shape.name, sample(shape, 0))).collect();
    insta::assert_snapshot!(text.join("\n"));
}

const THROUGH: [&[crate::shape::Through]; 24] = [
    agreement::THROUGH,
    audit::THROUGH,
    country::THROUGH,
    customer::THROUGH,
    enrolment::THROUGH,
    invoice::THROUGH,
    offer::THROUGH,
    order::THROUGH,
    preview::THROUGH,
    profile::THROUGH,
    relationship::THROUGH,
    sandbox::THROUGH,
    service_request::THROUGH,
    shared::THROUGH,
    subscription::THROUGH,
    trustee::THROUGH,
    access::THROUGH,
    legal::THROUGH,
    access_report::THROUGH,
    export::THROUGH,
    subject_request::THROUGH,
    ticket_release::THROUGH,
    key_share::THROUGH,
    departure::THROUGH,
];
