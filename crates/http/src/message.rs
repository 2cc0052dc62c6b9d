//! A whole request, a whole response, and the zone that turns one into the other.

use bytes::Bytes;
use contract::errors;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, StatusCode, Uri};
use kernel::{CorrelationId, Problem, RequestId};
use std::fmt;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use uuid::Uuid;

/// The identifiers of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    /// The idempotency key: the caller's, or a fresh one.
    pub request_id: RequestId,
    /// True when the caller sent the request id. Only then can a retry be recognised.
    pub given: bool,
    /// The caller's id for tracing, or a fresh one.
    pub correlation_id: CorrelationId,
}

/// The other end of the connection.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its socket address; behind a trusted proxy the address that the proxy names, with port 0.
    pub address: SocketAddr,
    /// True when the connection is TLS.
    pub tls: bool,
    /// SHA-256 of the client certificate (DER) on a mutual TLS connection; the certificate itself was checked
    /// against the client CA before.
    pub certificate: Option<Arc<[u8; 32]>>,
}

/// A request, read whole.
pub struct Request {
    /// The method.
    pub method: Method,
    /// Path and query as sent; nothing is decoded or normalised.
    pub uri: Uri,
    /// The headers as sent.
    pub headers: HeaderMap,
    /// The body, at most as long as the limit of the listener.
    pub body: Bytes,
    /// The identifiers of this call.
    pub trace: Trace,
    /// Who is connected.
    pub peer: Peer,
}

impl Request {
    /// A request that came over no socket, with nil identifiers: for tests and for calls within the process.
    pub fn from_parts(parts: http::request::Parts, body: Bytes) -> Self {
        Self {
            method: parts.method,
            uri: parts.uri,
            headers: parts.headers,
            body,
            trace: Trace {
                request_id: RequestId(Uuid::nil()),
                given: false,
                correlation_id: CorrelationId(Uuid::nil()),
            },
            peer: Peer {
                address: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
                tls: false,
                certificate: None,
            },
        }
    }

    /// The path as sent.
    pub fn path(&self) -> &str {
        self.uri.path()
    }
    /// The query as sent, without its question mark; empty when there is none.
    pub fn query(&self) -> &str {
        self.uri.query().unwrap_or("")
    }
    /// The text of a header's first value.
    pub fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

impl fmt::Debug for Request {
    /// Neither headers, query nor body: a request may be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {}, {} bytes)", self.method, self.path(), self.body.len())
    }
}

/// A response, whole.
#[derive(Clone)]
pub struct Response {
    /// The status.
    pub status: StatusCode,
    /// The headers; the edge adds ids, `date` and the security headers that are missing.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The operation that answered (its id in the contract), for metrics. Empty: counted as `other`.
    pub operation: &'static str,
}

impl Response {
    /// A response without body.
    pub fn empty(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new(), body: Bytes::new(), operation: "" }
    }

    /// A response with a body of the given type.
    pub fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Self { body: body.into(), ..Self::empty(status) };
        response.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    }

    /// A JSON body, written already.
    pub fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::with_type(status, "application/json; charset=utf-8", body)
    }

    /// A page of ours. Its own `content-security-policy` is up to the caller; without one nothing may load.
    pub fn html(status: StatusCode, body: impl Into<Bytes>) -> Self {
        Self::with_type(status, "text/html; charset=utf-8", body)
    }

    /// A document to save, never to show: attachment, no sniffing, sandboxed. `file_name` keeps only letters,
    /// digits, `.`, `-` and `_`.
    pub fn document(content_type: &'static str, file_name: &str, body: impl Into<Bytes>) -> Self {
        let mut response = Self::with_type(StatusCode::OK, content_type, body);
        let plain: String =
            file_name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')).collect();
        let disposition = HeaderValue::try_from(format!("attachment; filename=\"{plain}\""));
        response.headers.insert(
            header::CONTENT_DISPOSITION,
            disposition.unwrap_or_else(|_| HeaderValue::from_static("attachment")), // only ASCII is left: never taken
        );
        response
    }

    /// Sends the browser to `to` (303): the answer to a form.
    pub fn see_other(to: &str) -> Self {
        let mut response = Self::empty(StatusCode::SEE_OTHER);
        if let Ok(value) = HeaderValue::from_str(to) {
            response.headers.insert(header::LOCATION, value);
        }
        response
    }

    /// Adds or replaces a header. A value that HTTP cannot carry is dropped.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Names the operation for metrics.
    #[must_use]
    pub fn of(mut self, operation: &'static str) -> Self {
        self.operation = operation;
        self
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// What answers behind a listener.
pub trait Zone: Send + Sync + 'static {
    /// Answers one request. Never fails: a failure is an answer too.
    fn handle(&self, request: Request) -> impl Future<Output = Response> + Send;

    /// Writes a failure of the edge itself (body too long, panic) for this path. A zone with pages overrides it.
    fn failure(&self, path: &str, problem: &Problem) -> Response {
        Response::problem(problem, errors::api_of_path(path))
    }
}
