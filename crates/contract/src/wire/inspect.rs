//! The gateway's look at an answer it is about to pass through: one streaming pass, no tree.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use crate::shape::SEALED;

/// Members whose text a client or browser follows. Compared case-blind.
const LINKS: [&str; 11] = [
    "uri",
    "url",
    "href",
    "location",
    "displayUri",
    "downloadUri",
    "agreementLink",
    "pdfDownloadLink",
    "callbackUrl",
    "nextLink",
    "@nextLink",
];

/// Members that name a customer other than by being it. Compared case-blind.
const CUSTOMERS: [&str; 3] = ["customerId", "referenceCustomerId", "customerTenantId"];

/// What an answer holds that the gateway must decide on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inspection {
    /// The `id` of the top-level object.
    pub id: Option<String>,
    /// The `id` of each element of the top-level `items` (or of the top-level list).
    pub item_ids: Vec<String>,
    /// The customers that members anywhere refer to; runs of the same are told once.
    pub customers: Vec<String>,
    /// True when a member called `sealed` (in any casing) lies anywhere.
    pub sealed: bool,
    /// Followable members that do not stay on this host, each with its target.
    pub foreign_links: Vec<(String, String)>,
}

/// The answer is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is not valid JSON")]
pub struct NotJson;

/// Looks through an answer. Names are compared after JSON escapes are undone, so none hides behind `\u0073ealed`.
pub fn inspect_reply(bytes: &[u8]) -> Result<Inspection, NotJson> {
    let mut found = Inspection::default();
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut json = serde_json::Deserializer::from_slice(bytes);
    Walk { found: &mut found, place: Place::Top }.deserialize(&mut json).map_err(|_| NotJson)?;
    json.end().map_err(|_| NotJson)?;
    Ok(found)
}

/// True for a link target that cannot lead a client or browser to another host: an absolute path, or a relative one
/// without a scheme. Control characters and backslashes, which browsers drop or turn, are never accepted.
pub fn stays_here(target: &str) -> bool {
    if target.chars().any(|c| c.is_control() || c == '\\') || target != target.trim() {
        return false;
    }
    let before_path = target.split(['/', '?', '#']).next().unwrap_or("");
    !target.starts_with("//") && !before_path.contains(':')
}

/// [`inspect_reply`] of an answer that was read into a tree already.
///
/// # Errors
/// None for a tree that came from JSON text.
pub fn inspect_tree(tree: &Value) -> Result<Inspection, NotJson> {
    let mut found = Inspection::default();
    Walk { found: &mut found, place: Place::Top }.deserialize(tree).map_err(|_| NotJson)?;
    Ok(found)
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// The message itself.
    Top,
    /// The value of the top-level `items`.
    Items,
    /// An element of the list of items.
    Item,
    /// The `id` of an item or of the message.
    Id { of_item: bool },
    /// The value of a followable member.
    Link,
    /// The value of a member that names a customer.
    Customer,
    /// Anywhere else.
    Inside,
}

struct Walk<'f> {
    found: &'f mut Inspection,
    place: Place,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = Option<String>;
    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

/// Answers the text it found where the place asks for one.
impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(None)
    }
    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        match self.place {
            Place::Id { of_item: false } => self.found.id = Some(text.to_owned()),
            Place::Id { of_item: true } => self.found.item_ids.push(text.to_owned()),
            Place::Customer
                if !text.is_empty() && self.found.customers.last().is_none_or(|last| last != text) =>
            {
                self.found.customers.push(text.to_owned());
            }
            Place::Link if !stays_here(text) => return Ok(Some(text.to_owned())),
            _ => {}
        }
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let place = match self.place {
            Place::Top | Place::Items => Place::Item,
            Place::Link => Place::Link,
            Place::Customer => Place::Customer,
            _ => Place::Inside,
        };
        let mut foreign = None;
        while let Some(inner) = from.next_element_seed(Walk { found: &mut *self.found, place })? {
            foreign = foreign.or(inner);
        }
        Ok(foreign)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        while let Some(Name(name)) = from.next_key()? {
            if name.eq_ignore_ascii_case(SEALED) {
                self.found.sealed = true;
                from.next_value::<IgnoredAny>()?;
                continue;
            }
            let here = self.place;
            let place = if name.eq_ignore_ascii_case("id") && matches!(here, Place::Top | Place::Item) {
                Place::Id { of_item: here == Place::Item }
            } else if name.eq_ignore_ascii_case("items") && here == Place::Top {
                Place::Items
            } else if LINKS.iter().any(|link| link.eq_ignore_ascii_case(&name)) {
                Place::Link
            } else if CUSTOMERS.iter().any(|member| member.eq_ignore_ascii_case(&name)) {
                Place::Customer
            } else {
                Place::Inside
            };
            if let Some(target) = from.next_value_seed(Walk { found: &mut *self.found, place })? {
                self.found.foreign_links.push((name.into_owned(), target));
            }
        }
        Ok(None)
    }
}

/// A member name, borrowed where it holds no escape.
pub(super) struct Name<'de>(pub(super) Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Name<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Text;
        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }
        from.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str) -> Inspection {
        let found = inspect_reply(text.as_bytes()).expect("JSON");
        if let Ok(tree) = crate::wire::parse_reply(text.as_bytes()) {
            assert_eq!(inspect_tree(&tree).as_ref(), Ok(&found), "{text}");
        }
        found
    }

    #[test]
    fn ids_are_those_of_the_message_and_its_items() {
        let found = look(r#"{"totalCount":2.50,"items":[{"id":"a","x":{"id":"no"}},{"Id":"b"}],"id":"top"}"#);
        assert_eq!(found.id.as_deref(), Some("top"));
        assert_eq!(found.item_ids, ["a", "b"]);
        assert_eq!(look(r#"[{"id":"a"}]"#).item_ids, ["a"]);
    }

    #[test]
    fn customers_are_those_that_members_refer_to() {
        let found =
            look(r#"{"items":[{"customerId":"a"},{"CustomerID":"a"},{"x":{"referenceCustomerId":"b"}}]}"#);
        assert_eq!(found.customers, ["a", "b"]);
        assert!(look(r#"{"customerName":"a","customerId":null}"#).customers.is_empty());
    }

    #[test]
    fn an_envelope_is_seen_in_any_spelling_and_depth() {
        for text in [
            r#"{"sealed":"x"}"#,
            r#"{"a":[{"b":{"SEALED":null}}]}"#,
            r#"{"\u0073ealed":"x"}"#,
            r#"{"s\u0065aled":{"sealed":1}}"#,
        ] {
            assert!(look(text).sealed, "{text}");
        }
        assert!(!look(r#"{"unsealed":"sealed"}"#).sealed);
    }

    #[test]
    fn links_that_leave_are_named_and_those_that_stay_are_not() {
        for (target, stays) in [
            ("/customers?size=1", true),
            ("customers/1", true),
            ("", true),
            ("/customers?back=https://x", true),
            ("https://evil.example/", false),
            ("//evil.example/", false),
            ("/\\\\evil.example", false),
            ("\\t//evil.example", false),
            (" //evil.example", false),
            ("javascript:alert(1)", false),
            ("/\\t/evil.example", false),
        ] {
            let text = format!(r#"{{"links":{{"self":{{"uri":"{target}"}}}}}}"#);
            assert_eq!(look(&text).foreign_links.is_empty(), stays, "{target:?}");
        }
        let escaped = look(r#"{"\u0075ri":"\u0068ttps:\/\/evil.example"}"#);
        assert_eq!(escaped.foreign_links, [("uri".to_owned(), "https://evil.example".to_owned())]);
        assert!(!look(r#"{"location":["https://evil.example"]}"#).foreign_links.is_empty());
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "<html>", "{", "{}{}", "{\"a\":}"] {
            assert_eq!(inspect_reply(text.as_bytes()), Err(NotJson), "{text}");
        }
    }
}
