//! The private part of a message: what is cut out before it goes to the operator, and how it comes back.
//!
//! Invariants: what is not declared commercial is private, so an undeclared member is too; after [`cut`],
//! [`find_private`] finds nothing; [`put_back`] of what was cut restores the message. A *record* is an object whose
//! shape says `sealed`; its private members travel as one pruned object of the same nesting, and so do those of
//! nested objects that are no records themselves.
//!
//! Deliberately absent: sealing itself (`envelope`), and which tenant and record an envelope must belong to (the
//! gateway knows that from the request, never from the message).

use serde_json::{Map, Value};

use crate::shape::{Field, SEALED, SealedAs, Shape, Type};
use crate::wire::merge;

/// Longest envelope text between the zones.
const LONGEST_ENVELOPE: usize = 256 * 1024;

/// Private members taken out of one object.
#[derive(Clone, PartialEq)]
pub struct Cut {
    /// Where the object stands: a JSON pointer, empty for the message itself.
    pub path: String,
    /// The kind of record, or [`KEPT`].
    pub record: &'static str,
    /// The record's field set; empty for [`KEPT`].
    pub field_set: &'static str,
    /// The members, in a pruned object of the same nesting.
    pub private: Value,
}

/// Stands in [`Cut::record`] for what belongs to no record: it stays in the trustee zone and is never sealed into
/// a message (secrets, and anything undeclared).
pub const KEPT: &str = "";

impl std::fmt::Debug for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cut")
            .field("path", &self.path)
            .field("record", &self.record)
            .field("field_set", &self.field_set)
            .finish_non_exhaustive()
    }
}

/// Takes every private member out of `message`.
pub fn cut(shape: &Shape, message: &mut Value) -> Vec<Cut> {
    let mut cuts = Vec::new();
    let rest = match (shape.bare, &mut *message) {
        (Some(ty), value) => descend(ty, value, "", &mut cuts),
        (None, Value::Object(object)) => Part::of(visit(shape, object, "", &mut cuts)),
        (None, Value::Null) => Part::Nothing,
        (None, _) => Part::Whole,
    };
    match rest {
        Part::Nothing => {}
        Part::Members(private) => cuts.push(kept("", Value::Object(private))),
        Part::Whole => cuts.push(kept("", message.take())),
    }
    cuts
}

/// Merges what was cut back in. False when some object is no longer there to take its members.
pub fn put_back(message: &mut Value, cuts: &[Cut]) -> bool {
    let mut all = true;
    for cut in cuts {
        match message.pointer_mut(&cut.path) {
            Some(object) => merge(object, &cut.private),
            None => all = false,
        }
    }
    all
}

/// What of a value is private.
enum Part {
    Nothing,
    /// These members of the object.
    Members(Map<String, Value>),
    /// All of it: it is not what the shape declares.
    Whole,
}

impl Part {
    fn of(members: Map<String, Value>) -> Self {
        if members.is_empty() { Self::Nothing } else { Self::Members(members) }
    }
}

fn kept(path: &str, private: Value) -> Cut {
    Cut { path: path.to_owned(), record: KEPT, field_set: "", private }
}

/// Cuts one object; answers what belongs to the record around it.
fn visit(
    shape: &Shape,
    object: &mut Map<String, Value>,
    path: &str,
    cuts: &mut Vec<Cut>,
) -> Map<String, Value> {
    let names: Vec<String> = object.keys().cloned().collect();
    let mut private = Map::new();
    for name in names {
        let Some(value) = object.get_mut(&name) else { continue };
        let part = match shape.field(&name) {
            None if is_envelope_of(shape, &name, value) => Part::Nothing,
            Some(field) if !field.class.is_private() => descend(field.ty, value, &step(path, &name), cuts),
            _ => Part::Whole,
        };
        match part {
            Part::Nothing => {}
            Part::Members(members) => {
                private.insert(name, Value::Object(members));
            }
            Part::Whole => {
                // `shift_remove` keeps the order of what stays.
                if let Some(value) = object.shift_remove(&name) {
                    private.insert(name, value);
                }
            }
        }
    }
    match shape.sealed {
        Some(SealedAs { record, field_set }) if !private.is_empty() => {
            cuts.push(Cut { path: path.to_owned(), record, field_set, private: Value::Object(private) });
            Map::new()
        }
        _ => private,
    }
}

/// Cuts a commercial value of the given type.
fn descend(ty: Type, value: &mut Value, path: &str, cuts: &mut Vec<Cut>) -> Part {
    if !fits(ty, value) {
        return Part::Whole;
    }
    match (ty, value) {
        (Type::Object(shape), Value::Object(object)) => Part::of(visit(shape(), object, path, cuts)),
        (Type::List(element), Value::Array(items)) => {
            for (index, item) in items.iter_mut().enumerate() {
                elsewhere(*element, item, &format!("{path}/{index}"), cuts);
            }
            Part::Nothing
        }
        (Type::Map(element), Value::Object(members)) => {
            for (name, item) in members.iter_mut() {
                elsewhere(*element, item, &step(path, name), cuts);
            }
            Part::Nothing
        }
        _ => Part::Nothing,
    }
}

/// Cuts an element of a list or map. Its position may change, so what is private in it cannot travel with the
/// record around it; only elements that are records themselves have private members (a test holds all shapes to
/// that).
fn elsewhere(ty: Type, item: &mut Value, path: &str, cuts: &mut Vec<Cut>) {
    match descend(ty, item, path, cuts) {
        Part::Nothing => {}
        Part::Members(members) => cuts.push(kept(path, Value::Object(members))),
        Part::Whole => cuts.push(kept(path, item.take())),
    }
}

/// True when a value has the outer form of its type, so that nothing undeclared can hide in it.
fn fits(ty: Type, value: &Value) -> bool {
    match (ty, value) {
        (_, Value::Null) | (Type::Any, _) => true,
        (Type::Object(_) | Type::Map(_), given) => given.is_object(),
        (Type::List(_), given) => given.is_array(),
        (Type::Enum(list), Value::String(word)) => list.values.contains(&word.as_str()),
        (Type::Bool, given) => given.is_boolean(),
        (Type::Integer | Type::Decimal, given) => given.is_number(),
        (Type::Text | Type::DateTime | Type::Date | Type::Guid, given) => given.is_string(),
        (Type::Enum(_), _) => false,
    }
}

/// The operator's check of a message: the path of the first member that is private or not declared. Envelopes of
/// records are no private members.
pub fn find_private(shape: &Shape, message: &Value) -> Option<String> {
    match (shape.bare, message) {
        (Some(ty), value) => find_in(ty, value, Place::Top),
        (None, Value::Object(object)) => find_in_object(shape, object, Place::Top),
        (None, Value::Null) => None,
        (None, _) => Some(String::new()),
    }
}

fn find_in_object(shape: &Shape, object: &Map<String, Value>, at: Place<'_>) -> Option<String> {
    object.iter().find_map(|(name, value)| match shape.field(name) {
        None if is_envelope_of(shape, name, value) => None,
        // What is not declared may have a private name, so only its place is said.
        None => Some(at.member("*").pointer()),
        Some(Field { class, .. }) if class.is_private() => Some(at.member(name).pointer()),
        Some(field) => find_in(field.ty, value, at.member(name)),
    })
}

fn find_in(ty: Type, value: &Value, at: Place<'_>) -> Option<String> {
    if !fits(ty, value) {
        return Some(at.pointer());
    }
    match (ty, value) {
        (Type::Object(shape), Value::Object(object)) => find_in_object(shape(), object, at),
        (Type::List(element), Value::Array(items)) => {
            items.iter().enumerate().find_map(|(index, item)| find_in(*element, item, at.item(index)))
        }
        (Type::Map(element), Value::Object(members)) => {
            members.values().find_map(|item| find_in(*element, item, at.member("*")))
        }
        _ => None,
    }
}

/// An envelope found in an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Where its record stands: a JSON pointer.
    pub path: String,
    /// The kind of record that the shape expects there.
    pub record: &'static str,
    /// The field set that the shape expects there.
    pub field_set: &'static str,
    /// The envelope.
    pub envelope: String,
}

/// An envelope stands where the contract has none, or is no envelope. The answer must not be passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an envelope stands where the contract has none")]
pub struct Misplaced;

/// Takes all envelopes out of an answer. Members the shape does not know are left alone, unless an envelope is
/// among them.
pub fn take_envelopes(shape: &Shape, message: &mut Value) -> Result<Vec<Found>, Misplaced> {
    let mut found = Vec::new();
    match shape.bare {
        Some(ty) => take_in(Some(ty), message, Place::Top, &mut found)?,
        None => take_in_object(Some(shape), message, Place::Top, &mut found)?,
    }
    Ok(found)
}

fn take_in_object(
    shape: Option<&Shape>,
    message: &mut Value,
    at: Place<'_>,
    found: &mut Vec<Found>,
) -> Result<(), Misplaced> {
    let Value::Object(object) = message else { return take_in(None, message, at, found) };
    if let Some(envelope) = object.shift_remove(SEALED) {
        let expected = shape.and_then(|shape| shape.sealed).ok_or(Misplaced)?;
        match envelope {
            Value::Null => {}
            Value::String(envelope) if is_envelope_text(&envelope) => found.push(Found {
                path: at.pointer(),
                record: expected.record,
                field_set: expected.field_set,
                envelope,
            }),
            _ => return Err(Misplaced),
        }
    }
    for (name, value) in object.iter_mut() {
        if name.eq_ignore_ascii_case(SEALED) {
            return Err(Misplaced);
        }
        let ty = shape.and_then(|shape| shape.field(name)).map(|field| field.ty);
        take_in(ty, value, at.member(name), found)?;
    }
    Ok(())
}

fn take_in(
    ty: Option<Type>,
    value: &mut Value,
    at: Place<'_>,
    found: &mut Vec<Found>,
) -> Result<(), Misplaced> {
    match value {
        Value::Object(_) => match ty {
            Some(Type::Object(shape)) => take_in_object(Some(shape()), value, at, found),
            Some(Type::Map(element)) => each_member(Some(*element), value, at, found),
            _ => take_in_object(None, value, at, found),
        },
        Value::Array(items) => {
            let element = match ty {
                Some(Type::List(element)) => Some(*element),
                _ => None,
            };
            items
                .iter_mut()
                .enumerate()
                .try_for_each(|(index, item)| take_in(element, item, at.item(index), found))
        }
        _ => Ok(()),
    }
}

fn each_member(
    ty: Option<Type>,
    value: &mut Value,
    at: Place<'_>,
    found: &mut Vec<Found>,
) -> Result<(), Misplaced> {
    value
        .as_object_mut()
        .into_iter()
        .flatten()
        .try_for_each(|(name, item)| take_in(ty, item, at.member(name), found))
}

/// Puts an envelope on the record at `path`. False when there is no such object.
pub fn set_envelope(message: &mut Value, path: &str, envelope: String) -> bool {
    match message.pointer_mut(path) {
        Some(Value::Object(record)) => {
            record.insert(SEALED.to_owned(), Value::String(envelope));
            true
        }
        _ => false,
    }
}

/// True for text that can be an envelope: base64url without padding, of bounded length.
pub fn is_envelope_text(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_ENVELOPE
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

fn is_envelope_of(shape: &Shape, name: &str, value: &Value) -> bool {
    shape.sealed.is_some() && name == SEALED && value.as_str().is_some_and(is_envelope_text)
}

/// A place in a message, written out only where somebody asks: every answer is walked, few hold what is looked for.
#[derive(Clone, Copy)]
enum Place<'a> {
    Top,
    Member(&'a Place<'a>, &'a str),
    Item(&'a Place<'a>, usize),
}

impl Place<'_> {
    fn member<'a>(&'a self, name: &'a str) -> Place<'a> {
        Place::Member(self, name)
    }

    fn item(&self, index: usize) -> Place<'_> {
        Place::Item(self, index)
    }

    /// The JSON pointer.
    fn pointer(&self) -> String {
        match self {
            Self::Top => String::new(),
            Self::Member(parent, name) => step(&parent.pointer(), name),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// One step of a JSON pointer.
fn step(path: &str, name: &str) -> String {
    let name =
        if name.contains(['~', '/']) { name.replace('~', "~0").replace('/', "~1") } else { name.to_owned() };
    format!("{path}/{name}")
}

/// True when messages of this shape can hold private members at all; those that cannot need no cutting.
pub fn has_private_members(shape: &Shape) -> bool {
    shape_has(shape, &mut Vec::new())
}

fn shape_has(shape: &Shape, seen: &mut Vec<&'static str>) -> bool {
    shape.bare.is_some_and(|ty| type_has(ty, seen))
        || shape.fields.iter().any(|field| field.class.is_private() || type_has(field.ty, seen))
}

fn type_has(ty: Type, seen: &mut Vec<&'static str>) -> bool {
    match ty {
        Type::Object(shape) => {
            let shape = shape();
            if seen.contains(&shape.name) {
                return false;
            }
            seen.push(shape.name);
            shape.sealed.is_some() || shape_has(shape, seen)
        }
        Type::List(element) | Type::Map(element) => type_has(*element, seen),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
