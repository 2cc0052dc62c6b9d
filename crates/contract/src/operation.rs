//! What an operation is: one entry of the table says everything that router, authorisation, documents,
//! client and tests need to know about it.
//!
//! Invariants: an id, and a pair of method and path, occurs once; every entry of the public inventory is here
//! from the first day, whether served, refused by a profile or planned.
//!
//! Deliberately absent: what an operation does. Handlers live in the zones and name the marker type.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::route::Params;
use crate::shape::Shape;

mod role;

pub use role::{Party, Role, UnknownRole, roles};

/// The clouds that the public documentation knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cloud {
    /// The worldwide cloud.
    Global,
    /// The cloud operated in China.
    China,
    /// The German cloud.
    Germany,
    /// The cloud of the United States' government.
    UsGov,
}

impl Cloud {
    /// Every cloud, in the order of the tables.
    pub const ALL: [Self; 4] = [Self::Global, Self::China, Self::Germany, Self::UsGov];

    /// The name in tables, file names and profiles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::China => "china",
            Self::Germany => "germany",
            Self::UsGov => "usgov",
        }
    }
}

/// The HTTP methods of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// GET
    Get,
    /// HEAD
    Head,
    /// POST
    Post,
    /// PUT
    Put,
    /// PATCH
    Patch,
    /// DELETE
    Delete,
}

impl Method {
    /// The method's name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A method that no operation of the contract uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the method is none of GET, HEAD, POST, PUT, PATCH, DELETE")]
pub struct UnknownMethod;

impl FromStr for Method {
    type Err = UnknownMethod;
    fn from_str(text: &str) -> Result<Self, UnknownMethod> {
        Ok(match text {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            _ => return Err(UnknownMethod),
        })
    }
}

/// Which token styles a call takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Auth {
    /// No token.
    Anonymous,
    /// A token of an app alone.
    App,
    /// A token of an app on behalf of a signed-in user.
    AppUser,
    /// Either style.
    Both,
}

impl Auth {
    /// The name in tables and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::App => "app",
            Self::AppUser => "app+user",
            Self::Both => "both",
        }
    }
}

/// What a call does to the world; decides transaction, idempotency and audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Makes something new.
    Create,
    /// Changes something that exists.
    Change,
    /// Takes something away.
    Delete,
    /// Sets something going that is more than a change of one thing.
    Act,
}

impl Effect {
    /// The name in tables and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::Act => "act",
        }
    }
}

/// Which zone answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Home {
    /// The operator zone; the gateway only seals and opens, by shape.
    Operator,
    /// The trustee zone alone; the call never reaches the operator.
    Trustee,
    /// Both: the gateway has a step of its own before or after the operator's answer.
    Composed,
}

impl Home {
    /// The name in tables and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Trustee => "trustee",
            Self::Composed => "composed",
        }
    }
}

/// Whose contract an operation belongs to; decides the form of errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// The public Partner Center contract: errors in its own envelope.
    PartnerCenter,
    /// `/enrollment/v1`: how a partner joins.
    Enrollment,
    /// `/trustee/v1`: what the data trustee does itself.
    Trustee,
    /// `/sandbox/v1`: a sandbox's clock and settings.
    Sandbox,
    /// `/treuhand/v1`: what else is ours.
    Treuhand,
}

/// A function that gives a shape; a function, because shapes may refer to each other in circles.
pub type ShapeFn = fn() -> &'static Shape;

/// What an operation answers with.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// No body.
    None,
    /// One resource.
    One(ShapeFn),
    /// A collection envelope of resources.
    Collection(ShapeFn),
    /// A bare array of resources.
    Array(ShapeFn),
    /// A bare JSON scalar.
    Scalar,
    /// A file to save.
    File(File),
}

/// What a file is and how it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct File {
    /// Its type as it stands in the header; none that a browser runs.
    pub media: &'static str,
    /// Its name, with parameters of the path in braces.
    pub name: &'static str,
}

impl File {
    /// The name in an answer to the call with these parameters, of plain letters only.
    pub fn name_of(&self, params: &Params<'_>) -> String {
        let filled = params
            .iter()
            .fold(self.name.to_owned(), |name, (key, value)| name.replace(&format!("{{{key}}}"), value));
        let plain = filled.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        plain.take(LONGEST_FILE_NAME).collect()
    }
}

/// Longer names trouble some file systems.
const LONGEST_FILE_NAME: usize = 100;

/// One entry of the table.
#[derive(Clone, Copy)]
pub struct Spec {
    /// Stable name in kebab case.
    pub id: &'static str,
    /// The area of the contract.
    pub area: &'static str,
    /// One line that says what it does.
    pub doc: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path with its parameters in braces, without query.
    pub path: &'static str,
    /// The query names it understands; all others are dropped.
    pub query: &'static [&'static str],
    /// The clouds whose documentation lists it.
    pub clouds: &'static [Cloud],
    /// The token styles it takes.
    pub auth: Auth,
    /// For app+user callers: who may call. An app alone acts with its tenant's own rights.
    pub roles: &'static [Role],
    /// What it does to the world.
    pub effect: Effect,
    /// Which zone answers.
    pub home: Home,
    /// The statuses of success, the usual one first.
    pub success: &'static [u16],
    /// Whether code for it exists.
    pub served: bool,
    /// Whose contract it belongs to.
    pub api: Api,
    /// The request's body, if it takes one.
    pub body: Option<ShapeFn>,
    /// The answer's body.
    pub reply: Reply,
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({} {} {})", self.id, self.method, self.path)
    }
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Spec {}

/// An operation as a type: each entry of the table has one, so that a handler can be bound to it.
pub trait Operation {
    /// The table's entry.
    const SPEC: &'static Spec;
    /// The request's body; `()` where there is none.
    type Body;
    /// The answer's body; `()` where there is none.
    type Reply;
}

static ALL: LazyLock<Vec<&'static Spec>> =
    LazyLock::new(|| crate::operations::areas::AREAS.iter().flat_map(|area| area.iter().copied()).collect());

static BY_ID: LazyLock<HashMap<&'static str, &'static Spec>> =
    LazyLock::new(|| ALL.iter().map(|spec| (spec.id, *spec)).collect());

/// Every operation: the public inventory and our own, area by area.
pub fn operations() -> &'static [&'static Spec] {
    &ALL
}

/// The operation with this id.
pub fn find(id: &str) -> Option<&'static Spec> {
    BY_ID.get(id).copied()
}

/// The first served operation of a zone that `handled` leaves out, for a compile-time check:
/// `const _: () = assert!(first_unhandled(Home::Trustee, HANDLED).is_none());`
/// `except` is the home whose operations the zone need not handle.
pub const fn first_unhandled(except: Home, handled: &[&'static Spec]) -> Option<&'static str> {
    first_missing(except, false, &[handled])
}

/// The first served operation with this home that none of these lists has, for the same check in the zone that has
/// operations of its own.
pub const fn first_unhandled_at(home: Home, handled: &[&[&'static Spec]]) -> Option<&'static str> {
    first_missing(home, true, handled)
}

/// `at`: whether the operations with this home are wanted, or those with another.
const fn first_missing(home: Home, at: bool, handled: &[&[&'static Spec]]) -> Option<&'static str> {
    let areas = crate::operations::areas::AREAS;
    let mut a = 0;
    while a < areas.len() {
        let mut i = 0;
        while i < areas[a].len() {
            let spec = areas[a][i];
            if spec.served && (spec.home as u8 == home as u8) == at && !in_one(handled, spec.id) {
                return Some(spec.id);
            }
            i += 1;
        }
        a += 1;
    }
    None
}

const fn in_one(lists: &[&[&'static Spec]], id: &str) -> bool {
    let mut i = 0;
    while i < lists.len() {
        if contains(lists[i], id) {
            return true;
        }
        i += 1;
    }
    false
}

const fn contains(specs: &[&'static Spec], id: &str) -> bool {
    let mut i = 0;
    while i < specs.len() {
        if same(specs[i].id.as_bytes(), id.as_bytes()) {
            return true;
        }
        i += 1;
    }
    false
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests;
