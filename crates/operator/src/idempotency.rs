//! A repeated call is answered as before and not carried out again.
//!
//! The key is tenant, operation, path and the caller's `MS-RequestId`; the gateway's MAC of the canonical plain
//! request says whether it is the same call, because a retry is sealed with fresh salts. Kept 24 hours of real
//! time. Failures of ours and waits (401, 429, 5xx) are never kept: the caller is meant to try those again.

use edge::{GatewayHeader, names};
use jiff::Timestamp;
use kernel::{Micros, Problem, RequestId};
use serde_json::json;
use store::operator::idempotency::{self as rows, Claim, Recorded};
use store::{StoreError, Tx};

use crate::answer::Encoded;
use crate::dispatch::Raw;

/// How long an answer is kept, in microseconds of real time.
const KEPT: Micros = 24 * 60 * 60 * 1_000_000;

/// The identity of a call; only calls that name their request have one.
pub(crate) struct Identity<'a> {
    key: rows::Key<'a>,
    mac: &'a [u8],
    now: Micros,
}

impl<'a> Identity<'a> {
    pub(crate) fn of(raw: &'a Raw, now: Timestamp) -> Option<Self> {
        let request: RequestId = raw.request.header(&names::REQUEST_ID)?.parse().ok()?;
        let mac = raw.request.said(GatewayHeader::RequestMac)?;
        let key = rows::Key {
            tenant: raw.caller.tenant,
            operation: raw.spec.id,
            path: raw.request.path(),
            request,
        };
        Some(Self { key, mac: mac.as_bytes(), now: now.as_microsecond() })
    }
}

/// Claims the call; an answer means that it was carried out before, or may not be carried out.
pub(crate) fn claim(
    tx: &mut Tx,
    call: Option<&Identity<'_>>,
    raw: &Raw,
) -> Result<Option<Encoded>, StoreError> {
    let Some(Identity { key, mac, now }) = call else { return Ok(None) };
    Ok(match rows::claim(tx, key, mac, *now, now + KEPT)? {
        Claim::Fresh => None,
        Claim::Replay(recorded) => Some(replayed(recorded)),
        Claim::OtherBody => Some(Encoded::problem(raw.spec.api, &other_body())),
    })
}

/// Keeps the answer for a repeated call.
pub(crate) fn keep(tx: &mut Tx, call: Option<&Identity<'_>>, answer: &Encoded) -> Result<(), StoreError> {
    let Some(Identity { key, mac, now }) = call else { return Ok(()) };
    let headers = json!({ "type": answer.content_type, "location": answer.location }).to_string();
    let recorded = Recorded { status: answer.status, headers, body: answer.body.clone() };
    rows::record(tx, key, mac, now + KEPT, &recorded)
}

fn replayed(recorded: Recorded) -> Encoded {
    let headers: serde_json::Value = serde_json::from_str(&recorded.headers).unwrap_or_default(); // written by `keep`
    let text = |name: &str| headers[name].as_str().map(ToOwned::to_owned);
    Encoded {
        status: recorded.status,
        content_type: text("type").unwrap_or_default().into(),
        body: recorded.body,
        location: text("location"),
        note: None,
        events: Vec::new(),
    }
}

fn other_body() -> Problem {
    Problem::new(
        409,
        contract::errors::code::BAD_INPUT,
        "request_id_reused",
        "This MS-RequestId was used for another request. Use a new one for each logical call; nothing was changed.",
    )
}
