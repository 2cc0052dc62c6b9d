//! Reading and writing of messages.
//!
//! Invariants: a message from a client is re-made from declared members only, so nothing undeclared travels on;
//! reading twice changes nothing (`canonicalise` is idempotent); members come out in the order of the shape, so
//! equal requests have equal bytes; an error names the member or the position, never what stood there.
//!
//! Deliberately absent: what may be private (`private`), which shape a request has (the operation table).

mod canonical;
mod glance;
mod inspect;
mod node;
#[cfg(test)]
mod tests;

use kernel::Problem;
use serde_json::Value;

use crate::collection::Collection;
use crate::errors::code;
use crate::shape::{Resource, Shape, Wire};
use canonical::From;
use node::{Limits, Node, Unreadable};

pub use glance::is_clear_list;
pub use inspect::{Inspection, NotJson, inspect_reply, inspect_tree, stays_here};

/// Deepest nesting of a request.
pub const MAX_DEPTH: usize = 16;
/// Most members and list elements of a request.
pub const MAX_MEMBERS: usize = 10_000;

const REQUEST: Limits = Limits { depth: MAX_DEPTH, members: MAX_MEMBERS };
/// An answer can be a page of 2000 line items with some sixty members each.
const REPLY: Limits = Limits { depth: 32, members: 400_000 };

/// Reads a client's message into the canonical form.
///
/// A byte-order mark is skipped; names are matched in any casing; members given twice are merged (the last that is
/// not null wins, objects member by member); nulls, unknown members and read-only members are dropped; words of
/// closed lists, numbers as text and dates are normalised. An empty body counts as an empty object, or as null
/// where the message is bare.
///
/// # Errors
/// 400, saying where, when the text is not JSON, too large or does not fit the shape.
pub fn canonicalise(shape: &Shape, bytes: &[u8]) -> Result<Value, Problem> {
    read(shape, bytes, From::Client)
}

/// Reads a message of the other zone, which is canonical already: read-only members and envelopes are kept; a
/// member that is not declared, given twice, or private is refused (`plaintext_personal_data`).
///
/// # Errors
/// As [`canonicalise`].
pub fn read_between_zones(shape: &Shape, bytes: &[u8]) -> Result<Value, Problem> {
    read(shape, bytes, From::Zone)
}

fn read(shape: &Shape, bytes: &[u8], from: From) -> Result<Value, Problem> {
    let blank = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).iter().all(u8::is_ascii_whitespace);
    let node = if blank { Node::Null } else { node::parse(bytes, REQUEST).map_err(unreadable)? };
    canonical::message(shape, node, from).map_err(canonical::Fault::into_problem)
}

fn unreadable(why: Unreadable) -> Problem {
    match why {
        Unreadable::Syntax { line, column } => canonical::bad_input(
            "malformed_json",
            format!("The body is not valid JSON (UTF-8): see line {line}, column {column}."),
        ),
        Unreadable::TooDeep => canonical::bad_input(
            "too_deep",
            format!("The body is nested too deeply; {MAX_DEPTH} levels are allowed."),
        ),
        Unreadable::TooMany => canonical::bad_input(
            "too_many_members",
            format!("The body has too many members; {MAX_MEMBERS} are allowed."),
        ),
    }
}

/// Reads an answer of the other zone as it is. Of serde_json's own reader this differs in that a member given twice
/// makes the answer unreadable instead of hiding the first.
pub fn parse_reply(bytes: &[u8]) -> Result<Value, NotJson> {
    node::parse(bytes, REPLY).map_err(|_| NotJson)
}

/// The struct of a canonical message.
///
/// # Errors
/// 400 when it does not fit, which after [`canonicalise`] does not happen.
pub fn decode<T: Resource>(message: Value) -> Result<T, Problem> {
    // serde's own message quotes the value, so it is not passed on.
    serde_json::from_value(message).map_err(|_| {
        canonical::bad_input("invalid_body", format!("The body does not fit the resource {}.", T::SHAPE.name))
    })
}

/// Lays a canonical change over a resource: objects are merged, everything else is replaced, nulls stay nulls.
pub fn merge(target: &mut Value, change: &Value) {
    match (target, change) {
        (Value::Object(target), Value::Object(change)) => {
            for (name, value) in change {
                merge(target.entry(name.clone()).or_insert(Value::Null), value);
            }
        }
        (target, change) => target.clone_from(change),
    }
}

/// The bytes of a reply: camelCase, absent members left out, `attributes.objectType` at every level.
///
/// # Errors
/// 500 when the resource cannot be written, which its types rule out.
pub fn encode<T: Resource>(mut resource: T) -> Result<Vec<u8>, Problem> {
    resource.stamp("");
    to_bytes(&resource)
}

/// The body of an answer, as an operation declares it: one resource, a page, an array, a scalar or nothing.
pub trait ReplyBody {
    /// The bytes on the wire, every level stamped with its type; none when there is no body.
    ///
    /// # Errors
    /// As [`encode`].
    fn into_bytes(self) -> Result<Vec<u8>, Problem>;
}

impl<T: Wire + serde::Serialize> ReplyBody for T {
    fn into_bytes(mut self) -> Result<Vec<u8>, Problem> {
        if self.is_absent() {
            return Ok(Vec::new());
        }
        self.stamp("");
        to_bytes(&self)
    }
}

impl<T: Wire + serde::Serialize> ReplyBody for Collection<T> {
    fn into_bytes(mut self) -> Result<Vec<u8>, Problem> {
        self.items.iter_mut().for_each(|item| item.stamp(""));
        to_bytes(&self)
    }
}

/// The bytes of any value that is written as it is.
///
/// # Errors
/// As [`encode`].
pub fn to_bytes<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|_| Problem::internal())
}

/// The problem of a query value, header or path that does not fit. `what` names it, never its value.
pub(crate) fn invalid(what: &str, wanted: &str) -> Problem {
    Problem::new(400, code::BAD_INPUT, "invalid_parameter", format!("{what} must be {wanted}."))
}
