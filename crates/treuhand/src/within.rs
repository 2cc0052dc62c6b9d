//! Calls of the typed client that stay within the process: handed to a zone as its listener would hand them over.

use client::{Sending, Transport};
use edge::{Request, Response, Zone, http, names};
use kernel::{CorrelationId, RequestId};
use uuid::Uuid;

/// A zone as a client's way to it.
pub struct Within<Z>(pub Z);

impl<Z: Zone> Transport for Within<Z> {
    fn send(&self, request: http::Request<bytes::Bytes>) -> Sending<'_> {
        hand_over(&self.0, request)
    }
}

/// Hands one request over, under the ids that it names.
pub fn hand_over<Z: Zone>(zone: &Z, request: http::Request<bytes::Bytes>) -> Sending<'_> {
    let (mut parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().cloned();
    parts.uri = target.map(Into::into).unwrap_or_default();
    let id = |name| parts.headers.get(name)?.to_str().ok()?.parse::<Uuid>().ok();
    let (request_id, correlation_id) = (id(names::REQUEST_ID), id(names::CORRELATION_ID));
    let mut request = Request::from_parts(parts, body);
    request.trace.given = request_id.is_some();
    request.trace.request_id = RequestId(request_id.unwrap_or_default());
    request.trace.correlation_id = CorrelationId(correlation_id.unwrap_or_default());
    let correlation = request.headers.get(names::CORRELATION_ID).cloned();
    Box::pin(async move {
        let Response { status, headers, body, .. } = zone.handle(request).await;
        let mut response = http::Response::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        if let Some(correlation) = correlation {
            response.headers_mut().insert(names::CORRELATION_ID, correlation);
        }
        Ok(response)
    })
}
