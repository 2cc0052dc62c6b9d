//! One call of one operation.

use bytes::Bytes;
use contract::{Operation, Spec};
use http::{Method, Request, Response, StatusCode, header};
use kernel::Entropy;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use uuid::{Builder, Uuid};

use crate::error::{Error, Refusal};
use crate::retry::Retry;
use crate::token::{Credentials, Tokens};
use crate::transport::Transport;

/// What may stand in a path segment as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// Where the API is and how to behave towards it.
#[derive(Clone, Debug)]
pub struct Config {
    /// Scheme and authority of the API, e.g. `https://partner.example`.
    pub api_root: String,
    /// Scheme and authority of the directory that gives tokens.
    pub authority: String,
    /// When calls are repeated.
    pub retry: Retry,
    /// The language of localised values, e.g. `de-DE`; the API's default when absent.
    pub locale: Option<String>,
    /// Our name, told in `MS-PartnerCenter-Application`.
    pub application: Option<String>,
}

impl Config {
    /// The usual behaviour towards this API.
    pub fn new(api_root: &str, authority: &str) -> Self {
        Self {
            api_root: api_root.trim_end_matches('/').to_owned(),
            authority: authority.to_owned(),
            retry: Retry::default(),
            locale: None,
            application: None,
        }
    }
}

/// Stands for an operation that is known by its entry alone.
pub struct Untyped;

/// A call to be made: the operation with its parameters.
pub struct Call<O> {
    spec: &'static Spec,
    params: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<Result<Bytes, String>>,
    request_id: Option<Uuid>,
    operation: PhantomData<fn() -> O>,
}

impl Call<Untyped> {
    /// A call of an operation that is chosen at run time. Its body is given raw, its answer read as bytes.
    pub fn by(spec: &'static Spec) -> Self {
        Self::of(spec)
    }
}

impl<O: Operation> Call<O> {
    /// A call of this operation: `Call::to(GetCustomer)`.
    pub fn to(_operation: O) -> Self {
        Self::of(O::SPEC)
    }

    /// The body.
    #[must_use]
    pub fn body(mut self, body: &O::Body) -> Self
    where
        O::Body: Serialize,
    {
        self.body = Some(serde_json::to_vec(body).map(Bytes::from).map_err(|error| error.to_string()));
        self
    }
}

impl<O> Call<O> {
    fn of(spec: &'static Spec) -> Self {
        let (params, query, headers) = (vec![], vec![], vec![]);
        Self { spec, params, query, headers, body: None, request_id: None, operation: PhantomData }
    }

    /// A parameter of the path, by its name in the table (`customer-id`).
    #[must_use]
    pub fn param(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.push((name.to_owned(), value.to_string()));
        self
    }

    /// A parameter of the query.
    #[must_use]
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query.push((name.to_owned(), value.to_string()));
        self
    }

    /// A body as it is: for what the types cannot say.
    #[must_use]
    pub fn raw_body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = Some(Ok(body.into()));
        self
    }

    /// Only if the resource still has this entity tag.
    #[must_use]
    pub fn if_match(self, etag: &str) -> Self {
        let quoted = format!("\"{}\"", etag.trim_matches('"'));
        self.header("if-match", &quoted)
    }

    /// A header of its own.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The request id. Two calls with the same id are one: give it to repeat an earlier call.
    #[must_use]
    pub fn request_id(mut self, id: Uuid) -> Self {
        self.request_id = Some(id);
        self
    }

    /// Path and query, complete.
    fn path_and_query(&self) -> Result<String, Error> {
        let spec = self.spec;
        let input = |reason: String| Error::Input { operation: spec.id, reason };
        let mut path = String::with_capacity(spec.path.len() + 64);
        for segment in spec.path.split('/').skip(1) {
            path.push('/');
            let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
                path.push_str(segment);
                continue;
            };
            let value = self.params.iter().find(|(given, _)| given == name).map_or("", |(_, value)| value);
            if value.is_empty() || value == "." || value == ".." {
                return Err(input(format!("the path parameter '{name}' is missing")));
            }
            path.extend(utf8_percent_encode(value, SEGMENT));
        }
        if let Some((name, _)) = self.query.iter().find(|(name, _)| !spec.query.contains(&name.as_str())) {
            return Err(input(format!("it has no query parameter '{name}'; it has {:?}", spec.query)));
        }
        if !self.query.is_empty() {
            path.push('?');
            path.push_str(
                &form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.query).finish(),
            );
        }
        Ok(path)
    }
}

/// An answer of success.
#[derive(Clone, Debug)]
pub struct Answer<T> {
    /// The resource.
    pub value: T,
    /// The status.
    pub status: StatusCode,
    /// Where a long-running call can be followed, or a created resource be found.
    pub location: Option<String>,
    /// Seconds after which to ask again.
    pub retry_after: Option<u32>,
}

/// A client of the contract.
#[derive(Clone)]
pub struct Client {
    config: Arc<Config>,
    tokens: Arc<Tokens>,
    transport: Arc<dyn Transport>,
    entropy: Arc<dyn Entropy>,
}

impl Client {
    /// A client that calls with these credentials.
    pub fn new(
        config: Config,
        credentials: Credentials,
        transport: impl Transport + 'static,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let tokens = Arc::new(Tokens::new(credentials, &config.authority));
        Self { config: Arc::new(config), tokens, transport: Arc::new(transport), entropy }
    }

    /// The same connections with other credentials.
    #[must_use]
    pub fn with_credentials(&self, credentials: Credentials) -> Self {
        Self { tokens: Arc::new(Tokens::new(credentials, &self.config.authority)), ..self.clone() }
    }

    /// Calls an operation whose answer is JSON or nothing.
    ///
    /// # Errors
    /// [`Error`]; a refusal of the API is [`Error::Refused`].
    pub async fn call<O>(&self, call: Call<O>) -> Result<Answer<O::Reply>, Error>
    where
        O: Operation,
        O::Reply: DeserializeOwned,
    {
        read(O::SPEC, &self.send(call).await?)
    }

    /// Calls an operation whose answer is a document.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn document<O>(&self, call: Call<O>) -> Result<Answer<Bytes>, Error> {
        let response = self.send(call).await?;
        Ok(answer(&response, response.body().clone()))
    }

    async fn send<O>(&self, call: Call<O>) -> Result<Response<Bytes>, Error> {
        let path = call.path_and_query()?;
        let body = call.body.unwrap_or_else(|| Ok(Bytes::new()));
        let body = body.map_err(|reason| Error::Input { operation: call.spec.id, reason })?;
        self.perform(call.spec, &path, &call.headers, body, call.request_id).await
    }

    /// Makes a call, and again when [`Retry`] says so or the token ended early.
    pub(crate) async fn perform(
        &self,
        spec: &'static Spec,
        path: &str,
        headers: &[(String, String)],
        body: Bytes,
        request_id: Option<Uuid>,
    ) -> Result<Response<Bytes>, Error> {
        let request_id = request_id.unwrap_or_else(|| self.fresh_id());
        let correlation_id = self.fresh_id();
        let (mut tried, mut renewed) = (0, false);
        loop {
            tried += 1;
            let bearer = self.tokens.bearer(&*self.transport).await?;
            let request = self.request(spec, path, headers, &body, bearer, [request_id, correlation_id])?;
            let outcome = self.transport.send(request).await;
            let status = outcome.as_ref().ok().map(Response::status);
            if status == Some(StatusCode::UNAUTHORIZED) && !renewed && self.tokens.forget().await {
                (renewed, tried) = (true, tried - 1);
                continue;
            }
            let refusal =
                outcome.as_ref().ok().filter(|response| !response.status().is_success()).map(Refusal::read);
            let retry_after = refusal.as_ref().and_then(|refusal| refusal.retry_after);
            if let Some(wait) = self.config.retry.wait(tried, status, retry_after) {
                tokio::time::sleep(wait).await;
                continue;
            }
            return match refusal {
                Some(refusal) => Err(Error::Refused(Box::new(refusal))),
                None => Ok(outcome?),
            };
        }
    }

    fn request(
        &self,
        spec: &'static Spec,
        path: &str,
        headers: &[(String, String)],
        body: &Bytes,
        bearer: Option<String>,
        [request_id, correlation_id]: [Uuid; 2],
    ) -> Result<Request<Bytes>, Error> {
        let method = Method::from_bytes(spec.method.name().as_bytes()).unwrap_or(Method::GET); // the table has only real ones
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.config.api_root))
            .header(header::ACCEPT, "application/json")
            .header("ms-contract-version", "v1")
            .header("ms-requestid", request_id.to_string())
            .header("ms-correlationid", correlation_id.to_string());
        if let Some(bearer) = bearer {
            request = request.header(header::AUTHORIZATION, bearer);
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let own =
            [("x-locale", &self.config.locale), ("ms-partnercenter-application", &self.config.application)];
        for (name, value) in own.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        request
            .body(body.clone())
            .map_err(|error| Error::Input { operation: spec.id, reason: error.to_string() })
    }

    fn fresh_id(&self) -> Uuid {
        let mut random = [0; 16];
        self.entropy.fill(&mut random);
        Builder::from_random_bytes(random).into_uuid()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client({})", self.config.api_root)
    }
}

/// Reads an answer of success. No body reads as `null`, which is what `()` and optional answers take.
pub(crate) fn read<T: DeserializeOwned>(spec: &Spec, response: &Response<Bytes>) -> Result<Answer<T>, Error> {
    let body = without_bom(response.body());
    let body: &[u8] = if body.is_empty() { b"null" } else { body };
    let value = serde_json::from_slice(body).map_err(|error| Error::Unreadable {
        operation: spec.id,
        reason: format!("{:?} error at line {} column {}", error.classify(), error.line(), error.column()),
    })?;
    Ok(answer(response, value))
}

fn answer<T>(response: &Response<Bytes>, value: T) -> Answer<T> {
    let text = |name| response.headers().get(name)?.to_str().ok().map(str::to_owned);
    Answer {
        value,
        status: response.status(),
        location: text(header::LOCATION),
        retry_after: text(header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok()),
    }
}

/// The bytes behind a byte-order mark, which some services of the contract send.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)
}
