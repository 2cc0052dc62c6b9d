//! What travels beside the body: which headers go to the operator, which come back.
//!
//! Invariants: a header is copied because it is listed and has a form in which this house gave it out: an entity tag of
//! ours on a change, the page token of this very query, a language of the cloud. Free text of a caller (names of
//! programs, notes, tokens) goes nowhere. A condition or token that is none of ours is refused, not overlooked.

use contract::etag;
use contract::operation::{Effect, Spec};
use contract::profile::Profile;
use contract::query::Query;
use edge::http::header;
use edge::names;
use edge::{HeaderMap, HeaderValue, Trace};
use kernel::{Problem, TenantId};

use crate::controls::{Control, Controls};
use crate::gateway::origin::Origin;

/// Longest value that is passed on.
const LONGEST: usize = 1024;

/// Refuses an entity tag or a page token that was not given out here.
pub(crate) fn check(given: &HeaderMap, spec: &Spec, query: &Query, tenant: TenantId) -> Result<(), Problem> {
    let none_of_ours = || etag::stale("The entity tag in If-Match is none of ours.");
    if spec.effect != Effect::Read {
        for value in given.get_all(header::IF_MATCH) {
            let tag = value.to_str().map_err(|_| none_of_ours())?;
            if !etag::bare(tag).is_none_or(etag::is_ours) {
                return Err(none_of_ours());
            }
        }
    }
    if pages_by_token(spec) {
        let token = given.get(names::CONTINUATION_TOKEN).map(|value| value.to_str().unwrap_or("?"));
        query.seek(token, &query.binding(spec.id, tenant))?;
    }
    Ok(())
}

fn pages_by_token(spec: &Spec) -> bool {
    spec.query.contains(&"seekOperation")
}

/// The caller's headers for the operator.
pub(crate) fn to_operator(
    given: &HeaderMap,
    spec: &Spec,
    trace: &Trace,
    profile: &Profile,
    controls: Controls,
) -> HeaderMap {
    let mut out = if controls.on(Control::RequestHeaders) {
        well_formed(given, spec, profile, controls)
    } else {
        given.clone()
    };
    for (name, id) in
        [(names::REQUEST_ID, trace.request_id.0), (names::CORRELATION_ID, trace.correlation_id.0)]
    {
        if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut [0; 36])) {
            out.insert(name, value);
        }
    }
    out
}

fn well_formed(given: &HeaderMap, spec: &Spec, profile: &Profile, controls: Controls) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(5);
    if !controls.on(Control::HeaderForms) {
        for name in [header::IF_MATCH, names::CONTINUATION_TOKEN, names::LOCALE] {
            if let Some(value) = given.get(&name).filter(|value| value.len() <= LONGEST && is_plain(value)) {
                out.insert(name, value.clone());
            }
        }
        return out;
    }
    // [`check`] has seen to it that these are ours.
    for (name, means_something) in
        [(header::IF_MATCH, spec.effect != Effect::Read), (names::CONTINUATION_TOKEN, pages_by_token(spec))]
    {
        if let Some(value) = given.get(&name).filter(|_| means_something) {
            out.insert(name, value.clone());
        }
    }
    let wanted = given.get(names::LOCALE).and_then(|value| value.to_str().ok());
    if let Some(language) = wanted.and_then(|text| language(text, &profile.locales))
        && let Ok(value) = HeaderValue::from_str(language)
    {
        out.insert(names::LOCALE, value);
    }
    out
}

/// The first of the cloud's languages that somebody asks for, region or not; in the cloud's own spelling.
fn language<'p>(wanted: &str, known: &'p [String]) -> Option<&'p str> {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    wanted.split(',').filter_map(|part| part.split(';').next()).map(str::trim).find_map(|tag| {
        let same = known.iter().find(|known| known.eq_ignore_ascii_case(tag));
        same.or_else(|| known.iter().find(|known| primary(known) == primary(tag))).map(String::as_str)
    })
}

/// What passed before forms were looked at; for sabotage builds.
fn is_plain(value: &HeaderValue) -> bool {
    value.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+/=\"*,;:{} ".contains(byte))
}

/// The operator's headers for the caller. `None` when `Location` leads somewhere else.
pub(crate) fn to_caller(given: &HeaderMap, origin: &Origin, controls: Controls) -> Option<HeaderMap> {
    if !controls.on(Control::AnswerHeaders) {
        return Some(given.clone());
    }
    let mut out = HeaderMap::new();
    for name in [header::ETAG, header::RETRY_AFTER, names::CONTINUATION_TOKEN, names::LOCALE] {
        if let Some(value) = given.get(&name).filter(|value| value.len() <= LONGEST) {
            out.insert(name, value.clone());
        }
    }
    for location in given.get_all(header::LOCATION) {
        let own = location.to_str().is_ok_and(|text| origin.is_own(text));
        if !own && controls.on(Control::AnswerLocation) {
            return None;
        }
        out.insert(header::LOCATION, location.clone());
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::HeaderName;
    use kernel::{CorrelationId, RequestId};
    use uuid::Uuid;

    fn map(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_str(value).expect("a value"));
        }
        map
    }

    /// The caller's headers of these that reach the operator, or the code of the refusal.
    fn sent(operation: &str, given: &[(&'static str, &str)]) -> Result<Vec<(String, String)>, u32> {
        let trace = Trace {
            request_id: RequestId(Uuid::from_u128(1)),
            given: true,
            correlation_id: CorrelationId(Uuid::from_u128(2)),
        };
        let spec = contract::find(operation).expect("in the table");
        let (given, query) = (map(given), Query::default());
        check(&given, spec, &query, TENANT).map_err(|problem| problem.code.0)?;
        let out = to_operator(&given, spec, &trace, contract::profile::germany(), Controls::all());
        let mut out: Vec<_> = out
            .iter()
            .filter(|(name, _)| !matches!(name.as_str(), "ms-requestid" | "ms-correlationid"))
            .map(|(name, value)| (name.to_string(), value.to_str().expect("text").to_owned()))
            .collect();
        out.sort_unstable();
        Ok(out)
    }

    const TENANT: TenantId = TenantId(Uuid::from_u128(3));
    const CHANGE: &str = "update-customer-billing-profile";

    #[test]
    fn only_listed_headers_of_our_own_forms_reach_the_operator() {
        let one = |name: &str, value: &str| Ok(vec![(name.to_owned(), value.to_owned())]);
        let token = Query::default().binding("list-customers", TENANT);
        let token = contract::collection::Token::seal("a", &token);
        for name in
            ["authorization", "cookie", "x-note", "ms-partnercenter-application", "accept", "ms-requestid"]
        {
            assert_eq!(sent("get-customer", &[(name, "canary")]), Ok(vec![]), "{name}");
        }
        for (operation, name, value, want) in [
            (CHANGE, "if-match", "\"billing-profile-7\"", one("if-match", "\"billing-profile-7\"")),
            (CHANGE, "if-match", "*", one("if-match", "*")),
            (CHANGE, "if-match", "\"canary\"", Err(2055)),
            (CHANGE, "if-match", "canary-1", Err(2055)),
            (CHANGE, "if-match", "", one("if-match", "")),
            ("get-customer", "if-match", "\"canary\"", Ok(vec![])),
            ("list-customers", "ms-continuationtoken", &token, one("ms-continuationtoken", &token)),
            ("list-customers", "ms-continuationtoken", "Y2FuYXJ5", Err(800_002)),
            ("list-audit-records", "ms-continuationtoken", &token, Err(800_002)),
            ("get-customer", "ms-continuationtoken", &token, Ok(vec![])),
            ("get-customer", "x-locale", "DE-de", one("x-locale", "de-DE")),
            ("get-customer", "x-locale", "de-AT, en;q=0.5", one("x-locale", "de-DE")),
            ("get-customer", "x-locale", "pt-PT, fr", one("x-locale", "fr-FR")),
            ("get-customer", "x-locale", "canary", Ok(vec![])),
        ] {
            assert_eq!(sent(operation, &[(name, value)]), want, "{operation} {name}: {value}");
        }
    }

    #[test]
    fn only_listed_headers_reach_the_caller() {
        let origin = Origin::new("https://partner.example");
        let given = map(&[
            ("set-cookie", "session=1"),
            ("x-frame-options", "ALLOWALL"),
            ("content-security-policy", "default-src *"),
            ("retry-after", "5"),
            ("location", "/customers/1"),
        ]);
        let out = to_caller(&given, &origin, Controls::all()).expect("own location");
        let mut names: Vec<_> = out.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["location", "retry-after"]);
        for foreign in ["https://evil.example/", "//evil.example"] {
            assert!(to_caller(&map(&[("location", foreign)]), &origin, Controls::all()).is_none());
        }
    }
}
