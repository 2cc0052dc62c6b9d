//! From a method and a path to an operation.
//!
//! Invariants: literal segments match in any casing and win over parameters; doubled and trailing slashes do
//! not matter; `/v1.0` is `/v1`; a parameter's value is decoded once and never empty, a dot segment, or text
//! with a slash, a backslash or a control character in it. The table is built once and never changes.
//!
//! Deliberately absent: the query (see `Spec::query`), `.well-known` documents and pages, which the zones
//! serve beside the contract.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use percent_encoding::percent_decode_str;

use crate::operation::{Method, Spec, operations};

/// Longer paths are refused; the longest of the contract with generous ids needs under 400 bytes.
const MAX_PATH: usize = 2048;
/// More segments than any operation has.
const MAX_SEGMENTS: usize = 16;

/// Other spellings that the public pages or clients use for an operation's path.
const ALIASES: &[(&str, &str)] = &[
    ("get-support-profile", "/v1/profiles/supportprofile"),
    ("update-support-profile", "/v1/profiles/support"),
    ("get-audit-record", "/auditactivity/v1/auditrecords/{audit-record-id}"),
    ("list-license-deployment-analytics", "/v1/analytics/commercial/deployment/license"),
    ("list-license-usage-analytics", "/v1/analytics/commercial/usage/license"),
];

/// An operation and the values of its path's parameters.
#[derive(Debug)]
pub struct Matched<'p> {
    /// The operation.
    pub spec: &'static Spec,
    /// Its place in [`operations`], for flat handler tables.
    pub index: usize,
    /// The path's parameters.
    pub params: Params<'p>,
}

/// The values of a path's parameters, decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params<'p>(Vec<(&'static str, Cow<'p, str>)>);

impl Params<'_> {
    /// The value of the parameter with this name, e.g. `customer-id`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_ref())
    }

    /// Names and values in the path's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_ref()))
    }

    /// The same values, independent of the request's buffer.
    pub fn into_owned(self) -> Params<'static> {
        Params(self.0.into_iter().map(|(name, value)| (name, Cow::Owned(value.into_owned()))).collect())
    }
}

/// Why a path leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteMiss {
    /// No operation has this path.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed(Vec<Method>),
    /// The path cannot be one of ours: too long, undecodable, with dot segments or hidden separators.
    Malformed,
    /// A path of the older commerce interface (CREST), which no sovereign cloud has.
    Crest,
}

#[derive(Default)]
struct Node {
    literals: BTreeMap<String, usize>,
    param: Option<usize>,
    leaves: Vec<Leaf>,
}

struct Leaf {
    spec: &'static Spec,
    index: usize,
    names: Vec<&'static str>,
}

static TABLE: LazyLock<Vec<Node>> = LazyLock::new(build);

fn build() -> Vec<Node> {
    let mut nodes = vec![Node::default()];
    for (index, spec) in operations().iter().enumerate() {
        insert(&mut nodes, spec.path, spec, index);
        for (_, path) in ALIASES.iter().filter(|(id, _)| *id == spec.id) {
            insert(&mut nodes, path, spec, index);
        }
    }
    nodes
}

fn insert(nodes: &mut Vec<Node>, path: &'static str, spec: &'static Spec, index: usize) {
    let (mut at, mut names) = (0, Vec::new());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        let next = nodes.len();
        let slot = if let Some(name) = segment.strip_prefix('{').and_then(|s| s.strip_suffix('}')) {
            names.push(name);
            nodes[at].param.get_or_insert(next)
        } else {
            nodes[at].literals.entry(version(segment).to_ascii_lowercase()).or_insert(next)
        };
        at = *slot;
        if at == next {
            nodes.push(Node::default());
        }
    }
    nodes[at].leaves.push(Leaf { spec, index, names });
}

/// `/v1.0/…` means `/v1/…`.
fn version(segment: &str) -> &str {
    if segment.eq_ignore_ascii_case("v1.0") { "v1" } else { segment }
}

/// Finds the operation of a request. `path` is the raw path of the request line, without its query.
pub fn route(method: Method, path: &str) -> Result<Matched<'_>, RouteMiss> {
    let segments = segments(path)?;
    let mut values = Vec::with_capacity(6);
    let Some(at) = walk(&TABLE, 0, &segments, &mut values) else {
        return Err(if is_crest(&segments) { RouteMiss::Crest } else { RouteMiss::NotFound });
    };
    let leaves = &TABLE[at].leaves;
    let Some(leaf) = leaves.iter().find(|leaf| leaf.spec.method == method) else {
        return Err(RouteMiss::MethodNotAllowed(leaves.iter().map(|leaf| leaf.spec.method).collect()));
    };
    let params = leaf.names.iter().copied().zip(values.into_iter().map(|i| segments[i].clone())).collect();
    Ok(Matched { spec: leaf.spec, index: leaf.index, params: Params(params) })
}

/// Cuts and decodes a path.
fn segments(path: &str) -> Result<Vec<Cow<'_, str>>, RouteMiss> {
    if path.len() > MAX_PATH {
        return Err(RouteMiss::Malformed);
    }
    let mut segments = Vec::with_capacity(8);
    for raw in path.split('/').filter(|segment| !segment.is_empty()) {
        let text = decoded(raw)?;
        let hidden = text.chars().any(|c| c.is_control() || c == '/' || c == '\\');
        if hidden || text.is_empty() || text == "." || text == ".." || segments.len() == MAX_SEGMENTS {
            return Err(RouteMiss::Malformed);
        }
        segments.push(text);
    }
    Ok(segments)
}

/// Most segments are plain, and each call's path is cut in both zones.
fn decoded(raw: &str) -> Result<Cow<'_, str>, RouteMiss> {
    if !raw.as_bytes().contains(&b'%') {
        return Ok(Cow::Borrowed(raw));
    }
    percent_decode_str(raw).decode_utf8().map_err(|_| RouteMiss::Malformed)
}

/// Walks down, literals before parameters, and comes back where a literal leads nowhere. The positions of
/// the parameters are left in `values`. The depth is bounded by `MAX_SEGMENTS`.
fn walk(nodes: &[Node], at: usize, rest: &[Cow<'_, str>], values: &mut Vec<usize>) -> Option<usize> {
    walk_from(nodes, at, rest, 0, values)
}

fn walk_from(
    nodes: &[Node],
    at: usize,
    segments: &[Cow<'_, str>],
    depth: usize,
    values: &mut Vec<usize>,
) -> Option<usize> {
    let node = &nodes[at];
    let Some(segment) = segments.get(depth) else {
        return (!node.leaves.is_empty()).then_some(at);
    };
    let kept = values.len();
    if let Some(next) = literal(node, segment)
        && let Some(found) = walk_from(nodes, next, segments, depth + 1, values)
    {
        return Some(found);
    }
    values.truncate(kept);
    values.push(depth);
    let found = node.param.and_then(|next| walk_from(nodes, next, segments, depth + 1, values));
    if found.is_none() {
        values.truncate(kept);
    }
    found
}

fn literal(node: &Node, segment: &str) -> Option<usize> {
    if node.literals.is_empty() {
        return None;
    }
    let segment = version(segment);
    if segment.bytes().any(|b| b.is_ascii_uppercase()) {
        node.literals.get(&segment.to_ascii_lowercase()).copied()
    } else {
        node.literals.get(segment).copied()
    }
}

/// The older interface had no version prefix: `/my-org/tokens`, `/customers/get-by-identity`, and resources
/// below a reseller's or customer's id.
fn is_crest(segments: &[Cow<'_, str>]) -> bool {
    const BELOW_AN_ID: &[&str] = &[
        "customers",
        "entitlements",
        "orders",
        "profiles",
        "rate-card",
        "subscription-streams",
        "subscriptions",
        "usage-records",
    ];
    let is =
        |i: usize, name: &str| segments.get(i).is_some_and(|s: &Cow<'_, str>| s.eq_ignore_ascii_case(name));
    is(0, "my-org")
        || is(0, "customers")
        || (segments.first().is_some_and(|s| uuid::Uuid::try_parse(s).is_ok())
            && BELOW_AN_ID.iter().any(|name| is(1, name)))
}

#[cfg(test)]
mod tests;
