//! The message between the zones: what the gateway sends to the operator zone and what comes back.
//!
//! In the all-in-one program the value itself is handed over; between two hosts it is turned into an HTTP
//! request by [`OperatorRequest::into_http`] and back by [`OperatorRequest::from_edge`]. Both ways see the same
//! headers, because only listed ones are ever kept.
//!
//! Deliberately absent: `authorization`, cookies, names of people. There is no place to put them.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::message::{Request, Response};
use crate::names;

/// What the gateway itself says about a call, beside the assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayHeader {
    /// An identifier minted at the trustee for this call; the same again on a retry.
    MintedId,
    /// The MAC of the canonical plain request: two requests are the same call when it is equal.
    RequestMac,
    /// The version of the envelope in this request.
    SealedVersion,
}

impl GatewayHeader {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::MintedId, Self::RequestMac, Self::SealedVersion];

    /// The header that carries it between two hosts.
    pub const fn name(self) -> HeaderName {
        match self {
            Self::MintedId => names::MINTED_ID,
            Self::RequestMac => names::REQUEST_MAC,
            Self::SealedVersion => names::SEALED_VERSION,
        }
    }
}

/// A call on its way from the gateway to the operator zone. Private members of the body are sealed.
#[derive(Clone)]
pub struct OperatorRequest {
    /// The method.
    pub method: Method,
    /// The path with its query, as the contract writes it, beginning with `/`.
    pub path_and_query: String,
    /// The gateway's signed caller assertion.
    pub assertion: String,
    /// The body; empty when there is none.
    pub body: Bytes,
    headers: HeaderMap,
}

impl OperatorRequest {
    /// A call without headers of its caller.
    pub fn new(method: Method, path_and_query: impl Into<String>, assertion: impl Into<String>) -> Self {
        Self {
            method,
            path_and_query: path_and_query.into(),
            assertion: assertion.into(),
            body: Bytes::new(),
            headers: HeaderMap::new(),
        }
    }

    /// Takes from a caller's headers those on [`names::TO_OPERATOR`].
    #[must_use]
    pub fn caller_headers(mut self, headers: &HeaderMap) -> Self {
        self.headers = names::allowed(headers, &names::TO_OPERATOR);
        self
    }

    /// Gives the call a body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Says something of the gateway's own. Values are ids, digits or base64; anything else is dropped.
    #[must_use]
    pub fn gateway(mut self, header: GatewayHeader, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(header.name(), value);
        }
        self
    }

    /// What the gateway said, if it did.
    pub fn said(&self, header: GatewayHeader) -> Option<&str> {
        self.header(&header.name())
    }

    /// The text of a header of the caller or the gateway.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The path without its query.
    pub fn path(&self) -> &str {
        self.path_and_query.split_once('?').map_or(self.path_and_query.as_str(), |(path, _)| path)
    }

    /// The query without its question mark; empty when there is none.
    pub fn query(&self) -> &str {
        self.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }

    /// The request as the operator zone's own listener received it. A caller's headers that are on no list are
    /// dropped here once more.
    pub fn from_edge(request: Request) -> Self {
        let mut headers = names::allowed(&request.headers, &names::TO_OPERATOR);
        for header in GatewayHeader::ALL {
            if let Some(value) = request.headers.get(header.name()) {
                headers.insert(header.name(), value.clone());
            }
        }
        let assertion =
            request.headers.get(names::ASSERTION).and_then(|value| value.to_str().ok()).unwrap_or("");
        Self {
            assertion: assertion.to_owned(),
            path_and_query: request.uri.path_and_query().map_or("/", |whole| whole.as_str()).to_owned(),
            method: request.method,
            body: request.body,
            headers,
        }
    }

    /// The request as it goes over the wire to `origin` (scheme and authority, no trailing slash).
    ///
    /// # Errors
    /// [`LinkError::Malformed`] when path or assertion cannot be written as HTTP.
    pub fn into_http(self, origin: &str) -> Result<http::Request<Bytes>, LinkError> {
        let uri: Uri =
            format!("{origin}{}", self.path_and_query).parse().map_err(|_| LinkError::Malformed)?;
        let assertion = HeaderValue::from_str(&self.assertion).map_err(|_| LinkError::Malformed)?;
        let mut request = http::Request::new(self.body);
        *request.method_mut() = self.method;
        *request.uri_mut() = uri;
        *request.headers_mut() = self.headers;
        request.headers_mut().insert(names::ASSERTION, assertion);
        Ok(request)
    }
}

impl fmt::Debug for OperatorRequest {
    /// Neither body nor assertion: a request may be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperatorRequest({} {}, {} bytes)", self.method, self.path(), self.body.len())
    }
}

/// The operator zone's answer. Private members of the body are sealed.
#[derive(Clone)]
pub struct OperatorReply {
    /// The status.
    pub status: StatusCode,
    /// The headers; in the gateway's hands only those on [`names::FROM_OPERATOR`] count.
    pub headers: HeaderMap,
    /// The body; empty when there is none.
    pub body: Bytes,
    /// The operation that answered, for metrics; empty when none was found. Does not cross the wire.
    pub operation: &'static str,
}

impl OperatorReply {
    /// An answer without headers.
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self { status, headers: HeaderMap::new(), body: body.into(), operation: "" }
    }

    /// An answer as it came over the wire: only headers on [`names::FROM_OPERATOR`] are kept.
    pub fn from_http(parts: &http::response::Parts, body: Bytes) -> Self {
        let headers = names::allowed(&parts.headers, &names::FROM_OPERATOR);
        Self { status: parts.status, headers, body, operation: "" }
    }
}

impl From<OperatorReply> for Response {
    fn from(reply: OperatorReply) -> Self {
        Self { status: reply.status, headers: reply.headers, body: reply.body, operation: reply.operation }
    }
}

impl fmt::Debug for OperatorReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperatorReply({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why no answer came from the operator zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The call could not be written as HTTP.
    #[error("the call cannot be written as an HTTP request")]
    Malformed,
    /// No connection, or it broke. The call may or may not have been carried out.
    #[error("the operator zone cannot be reached: {0}")]
    Unreachable(String),
    /// No answer in time. The call may or may not have been carried out.
    #[error("the operator zone did not answer in time")]
    TimedOut,
    /// The answer is larger than the gateway takes.
    #[error("the operator zone's answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// The future of one call over an [`OperatorLink`].
pub type LinkFuture<'a> = Pin<Box<dyn Future<Output = Result<OperatorReply, LinkError>> + Send + 'a>>;

/// Where a connection was seen to lead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Nowhere yet, or nobody looked.
    #[default]
    Unknown,
    /// Nowhere: it is a call within this process.
    SameProcess,
    /// To an address of this machine.
    SameMachine,
    /// To another address.
    Elsewhere,
}

/// The way from the gateway to the operator zone: in process, or over mutual TLS.
pub trait OperatorLink: Send + Sync {
    /// Makes the call once. Retrying is the caller's decision.
    fn call(&self, request: OperatorRequest) -> LinkFuture<'_>;

    /// Where calls were seen to go.
    fn reach(&self) -> Reach {
        Reach::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> OperatorRequest {
        let mut caller = HeaderMap::new();
        caller.insert(http::header::AUTHORIZATION, HeaderValue::from_static("Bearer token"));
        caller.insert(names::REQUEST_ID, HeaderValue::from_static("c245e1d5-5bb0-4f0b-90c8-1f4b0c0d0001"));
        caller.insert(names::REQUEST_MAC, HeaderValue::from_static("forged"));
        OperatorRequest::new(Method::POST, "/v1/customers?size=1", "v1.a.b")
            .caller_headers(&caller)
            .gateway(GatewayHeader::MintedId, "c245e1d5-5bb0-4f0b-90c8-1f4b0c0d0002")
            .body("{}")
    }

    #[test]
    fn a_caller_cannot_speak_for_the_gateway() {
        let request = sample();
        assert_eq!(request.said(GatewayHeader::RequestMac), None);
        assert_eq!(request.said(GatewayHeader::MintedId), Some("c245e1d5-5bb0-4f0b-90c8-1f4b0c0d0002"));
        assert_eq!(request.header(&http::header::AUTHORIZATION), None);
    }

    #[test]
    fn the_wire_carries_the_whole_message() {
        let wire = sample().into_http("https://operator.example").expect("well formed");
        assert_eq!(wire.uri(), "https://operator.example/v1/customers?size=1");
        let (parts, body) = wire.into_parts();
        let back = OperatorRequest::from_edge(Request::from_parts(parts, body));
        let sent = sample();
        assert_eq!((back.path(), back.query(), &back.body), ("/v1/customers", "size=1", &sent.body));
        assert_eq!((&back.assertion, &back.headers), (&sent.assertion, &sent.headers));
    }

    #[test]
    fn debug_shows_neither_body_nor_assertion() {
        assert_eq!(format!("{:?}", sample()), "OperatorRequest(POST /v1/customers, 2 bytes)");
    }
}
