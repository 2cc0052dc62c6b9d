//! Query strings: the declared names in any casing, everything else dropped.
//!
//! Invariants: a value is percent-decoded once; a name that the operation does not declare never travels on; a
//! problem names the parameter, never its value.
//!
//! Deliberately absent: the filter expressions of partner analytics.

mod forms;

pub use forms::is_language;

use kernel::{Problem, TenantId};
use serde::Deserialize;

use crate::collection::{Token, TokenError};
use crate::moment;
use crate::shape_macros::wire_enum;
use crate::wire::invalid;

/// Most parameters that are looked at.
const MOST_PARAMETERS: usize = 64;
/// Longest value after decoding.
const LONGEST_VALUE: usize = 4096;

/// The declared parameters of one call, in the order given.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Query {
    pairs: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for Query {
    /// Only the names: a filter can hold what somebody typed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.pairs.iter().map(|(name, _)| name)).finish()
    }
}

impl Query {
    /// Reads the text after `?`. Of a doubled `?`, which some clients write instead of `&`, both parts are read.
    ///
    /// # Errors
    /// 400 when a declared parameter is too long or no UTF-8.
    pub fn parse(text: &str, declared: &'static [&'static str]) -> Result<Self, Problem> {
        let mut pairs = Vec::new();
        for part in text.split(['&', '?']).filter(|part| !part.is_empty()).take(MOST_PARAMETERS) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let Some(name) = decoded(name) else { continue };
            let Some(name) = declared.iter().find(|known| known.eq_ignore_ascii_case(&name)) else {
                continue;
            };
            match decoded(value) {
                Some(value) if value.len() <= LONGEST_VALUE && !value.contains('\0') => {
                    pairs.push((*name, value));
                }
                _ => return Err(invalid_parameter(name, "at most 4096 bytes of UTF-8 text")),
            }
        }
        Ok(Self { pairs })
    }

    /// The first value that is not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let given = |(known, value): &(&str, String)| known.eq_ignore_ascii_case(name) && !value.is_empty();
        self.pairs.iter().find(|pair| given(pair)).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter that may be repeated.
    pub fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        self.pairs
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The same parameters as a query string, in the declared spelling: what the gateway sends on. Stable, so that
    /// it can be part of an idempotency or paging key.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.pairs {
            if !out.is_empty() {
                out.push('&');
            }
            out.extend([name, "=", &percent_encoding::utf8_percent_encode(value, RESERVED).to_string()]);
        }
        out
    }

    /// The same query with one parameter set to another value.
    #[must_use]
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut pairs: Vec<_> =
            self.pairs.iter().filter(|(known, _)| !known.eq_ignore_ascii_case(name)).cloned().collect();
        pairs.push((name, value.into()));
        Self { pairs }
    }

    /// What a page token of this query belongs to: the operation, whose list it is, and every parameter that says what
    /// stands in it. How much stands on a page may change on the way.
    pub fn binding(&self, operation: &str, tenant: TenantId) -> String {
        const PAGING: [&str; 5] = ["size", "offset", "seekOperation", "seek_operation", "pageSize"];
        let narrows = |(name, value): &&(&'static str, String)| !value.is_empty() && !PAGING.contains(name);
        let mut parts: Vec<String> = self
            .pairs
            .iter()
            .filter(narrows)
            .map(|(name, value)| format!("{name}={}", value.to_lowercase()))
            .collect();
        parts.sort_unstable();
        format!("{operation}|{tenant}|{}", parts.join("|"))
    }

    /// A whole number that is not negative.
    pub fn number(&self, name: &str) -> Result<Option<u64>, Problem> {
        self.get(name)
            .map(|value| {
                value.trim().parse().map_err(|_| invalid_parameter(name, "a whole number of 0 or more"))
            })
            .transpose()
    }

    /// True or false.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.get(name)
            .map(|value| match value {
                _ if value.eq_ignore_ascii_case("true") => Ok(true),
                _ if value.eq_ignore_ascii_case("false") => Ok(false),
                _ => Err(invalid_parameter(name, "true or false")),
            })
            .transpose()
    }

    /// An instant.
    pub fn instant(&self, name: &str) -> Result<Option<jiff::Timestamp>, Problem> {
        self.get(name)
            .map(|value| moment::instant(value).ok_or_else(|| invalid_parameter(name, A_DATE)))
            .transpose()
    }

    /// A day.
    pub fn day(&self, name: &str) -> Result<Option<jiff::civil::Date>, Problem> {
        self.get(name)
            .map(|value| moment::day(value).ok_or_else(|| invalid_parameter(name, A_DATE)))
            .transpose()
    }

    /// A word of a closed list, read with the list's own `parse`.
    pub fn word<T>(&self, name: &str, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        self.get(name)
            .map(|value| parse(value).ok_or_else(|| invalid_parameter(name, "one of its documented values")))
            .transpose()
    }

    /// The `filter` parameter.
    ///
    /// # Errors
    /// 400 when it is no JSON object with field, value and operator.
    pub fn filter(&self) -> Result<Option<Filter>, Problem> {
        self.get("filter").map(Filter::parse).transpose()
    }

    /// `size` and `offset`. With a filter, a size of 0 means the default.
    ///
    /// # Errors
    /// 400 when one is no number.
    pub fn page(&self, limits: PageLimits) -> Result<Page, Problem> {
        let size = match self.number("size")? {
            None | Some(0) => limits.default_size,
            Some(size) => size.min(limits.max_size),
        };
        Ok(Page { size, offset: self.number("offset")?.unwrap_or(0).min(MAX_OFFSET) })
    }

    /// `seekOperation` with the token of the `MS-ContinuationToken` header. `binding` names the query that a token
    /// must have been made for (see [`Token`]).
    ///
    /// # Errors
    /// 400 when the operation is unknown or the token is not one of this query.
    pub fn seek(&self, token: Option<&str>, binding: &str) -> Result<Seek, Problem> {
        let operation = self
            .word("seekOperation", SeekOperation::parse)?
            .or(self.word("seek_operation", SeekOperation::parse)?)
            .unwrap_or(SeekOperation::Next);
        let cursor = token
            .map(str::trim)
            .filter(|token| !token.is_empty())
            .map(|token| Token::open(token, binding))
            .transpose()
            .map_err(|TokenError| {
                invalid(
                    "The header MS-ContinuationToken",
                    "the token of this very query; start over without it",
                )
            })?;
        Ok(Seek { operation, cursor })
    }
}

const A_DATE: &str = "a date such as 2018-01-13 or 2018-01-13T00:00:00Z";

/// Furthest page start; beyond it a cursor is the way.
const MAX_OFFSET: u64 = 10_000_000;

/// What must be escaped in a query value: everything but RFC 3986's unreserved characters.
const RESERVED: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn decoded(text: &str) -> Option<String> {
    let spaced = text.replace('+', " ");
    percent_encoding::percent_decode_str(&spaced).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

fn invalid_parameter(name: &str, wanted: &str) -> Problem {
    invalid(&format!("The query parameter '{name}'"), wanted)
}

/// How many elements a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimits {
    /// When none is asked for.
    pub default_size: u64,
    /// More than this is cut down.
    pub max_size: u64,
}

impl PageLimits {
    /// Customers and most lists.
    pub const CUSTOMERS: Self = Self { default_size: 100, max_size: 500 };
    /// Invoice line items (documented: at most 2000, which is the default).
    pub const LINE_ITEMS: Self = Self { default_size: 2000, max_size: 2000 };
    /// Azure utilization (documented: default and maximum 1000).
    pub const UTILIZATION: Self = Self { default_size: 1000, max_size: 1000 };
}

/// The page that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Most elements on it, at least 1.
    pub size: u64,
    /// Elements before it.
    pub offset: u64,
}

wire_enum! {
    /// Which way to page from a token.
    pub enum SeekOperation {
        Next = "Next",
        Previous = "Previous",
        First = "First",
        Last = "Last",
        PageIndex = "PageIndex",
    }

    /// How a filter compares.
    pub enum FilterOperator {
        Equals = "equals",
        NotEquals = "not_equals",
        GreaterThan = "greater_than",
        GreaterThanOrEquals = "greater_than_or_equals",
        LessThan = "less_than",
        LessThanOrEquals = "less_than_or_equals",
        Substring = "substring",
        And = "and",
        Or = "or",
        StartsWith = "starts_with",
        NotStartsWith = "not_starts_with",
    }
}

/// Where to continue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seek {
    /// Which way.
    pub operation: SeekOperation,
    /// The cursor that the token held.
    pub cursor: Option<String>,
}

/// One comparison. Values are compared case-blind.
#[derive(Clone, PartialEq, Eq)]
pub struct Filter {
    /// The field as given; compare it case-blind.
    pub field: String,
    /// What to compare with.
    pub value: String,
    /// How.
    pub operator: FilterOperator,
}

impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").field("operator", &self.operator).finish_non_exhaustive()
    }
}

impl Filter {
    /// Reads `{"Field":…,"Value":…,"Operator":…}` with names in any casing. Java adds `fieldType`, which is dropped.
    fn parse(text: &str) -> Result<Self, Problem> {
        let wrong = || invalid_parameter("filter", "a JSON object with Field, Value and a known Operator");
        let json = crate::wire::canonicalise(FILTER, text.as_bytes()).map_err(|_| wrong())?;
        let parts: FilterParts = serde_json::from_value(json).map_err(|_| wrong())?;
        let operator = parts.operator.as_deref().and_then(FilterOperator::parse);
        match (parts.field, operator) {
            (Some(field), Some(operator)) if !field.is_empty() => {
                Ok(Self { field, value: parts.value.unwrap_or_default(), operator })
            }
            _ => Err(wrong()),
        }
    }

    /// True when the filter is about this field.
    pub fn is_on(&self, field: &str) -> bool {
        self.field.eq_ignore_ascii_case(field)
    }
}

#[derive(Deserialize)]
struct FilterParts {
    field: Option<String>,
    value: Option<String>,
    operator: Option<String>,
}

/// The filter's own shape; it is part of the query language, not a resource.
const FILTER: &crate::shape::Shape = {
    use crate::shape::{Class, Field, Shape, Type};
    &Shape {
        name: "FieldFilter",
        object_type: "FieldFilter",
        doc: "One comparison of a list's filter.",
        fields: &[
            Field::new("field", Class::Commercial, Type::Text).max(64),
            Field::new("value", Class::Commercial, Type::Text).max(256),
            Field::new("operator", Class::Commercial, Type::Text).max(32),
        ],
        sealed: None,
        bare: None,
    }
};

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &[&str] =
        &["size", "offset", "filter", "seekOperation", "startDate", "show_details", "licenseGroupIds"];

    fn query(text: &str) -> Query {
        Query::parse(text, NAMES).expect("readable")
    }

    #[test]
    fn names_are_case_blind_and_undeclared_ones_dropped() {
        let given = query("SIZE=5&canary=1&licensegroupids=Group1&licenseGroupIds=Group2&null=group1&&=x");
        assert_eq!(given.get("size"), Some("5"));
        assert_eq!(given.all("licenseGroupIds").collect::<Vec<_>>(), ["Group1", "Group2"]);
        assert_eq!(given.encode(), "size=5&licenseGroupIds=Group1&licenseGroupIds=Group2");
        assert_eq!(
            given.with("size", "7 ü").encode(),
            "licenseGroupIds=Group1&licenseGroupIds=Group2&size=7%20%C3%BC"
        );
        assert_eq!(query("size=20?filter=x").get("filter"), Some("x"), "a client's slip");
        assert!(!format!("{:?}", query("filter=canary")).contains("canary"));
    }

    #[test]
    fn values_are_decoded_once_and_limited() {
        assert_eq!(query("filter=a%2526b+c").get("filter"), Some("a%26b c"));
        for bad in ["filter=%ff".to_owned(), format!("filter={}", "x".repeat(5000)), "size=a%00".to_owned()] {
            let problem = Query::parse(&bad, NAMES).expect_err("refused");
            assert_eq!((problem.status, problem.slug), (400, "invalid_parameter"));
        }
        assert!(Query::parse("canary=%ff", NAMES).is_ok(), "an undeclared one is not looked at");
    }

    #[test]
    fn filters_come_in_two_dialects() {
        for text in [
            r#"{"Field":"CompanyName","Value":"cont","Operator":"starts_with"}"#,
            r#"{"field":"CompanyName","value":"cont","operator":"StartsWith","fieldType":"simple"}"#,
            r#"{"FIELD":"CompanyName","value":"cont","Operator":9}"#,
        ] {
            let encoded = percent_encoding::utf8_percent_encode(text, RESERVED).to_string();
            let filter = query(&format!("size=0&filter={encoded}")).filter().expect("fine").expect("given");
            assert_eq!(
                (filter.value.as_str(), filter.operator),
                ("cont", FilterOperator::StartsWith),
                "{text}"
            );
            assert!(filter.is_on("companyname"));
        }
        for bad in ["{", "[]", "%7B%7D", r#"{"Field":"a","Operator":"canary"}"#, r#"{"Operator":"equals"}"#] {
            let problem = query(&format!("filter={bad}")).filter().expect_err("refused");
            assert_eq!(problem.status, 400);
            assert!(!problem.to_string().contains("canary"));
        }
        assert_eq!(query("filter=").filter(), Ok(None));
    }

    #[track_caller]
    fn check_page(text: &str, expected: Option<(u64, u64)>) {
        let page = query(text).page(PageLimits::CUSTOMERS).ok().map(|page| (page.size, page.offset));
        assert_eq!(page, expected, "{text}");
    }

    #[test]
    fn pages_have_limits() {
        check_page("", Some((100, 0)));
        check_page("size=0", Some((100, 0)));
        check_page("size=20&offset=40", Some((20, 40)));
        check_page("size=9999", Some((500, 0)));
        check_page("size=-1", None);
        check_page("size=many", None);
        check_page("size=99999999999999999999", None);
    }

    #[test]
    fn dates_of_sloppy_samples_are_read_or_refused() {
        let day = |text: &str| query(text).day("startDate").map(|day| day.map(|day| day.to_string()));
        assert_eq!(day("startDate=11/01/2026%2000:00:00"), Ok(Some("2026-11-01".to_owned())));
        assert_eq!(day("startDate=2026-11-01"), Ok(Some("2026-11-01".to_owned())));
        assert_eq!(day(""), Ok(None));
        assert_eq!(day("startDate=2026-10-296").map_err(|problem| problem.status), Err(400));
        let instant = query("startDate=2026-11-01T00:00:00+01:00").instant("startDate").expect("fine");
        assert_eq!(instant.expect("given").to_string(), "2026-10-31T23:00:00Z");
    }

    #[test]
    fn flags_and_words_are_case_blind() {
        assert_eq!(query("show_details=True").flag("show_details"), Ok(Some(true)));
        assert!(query("show_details=yes").flag("show_details").is_err());
        let seek = query("seekoperation=next").seek(None, "q").expect("fine");
        assert_eq!(seek, Seek { operation: SeekOperation::Next, cursor: None });
        assert!(query("seekOperation=sideways").seek(None, "q").is_err());
    }

    #[test]
    fn a_token_belongs_to_one_query() {
        let (one, other) = (TenantId(uuid::Uuid::from_u128(1)), TenantId(uuid::Uuid::from_u128(2)));
        let token = Token::seal("customer 42", &query("size=5&filter=A").binding("list", one));
        let seek = |text: &str, operation: &str, tenant| {
            query(text).seek(Some(&token), &query(text).binding(operation, tenant)).map(|seek| seek.cursor)
        };
        let found = Ok(Some("customer 42".to_owned()));
        assert_eq!(seek("seekOperation=Next&filter=a&size=6&offset=", "list", one), found);
        for (text, operation, tenant) in [
            ("filter=b", "list", one),
            ("", "list", one),
            ("filter=a", "other", one),
            ("filter=a", "list", other),
        ] {
            assert_eq!(seek(text, operation, tenant).map_err(|problem| problem.status), Err(400), "{text}");
        }
        assert!(query("").seek(Some("canary"), "q").is_err());
    }
}
