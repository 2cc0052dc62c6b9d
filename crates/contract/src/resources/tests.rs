//! Walks all shapes.

use std::collections::BTreeSet;

use super::*;
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
