//! Answers to calls that were accepted once, so that a repeated call is answered and not carried out again.
//!
//! Use within the call's own transaction: [`claim`] first, [`record`] last. A call whose closure answers an
//! error leaves neither. Two calls with one id at the same time: one waits for, and then sees, the other. On PostgreSQL
//! a call counts as new until its record meets another; then its transaction is undone and run again, and looks first.

use crate::dialect::Dialect;
use crate::{StoreError, Tx, args};
use aws_lc_rs::digest::{Context, SHA256};
use kernel::{Micros, RequestId, TenantId};

/// What makes two calls the same call.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    /// The caller's tenant.
    pub tenant: TenantId,
    /// The operation's id.
    pub operation: &'a str,
    /// The path as matched.
    pub path: &'a str,
    /// The caller's `MS-RequestId`.
    pub request: RequestId,
}

crate::rows! {
    /// An answer as it was given the first time.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Recorded {
        /// Its status.
        pub status: u16,
        /// Its headers, as JSON.
        pub headers: String,
        /// Its body.
        pub body: Vec<u8>,
    }
}

/// What a claim found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: the call is new, and its answer has to be recorded.
    Fresh,
    /// The same call: give this answer again.
    Replay(Recorded),
    /// The id was used with another body.
    OtherBody,
}

crate::statements! { "idempotency";
    /// The claim, unless it is taken (PostgreSQL alone, when [`NEW`] found it taken).
    write CLAIM = "INSERT INTO idempotency (id, body_mac, expires) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING";
    /// The answer to a claim of this transaction. An upsert, although the row is always there on PostgreSQL, where an
    /// UPDATE would read the index and so collide with every claim that falls into the same page.
    write RECORD = "INSERT INTO idempotency (id, body_mac, expires, status, headers, body)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET body_mac = excluded.body_mac, expires = excluded.expires,
        status = excluded.status, headers = excluded.headers, body = excluded.body";
    /// The answer to a call that is new until this says otherwise.
    write NEW = "INSERT INTO idempotency (id, body_mac, expires, status, headers, body)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// A claim that was taken.
    read TAKEN = "SELECT body_mac, expires, status IS NOT NULL FROM idempotency WHERE id = $1";
    /// The answer to it.
    read RECORDED = "SELECT status, headers, body FROM idempotency WHERE id = $1";
    /// The claim taken over.
    write RENEW = "UPDATE idempotency SET body_mac = $2, expires = $3, status = NULL, headers = NULL, body = NULL
        WHERE id = $1";
    /// Calls that have expired, some of them.
    write PURGE = "DELETE FROM idempotency WHERE id IN
        (SELECT id FROM idempotency WHERE expires <= $1 ORDER BY expires LIMIT $2)";
}

impl Key<'_> {
    /// The parts, each with its length in front, under one hash: fixed length, evenly spread over the index.
    fn id(&self) -> Vec<u8> {
        let mut context = Context::new(&SHA256);
        let (tenant, request) = (self.tenant.to_string(), self.request.to_string());
        for part in [&tenant, self.operation, self.path, &request] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        context.finish().as_ref().to_vec()
    }
}

/// Claims a call until `expires`, or says what is known of it. `body_mac` is the gateway's MAC of the canonical
/// request.
pub fn claim(
    tx: &mut Tx,
    key: &Key<'_>,
    body_mac: &[u8],
    now: Micros,
    expires: Micros,
) -> Result<Claim, StoreError> {
    if tx.hopes() {
        return Ok(Claim::Fresh); // nearly all are, and asking costs a statement and a round trip
    }
    let id = key.id();
    let claim = args![&id, body_mac, expires];
    // On SQLite writers come one after the other: to look is enough, and the row is written once, with its answer.
    let looks = tx.dialect() == Dialect::Sqlite;
    if !looks && tx.execute(&CLAIM, &claim)? == 1 {
        return Ok(Claim::Fresh);
    }
    let taken = tx.opt(&TAKEN, &args![&id])?;
    let Some((mac, end, answered)): Option<(Vec<u8>, Micros, bool)> = taken else {
        return if looks { Ok(Claim::Fresh) } else { Err(StoreError::NoRow(TAKEN.name)) };
    };
    if end <= now || !answered {
        // Expired, or committed without an answer worth repeating: the call is new again.
        tx.execute(&RENEW, &claim)?;
        return Ok(Claim::Fresh);
    }
    if mac != body_mac {
        return Ok(Claim::OtherBody);
    }
    tx.one(&RECORDED, &args![&id]).map(Claim::Replay)
}

/// Records the answer to a call that was claimed in the same transaction, with the same MAC and end.
pub fn record(
    tx: &mut Tx,
    key: &Key<'_>,
    body_mac: &[u8],
    expires: Micros,
    answer: &Recorded,
) -> Result<(), StoreError> {
    let args = args![key.id(), body_mac, expires, answer.status, &answer.headers, &answer.body];
    let hopes = tx.hopes();
    tx.later(if hopes { &NEW } else { &RECORD }, &args)
}

/// Removes up to `limit` expired calls; answers how many went. Repeat until it is 0.
pub fn purge(tx: &mut Tx, now: Micros, limit: u32) -> Result<u64, StoreError> {
    tx.execute(&PURGE, &args![now, limit])
}
