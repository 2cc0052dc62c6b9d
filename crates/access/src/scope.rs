//! What exactly may be opened: one tenant, operations of the contract, records, fields, amounts.
//!
//! Invariants: a scope names every operation and every field by itself; a field is named together with its record and
//! belongs to a declared class; nothing in it is a pattern. What a scope may name comes from the operation table and
//! the data classes, so a new operation or field is covered by no older grant.
//!
//! Deliberately absent: operations that change something, and operations over several tenants.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use contract::operation::{Api, Effect, Reply, Spec};
use contract::shape::{Class, Shape, Type};
use kernel::{Code, Problem, TenantId};

/// Deepest nesting that is looked into.
const DEPTH: usize = 8;

/// How much leaves at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Output {
    /// One object at a time.
    View,
    /// Lists too.
    Export,
}

impl Output {
    /// The word in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Export => "export",
        }
    }
}

/// A word that is none of a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word is none of its list")]
pub struct UnknownWord;

impl FromStr for Output {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        [Self::View, Self::Export].into_iter().find(|output| output.name() == text).ok_or(UnknownWord)
    }
}

/// A kind of record, or one record of that kind: `billing-profile`, `agreement/<id>`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// The kind.
    pub kind: String,
    /// Which one; `None` where all of that kind in the tenant are meant.
    pub id: Option<String>,
}

impl fmt::Display for RecordRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.id {
            None => f.write_str(&self.kind),
            Some(id) => write!(f, "{}/{id}", self.kind),
        }
    }
}

impl FromStr for RecordRef {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (kind, id) = text.split_once('/').map_or((text, None), |(kind, id)| (kind, Some(id)));
        if !is_word(kind) || id.is_some_and(|id| !is_word(id)) {
            return Err(UnknownWord);
        }
        Ok(Self { kind: kind.to_owned(), id: id.map(str::to_ascii_lowercase) })
    }
}

/// A private member of a kind of record: `billing-profile.defaultAddress.city`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// The kind of record.
    pub record: String,
    /// The names on the way to the member, joined by dots.
    pub path: String,
}

impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.record, self.path)
    }
}

impl FromStr for FieldRef {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        let (record, path) = text.split_once('.').ok_or(UnknownWord)?;
        if !is_word(record) || !path.split('.').all(is_word) {
            return Err(UnknownWord);
        }
        Ok(Self { record: record.to_owned(), path: path.to_owned() })
    }
}

/// What stands between commas, dots and slashes.
fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 128
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// The scope of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The one tenant.
    pub tenant: TenantId,
    /// Operations of the contract, by id.
    pub operations: BTreeSet<String>,
    /// Records.
    pub records: BTreeSet<RecordRef>,
    /// Data classes, by word.
    pub classes: BTreeSet<String>,
    /// Private members. Everything else stays absent.
    pub fields: BTreeSet<FieldRef>,
    /// One object at a time, or lists.
    pub output: Output,
    /// Whether values are shown in part only.
    pub masking: bool,
    /// How often.
    pub max_uses: u32,
    /// How many records in all.
    pub max_rows: u64,
    /// How many bytes of private members in all.
    pub max_bytes: u64,
}

impl Scope {
    /// Whether one call is inside.
    pub fn covers_call(&self, operation: &str, tenant: TenantId, is_list: bool) -> bool {
        self.tenant == tenant
            && self.operations.contains(operation)
            && (!is_list || self.output == Output::Export)
    }

    /// Whether a record is inside.
    pub fn covers_record(&self, kind: &str, id: &str) -> bool {
        let fits = |record: &RecordRef| {
            record.kind == kind && record.id.as_deref().is_none_or(|own| own.eq_ignore_ascii_case(id))
        };
        self.records.iter().any(fits)
    }

    /// Whether a private member of a record is inside. `path` is the names on the way, joined by dots.
    pub fn covers_field(&self, kind: &str, path: &str) -> bool {
        self.fields.iter().any(|field| field.record == kind && field.path == path)
    }

    /// Makes sure that the scope names what there is, and nothing for nothing.
    ///
    /// # Errors
    /// Says which part is wrong and what can stand there.
    pub fn check(&self) -> Result<(), Problem> {
        for (member, empty) in [
            ("operations", self.operations.is_empty()),
            ("records", self.records.is_empty()),
            ("classes", self.classes.is_empty()),
            ("fields", self.fields.is_empty()),
        ] {
            if empty {
                return Err(unfit(member, "must name at least one"));
            }
        }
        if self.max_uses == 0 || self.max_rows == 0 || self.max_bytes == 0 {
            return Err(unfit("maxUses", "maxRows and maxBytes must each be at least 1"));
        }
        let mut open = BTreeSet::new();
        for id in &self.operations {
            let spec = contract::find(id).filter(|spec| is_openable(spec));
            let spec = spec.ok_or_else(|| unknown_operation(id))?;
            if is_list(spec) && self.output == Output::View {
                return Err(unfit("operations", "holds a list, which needs the output 'export'"));
            }
            open.extend(fields_of(spec));
        }
        self.check_fields(&open)
    }

    fn check_fields(&self, open: &BTreeSet<Openable>) -> Result<(), Problem> {
        for field in &self.fields {
            let known = open.iter().find(|known| known.record == field.record && known.path == field.path);
            let known = known.ok_or_else(|| {
                unfit("fields", "names a member that none of the operations answers with")
                    .with(field.to_string())
            })?;
            if !self.classes.contains(known.class.word()) {
                return Err(unfit("classes", "lacks the class of a field").with(field.to_string()));
            }
            if !self.records.iter().any(|record| record.kind == field.record) {
                return Err(unfit("records", "lacks the record of a field").with(field.to_string()));
            }
        }
        let used = |class: &&String| {
            let is_used = |known: &Openable| {
                known.class.word() == class.as_str() && self.covers_field(known.record, &known.path)
            };
            !open.iter().any(is_used)
        };
        if let Some(class) = self.classes.iter().find(used) {
            return Err(unfit("classes", "names a class that no field has").with(class.clone()));
        }
        match self.records.iter().find(|record| !self.fields.iter().any(|field| field.record == record.kind))
        {
            Some(record) => Err(unfit("records", "names a record without a field").with(record.to_string())),
            None => Ok(()),
        }
    }
}

/// The parameters of paths by which the trustee knows whose records a call is about.
const ONE_CUSTOMERS: [&str; 2] = ["{customer-id}", "{servicerequest-id}"];

/// Whether an operation is one that a grant can open: it reads one customer's records, and some member is private.
pub fn is_openable(spec: &Spec) -> bool {
    spec.api == Api::PartnerCenter
        && spec.effect == Effect::Read
        && spec.served
        && ONE_CUSTOMERS.iter().any(|parameter| spec.path.contains(parameter))
        && !fields_of(spec).is_empty()
}

/// Whether an operation answers with a list.
pub fn is_list(spec: &Spec) -> bool {
    matches!(spec.reply, Reply::Collection(_) | Reply::Array(_))
}

/// A private member that an operation can answer with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Openable {
    /// The kind of record.
    pub record: &'static str,
    /// The names on the way, joined by dots.
    pub path: String,
    /// Its class.
    pub class: Class,
}

/// Every private member of a sealed record that an operation can answer with.
pub fn fields_of(spec: &Spec) -> BTreeSet<Openable> {
    let mut found = BTreeSet::new();
    if let Reply::One(shape) | Reply::Collection(shape) | Reply::Array(shape) = spec.reply {
        walk(shape(), None, None, DEPTH, &mut found);
    }
    found
}

/// `within`: the record the object is part of, with the names on the way from the record to the object.
fn walk(
    shape: &'static Shape,
    within: Option<(&'static str, &str)>,
    class: Option<Class>,
    depth: usize,
    found: &mut BTreeSet<Openable>,
) {
    if depth == 0 {
        return;
    }
    let within = shape.sealed.map(|sealed| (sealed.record, "")).or(within);
    // A record of its own is not part of the member it stands in.
    let class = if shape.sealed.is_some() { None } else { class };
    for field in shape.fields {
        let path = within.map(|(_, path)| join(path, field.wire));
        let here = if field.class.is_private() { Some(field.class) } else { class };
        let inner = match field.ty {
            Type::Object(inner) => Some(inner()),
            Type::List(Type::Object(inner)) => Some(inner()),
            _ => None,
        };
        match (inner, within, here) {
            (Some(inner), _, _) => {
                let within = within.zip(path.as_deref()).map(|((record, _), path)| (record, path));
                walk(inner, within, here, depth - 1, found);
            }
            (None, Some((record, _)), Some(class)) if class != Class::Secret => {
                found.insert(Openable { record, path: path.unwrap_or_default(), class });
            }
            _ => {}
        }
    }
}

/// A text of which only so much is shown that somebody who knows it recognises it.
pub fn masked(text: &str) -> String {
    let start = |part: &str| part.chars().next().map_or_else(String::new, |first| format!("{first}***"));
    match text.split_once('@') {
        Some((name, host)) => format!("{}@{}", start(name), start(host)),
        None => start(text),
    }
}

/// One more name on the way.
pub fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn unfit(member: &str, why: &str) -> Problem {
    Problem::new(400, Code(0), "scope_unfit", format!("{member} {why}.")).with(member)
}

fn unknown_operation(id: &str) -> Problem {
    let known = contract::operations().iter().filter(|spec| is_openable(spec)).map(|spec| spec.id);
    let known = known.collect::<Vec<_>>().join(", ");
    let text = format!("A grant can open the operations {known}.");
    let problem = Problem::new(400, Code(0), "operation_unknown", text);
    if is_word(id) { problem.with(id) } else { problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn set<T: FromStr + Ord>(text: &str) -> BTreeSet<T> {
        text.split(',').filter(|word| !word.is_empty()).filter_map(|word| word.parse().ok()).collect()
    }

    fn scope(operations: &str, records: &str, classes: &str, fields: &str) -> Scope {
        Scope {
            tenant: TenantId(Uuid::from_u128(1)),
            operations: set(operations),
            records: set(records),
            classes: set(classes),
            fields: set(fields),
            output: Output::View,
            masking: true,
            max_uses: 1,
            max_rows: 1,
            max_bytes: 1,
        }
    }

    #[test]
    fn a_scope_names_what_there_is_and_nothing_for_nothing() {
        let (get, record, email) =
            ("get-customer-billing-profile", "billing-profile", "billing-profile.email");
        for (operations, records, classes, fields, want) in [
            (get, record, "contact", email, None),
            (get, record, "contact", "billing-profile.defaultAddress.city", None),
            ("", record, "contact", email, Some("scope_unfit")),
            (get, "", "contact", email, Some("scope_unfit")),
            (get, record, "", email, Some("scope_unfit")),
            (get, record, "contact", "", Some("scope_unfit")),
            (get, record, "content", email, Some("scope_unfit")),
            (get, record, "contact,content", email, Some("scope_unfit")),
            (get, "billing-profile,agreement", "contact", email, Some("scope_unfit")),
            (get, record, "contact", "billing-profile.companyName", Some("scope_unfit")),
            (get, record, "contact", "company-profile.email", Some("scope_unfit")),
            ("list-customers", record, "contact", email, Some("operation_unknown")),
            ("create-customer", record, "contact", email, Some("operation_unknown")),
            ("get-customer-subscription", record, "contact", email, Some("operation_unknown")),
            ("no-such-thing", record, "contact", email, Some("operation_unknown")),
        ] {
            let found = scope(operations, records, classes, fields).check().err().map(|problem| problem.slug);
            assert_eq!(found, want, "{operations} {records} {classes} {fields}");
        }
        let mut none = scope(get, record, "contact", email);
        none.max_uses = 0;
        assert!(none.check().is_err());
    }

    #[test]
    fn what_is_not_named_is_outside() {
        let scope = scope("get-customer", "billing-profile/A1", "contact", "billing-profile.email");
        let other = TenantId(Uuid::from_u128(2));
        assert!(scope.covers_call("get-customer", scope.tenant, false));
        assert!(!scope.covers_call("get-customer", scope.tenant, true));
        assert!(!scope.covers_call("get-customer", other, false));
        assert!(!scope.covers_call("get-customer-billing-profile", scope.tenant, false));
        assert!(scope.covers_record("billing-profile", "a1"));
        assert!(!scope.covers_record("billing-profile", "a2"));
        assert!(!scope.covers_record("company-profile", "a1"));
        assert!(scope.covers_field("billing-profile", "email"));
        assert!(!scope.covers_field("company-profile", "email"));
        assert!(!scope.covers_field("billing-profile", "defaultAddress.email"));
    }

    #[test]
    fn a_masked_text_shows_its_beginning() {
        for (text, want) in [("", ""), ("Muster", "M***"), ("e.m@firma.de", "e***@f***"), ("Östen", "Ö***")]
        {
            assert_eq!(masked(text), want);
        }
    }

    #[test]
    fn references_read_back_as_they_were_written() {
        for text in ["billing-profile", "agreement/a-1"] {
            assert_eq!(text.parse::<RecordRef>().map(|record| record.to_string()).as_deref(), Ok(text));
        }
        for bad in ["", "a b", "a/", "a/b/c", "*", "a,b"] {
            assert!(bad.parse::<RecordRef>().is_err(), "{bad}");
        }
        for bad in ["", "a", "a.", "a..b", "a.*", ".a", "a.b c"] {
            assert!(bad.parse::<FieldRef>().is_err(), "{bad}");
        }
    }
}
