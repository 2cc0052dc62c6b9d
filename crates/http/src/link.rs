//! The way from the gateway to an operator zone on another host: HTTP over mutual TLS.

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use std::fmt;
use std::time::Duration;

use crate::operator::{LinkError, LinkFuture, OperatorLink, OperatorReply, OperatorRequest};

/// Shorter than the idle time of our listeners, so that we never write to a connection they are closing.
const POOL_IDLE: Duration = Duration::from_secs(55);
/// An answer takes at most so long, slow reports included.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// No answer of the contract is longer: invoices and usage pages are bounded well below.
const MAX_REPLY: usize = 32 * 1024 * 1024;

/// A pool of connections to one operator zone.
#[derive(Clone)]
pub struct OperatorHttp {
    origin: String,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl OperatorHttp {
    /// A link to `origin` (scheme and authority, e.g. `https://operator.example:8443`). `tls` holds the trustee's
    /// client certificate and the authority of the operator's. A plain `http` origin works too; whether it is
    /// acceptable is for the configuration to say.
    pub fn new(origin: &str, tls: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(Duration::from_secs(5)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE)
            .build(connector);
        Self { origin: origin.trim_end_matches('/').to_owned(), client }
    }

    async fn send(&self, request: OperatorRequest) -> Result<OperatorReply, LinkError> {
        let request = request.into_http(&self.origin)?.map(Full::new);
        let response =
            self.client.request(request).await.map_err(|error| LinkError::Unreachable(chain(&error)))?;
        let (parts, body) = response.into_parts();
        let whole = Limited::new(body, MAX_REPLY).collect().await.map_err(|error| {
            if error.is::<LengthLimitError>() {
                LinkError::TooLarge(MAX_REPLY)
            } else {
                LinkError::Unreachable(chain(error.as_ref()))
            }
        })?;
        Ok(OperatorReply::from_http(&parts, whole.to_bytes()))
    }
}

impl OperatorLink for OperatorHttp {
    fn call(&self, request: OperatorRequest) -> LinkFuture<'_> {
        Box::pin(async move {
            tokio::time::timeout(ANSWER_TIME, self.send(request)).await.unwrap_or(Err(LinkError::TimedOut))
        })
    }
}

impl fmt::Debug for OperatorHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperatorHttp({})", self.origin)
    }
}

/// An error with its causes in one line: hyper's own text alone says only "client error".
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
