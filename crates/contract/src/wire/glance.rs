//! A look at a list that holds nothing private, without making a tree of it.
//!
//! Most lists are made of ids and names: nothing in them was ever sealed, so nothing has to be taken out. One streaming
//! pass proves it. What it cannot prove is not refused here: the whole reading ([`super::parse_reply`]) then decides.
//!
//! Invariant: a list that passes would also pass that reading, with no envelope and no private member found.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::inspect::Name;
use super::node::NUMBER;
use crate::shape::{SEALED, Shape, Type};

/// The member of a collection that holds its elements.
const ITEMS: &str = "items";
/// Members of the largest shape that is looked at; one bit each.
const MOST_FIELDS: usize = u128::BITS as usize;

/// Whether this answer is a list whose objects have declared commercial members alone, each in the form of its type and
/// once. `enveloped` says whether the list stands in a collection or bare.
pub fn is_clear_list(shape: &'static Shape, enveloped: bool, bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let place = if enveloped { Place::Collection(shape) } else { Place::List(Inner::Object(shape)) };
    place.deserialize(&mut json).is_ok() && json.end().is_ok()
}

/// What is expected where the reading stands.
#[derive(Clone, Copy)]
enum Place {
    Collection(&'static Shape),
    List(Inner),
    Object(&'static Shape),
    Value(Type),
    /// A part of the collection that is none of its elements: anything without an envelope.
    Beside,
}

/// What is in a list.
#[derive(Clone, Copy)]
enum Inner {
    Object(&'static Shape),
    Value(Type),
}

impl Place {
    fn of(ty: Type) -> Self {
        match ty {
            Type::Object(shape) => Self::Object(shape()),
            Type::List(element) => Self::List(Inner::Value(*element)),
            ty => Self::Value(ty),
        }
    }
}

impl From<Inner> for Place {
    fn from(inner: Inner) -> Self {
        match inner {
            Inner::Object(shape) => Self::Object(shape),
            Inner::Value(ty) => Self::of(ty),
        }
    }
}

/// This has to be read whole.
fn unsure<E: Error>() -> E {
    E::custom("not plainly clear")
}

fn sure<E: Error>(is: bool) -> Result<(), E> {
    if is { Ok(()) } else { Err(unsure()) }
}

impl<'de> DeserializeSeed<'de> for Place {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member in the form of its type")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        // A list that is null is none; anything else may be absent.
        sure(!matches!(self, Self::Collection(_) | Self::List(Inner::Object(_))))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        sure(matches!(self, Self::Value(Type::Bool) | Self::Beside))
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        sure(matches!(self, Self::Value(Type::Integer | Type::Decimal) | Self::Beside))
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        sure(matches!(self, Self::Value(Type::Integer | Type::Decimal) | Self::Beside))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        sure(match self {
            Self::Value(Type::Text | Type::DateTime | Type::Date | Type::Guid) | Self::Beside => true,
            Self::Value(Type::Enum(list)) => list.values.contains(&text),
            _ => false,
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        let inner = match self {
            Self::List(inner) => Self::from(inner),
            Self::Beside => Self::Beside,
            _ => return Err(unsure()),
        };
        while from.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<(), A::Error> {
        match self {
            Self::Object(shape) => object(shape, from),
            Self::Collection(shape) => beside(Some(shape), from),
            Self::Beside => beside(None, from),
            Self::Value(Type::Integer | Type::Decimal) => number(from),
            _ => Err(unsure()),
        }
    }
}

/// An element, or an object within one.
fn object<'de, A: MapAccess<'de>>(shape: &'static Shape, mut from: A) -> Result<(), A::Error> {
    sure(shape.fields.len() <= MOST_FIELDS && shape.bare.is_none())?;
    let mut seen = 0_u128;
    while let Some(Name(name)) = from.next_key()? {
        let at = shape.fields.iter().position(|field| field.wire == name).ok_or_else(unsure)?;
        let field = &shape.fields[at];
        sure(!field.class.is_private() && seen & (1 << at) == 0)?;
        seen |= 1 << at;
        from.next_value_seed(Place::of(field.ty))?;
    }
    Ok(())
}

/// What stands around the elements, and the elements where they stand in it.
fn beside<'de, A: MapAccess<'de>>(items: Option<&'static Shape>, mut from: A) -> Result<(), A::Error> {
    let mut seen: Vec<Cow<'de, str>> = Vec::new();
    while let Some(Name(name)) = from.next_key()? {
        sure(!name.eq_ignore_ascii_case(SEALED) && !seen.contains(&name))?;
        match items {
            Some(shape) if name == ITEMS => from.next_value_seed(Place::List(Inner::Object(shape)))?,
            None if name == NUMBER => from.next_value::<IgnoredAny>().map(drop)?,
            _ => from.next_value_seed(Place::Beside)?,
        }
        seen.push(name);
    }
    sure(items.is_none() || seen.iter().any(|name| name == ITEMS))
}

/// A number, which serde_json hands over as an object when it keeps all digits.
fn number<'de, A: MapAccess<'de>>(mut from: A) -> Result<(), A::Error> {
    let name: Option<Name<'de>> = from.next_key()?;
    sure(name.is_some_and(|Name(name)| name == NUMBER))?;
    from.next_value::<IgnoredAny>()?;
    sure(from.next_key::<Name<'de>>()?.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::private::{find_private, take_envelopes};
    use crate::resources::customer::Customer;
    use crate::shape::Resource;
    use crate::wire::parse_reply;
    use serde_json::Value;

    /// Whether the whole reading finds nothing to take out of a collection and nothing to refuse.
    fn passes(bytes: &[u8]) -> bool {
        let Ok(mut tree) = parse_reply(bytes) else { return false };
        let Some(items) = tree.get_mut("items").and_then(Value::as_array_mut) else { return false };
        items.iter_mut().all(|item| {
            take_envelopes(Customer::SHAPE, item).is_ok_and(|found| found.is_empty())
                && find_private(Customer::SHAPE, item).is_none()
        })
    }

    #[test]
    fn only_what_passes_the_whole_reading_is_clear() {
        let line = r#"{"id":"a","companyProfile":{"domain":"d","links":{"self":{"uri":"/c","headers":[]}}}}"#;
        for (items, clear) in [
            ("[]", true),
            (line, true),
            (r#"{"id":null,"relationshipToPartner":"reseller","allowDelegatedAccess":true}"#, true),
            (r#"{"id":"a","id":"b"}"#, false),
            (r#"{"Id":"a"}"#, false),
            (r#"{"id":7}"#, false),
            (r#"{"relationshipToPartner":"friend"}"#, false),
            (r#"{"allowDelegatedAccess":"true"}"#, false),
            (r#"{"billingProfile":{"firstName":"Erika"}}"#, false),
            (r#"{"billingProfile":{"sealed":"abc"}}"#, false),
            (r#"{"billingProfile":{"\u0073ealed":"abc"}}"#, false),
            (r#"{"companyProfile":{"address":{"city":"Hannover"}}}"#, false),
            (r#"{"companyProfile":[]}"#, false),
            (r#"{"canary":"a"}"#, false),
            (r#"{"id":{"$serde_json::private::Number":"1"}}"#, false),
            ("null", true),
            ("7", false),
        ] {
            let items = if items.starts_with('[') { items.to_owned() } else { format!("[{items}]") };
            let text =
                format!(r#"{{"totalCount":1,"items":{items},"attributes":{{"objectType":"Collection"}}}}"#);
            assert_eq!(is_clear_list(Customer::SHAPE, true, text.as_bytes()), clear, "{text}");
            assert!(!clear || passes(text.as_bytes()), "{text}");
            let bare = is_clear_list(Customer::SHAPE, false, items.as_bytes());
            assert_eq!(bare, clear, "{items}");
        }
        for text in [
            "",
            "[]",
            "null",
            "{}",
            r#"{"items":null}"#,
            r#"{"items":{}}"#,
            r#"{"items":[]}x"#,
            r#"{"items":[],"items":[]}"#,
            r#"{"items":[],"Sealed":"a"}"#,
            r#"{"items":[],"links":{"a":1,"a":2}}"#,
            r#"{"items":[],"links":[{"sealed":1}]}"#,
        ] {
            assert!(!is_clear_list(Customer::SHAPE, true, text.as_bytes()), "{text}");
        }
    }
}
