//! From what clients send to the one form the house works with, guided by the [`Shape`].

use kernel::{Decimal, Problem};
use serde_json::{Map, Number, Value};

use super::node::Node;
use crate::errors::code;
use crate::moment;
use crate::shape::{EnumShape, Field, SEALED, Shape, Type};

/// Longest name in a free-form map.
const LONGEST_MAP_KEY: usize = 256;

/// Numbers from here on are refused.
const LARGEST: i64 = i64::MAX;

/// Longest list of allowed words that is worth printing.
const MOST_WORDS: usize = 24;

/// From whom a message comes, which decides how strictly it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum From {
    /// Any client: unknown and read-only members are dropped, members given twice are merged.
    Client,
    /// The other zone, which writes canonically: read-only members and envelopes are kept; what is not declared,
    /// given twice or private is refused.
    Zone,
}

/// What is wrong with a member. The path grows while the error travels up; the value is never in it.
pub(super) struct Fault {
    path: Vec<String>,
    what: What,
}

enum What {
    Not(&'static str),
    NotAWord(&'static EnumShape),
    TooLong(usize),
    InClear,
    Twice,
}

impl Fault {
    fn new(what: What) -> Self {
        Self { path: Vec::new(), what }
    }

    fn at(mut self, step: impl Into<String>) -> Self {
        self.path.push(step.into());
        self
    }

    /// The problem to answer with.
    pub(super) fn into_problem(self) -> Problem {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        let subject = if path.is_empty() { "The body".to_owned() } else { format!("The member '{path}'") };
        match self.what {
            What::Not(wanted) => bad_input("invalid_member", format!("{subject} must be {wanted}.")),
            What::NotAWord(list) => {
                let words = if list.values.len() > MOST_WORDS {
                    format!("a documented value of {}", list.name)
                } else {
                    format!("one of: {}", list.values.join(", "))
                };
                Problem::new(400, code::UNKNOWN_ENUM, "unknown_value", format!("{subject} must be {words}."))
            }
            What::TooLong(most) => {
                bad_input("too_long", format!("{subject} must have at most {most} characters."))
            }
            What::InClear => bad_input(
                "plaintext_personal_data",
                format!(
                    "{subject} holds a member that must arrive sealed or is not part of the contract. \
                     Nothing was stored. Private members are sealed by the trustee's gateway."
                ),
            ),
            What::Twice => bad_input("plaintext_personal_data", format!("{subject} was given twice.")),
        }
    }
}

/// A 400 with the documented code for bad input.
pub(super) fn bad_input(slug: &'static str, description: String) -> Problem {
    Problem::new(400, code::BAD_INPUT, slug, description)
}

/// The canonical form of a whole message. An empty object stands for "nothing given".
pub(super) fn message(shape: &Shape, node: Node, from: From) -> Result<Value, Fault> {
    match (shape.bare, node) {
        (Some(_), Node::Null) => Ok(Value::Null),
        (Some(ty), node) => Ok(value(ty, Field::DEFAULT_MAX_LENGTH, node, from)?.unwrap_or(Value::Null)),
        (None, Node::Null) => Ok(Value::Object(Map::new())),
        (None, Node::Object(members)) => object(shape, members, from).map(Value::Object),
        (None, _) => Err(Fault::new(What::Not("a JSON object"))),
    }
}

fn object(shape: &Shape, members: Vec<(String, Node)>, from: From) -> Result<Map<String, Value>, Fault> {
    let mut slots: Vec<Option<Node>> = Vec::new();
    slots.resize_with(shape.fields.len(), || None);
    let mut envelope = None;
    for (name, node) in members {
        let found = match from {
            From::Client => shape.fields.iter().position(|field| field.answers_to(&name)),
            From::Zone => shape.fields.iter().position(|field| field.wire == name),
        };
        let Some(index) = found else {
            match from {
                From::Client => continue,
                From::Zone if shape.sealed.is_some() && name == SEALED && envelope.is_none() => {
                    envelope = Some(sealed(node)?);
                    continue;
                }
                From::Zone => return Err(Fault::new(What::InClear)),
            }
        };
        let field = &shape.fields[index];
        if from == From::Client {
            if !field.read_only {
                combine(&mut slots[index], node, field.nullable);
            }
        } else if slots[index].replace(node).is_some() {
            return Err(Fault::new(What::Twice).at(field.wire));
        }
    }
    let mut out = Map::new();
    for (field, slot) in shape.fields.iter().zip(slots) {
        match slot {
            Some(Node::Null) if field.nullable => {
                out.insert(field.wire.to_owned(), Value::Null);
            }
            None | Some(Node::Null) => {}
            Some(_) if from == From::Zone && field.class.is_private() => {
                return Err(Fault::new(What::InClear).at(field.wire));
            }
            Some(node) => {
                let given =
                    value(field.ty, field.max_length, node, from).map_err(|fault| fault.at(field.wire))?;
                if let Some(given) = given {
                    out.insert(field.wire.to_owned(), given);
                }
            }
        }
    }
    if let Some(envelope) = envelope {
        out.insert(SEALED.to_owned(), Value::String(envelope));
    }
    Ok(out)
}

/// Of a member given more than once the last that is not null wins; objects are merged.
fn combine(slot: &mut Option<Node>, node: Node, nullable: bool) {
    match (slot.as_mut(), node) {
        (None, Node::Null) if nullable => *slot = Some(Node::Null),
        (_, Node::Null) => {}
        (Some(Node::Object(first)), Node::Object(second)) => first.extend(second),
        (_, node) => *slot = Some(node),
    }
}

fn sealed(node: Node) -> Result<String, Fault> {
    match node {
        Node::Text(text) if crate::private::is_envelope_text(&text) => Ok(text),
        _ => Err(Fault::new(What::InClear).at(SEALED)),
    }
}

/// The canonical form of one value; `None` when it means "not given".
fn value(ty: Type, max_length: usize, node: Node, from: From) -> Result<Option<Value>, Fault> {
    match ty {
        Type::Text => text(node, max_length).map(|text| Some(Value::String(text))),
        Type::Integer => whole(&node).map(|number| Some(number.into())).ok_or(not("a whole number")),
        Type::Decimal => decimal(&node).map(|number| Some(Value::Number(number))).ok_or(not("a number")),
        Type::Bool => truth(&node).map(|truth| Some(Value::Bool(truth))).ok_or(not("true or false")),
        Type::DateTime | Type::Date | Type::Guid | Type::Enum(_) if node == Node::Text(String::new()) => {
            Ok(None)
        }
        Type::DateTime | Type::Date => time(ty, &node),
        Type::Guid => match &node {
            Node::Text(text) => match uuid::Uuid::try_parse(text.trim()) {
                Ok(guid) => Ok(Some(Value::String(guid.hyphenated().to_string()))),
                Err(_) => Err(not("a GUID")),
            },
            _ => Err(not("a GUID")),
        },
        Type::Enum(list) => word(list, &node).map(|word| Some(Value::String(word.to_owned()))),
        Type::Object(shape) => match node {
            Node::Object(members) => object(shape(), members, from).map(|object| Some(Value::Object(object))),
            _ => Err(not("an object")),
        },
        Type::List(element) => match node {
            Node::List(nodes) => list(*element, max_length, nodes, from).map(|list| Some(Value::Array(list))),
            _ => Err(not("a list")),
        },
        Type::Map(element) => match node {
            Node::Object(members) => {
                map(*element, max_length, members, from).map(|map| Some(Value::Object(map)))
            }
            _ => Err(not("an object")),
        },
        Type::Any => Ok(Some(node.into_value())),
    }
}

fn not(wanted: &'static str) -> Fault {
    Fault::new(What::Not(wanted))
}

fn list(element: Type, max_length: usize, nodes: Vec<Node>, from: From) -> Result<Vec<Value>, Fault> {
    let mut out = Vec::with_capacity(nodes.len());
    for (index, node) in nodes.into_iter().enumerate() {
        if node == Node::Null {
            continue;
        }
        out.extend(value(element, max_length, node, from).map_err(|fault| fault.at(format!("[{index}]")))?);
    }
    Ok(out)
}

fn map(
    element: Type,
    max_length: usize,
    members: Vec<(String, Node)>,
    from: From,
) -> Result<Map<String, Value>, Fault> {
    let mut sorted = std::collections::BTreeMap::new();
    for (name, node) in members {
        if node == Node::Null {
            continue;
        }
        if name.len() > LONGEST_MAP_KEY || name.contains('\0') {
            return Err(not("an object with names of at most 256 bytes"));
        }
        // The name is the client's own text: it stays out of the error.
        if let Some(given) = value(element, max_length, node, from).map_err(|fault| fault.at("*"))? {
            sorted.insert(name, given);
        }
    }
    Ok(sorted.into_iter().collect())
}

fn text(node: Node, max_length: usize) -> Result<String, Fault> {
    let text = match node {
        Node::Text(text) => text,
        Node::Number(number) => number.to_string(), // MPN ids and the like come as numbers
        _ => return Err(not("text")),
    };
    if text.len() > max_length && text.chars().count() > max_length {
        return Err(Fault::new(What::TooLong(max_length)));
    }
    if text.contains('\0') {
        return Err(not("text without NUL characters"));
    }
    Ok(text)
}

/// The digits of a number, also of one that was sent as text.
fn digits(node: &Node) -> Option<String> {
    match node {
        Node::Number(number) => Some(number.to_string()),
        Node::Text(text) if text.len() <= 64 => Some(text.trim().to_owned()),
        _ => None,
    }
}

fn exact(node: &Node) -> Option<Decimal> {
    let digits = digits(node)?;
    let starts_like_a_number = digits.starts_with(|first: char| first.is_ascii_digit() || first == '-');
    if !starts_like_a_number || digits.contains('_') {
        return None;
    }
    let exact = Decimal::from_str_exact(&digits).or_else(|_| Decimal::from_scientific(&digits)).ok()?;
    // Beyond 64 bits the libraries' readers of numbers differ; no quantity or amount of the contract gets near.
    (exact.abs() < Decimal::from(LARGEST)).then_some(exact)
}

fn whole(node: &Node) -> Option<i64> {
    let exact = exact(node)?;
    if exact.is_integer() { i64::try_from(exact).ok() } else { None }
}

fn decimal(node: &Node) -> Option<Number> {
    exact(node)?.to_string().parse().ok()
}

fn truth(node: &Node) -> Option<bool> {
    match node {
        Node::Bool(truth) => Some(*truth),
        Node::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Node::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

fn time(ty: Type, node: &Node) -> Result<Option<Value>, Fault> {
    let Node::Text(text) = node else { return Err(not("a date as text")) };
    if moment::is_unset(text) {
        return Ok(None);
    }
    let canonical = if matches!(ty, Type::Date) {
        moment::day(text).map(|day| day.to_string())
    } else {
        moment::instant(text).map(|instant| instant.to_string())
    };
    canonical.map(|text| Some(Value::String(text))).ok_or(not("a date such as 2018-01-13T00:00:00Z"))
}

fn word(list: &'static EnumShape, node: &Node) -> Result<&'static str, Fault> {
    let given = match node {
        Node::Text(text) => text.clone(),
        Node::Number(number) => number.to_string(),
        _ => return Err(Fault::new(What::NotAWord(list))),
    };
    list.canonical(&given).ok_or_else(|| Fault::new(What::NotAWord(list)))
}
