//! A small HTTP client for what is not the operator zone: witnesses, logs that somebody else serves, OpenID issuers.
//!
//! Invariants: an answer is bounded in time and length; redirects are not followed, so that a request goes to the host
//! that was configured and to no other.

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpInfo;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use std::time::Duration;

use crate::operator::Reach;
use crate::outbound::{Guarded, Outbound};
use crate::residency::ResidencyError;

/// Shorter than the idle time of our listeners, so that we never write to a connection they are closing.
const POOL_IDLE: Duration = Duration::from_secs(55);
/// An answer takes at most so long.
const ANSWER_TIME: Duration = Duration::from_secs(8);
/// No answer is longer, unless less is asked for: a full bundle of the longest entries.
const MAX_ANSWER: usize = 16 * 1024 * 1024;

/// A pool of connections.
pub type Pool = Client<HttpsConnector<Guarded>, Full<Bytes>>;

/// A pool that speaks plain HTTP and, with these settings, TLS, and calls nobody but whom it may.
pub fn pool(tls: ClientConfig, outbound: Outbound) -> Pool {
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .wrap_connector(Guarded::new(outbound));
    let mut client = Client::builder(TokioExecutor::new());
    client.pool_timer(TokioTimer::new()).pool_idle_timeout(POOL_IDLE).build(connector)
}

/// Where the connection of an answer led.
pub(crate) fn reach(extensions: &http::Extensions) -> Reach {
    let Some(info) = extensions.get::<HttpInfo>() else { return Reach::Unknown };
    let (local, remote) = (info.local_addr().ip(), info.remote_addr().ip());
    // Whoever is reached at the address that we call from is on the same machine, or at least in its network.
    if remote.is_loopback() || remote == local { Reach::SameMachine } else { Reach::Elsewhere }
}

/// An answer, whole.
#[derive(Clone, Debug)]
pub struct WebAnswer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Bytes,
    /// Where it came from.
    pub reach: Reach,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// The address cannot be asked.
    #[error("the address is no URL")]
    Malformed,
    /// No connection, or it broke.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// No answer in time.
    #[error("it did not answer in time")]
    TimedOut,
    /// The answer is too long.
    #[error("its answer is longer than {0} bytes")]
    TooLarge(usize),
}

/// The client. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    pool: Pool,
    outbound: Outbound,
    most: usize,
}

impl Web {
    /// A client that trusts and shows what `tls` says, and calls whom it may.
    pub fn new(tls: ClientConfig, outbound: Outbound) -> Self {
        Self { pool: pool(tls, outbound.clone()), outbound, most: MAX_ANSWER }
    }

    /// The same, for answers of at most so many bytes.
    #[must_use]
    pub fn at_most(self, most: usize) -> Self {
        Self { most, ..self }
    }

    /// Whether the host of this address may be called at all.
    ///
    /// # Errors
    /// When it may not, or the address names none.
    pub fn may_call(&self, url: &Uri) -> Result<(), ResidencyError> {
        self.outbound.calls_uri(url)
    }

    /// Asks for a document; answers status and body.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, url: &str) -> Result<(u16, Bytes), WebError> {
        let request = Request::get(url).body(Full::default());
        self.send(request).await.map(|answer| (answer.status, answer.body))
    }

    /// Posts text; answers status and body.
    ///
    /// # Errors
    /// As [`Web::get`].
    pub async fn post(&self, url: &str, text: String) -> Result<(u16, Bytes), WebError> {
        self.ask(url, text).await.map(|answer| (answer.status, answer.body))
    }

    /// [`Web::post`], with where the answer came from.
    ///
    /// # Errors
    /// As [`Web::get`].
    pub async fn ask(&self, url: &str, text: String) -> Result<WebAnswer, WebError> {
        let request = Request::builder().method(Method::POST).uri(url).header(CONTENT_TYPE, "text/plain");
        self.send(request.body(Full::from(text))).await
    }

    /// Posts a form and wants JSON back, with an `Authorization` if there is one; answers status and body.
    ///
    /// # Errors
    /// As [`Web::get`].
    pub async fn form(
        &self,
        url: &str,
        form: String,
        authorization: Option<HeaderValue>,
    ) -> Result<(u16, Bytes), WebError> {
        let mut request = Request::builder().method(Method::POST).uri(url);
        request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        request = request.header(ACCEPT, "application/json");
        if let Some(value) = authorization {
            request = request.header(AUTHORIZATION, value);
        }
        let sent = self.send(request.body(Full::from(form)));
        sent.await.map(|answer| (answer.status, answer.body))
    }

    async fn send(&self, request: http::Result<Request<Full<Bytes>>>) -> Result<WebAnswer, WebError> {
        let request = request.map_err(|_| WebError::Malformed)?;
        tokio::time::timeout(ANSWER_TIME, self.answer(request)).await.unwrap_or(Err(WebError::TimedOut))
    }

    async fn answer(&self, request: Request<Full<Bytes>>) -> Result<WebAnswer, WebError> {
        let response = self.pool.request(request).await;
        let response = response.map_err(|error| WebError::Unreachable(chain(&error)))?;
        let (parts, body) = response.into_parts();
        let whole = Limited::new(body, self.most).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                WebError::TooLarge(self.most)
            } else {
                WebError::Unreachable(chain(error.as_ref()))
            }
        })?;
        let (status, reach) = (parts.status.as_u16(), reach(&parts.extensions));
        Ok(WebAnswer { status, body: whole.to_bytes(), reach })
    }
}

/// An error with its causes in one line: hyper's own text alone says only "client error".
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
