//! What travels beside the body: which headers go to the operator, which come back.
//!
//! Invariants: a header is copied because it is listed and has the form its purpose needs; free text of a caller
//! (names of programs, notes, tokens) goes nowhere.

use edge::http::header;
use edge::names;
use edge::{HeaderMap, HeaderName, HeaderValue, Trace};

use crate::controls::{Control, Controls};
use crate::gateway::origin::Origin;

/// Longest value that is passed on.
const LONGEST: usize = 1024;

/// Whether a byte may stand in a header's value.
type Fits = fn(u8) -> bool;

/// The caller's headers for the operator.
pub(crate) fn to_operator(given: &HeaderMap, trace: &Trace, controls: Controls) -> HeaderMap {
    let mut out = if controls.on(Control::RequestHeaders) { well_formed(given) } else { given.clone() };
    for (name, id) in
        [(names::REQUEST_ID, trace.request_id.0), (names::CORRELATION_ID, trace.correlation_id.0)]
    {
        if let Ok(value) = HeaderValue::from_str(id.hyphenated().encode_lower(&mut [0; 36])) {
            out.insert(name, value);
        }
    }
    out
}

fn well_formed(given: &HeaderMap) -> HeaderMap {
    let mut out = HeaderMap::with_capacity(5);
    let rules: [(HeaderName, Fits); 3] =
        [(header::IF_MATCH, is_etag), (names::CONTINUATION_TOKEN, is_token), (names::LOCALE, is_language)];
    for (name, fits) in rules {
        if let Some(value) = given.get(&name)
            && value.len() <= LONGEST
            && value.as_bytes().iter().all(|byte| fits(*byte))
        {
            out.insert(name, value.clone());
        }
    }
    out
}

fn is_etag(byte: u8) -> bool {
    is_token(byte) || matches!(byte, b'"' | b'*' | b',' | b' ' | b'{' | b'}' | b':')
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~' | b'+' | b'/' | b'=')
}

fn is_language(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b',' | b';' | b'=' | b'.' | b' ' | b'*')
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
    use kernel::{CorrelationId, RequestId};
    use uuid::Uuid;

    fn map(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(*name, HeaderValue::from_str(value).expect("a value"));
        }
        map
    }

    #[test]
    fn only_listed_headers_of_the_right_form_reach_the_operator() {
        let trace = Trace {
            request_id: RequestId(Uuid::from_u128(1)),
            given: true,
            correlation_id: CorrelationId(Uuid::from_u128(2)),
        };
        let given = map(&[
            ("authorization", "Bearer canary"),
            ("cookie", "canary"),
            ("x-note", "canary"),
            ("ms-partnercenter-application", "canary of Anna Muster"),
            ("accept", "canary"),
            ("ms-requestid", "canary"),
            ("if-match", "\"eyJpZCI6\""),
            ("ms-continuationtoken", "an ordinary text <canary>"),
            ("x-locale", "de-DE"),
        ]);
        let out = to_operator(&given, &trace, Controls::all());
        let mut names: Vec<_> = out.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["if-match", "ms-correlationid", "ms-requestid", "x-locale"]);
        assert!(!format!("{out:?}").contains("canary"));
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
