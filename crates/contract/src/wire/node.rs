//! A JSON tree that hides nothing: members given twice are all kept, numbers keep their digits, and no member name
//! is magic (serde_json's own `Value` drops the first of two members and treats some private names as commands).

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The name under which serde_json hands over a number when it keeps all digits. An object that uses the name
/// itself is read as the number it spells, or refused; it gains nothing.
const NUMBER: &str = "$serde_json::private::Number";

/// Most digits of a number.
const LONGEST_NUMBER: usize = 64;

/// One JSON value with all that was written.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// How much a message may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Deepest nesting of objects and lists.
    pub depth: usize,
    /// Members and list elements together.
    pub members: usize,
}

/// Why a text was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Not JSON, at this line and column.
    Syntax { line: usize, column: usize },
    /// Nested deeper than allowed.
    TooDeep,
    /// More members than allowed.
    TooMany,
}

impl Node {
    /// Reads one JSON value and nothing after it. A byte-order mark before it is skipped.
    pub(super) fn parse(bytes: &[u8], limits: Limits) -> Result<Self, Unreadable> {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let budget = Budget { left: Cell::new(limits.members), broken: Cell::new(None) };
        let mut json = serde_json::Deserializer::from_slice(bytes);
        let parsed = Seed { budget: &budget, depth: limits.depth }
            .deserialize(&mut json)
            .and_then(|node| json.end().map(|()| node));
        parsed.map_err(|error| {
            budget.broken.get().unwrap_or(Unreadable::Syntax { line: error.line(), column: error.column() })
        })
    }

    /// The tree as a plain value. Of members given twice the last wins.
    pub(super) fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(bool) => Value::Bool(bool),
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::String(text),
            Self::List(items) => Value::Array(items.into_iter().map(Self::into_value).collect()),
            Self::Object(members) => Value::Object(
                members.into_iter().map(|(name, node)| (name, node.into_value())).collect::<Map<_, _>>(),
            ),
        }
    }

    /// True when some object names one member twice (same spelling).
    pub(super) fn repeats_a_member(&self) -> bool {
        match self {
            Self::List(items) => items.iter().any(Self::repeats_a_member),
            Self::Object(members) => {
                let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
                names.sort_unstable();
                names.windows(2).any(|pair| pair[0] == pair[1])
                    || members.iter().any(|(_, node)| node.repeats_a_member())
            }
            _ => false,
        }
    }
}

struct Budget {
    left: Cell<usize>,
    broken: Cell<Option<Unreadable>>,
}

impl Budget {
    fn take_one<E: serde::de::Error>(&self) -> Result<(), E> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(self.fail(Unreadable::TooMany)),
        }
    }

    fn fail<E: serde::de::Error>(&self, why: Unreadable) -> E {
        self.broken.set(Some(why));
        E::custom("limit")
    }
}

#[derive(Clone, Copy)]
struct Seed<'b> {
    budget: &'b Budget,
    /// How many more levels may be opened.
    depth: usize,
}

impl Seed<'_> {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..self }),
            None => Err(self.budget.fail(Unreadable::TooDeep)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;
    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Node, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }
    fn visit_bool<E>(self, bool: bool) -> Result<Node, E> {
        Ok(Node::Bool(bool))
    }
    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }
    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(inner)? {
            self.budget.take_one()?;
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        let mut next = from.next_key::<String>()?;
        if next.as_deref() == Some(NUMBER) {
            let digits: String = from.next_value()?;
            if digits.len() > LONGEST_NUMBER {
                return Err(A::Error::custom("number"));
            }
            return digits.parse().map(Node::Number).map_err(|_| A::Error::custom("number"));
        }
        let inner = self.deeper()?;
        while let Some(name) = next {
            self.budget.take_one()?;
            members.push((name, from.next_value_seed(inner)?));
            next = from.next_key()?;
        }
        Ok(Node::Object(members))
    }
}
