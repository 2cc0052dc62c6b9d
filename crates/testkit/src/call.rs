//! A call as anybody could make it: method, path and headers as they are, nothing repaired on the way.

use bytes::Bytes;
use edge::http::header::AUTHORIZATION;
use edge::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, Zone, names};
use kernel::RequestId;
use serde_json::Value;
use uuid::Uuid;

/// A call to be made.
#[derive(Clone, Debug)]
pub struct Ask {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Ask {
    /// A call of this method and path (with its query).
    ///
    /// # Panics
    /// When the method is none.
    pub fn new(method: &str, path: impl Into<String>) -> Self {
        let method = method.parse().expect("a method");
        Self { method, path: path.into(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    /// A POST of JSON.
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::new("POST", path).json(body)
    }

    /// With this token; none when it is empty.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        if token.is_empty() { self } else { self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}")) }
    }

    /// With a header; another value of the same name stays.
    ///
    /// # Panics
    /// When HTTP cannot carry it.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers.append(name, HeaderValue::from_str(value).expect("a header's value"));
        self
    }

    /// With this request id.
    #[must_use]
    pub fn id(self, id: Uuid) -> Self {
        self.header(names::REQUEST_ID.as_str(), &id.to_string())
    }

    /// With a body of JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.raw(body.to_string())
    }

    /// With these bytes as body.
    #[must_use]
    pub fn raw(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The call as HTTP to the zone at this origin (scheme and authority).
    ///
    /// # Panics
    /// When the path is no path.
    pub fn into_http(self, origin: &str) -> edge::http::Request<Bytes> {
        let uri = format!("{origin}{}", self.path);
        let mut request = edge::http::Request::builder().uri(uri).body(self.body).expect("a path");
        (*request.method_mut(), *request.headers_mut()) = (self.method, self.headers);
        request
    }

    /// Makes the call of a zone in this process.
    ///
    /// # Panics
    /// When the path is no path.
    pub async fn of<Z: Zone>(self, zone: &Z) -> Reply {
        let (mut parts, ()) =
            edge::http::Request::builder().uri(&self.path).body(()).expect("a path").into_parts();
        (parts.method, parts.headers) = (self.method, self.headers);
        let mut request = Request::from_parts(parts, self.body);
        // The edge would have read it from the socket.
        if let Some(id) = request.header(&names::REQUEST_ID).and_then(|id| id.parse().ok()) {
            (request.trace.request_id, request.trace.given) = (RequestId(id), true);
        }
        Reply::from(zone.handle(request).await)
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The reason slug of a refusal; empty when it is none.
    pub fn slug(&self) -> String {
        let json = self.json();
        json["title"].as_str().or_else(|| json["data"][0].as_str()).unwrap_or("").to_owned()
    }

    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// The body, when the status is this one.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }
}

impl From<edge::http::Response<Bytes>> for Reply {
    fn from(response: edge::http::Response<Bytes>) -> Self {
        let (head, body) = response.into_parts();
        Self { status: head.status.as_u16(), headers: head.headers, body }
    }
}

impl From<Response> for Reply {
    fn from(response: Response) -> Self {
        Self { status: response.status.as_u16(), headers: response.headers, body: response.body }
    }
}
