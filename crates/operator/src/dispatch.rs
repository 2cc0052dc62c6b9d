//! From a call to its answer: who, what, may they, is it well formed, then one transaction.
//!
//! The order of checks is the contract's: 401, refusal, role, existence, body. The gateway has checked all of it
//! before; the zone checks again, because its own doors must hold without the gateway.

use std::sync::Arc;

use contract::admit::admit_in;
use contract::assertion::Assertion;
use contract::errors::{self, code};
use contract::operation::{Api, Effect, Method, Spec};
use contract::query::Query;
use contract::route::{Params, route};
use contract::wire;
use edge::http::StatusCode;
use edge::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, IF_MATCH, LOCATION, RETRY_AFTER};
use edge::{GatewayHeader, OperatorReply, OperatorRequest, names};
use kernel::Problem;
use serde::de::DeserializeOwned;
use serde_json::Value;
use store::{StoreError, Tx};

use crate::answer::Encoded;
use crate::controls::{Control, Controls};
use crate::cx::{Cx, Surroundings};
use crate::idempotency;
use crate::serve::{Fault, Input};
use crate::served::{Handler, handler};
use crate::zone::Inner;

/// A checked call, ready for its handler. Owned, because a transaction may run it twice.
pub(crate) struct Raw {
    pub spec: &'static Spec,
    pub caller: Arc<Assertion>,
    pub request: OperatorRequest,
    params: Params<'static>,
    query: Query,
    body: Value,
}

impl Raw {
    /// The handler's input, its body decoded into the operation's type.
    pub(crate) fn input<B: DeserializeOwned>(&self) -> Result<Input<'_, B>, Problem> {
        let body = B::deserialize(&self.body).map_err(|_| {
            Problem::new(
                400,
                code::BAD_INPUT,
                "bad_body",
                "The body does not have the form of this operation.",
            )
        })?;
        Ok(Input {
            path: &self.params,
            query: &self.query,
            body,
            locale: self.request.header(&names::LOCALE).unwrap_or("en-US"),
            if_match: self.request.header(&IF_MATCH).map(|tag| tag.trim_matches('"')),
            continuation: self.request.header(&names::CONTINUATION_TOKEN),
            minted: self.request.said(GatewayHeader::MintedId),
        })
    }
}

/// Answers one call.
pub(crate) async fn handle(zone: &Inner, request: OperatorRequest) -> OperatorReply {
    let style = errors::api_of_path(request.path());
    match check(zone, request) {
        Err(problem) => refusal(style, &problem),
        Ok((raw, handler)) => {
            let spec = raw.spec;
            let mut reply =
                run(zone, raw, handler).await.unwrap_or_else(|problem| refusal(spec.api, &problem));
            reply.operation = spec.id;
            reply
        }
    }
}

fn refusal(api: Api, problem: &Problem) -> OperatorReply {
    let mut reply = reply_of(Encoded::problem(api, problem));
    if let Some(seconds) = problem.retry_after {
        reply.headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    reply
}

fn check(zone: &Inner, request: OperatorRequest) -> Result<(Raw, Handler), Problem> {
    let caller = zone.verifier.verify(&request.assertion).map_err(|error| {
        Problem::new(401, code::UNAUTHENTICATED, "assertion_refused", format!("{error}."))
    })?;
    let method: Method = request.method.as_str().parse().map_err(|_| {
        Problem::new(405, code::UNCLASSIFIED, "method_unknown", "The contract does not use this method.")
    })?;
    let matched = route(method, request.path()).map_err(|miss| errors::of_miss(&miss))?;
    let (spec, index) = (matched.spec, matched.index);
    let params = matched.params.into_owned();
    let locale = request.header(&names::LOCALE).unwrap_or_default();
    admit_in(spec, &zone.around.profile, caller.caller(), locale)?;
    let handler =
        handler(index).ok_or_else(|| errors::not_found("The operator zone does not answer this path."))?;
    let query = Query::parse(request.query(), spec.query)?;
    let body = decode(spec, &request, zone.around.controls)?;
    Ok((Raw { spec, caller, request, params, query, body }, handler))
}

/// The canonical body, as the gateway wrote it. A private member in clear is refused before anything looks at it.
fn decode(spec: &'static Spec, request: &OperatorRequest, controls: Controls) -> Result<Value, Problem> {
    let Some(shape) = spec.body else { return Ok(Value::Null) };
    let read = wire::read_between_zones(shape(), &request.body);
    if read.is_err() && !controls.on(Control::PlainRefused) {
        return wire::canonicalise(shape(), &request.body);
    }
    read
}

async fn run(zone: &Inner, raw: Raw, handler: Handler) -> Result<OperatorReply, Problem> {
    let around = zone.around.clone();
    let name = raw.spec.id;
    let encoded = if raw.spec.effect == Effect::Read {
        zone.store.read(name, move |tx| read(tx, &around, &raw, handler)).await
    } else {
        zone.store.write(name, move |tx| change(tx, &around, &raw, handler)).await
    };
    Ok(reply_of(encoded.map_err(Problem::from)?))
}

fn read(tx: &mut Tx, around: &Surroundings, raw: &Raw, handler: Handler) -> Result<Encoded, StoreError> {
    let cx = Cx::load(tx, around, &raw.caller)?;
    match handler(tx, &cx, raw) {
        Ok(encoded) => Ok(encoded),
        Err(Fault::Refused(problem)) => Ok(Encoded::problem(raw.spec.api, &problem)),
        Err(Fault::Store(error)) => Err(error),
    }
}

/// State, audit entry, events and idempotency record: all or nothing.
fn change(tx: &mut Tx, around: &Surroundings, raw: &Raw, handler: Handler) -> Result<Encoded, StoreError> {
    let call = idempotency::Identity::of(raw, around.clock.now());
    if let Some(answer) = idempotency::claim(tx, call.as_ref(), raw)? {
        return Ok(answer);
    }
    let cx = Cx::load(tx, around, &raw.caller)?;
    let encoded = match tx.nested(|tx| handler(tx, &cx, raw)) {
        Ok(encoded) => {
            crate::record::write(tx, &cx, raw, &encoded)?;
            encoded
        }
        Err(Fault::Refused(problem)) => Encoded::problem(raw.spec.api, &problem),
        Err(Fault::Store(error)) => return Err(error),
    };
    idempotency::keep(tx, call.as_ref(), &encoded)?;
    Ok(encoded)
}

fn reply_of(encoded: Encoded) -> OperatorReply {
    let status = StatusCode::from_u16(encoded.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut headers = HeaderMap::new();
    let mut put = |name: HeaderName, text: Option<&str>| {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(text).ok()) {
            headers.insert(name, value);
        }
    };
    put(CONTENT_TYPE, Some(&*encoded.content_type).filter(|_| !encoded.body.is_empty()));
    put(LOCATION, encoded.location.as_deref());
    let mut reply = OperatorReply::new(status, encoded.body);
    reply.headers = headers;
    reply
}
