//! One call to OpenBao: time limit, repetition, and a rest after it did not answer.

use bytes::Bytes;
use edge::Pool;
use envelope::KeyError;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use serde::Deserialize;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

/// A use of a key is tried so often.
const TRIES: usize = 3;
/// After a call that found nobody, the next ones fail at once for so long: a page of customers must not wait for
/// each of them.
const REST: Duration = Duration::from_secs(1);
/// What writes to OpenBao's storage takes longer than using a key, and is not repeated.
const SLOW: Duration = Duration::from_secs(10);
/// The names of a hundred thousand keys are four million bytes.
const MAX_REPLY: usize = 64 * 1024 * 1024;

/// Whether a call may be repeated, and how long it may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A use of a key: short, repeated.
    Use,
    /// A change or a list: longer, once.
    Slow,
}

/// What OpenBao answered.
pub struct Reply {
    pub status: StatusCode,
    body: Zeroizing<Vec<u8>>,
}

impl Reply {
    /// The `data` of the answer.
    pub fn data<'a, T: Deserialize<'a>>(&'a self) -> Result<T, KeyError> {
        #[derive(Deserialize)]
        struct Whole<T> {
            data: T,
        }
        // The message of the error would show what it stumbled over.
        let whole = serde_json::from_slice::<Whole<T>>(&self.body);
        whole.map(|whole| whole.data).map_err(|_| strange())
    }

    /// The answer as it is.
    pub fn json<'a, T: Deserialize<'a>>(&'a self) -> Result<T, KeyError> {
        serde_json::from_slice(&self.body).map_err(|_| strange())
    }

    /// The bare bytes.
    #[cfg(feature = "testing")]
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }
}

fn strange() -> KeyError {
    KeyError::Unavailable("OpenBao's answer has not the form that its documents describe".to_owned())
}

/// The way to one OpenBao.
pub struct Http {
    root: String,
    namespace: Option<HeaderValue>,
    client: Pool,
    limit: Duration,
    rests_until: Mutex<Option<Instant>>,
}

impl Http {
    pub fn new(root: &str, namespace: Option<HeaderValue>, client: Pool, limit: Duration) -> Self {
        let root = root.trim_end_matches('/').to_owned();
        Self { root, namespace, client, limit, rests_until: Mutex::default() }
    }

    /// One call below `/v1/`. What does not reach OpenBao, and what a sealed or overloaded one answers, is
    /// [`KeyError::Unavailable`]; everything else is for the caller to read.
    pub async fn call(
        &self,
        pace: Pace,
        method: &Method,
        path: &str,
        token: Option<&str>,
        body: Option<&[u8]>,
    ) -> Result<Reply, KeyError> {
        if self.rests() {
            return Err(KeyError::Unavailable("OpenBao did not answer a moment ago".to_owned()));
        }
        let (tries, limit) = if pace == Pace::Use { (TRIES, self.limit) } else { (1, SLOW.max(self.limit)) };
        let mut outcome = Err(KeyError::Unavailable("OpenBao was not asked".to_owned()));
        for _ in 0..tries {
            let once = self.once(method, path, token, body);
            outcome = timeout(limit, once).await.unwrap_or_else(|_| {
                Err(KeyError::Unavailable(format!("OpenBao did not answer within {} ms", limit.as_millis())))
            });
            if outcome.is_ok() {
                self.set_rest(None);
                break;
            }
        }
        let reply = outcome.inspect_err(|_| self.set_rest(Some(Instant::now() + REST)))?;
        match reply.status {
            StatusCode::SERVICE_UNAVAILABLE => Err(KeyError::Unavailable("OpenBao is sealed".to_owned())),
            status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
                Err(KeyError::Unavailable(format!("OpenBao answers {status}")))
            }
            _ => Ok(reply),
        }
    }

    async fn once(
        &self,
        method: &Method,
        path: &str,
        token: Option<&str>,
        body: Option<&[u8]>,
    ) -> Result<Reply, KeyError> {
        let lost = |_| KeyError::Unavailable("the call cannot be put into HTTP".to_owned());
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}/v1/{path}", self.root))
            .header("x-vault-request", "true");
        if let Some(namespace) = &self.namespace {
            request = request.header("x-vault-namespace", namespace);
        }
        if let Some(token) = token {
            let mut value = HeaderValue::from_str(token).map_err(|_| {
                KeyError::Unavailable("the OpenBao token has characters that no header takes".to_owned())
            })?;
            value.set_sensitive(true);
            request = request.header("x-vault-token", value);
        }
        let body = match body {
            // The owner wipes it; hyper's own write buffer is out of our hands.
            Some(body) => Bytes::from_owner(Zeroizing::new(body.to_vec())),
            None => Bytes::new(),
        };
        let request = request.header(CONTENT_TYPE, "application/json").body(Full::new(body)).map_err(lost)?;
        let answer = self.client.request(request).await.map_err(|error| unreachable(&error))?;
        let status = answer.status();
        let mut incoming = Limited::new(answer.into_body(), MAX_REPLY);
        let mut whole = Zeroizing::new(Vec::with_capacity(4096));
        while let Some(frame) = incoming.frame().await {
            let frame = frame.map_err(|_| KeyError::Unavailable("OpenBao's answer broke off".to_owned()))?;
            if let Some(data) = frame.data_ref() {
                whole.extend_from_slice(data);
            }
        }
        Ok(Reply { status, body: whole })
    }

    fn rests(&self) -> bool {
        let mut until = self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        if until.is_some_and(|until| until <= Instant::now()) {
            *until = None;
        }
        until.is_some()
    }

    fn set_rest(&self, until: Option<Instant>) {
        *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

/// An error with its causes in one line: hyper's own text alone says only "client error".
fn unreachable(error: &(dyn std::error::Error + 'static)) -> KeyError {
    let mut text = format!("OpenBao: {error}");
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    KeyError::Unavailable(text)
}
