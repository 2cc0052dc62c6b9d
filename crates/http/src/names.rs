//! Every header name of the house, and the lists that say which of them may cross a border.
//!
//! The names of the contract (`ms-requestid`, …) are sent as `http` writes them, lower case; HTTP compares them
//! without case.

use http::header::{self, HeaderMap, HeaderName};

/// The idempotency key of one logical call.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
/// The caller's id for tracing.
pub const CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
/// The correlation vector of an answer.
pub const CORRELATION_VECTOR: HeaderName = HeaderName::from_static("ms-cv");
/// Which server answered, in digits.
pub const SERVER_ID: HeaderName = HeaderName::from_static("ms-serverid");
/// The version of the contract the caller speaks.
pub const CONTRACT_VERSION: HeaderName = HeaderName::from_static("ms-contract-version");
/// The page token of seek paging.
pub const CONTINUATION_TOKEN: HeaderName = HeaderName::from_static("ms-continuationtoken");
/// The calling application's own name.
pub const APPLICATION: HeaderName = HeaderName::from_static("ms-partnercenter-application");
/// The calling library's name.
pub const CLIENT: HeaderName = HeaderName::from_static("ms-partnercenter-client");
/// The calling library's version.
pub const SDK_VERSION: HeaderName = HeaderName::from_static("ms-sdkversion");
/// The language of localised values.
pub const LOCALE: HeaderName = HeaderName::from_static("x-locale");

/// The gateway's signed statement of who calls.
pub const ASSERTION: HeaderName = HeaderName::from_static("x-treuhand-assertion");
/// An identifier that the gateway minted for this call, e.g. the new customer's.
pub const MINTED_ID: HeaderName = HeaderName::from_static("x-treuhand-minted-id");
/// The gateway's MAC of the canonical plain request: what idempotency compares.
pub const REQUEST_MAC: HeaderName = HeaderName::from_static("x-treuhand-request-mac");
/// The version the gateway gave to the envelope in this request.
pub const SEALED_VERSION: HeaderName = HeaderName::from_static("x-treuhand-sealed-version");

/// What of a caller's headers the gateway passes on to the operator zone. Never `authorization` or `cookie`.
pub static TO_OPERATOR: [HeaderName; 11] = [
    header::ACCEPT,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    REQUEST_ID,
    CORRELATION_ID,
    CONTINUATION_TOKEN,
    CONTRACT_VERSION,
    APPLICATION,
    CLIENT,
    SDK_VERSION,
    LOCALE,
];

/// What of the operator zone's headers the gateway passes on to the caller. Links and `location` are checked by
/// the gateway beforehand; whatever the edge sets itself (ids, security) is not taken from the operator.
pub static FROM_OPERATOR: [HeaderName; 7] = [
    header::CONTENT_TYPE,
    header::CONTENT_DISPOSITION,
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
    CONTINUATION_TOKEN,
    LOCALE,
];

/// A copy of those `headers` whose name is in `list`; every value of a name is kept.
pub fn allowed(headers: &HeaderMap, list: &[HeaderName]) -> HeaderMap {
    let mut kept = HeaderMap::with_capacity(list.len());
    for name in list {
        for value in headers.get_all(name) {
            kept.append(name, value.clone());
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn credentials_are_on_no_list() {
        for name in
            [header::AUTHORIZATION, header::COOKIE, header::SET_COOKIE, ASSERTION, REQUEST_MAC, MINTED_ID]
        {
            assert!(!TO_OPERATOR.contains(&name), "{name} would reach the operator");
            assert!(!FROM_OPERATOR.contains(&name), "{name} would reach the caller");
        }
    }

    #[test]
    fn only_listed_headers_are_copied() {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
        headers.insert(header::IF_MATCH, HeaderValue::from_static("\"1\""));
        headers.insert("x-anything", HeaderValue::from_static("x"));
        let kept = allowed(&headers, &TO_OPERATOR);
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[header::IF_MATCH], "\"1\"");
    }
}
