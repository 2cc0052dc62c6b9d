//! A JSON tree that hides nothing: members given twice are all kept, numbers keep their digits, and no member name
//! is magic (serde_json's own `Value` drops the first of two members and treats some private names as commands).

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The name under which serde_json hands over a number when it keeps all digits. An object that uses the name
/// itself is read as the number it spells, or refused; it gains nothing.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// Most digits of a number.
const LONGEST_NUMBER: usize = 64;

/// Members of most objects; as many as a hash table takes before it grows for the second time.
const ORDINARY: usize = 7;

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
}

/// What a text is read into.
pub(super) trait Tree: Sized {
    /// The members of an object.
    type Members;
    /// Room for the members of an ordinary object.
    fn members() -> Self::Members;
    /// A null, truth value, number or text.
    fn leaf(value: Value) -> Self;
    /// A list.
    fn list(items: Vec<Self>) -> Self;
    /// Adds a member; false when the tree has no room for a second one of that name.
    fn add(members: &mut Self::Members, name: String, value: Self) -> bool;
    /// An object.
    fn object(members: Self::Members) -> Self;
}

/// Keeps all that was written.
impl Tree for Node {
    type Members = Vec<(String, Self)>;
    fn members() -> Self::Members {
        Vec::new()
    }
    fn leaf(value: Value) -> Self {
        match value {
            Value::Bool(bool) => Self::Bool(bool),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text),
            _ => Self::Null,
        }
    }
    fn list(items: Vec<Self>) -> Self {
        Self::List(items)
    }
    fn add(members: &mut Self::Members, name: String, value: Self) -> bool {
        members.push((name, value));
        true
    }
    fn object(members: Self::Members) -> Self {
        Self::Object(members)
    }
}

/// Makes a text that names a member twice unreadable.
impl Tree for Value {
    type Members = Map<String, Self>;
    fn members() -> Self::Members {
        Map::with_capacity(ORDINARY)
    }
    fn leaf(value: Value) -> Self {
        value
    }
    fn list(items: Vec<Self>) -> Self {
        Self::Array(items)
    }
    fn add(members: &mut Self::Members, name: String, value: Self) -> bool {
        members.insert(name, value).is_none()
    }
    fn object(members: Self::Members) -> Self {
        Self::Object(members)
    }
}

/// Reads one JSON value and nothing after it. A byte-order mark before it is skipped.
pub(super) fn parse<T: Tree>(bytes: &[u8], limits: Limits) -> Result<T, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let budget = Budget { left: Cell::new(limits.members), broken: Cell::new(None) };
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let parsed = Seed { budget: &budget, depth: limits.depth, tree: PhantomData }
        .deserialize(&mut json)
        .and_then(|tree| json.end().map(|()| tree));
    parsed.map_err(|error| {
        budget.broken.get().unwrap_or(Unreadable::Syntax { line: error.line(), column: error.column() })
    })
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

struct Seed<'b, T> {
    budget: &'b Budget,
    /// How many more levels may be opened.
    depth: usize,
    tree: PhantomData<T>,
}

impl<T> Seed<'_, T> {
    fn deeper<E: serde::de::Error>(&self) -> Result<Self, E> {
        match self.depth.checked_sub(1) {
            Some(depth) => Ok(Self { depth, ..*self }),
            None => Err(self.budget.fail(Unreadable::TooDeep)),
        }
    }
    const fn again(&self) -> Self {
        Self { ..*self }
    }
}

impl<'de, T: Tree> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = T;
    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<T, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: Tree> Visitor<'de> for Seed<'_, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<T, E> {
        Ok(T::leaf(Value::Null))
    }
    fn visit_bool<E>(self, bool: bool) -> Result<T, E> {
        Ok(T::leaf(Value::Bool(bool)))
    }
    fn visit_str<E>(self, text: &str) -> Result<T, E> {
        Ok(T::leaf(Value::String(text.to_owned())))
    }
    fn visit_string<E>(self, text: String) -> Result<T, E> {
        Ok(T::leaf(Value::String(text)))
    }
    fn visit_i64<E>(self, number: i64) -> Result<T, E> {
        Ok(T::leaf(Value::Number(number.into())))
    }
    fn visit_u64<E>(self, number: u64) -> Result<T, E> {
        Ok(T::leaf(Value::Number(number.into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<T, A::Error> {
        let inner = self.deeper()?;
        let mut items = Vec::new();
        while let Some(item) = from.next_element_seed(inner.again())? {
            self.budget.take_one()?;
            items.push(item);
        }
        Ok(T::list(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<T, A::Error> {
        let mut members = T::members();
        let mut next = from.next_key::<String>()?;
        if next.as_deref() == Some(NUMBER) {
            let digits: String = from.next_value()?;
            if digits.len() > LONGEST_NUMBER {
                return Err(A::Error::custom("number"));
            }
            return digits
                .parse()
                .map(|number| T::leaf(Value::Number(number)))
                .map_err(|_| A::Error::custom("number"));
        }
        let inner = self.deeper()?;
        while let Some(name) = next {
            self.budget.take_one()?;
            if !T::add(&mut members, name, from.next_value_seed(inner.again())?) {
                return Err(A::Error::custom("a member given twice"));
            }
            next = from.next_key()?;
        }
        Ok(T::object(members))
    }
}
