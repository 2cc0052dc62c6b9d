//! One call from its head to its answer: ids, body, the zone, failures, headers, compression, meters.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::Bytes;
use contract::errors::code;
use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::{Method, Response as HttpResponse};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use kernel::{CorrelationId, Problem, RequestId};
use std::any::Any;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;
use tokio::sync::mpsc;
use uuid::{Builder, Uuid};

use crate::management::Management;
use crate::message::{Peer, Request, Response, Trace, Zone};
use crate::metrics::Metrics;
use crate::serve::{Limits, Options};
use crate::{compress, names};

/// A body above the limit is read and thrown away up to this multiple of it, because a client that is still
/// sending does not see an answer before the connection breaks.
const PATIENCE: usize = 8;

/// What all calls of one listener share.
pub(crate) struct Exchange<Z> {
    zone: Arc<Z>,
    options: Options,
    server_id: HeaderValue,
    running: mpsc::Sender<Infallible>,
}

/// What the answer needs to know of its request.
struct Asked {
    trace: Trace,
    request_id: HeaderValue,
    correlation_id: HeaderValue,
    locale: Option<HeaderValue>,
    gzip: bool,
    tls: bool,
}

impl<Z: Zone> Exchange<Z> {
    pub(crate) fn new(zone: Arc<Z>, options: Options, running: mpsc::Sender<Infallible>) -> Self {
        let server_id = HeaderValue::from(options.server_id);
        Self { zone, options, server_id, running }
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.options.metrics
    }

    /// Answers one call. The clock read here measures a duration; no rule depends on it.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: http::Request<Incoming>,
        mut peer: Peer,
    ) -> HttpResponse<Full<Bytes>> {
        let started = Instant::now();
        peer.address = self.options.proxies.caller(peer.address, request.headers());
        let (asked, bad_id) = self.asked(request.headers(), &peer);
        let metrics = self.options.expose_metrics.then_some(&*self.options.metrics);
        let management = Management::answer(&self.options.health, metrics, request.uri().path());
        let response = match (management, bad_id) {
            (Some(response), _) => response,
            (None, Some(problem)) => self.zone.failure(request.uri().path(), &problem),
            (None, None) => self.ask(request, asked.trace, peer).await,
        };
        self.options.metrics.answered(response.operation, response.status.as_u16(), started.elapsed());
        self.finish(response, asked).await
    }

    /// Reads the ids and wishes of a request. A request id that is no GUID is refused: quietly replacing it would
    /// make the caller's retry a second call.
    fn asked(&self, headers: &HeaderMap, peer: &Peer) -> (Asked, Option<Problem>) {
        let request_id = given_id(headers, &names::REQUEST_ID);
        let correlation_id = given_id(headers, &names::CORRELATION_ID);
        let bad = match (&request_id, &correlation_id) {
            (Err(()), _) => Some("MS-RequestId"),
            (_, Err(())) => Some("MS-CorrelationId"),
            _ => None,
        };
        let problem = bad.map(|name| {
            Problem::new(400, code::BAD_INPUT, "invalid_id", format!("The header {name} must be a GUID."))
        });
        let given = matches!(request_id, Ok(Some(_)));
        let mut fresh = [[0_u8; 16]; 2];
        if !matches!((&request_id, &correlation_id), (Ok(Some(_)), Ok(Some(_)))) {
            self.options.entropy.fill(fresh.as_flattened_mut());
        }
        let (request_uuid, request_header) = or_fresh(request_id, fresh[0]);
        let (correlation_uuid, correlation_header) = or_fresh(correlation_id, fresh[1]);
        let asked = Asked {
            trace: Trace {
                request_id: RequestId(request_uuid),
                given,
                correlation_id: CorrelationId(correlation_uuid),
            },
            request_id: request_header,
            correlation_id: correlation_header,
            locale: headers.get(names::LOCALE).filter(|value| is_language_tag(value)).cloned(),
            gzip: compress::accepted(headers),
            tls: peer.tls,
        };
        (asked, problem)
    }

    async fn ask(&self, request: http::Request<Incoming>, trace: Trace, peer: Peer) -> Response {
        let (parts, body) = request.into_parts();
        let body = match self.read(body, parts.headers.contains_key(header::EXPECT)).await {
            Ok(body) => body,
            Err(problem) => return self.zone.failure(parts.uri.path(), &problem),
        };
        let uri = parts.uri.clone(); // cheap: shared bytes
        let request =
            Request { method: parts.method, uri: parts.uri, headers: parts.headers, body, trace, peer };
        let answer = if matches!(request.method, Method::GET | Method::HEAD) {
            catch_panic(self.zone.handle(request)).await
        } else {
            // A change runs on its own, so that a caller who hangs up does not leave it half done.
            let (zone, running) = (self.zone.clone(), self.running.clone());
            let change = tokio::spawn(async move {
                let answer = zone.handle(request).await;
                drop(running);
                answer
            });
            change.await.map_err(|_| ())
        };
        answer.unwrap_or_else(|()| {
            self.options.metrics.panicked();
            tracing::error!(correlation_id = %trace.correlation_id, "a call panicked and was answered with 500");
            self.zone.failure(uri.path(), &Problem::internal())
        })
    }

    /// Reads a body. A caller who waits for leave to send one (`Expect: 100-continue`) is refused without being
    /// made to send it.
    async fn read(&self, body: Incoming, asks_first: bool) -> Result<Bytes, Problem> {
        if body.is_end_stream() {
            return Ok(Bytes::new());
        }
        let Limits { body: limit, body_time, .. } = self.options.limits;
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > limit && (asks_first || announced > limit * PATIENCE) {
            return Err(too_large(limit));
        }
        match tokio::time::timeout(body_time, collect(body, limit)).await {
            Ok(Ok(Some(bytes))) => Ok(bytes),
            Ok(Ok(None)) => Err(too_large(limit)),
            Ok(Err(())) => Err(bad_body("The body broke off.")),
            Err(_) => Err(bad_body("The body took too long to arrive.")),
        }
    }

    async fn finish(&self, mut response: Response, asked: Asked) -> HttpResponse<Full<Bytes>> {
        if compress::worthwhile(&response.headers, &response.body) {
            response.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
            let shorter = if asked.gzip { compress::gzip(response.body.clone()).await } else { None };
            if let Some(shorter) = shorter {
                response.body = shorter;
                response.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            }
        }
        let headers = &mut response.headers;
        headers.insert(names::CORRELATION_VECTOR, vector(asked.trace));
        headers.insert(names::REQUEST_ID, asked.request_id);
        headers.insert(names::CORRELATION_ID, asked.correlation_id);
        headers.insert(names::SERVER_ID, self.server_id.clone());
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(locale) = asked.locale {
            headers.entry(names::LOCALE).or_insert(locale);
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
        headers
            .entry(header::CONTENT_SECURITY_POLICY)
            .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"));
        if asked.tls {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        let mut answer = HttpResponse::new(Full::new(response.body));
        *answer.status_mut() = response.status;
        *answer.headers_mut() = response.headers;
        answer
    }
}

/// The whole body; `None` when it is longer than `limit`; an error when the connection broke.
async fn collect(mut body: Incoming, limit: usize) -> Result<Option<Bytes>, ()> {
    let mut whole = bytes::BytesMut::new();
    let mut single: Option<Bytes> = None; // the usual body is one frame and is not copied
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| ())?.into_data() else { continue }; // trailers say nothing to us
        length += data.len();
        if length > limit {
            if length > limit * PATIENCE {
                break;
            }
            continue;
        }
        match single.take() {
            None if whole.is_empty() => single = Some(data),
            None => whole.extend_from_slice(&data),
            Some(first) => {
                whole.extend_from_slice(&first);
                whole.extend_from_slice(&data);
            }
        }
    }
    Ok((length <= limit).then(|| single.unwrap_or_else(|| whole.freeze())))
}

fn too_large(limit: usize) -> Problem {
    Problem::new(413, code::BAD_INPUT, "body_too_large", format!("The body is longer than {limit} bytes."))
}

fn bad_body(description: &str) -> Problem {
    Problem::new(400, code::BAD_INPUT, "body_incomplete", description)
}

/// Polls a zone; a panic becomes an error.
async fn catch_panic(call: impl Future<Output = Response>) -> Result<Response, ()> {
    let mut call = std::pin::pin!(call);
    let outcome: Result<Response, Box<dyn Any + Send>> = std::future::poll_fn(|cx| {
        // The zone's own state must stand a panic anyway: the other branch of `ask` meets it as well.
        match catch_unwind(AssertUnwindSafe(|| call.as_mut().poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    })
    .await;
    outcome.map_err(|_| ())
}

/// An id a caller sent, with its own spelling for the echo.
fn given_id(headers: &HeaderMap, name: &HeaderName) -> Result<Option<(Uuid, HeaderValue)>, ()> {
    let Some(value) = headers.get(name) else { return Ok(None) };
    let text = value.to_str().map_err(|_| ())?.trim();
    if text.is_empty() {
        return Ok(None);
    }
    Uuid::try_parse(text).map(|uuid| Some((uuid, value.clone()))).map_err(|_| ())
}

fn or_fresh(given: Result<Option<(Uuid, HeaderValue)>, ()>, random: [u8; 16]) -> (Uuid, HeaderValue) {
    given.ok().flatten().unwrap_or_else(|| {
        let uuid = Builder::from_random_bytes(random).into_uuid();
        let mut text = [0_u8; uuid::fmt::Hyphenated::LENGTH];
        let text = uuid.hyphenated().encode_lower(&mut text);
        (uuid, HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))) // ASCII: never taken
    })
}

/// An opaque vector that ends in `.0`, made from the correlation id so that both lead to the same log lines.
fn vector(trace: Trace) -> HeaderValue {
    let text = STANDARD_NO_PAD.encode(&trace.correlation_id.0.as_bytes()[..12]) + ".0";
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("0.0")) // base64 is ASCII: never taken
}

/// True for what can be echoed without echoing anything else: letters, digits and hyphens of a language tag.
fn is_language_tag(value: &HeaderValue) -> bool {
    let bytes = value.as_bytes();
    (2..=35).contains(&bytes.len()) && bytes.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
}
