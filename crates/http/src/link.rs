//! The way from the gateway to an operator zone on another host: HTTP over mutual TLS.

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use rustls::ClientConfig;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::operator::{LinkError, LinkFuture, OperatorLink, OperatorReply, OperatorRequest, Reach};
use crate::outbound::Outbound;
use crate::web::{Pool, chain, pool, reach};

/// An answer takes at most so long, slow reports included.
const ANSWER_TIME: Duration = Duration::from_secs(30);
/// No answer of the contract is longer: invoices and usage pages are bounded well below.
const MAX_REPLY: usize = 32 * 1024 * 1024;

/// A pool of connections to one operator zone.
#[derive(Clone)]
pub struct OperatorHttp {
    origin: String,
    client: Pool,
    reach: Arc<Mutex<Reach>>,
}

impl OperatorHttp {
    /// A link to `origin` (scheme and authority, e.g. `https://operator.example:8443`). `tls` holds the trustee's
    /// client certificate and the authority of the operator's. A plain `http` origin works too; whether it is
    /// acceptable is for the configuration to say.
    pub fn new(origin: &str, tls: ClientConfig, outbound: Outbound) -> Self {
        let origin = origin.trim_end_matches('/').to_owned();
        Self { origin, client: pool(tls, outbound), reach: Arc::default() }
    }

    async fn send(&self, request: OperatorRequest) -> Result<OperatorReply, LinkError> {
        let request = request.into_http(&self.origin)?.map(Full::new);
        let response =
            self.client.request(request).await.map_err(|error| LinkError::Unreachable(chain(&error)))?;
        let (parts, body) = response.into_parts();
        *self.reach.lock().unwrap_or_else(PoisonError::into_inner) = reach(&parts.extensions);
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

    fn reach(&self) -> Reach {
        *self.reach.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for OperatorHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperatorHttp({})", self.origin)
    }
}
