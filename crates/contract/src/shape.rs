//! What a message looks like: its members, their types and their data class.
//!
//! Invariants: a resource is written once, with `resource!`; the serde struct and the [`Shape`] that gateway,
//! operator, OpenAPI document and tests walk come out of the same lines, so they cannot differ. Each member line
//! starts with its data class; a line without one does not compile. `Debug` of a resource never prints a member
//! that is not commercial.
//!
//! Deliberately absent: reading and writing of bytes (`wire`), cutting and merging of private members (`private`).

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Who may see a member. Everything but [`Class::Commercial`] is private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Commerce: the operator sees it in clear.
    Commercial,
    /// About a person one deals with: sealed at the operator.
    Contact,
    /// About a customer's users: never accepted by the partner API.
    Personal,
    /// What people write and attach: sealed at the operator.
    Content,
    /// Keys, tokens, passwords: never leaves the trustee zone except to its owner.
    Secret,
}

impl Class {
    /// True for everything the operator must not see in clear.
    pub const fn is_private(self) -> bool {
        !matches!(self, Self::Commercial)
    }

    /// The word used in documents and beside the member.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Commercial => "commercial",
            Self::Contact => "contact",
            Self::Personal => "personal",
            Self::Content => "content",
            Self::Secret => "secret",
        }
    }
}

/// The shape of one message or of a part of one.
#[derive(Debug)]
pub struct Shape {
    /// The Rust name, which is the schema name of the OpenAPI document.
    pub name: &'static str,
    /// What `attributes.objectType` says.
    pub object_type: &'static str,
    /// One sentence, for documents.
    pub doc: &'static str,
    /// The members, in the order they are written. Empty when `bare` is set.
    pub fields: &'static [Field],
    /// Set when objects of this shape are records, whose private members travel in one envelope.
    pub sealed: Option<SealedAs>,
    /// Set when the message is no object but this bare type.
    pub bare: Option<Type>,
}

impl Shape {
    /// The member with exactly this wire name.
    pub fn field(&self, wire: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.wire == wire)
    }

    /// The member that a client means by `name`: any casing, or an alias.
    pub fn field_any_case(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.answers_to(name))
    }
}

/// How the private members of a record are kept: one envelope per object and field set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SealedAs {
    /// The kind of record, e.g. `billing-profile`.
    pub record: &'static str,
    /// Which of the object's members the envelope holds, e.g. `contact`.
    pub field_set: &'static str,
}

/// The name of the member that carries a record's envelope between the zones. Clients never see it.
pub const SEALED: &str = "sealed";

/// One member.
#[derive(Debug)]
pub struct Field {
    /// The name as it travels in replies.
    pub wire: &'static str,
    /// One sentence, for documents; may be empty.
    pub doc: &'static str,
    /// Who may see it.
    pub class: Class,
    /// What it holds.
    pub ty: Type,
    /// Set by the service; dropped from requests.
    pub read_only: bool,
    /// Must be given when the resource is created.
    pub required: bool,
    /// An explicit null means something and is kept.
    pub nullable: bool,
    /// Longest text, in characters.
    pub max_length: usize,
    /// Other documented spellings that differ in more than casing.
    pub aliases: &'static [&'static str],
}

impl Field {
    /// Longest text of a member that states no other limit.
    pub const DEFAULT_MAX_LENGTH: usize = 1024;

    /// A member without marks.
    pub const fn new(wire: &'static str, class: Class, ty: Type) -> Self {
        Self {
            wire,
            doc: "",
            class,
            ty,
            read_only: false,
            required: false,
            nullable: false,
            max_length: Self::DEFAULT_MAX_LENGTH,
            aliases: &[],
        }
    }

    /// With the sentence for documents.
    #[must_use]
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Mark: set by the service, dropped from requests.
    #[must_use]
    pub const fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Mark: must be given when the resource is created.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Mark: an explicit null is kept.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Mark: longest text in characters.
    #[must_use]
    pub const fn max(mut self, characters: usize) -> Self {
        self.max_length = characters;
        self
    }

    /// Mark: the text is a GUID, in either case.
    #[must_use]
    pub const fn guid(mut self) -> Self {
        self.ty = Type::Guid;
        self
    }

    /// Mark: other documented spellings.
    #[must_use]
    pub const fn alias(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// True when a client means this member by `name`.
    pub fn answers_to(&self, name: &str) -> bool {
        self.wire.eq_ignore_ascii_case(name)
            || self.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
    }
}

/// What a member holds.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// An exact decimal, a JSON number on the wire.
    Decimal,
    /// True or false.
    Bool,
    /// An instant, RFC 3339 in UTC on the wire.
    DateTime,
    /// A calendar day.
    Date,
    /// A GUID as text.
    Guid,
    /// One of a closed list of words.
    Enum(&'static EnumShape),
    /// A nested object.
    Object(fn() -> &'static Shape),
    /// A list.
    List(&'static Type),
    /// An object with free names and values of one type.
    Map(&'static Type),
    /// Anything. Only where the contract has free form.
    Any,
}

/// A closed list of words; the position is the ordinal number that some clients send.
#[derive(Debug)]
pub struct EnumShape {
    /// The Rust name.
    pub name: &'static str,
    /// The words as they are written in replies.
    pub values: &'static [&'static str],
}

impl EnumShape {
    /// The canonical word for any documented spelling: case-blind, with or without `_`, `-`, blanks, or the
    /// ordinal number.
    pub fn canonical(&self, given: &str) -> Option<&'static str> {
        if !given.is_empty() && given.bytes().all(|byte| byte.is_ascii_digit()) {
            return given.parse::<usize>().ok().and_then(|ordinal| self.values.get(ordinal).copied());
        }
        self.values.iter().copied().find(|value| same_word(value, given))
    }
}

/// Compares two words, blind to casing and to `_`, `-` and blanks.
fn same_word(left: &str, right: &str) -> bool {
    letters(left).eq(letters(right))
}

fn letters(word: &str) -> impl Iterator<Item = u8> {
    word.bytes().filter(|byte| !matches!(byte, b'_' | b'-' | b' ')).map(|byte| byte.to_ascii_lowercase())
}

/// A struct made by `resource!`.
pub trait Resource: Serialize + DeserializeOwned + Wire {
    /// Its shape.
    const SHAPE: &'static Shape;

    /// Its shape, as a function (for tables).
    fn shape() -> &'static Shape {
        Self::SHAPE
    }
}

/// A Rust type that can be a member.
pub trait Wire: Sized {
    /// What it is on the wire.
    const TYPE: Type;

    /// True when the member is left out of the message.
    fn is_absent(&self) -> bool {
        false
    }

    /// Fills in what every reply carries: `attributes.objectType`, at every level. `owner` is the object type of
    /// the object that holds this member.
    fn stamp(&mut self, owner: &'static str) {
        let _ = owner;
    }

    /// The value an absent member takes in a reply, if it takes one.
    fn born() -> Option<Self> {
        None
    }
}

impl<T: Wire> Wire for Option<T> {
    const TYPE: Type = T::TYPE;
    fn is_absent(&self) -> bool {
        self.is_none()
    }
    fn stamp(&mut self, owner: &'static str) {
        if self.is_none() {
            *self = T::born();
        }
        if let Some(value) = self {
            value.stamp(owner);
        }
    }
}

impl<T: Wire + 'static> Wire for Vec<T> {
    const TYPE: Type = Type::List(&T::TYPE);
    fn stamp(&mut self, owner: &'static str) {
        for value in self {
            value.stamp(owner);
        }
    }
}

impl<T: Wire + 'static> Wire for BTreeMap<String, T> {
    const TYPE: Type = Type::Map(&T::TYPE);
    fn stamp(&mut self, owner: &'static str) {
        for value in self.values_mut() {
            value.stamp(owner);
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    const TYPE: Type = T::TYPE;
    fn stamp(&mut self, owner: &'static str) {
        (**self).stamp(owner);
    }
}

/// No body at all.
impl Wire for () {
    const TYPE: Type = Type::Any;
    fn is_absent(&self) -> bool {
        true
    }
}

macro_rules! scalars {
    ($($rust:ty => $ty:ident),* $(,)?) => {$(
        impl Wire for $rust {
            const TYPE: Type = Type::$ty;
        }
    )*};
}

scalars! {
    String => Text,
    i64 => Integer,
    bool => Bool,
    kernel::Decimal => Decimal,
    jiff::Timestamp => DateTime,
    jiff::civil::Date => Date,
    uuid::Uuid => Guid,
    serde_json::Value => Any,
}

/// Adds one member to a resource's `Debug`, without what is private in it.
pub(crate) fn debug_member<T: Wire + fmt::Debug>(
    out: &mut fmt::DebugStruct<'_, '_>,
    name: &str,
    class: Class,
    value: &T,
) {
    if value.is_absent() {
        return;
    }
    if class.is_private() {
        out.field(name, &format_args!("({})", class.word()));
    } else {
        out.field(name, value);
    }
}

/// `billing_cycle` → `billingCycle` at compile time: the bytes and how many of them are used.
pub(crate) const fn camel<const N: usize>(snake: &str) -> ([u8; N], usize) {
    let from = snake.as_bytes();
    let mut out = [0_u8; N];
    let mut read = if from.len() > 2 && from[0] == b'r' && from[1] == b'#' { 2 } else { 0 };
    let mut written = 0;
    let mut raise = false;
    while read < from.len() {
        if from[read] == b'_' {
            raise = written > 0;
        } else {
            out[written] = if raise { from[read].to_ascii_uppercase() } else { from[read] };
            written += 1;
            raise = false;
        }
        read += 1;
    }
    (out, written)
}

/// The used part of [`camel`]'s answer.
pub(crate) const fn used(bytes: &'static [u8], count: usize) -> &'static str {
    match std::str::from_utf8(bytes.split_at(count).0) {
        Ok(text) => text,
        Err(_) => panic!("a member name is not ASCII"), // only at compile time
    }
}

/// Joins the lines of a doc comment; only the first is kept, it is the sentence for documents.
pub(crate) const fn first_doc(lines: &[&'static str]) -> &'static str {
    match lines {
        [] => "",
        [first, ..] => first.trim_ascii(),
    }
}

/// From a message through the struct to its bytes.
#[cfg(test)]
pub(crate) type Through = fn(serde_json::Value) -> Vec<u8>;

/// Reads a message into the struct and writes the struct as it is.
#[cfg(test)]
pub(crate) fn through<T: Resource>(message: serde_json::Value) -> Vec<u8> {
    let resource: T = crate::wire::decode(message).expect("the struct takes its own shape");
    crate::wire::to_bytes(&resource).expect("a resource can be written")
}
