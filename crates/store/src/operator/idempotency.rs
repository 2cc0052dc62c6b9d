//! Answers to calls that were accepted once, so that a repeated call is answered and not carried out again.
//!
//! Use within the call's own transaction: [`claim`] first, [`record`] last. A call whose closure answers an
//! error leaves neither. Two calls with one id at the same time: one waits for, and then sees, the other.

use crate::{StoreError, Tx, args};
use aws_lc_rs::digest::{Context, SHA256};
use data_encoding::HEXLOWER;
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
    /// Nothing: the call is new and now claimed.
    Fresh,
    /// The same call: give this answer again.
    Replay(Recorded),
    /// The id was used with another body.
    OtherBody,
}

crate::statements! { "idempotency";
    /// The claim, unless it is taken.
    write CLAIM = "INSERT INTO idempotency_claim (id, body_mac, created, expires) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO NOTHING";
    /// A claim that was taken.
    read TAKEN = "SELECT body_mac, expires FROM idempotency_claim WHERE id = $1";
    /// An answer.
    write RECORD = "INSERT INTO idempotency_answer (id, status, headers, body) VALUES ($1, $2, $3, $4)";
    /// The answer to a claim.
    read RECORDED = "SELECT status, headers, body FROM idempotency_answer WHERE id = $1";
    /// One claim, before it is claimed anew.
    write DROP_CLAIM = "DELETE FROM idempotency_claim WHERE id = $1";
    /// One answer, before it is claimed anew.
    write DROP_ANSWER = "DELETE FROM idempotency_answer WHERE id = $1";
    /// Answers to claims that have expired, some of them.
    write PURGE_ANSWERS = "DELETE FROM idempotency_answer WHERE id IN
        (SELECT id FROM idempotency_claim WHERE expires <= $1 ORDER BY expires, id LIMIT $2)";
    /// The same claims.
    write PURGE_CLAIMS = "DELETE FROM idempotency_claim WHERE id IN
        (SELECT id FROM idempotency_claim WHERE expires <= $1 ORDER BY expires, id LIMIT $2)";
}

impl Key<'_> {
    /// The parts, each with its length in front, under one hash: fixed length, evenly spread over the index.
    fn id(&self) -> String {
        let mut context = Context::new(&SHA256);
        let (tenant, request) = (self.tenant.to_string(), self.request.to_string());
        for part in [&tenant, self.operation, self.path, &request] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part.as_bytes());
        }
        HEXLOWER.encode(context.finish().as_ref())
    }
}

/// Claims a call, or says what is known of it. `body_mac` is the gateway's MAC of the canonical request.
pub fn claim(
    tx: &mut Tx,
    key: &Key<'_>,
    body_mac: &[u8],
    now: Micros,
    expires: Micros,
) -> Result<Claim, StoreError> {
    let id = key.id();
    let claim = args![&id, body_mac, now, expires];
    if tx.execute(&CLAIM, &claim)? == 1 {
        return Ok(Claim::Fresh);
    }
    let (mac, end): (Vec<u8>, Micros) = tx.one(&TAKEN, &args![&id])?;
    let recorded = tx.opt(&RECORDED, &args![&id])?;
    match recorded {
        Some(answer) if end > now && mac == body_mac => Ok(Claim::Replay(answer)),
        Some(_) if end > now => Ok(Claim::OtherBody),
        // Expired, or committed without an answer worth repeating: the call is new again.
        _ => {
            tx.execute(&DROP_CLAIM, &args![&id])?;
            tx.execute(&DROP_ANSWER, &args![&id])?;
            tx.execute(&CLAIM, &claim)?;
            Ok(Claim::Fresh)
        }
    }
}

/// Records the answer to a call that was claimed in the same transaction.
pub fn record(tx: &mut Tx, key: &Key<'_>, answer: &Recorded) -> Result<(), StoreError> {
    let args = args![key.id(), answer.status, &answer.headers, &answer.body];
    tx.execute(&RECORD, &args).map(|_| ())
}

/// Removes up to `limit` expired calls; answers how many went. Repeat until it is 0.
pub fn purge(tx: &mut Tx, now: Micros, limit: u32) -> Result<u64, StoreError> {
    tx.execute(&PURGE_ANSWERS, &args![now, limit])?;
    tx.execute(&PURGE_CLAIMS, &args![now, limit])
}
