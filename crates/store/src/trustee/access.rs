//! Access requests, decisions on them, and what was opened under them.
//!
//! Invariants: what was asked is written once; what became of it changes by compare-and-set on its revision alone; a
//! person decides once; a nonce is taken once.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! request {
    () => {
        "SELECT id, tenant, requester, wish, text, digest, purpose, created_at, rev, changed_at, state, approved_at, \
         activated_at, used_at, paused_at, paused, supervisor, heard_at, cleared, uses, opened_rows, opened_bytes \
         FROM access_request "
    };
}

statements! { "access";
    /// One request.
    read REQUEST = concat!(request!(), "WHERE id = $1");
    /// A page of requests, the latest first: of a tenant, of a requester, in a state; the empty word stands for any.
    scan REQUESTS = concat!(request!(), "WHERE ($1 = '' OR tenant = $1) AND ($2 = '' OR requester = $2)
        AND ($3 = '' OR state = $3) ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5");
    /// Requests whose time may be over.
    scan OPEN = "SELECT id FROM access_request WHERE state IN ('pending', 'approved', 'active', 'paused') LIMIT $1";
    /// Requests that are not over, by their ids.
    scan OPEN_AFTER = "SELECT id FROM access_request WHERE state IN ('pending', 'approved', 'active', 'paused') \
        AND id > $1 ORDER BY id LIMIT $2";
    /// Whether the same wish was denied lately.
    read DENIED = "SELECT id FROM access_request WHERE wish = $1 AND state = 'denied' AND changed_at > $2 LIMIT 1";
    /// A new request.
    write ADD = "INSERT INTO access_request (id, tenant, requester, wish, text, digest, purpose, created_at, rev, \
        changed_at, state, paused, supervisor, cleared, uses, opened_rows, opened_bytes) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $8, $9, 0, '', 0, 0, 0, 0)";
    /// What became of a request; only if nobody was faster.
    write SET = "UPDATE access_request SET rev = rev + 1, changed_at = $3, state = $4, approved_at = $5, \
        activated_at = $6, used_at = $7, paused_at = $8, paused = $9, supervisor = $10, heard_at = $11, cleared = $12, \
        uses = $13, opened_rows = $14, opened_bytes = $15 WHERE id = $1 AND rev = $2";
    /// All that are not over, with their revisions.
    scan UNFINISHED = "SELECT id, tenant, state FROM access_request \
        WHERE state IN ('pending', 'approved', 'active', 'paused') ORDER BY id";
    /// A request ends, whatever it was.
    write END = "UPDATE access_request SET rev = rev + 1, changed_at = $2, state = $3 WHERE id = $1";
    /// Decisions on a request.
    read DECISIONS = "SELECT person, fingerprint, decision, decided_at, signature FROM access_decision \
        WHERE request = $1 ORDER BY decided_at, person";
    /// A decision.
    write DECIDE = "INSERT INTO access_decision (request, person, fingerprint, decision, decided_at, signature) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (request, person) DO NOTHING";
    /// Uses of a grant.
    read USES = "SELECT number, operation, parameters, began_at, outcome, opened_rows, opened_bytes, fields \
        FROM access_use WHERE request = $1 ORDER BY number";
    /// A use begins.
    write BEGIN_USE = "INSERT INTO access_use (request, number, operation, parameters, began_at, outcome, opened_rows, \
        opened_bytes, fields) VALUES ($1, $2, $3, $4, $5, 'open', 0, 0, '')";
    /// A use ends.
    write END_USE = "UPDATE access_use SET outcome = $3, opened_rows = $4, opened_bytes = $5, fields = $6 \
        WHERE request = $1 AND number = $2 AND outcome = 'open'";
    /// Uses that were begun and of which nothing was heard again.
    scan DANGLING = "SELECT request, number FROM access_use WHERE outcome = 'open' AND began_at < $1 LIMIT $2";
    /// Something to be logged.
    write TO_LOG = "INSERT INTO log_outbox (id, body, told_at) VALUES ($1, $2, 0)";
    /// What is to be logged, in its order.
    read UNLOGGED = "SELECT id, body FROM log_outbox WHERE told_at = 0 ORDER BY id LIMIT $1";
    /// It is in the log, and is kept nowhere else.
    write LOGGED = "UPDATE log_outbox SET told_at = $2, body = '' WHERE id = $1";
    /// A review of an emergency.
    write REVIEW = "INSERT INTO access_review (request, person, reviewed_at, text) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (request) DO NOTHING";
    /// A requester's grants that ended before this time and were not reviewed.
    read UNREVIEWED = "SELECT id FROM access_request WHERE requester = $1 AND changed_at < $2 \
        AND activated_at IS NOT NULL AND state IN ('completed', 'revoked', 'aborted', 'expired') \
        AND NOT EXISTS (SELECT 1 FROM access_review r WHERE r.request = access_request.id) \
        ORDER BY created_at DESC LIMIT $3";
    /// A nonce.
    write GIVE_NONCE = "INSERT INTO access_nonce (nonce, request, expires_at) VALUES ($1, $2, $3)";
    /// A nonce is taken once.
    write TAKE_NONCE = "DELETE FROM access_nonce WHERE nonce = $1 AND request = $2 AND expires_at > $3";
    /// Nonces are short-lived.
    write EXPIRE_NONCES = "DELETE FROM access_nonce WHERE expires_at <= $1";
}

rows! {
    /// A request. Without `Debug`: its purpose is free text.
    #[derive(Clone, PartialEq, Eq)]
    pub struct RequestRow {
        /// Its id.
        pub id: String,
        /// The customer.
        pub tenant: String,
        /// The person who asks.
        pub requester: String,
        /// The hash of what is asked.
        pub wish: String,
        /// The text, frozen.
        pub text: String,
        /// Its digest.
        pub digest: String,
        /// The purpose in words.
        pub purpose: String,
        /// When it was submitted.
        pub created_at: Micros,
        /// Grows with every change.
        pub rev: i64,
        /// When it last changed.
        pub changed_at: Micros,
        /// Where it stands.
        pub state: String,
        /// When all factors were full.
        pub approved_at: Option<Micros>,
        /// When it began.
        pub activated_at: Option<Micros>,
        /// The last use.
        pub used_at: Option<Micros>,
        /// Since when it stands still.
        pub paused_at: Option<Micros>,
        /// How long it stood still before.
        pub paused: Micros,
        /// Who watches; empty when nobody.
        pub supervisor: String,
        /// When the supervisor was last heard of.
        pub heard_at: Option<Micros>,
        /// Uses let pass.
        pub cleared: u32,
        /// Uses made.
        pub uses: u32,
        /// Records opened.
        pub rows: u64,
        /// Bytes released.
        pub bytes: u64,
    }

    /// A decision.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DecisionRow {
        /// Who.
        pub person: String,
        /// With which key.
        pub fingerprint: String,
        /// `approve` or `deny`.
        pub decision: String,
        /// When, as it was signed.
        pub decided_at: Micros,
        /// The signature; empty for a denial without one.
        pub signature: String,
    }

    /// A use.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct UseRow {
        /// The how-manieth of its grant.
        pub number: u32,
        /// The operation.
        pub operation: String,
        /// The hash of its parameters.
        pub parameters: String,
        /// When it began.
        pub began_at: Micros,
        /// `open`, `released`, `refused` or `unknown`.
        pub outcome: String,
        /// Records opened.
        pub rows: u64,
        /// Bytes released.
        pub bytes: u64,
        /// The fields that were released, joined by commas.
        pub fields: String,
    }
}

impl UseRow {
    /// A use that begins.
    pub fn begun(number: u32, operation: &str, parameters: &str, began_at: Micros) -> Self {
        let (operation, parameters) = (operation.to_owned(), parameters.to_owned());
        Self { number, operation, parameters, began_at, ..Self::ended(number, "", "") }
    }

    /// A use that ended, with whatever was released in it, if anything was: records, bytes, fields.
    pub fn released(number: u32, operation: &str, released: Option<(u64, u64, String)>) -> Self {
        match released {
            Some((rows, bytes, fields)) => {
                Self { rows, bytes, fields, ..Self::ended(number, operation, "released") }
            }
            None => Self::ended(number, operation, "refused"),
        }
    }

    /// A use that ended in this way; nothing was released in it.
    pub fn ended(number: u32, operation: &str, outcome: &str) -> Self {
        Self {
            number,
            operation: operation.to_owned(),
            parameters: String::new(),
            began_at: 0,
            outcome: outcome.to_owned(),
            rows: 0,
            bytes: 0,
            fields: String::new(),
        }
    }
}

/// One request.
pub fn request(tx: &mut Tx, id: &str) -> Result<Option<RequestRow>, StoreError> {
    tx.opt(&REQUEST, &args![id])
}

/// Which requests to list; the empty word stands for any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// About this customer.
    pub tenant: String,
    /// Of this person.
    pub requester: String,
    /// In this state.
    pub state: String,
}

/// A page of requests, the latest first.
pub fn requests(
    tx: &mut Tx,
    wanted: &Wanted,
    offset: u32,
    limit: u32,
) -> Result<Vec<RequestRow>, StoreError> {
    tx.list(&REQUESTS, &args![&wanted.tenant, &wanted.requester, &wanted.state, limit, offset])
}

/// Requests whose time may be over.
pub fn open(tx: &mut Tx, limit: u32) -> Result<Vec<String>, StoreError> {
    Ok(tx.list::<(String,)>(&OPEN, &args![limit])?.into_iter().map(|(id,)| id).collect())
}

/// Requests that are not over, by their ids, from after this one on.
pub fn open_after(tx: &mut Tx, after: &str, limit: u32) -> Result<Vec<String>, StoreError> {
    Ok(tx.list::<(String,)>(&OPEN_AFTER, &args![after, limit])?.into_iter().map(|(id,)| id).collect())
}

/// The request in which the same wish was denied after this time.
pub fn denied(tx: &mut Tx, wish: &str, after: Micros) -> Result<Option<String>, StoreError> {
    Ok(tx.opt::<(String,)>(&DENIED, &args![wish, after])?.map(|(id,)| id))
}

/// Adds a request.
pub fn add(tx: &mut Tx, row: &RequestRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        &row.tenant,
        &row.requester,
        &row.wish,
        &row.text,
        &row.digest,
        &row.purpose,
        row.created_at,
        &row.state
    ];
    tx.execute(&ADD, &args)?;
    Ok(())
}

/// Writes what became of a request whose revision is still this one; false when somebody was faster.
pub fn set(tx: &mut Tx, row: &RequestRow, now: Micros) -> Result<bool, StoreError> {
    let args = args![
        &row.id,
        row.rev,
        now,
        &row.state,
        row.approved_at,
        row.activated_at,
        row.used_at,
        row.paused_at,
        row.paused,
        &row.supervisor,
        row.heard_at,
        i64::from(row.cleared),
        i64::from(row.uses),
        row.rows.cast_signed(),
        row.bytes.cast_signed()
    ];
    Ok(tx.execute(&SET, &args)? > 0)
}

/// Decisions on a request, in their order.
pub fn decisions(tx: &mut Tx, request: &str) -> Result<Vec<DecisionRow>, StoreError> {
    tx.list(&DECISIONS, &args![request])
}

/// Writes a decision; false when this person has decided already.
pub fn decide(tx: &mut Tx, request: &str, row: &DecisionRow) -> Result<bool, StoreError> {
    let args = args![request, &row.person, &row.fingerprint, &row.decision, row.decided_at, &row.signature];
    Ok(tx.execute(&DECIDE, &args)? > 0)
}

/// Uses of a grant.
pub fn uses(tx: &mut Tx, request: &str) -> Result<Vec<UseRow>, StoreError> {
    tx.list(&USES, &args![request])
}

/// Writes that a use begins.
pub fn begin_use(tx: &mut Tx, request: &str, row: &UseRow) -> Result<(), StoreError> {
    let args = args![request, i64::from(row.number), &row.operation, &row.parameters, row.began_at];
    tx.execute(&BEGIN_USE, &args)?;
    Ok(())
}

/// Writes how a use ended.
pub fn end_use(tx: &mut Tx, request: &str, row: &UseRow) -> Result<(), StoreError> {
    let args = args![
        request,
        i64::from(row.number),
        &row.outcome,
        row.rows.cast_signed(),
        row.bytes.cast_signed(),
        &row.fields
    ];
    tx.execute(&END_USE, &args)?;
    Ok(())
}

/// Uses begun before this time of which nothing was heard again.
pub fn dangling(tx: &mut Tx, before: Micros, limit: u32) -> Result<Vec<(String, u32)>, StoreError> {
    tx.list(&DANGLING, &args![before, limit])
}

/// Notes something that has to be logged. Ids are ordered.
pub fn to_log(tx: &mut Tx, id: &str, body: &str) -> Result<(), StoreError> {
    tx.execute(&TO_LOG, &args![id, body])?;
    Ok(())
}

/// What is not in the log yet, in its order: ids with bodies.
pub fn unlogged(tx: &mut Tx, limit: u32) -> Result<Vec<(String, String)>, StoreError> {
    tx.list(&UNLOGGED, &args![limit])
}

/// It is in the log.
pub fn logged(tx: &mut Tx, id: &str, now: Micros) -> Result<(), StoreError> {
    tx.execute(&LOGGED, &args![id, now])?;
    Ok(())
}

/// Keeps a review; false when there is one.
pub fn review(tx: &mut Tx, request: &str, person: &str, now: Micros, text: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&REVIEW, &args![request, person, now, text])? > 0)
}

/// A requester's grants that ended before this time and were not reviewed, the latest first.
pub fn unreviewed(
    tx: &mut Tx,
    requester: &str,
    before: Micros,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    Ok(tx
        .list::<(String,)>(&UNREVIEWED, &args![requester, before, limit])?
        .into_iter()
        .map(|(id,)| id)
        .collect())
}

/// Gives a nonce out.
pub fn give_nonce(tx: &mut Tx, nonce: &str, request: &str, expires_at: Micros) -> Result<(), StoreError> {
    tx.execute(&GIVE_NONCE, &args![nonce, request, expires_at])?;
    Ok(())
}

/// Takes a nonce; false when it was not given out for this request, was taken before, or is too old.
pub fn take_nonce(tx: &mut Tx, nonce: &str, request: &str, now: Micros) -> Result<bool, StoreError> {
    Ok(tx.execute(&TAKE_NONCE, &args![nonce, request, now])? > 0)
}

/// Drops nonces whose time is over.
pub fn expire_nonces(tx: &mut Tx, now: Micros) -> Result<u64, StoreError> {
    tx.execute(&EXPIRE_NONCES, &args![now])
}

/// All requests that are not over: id, customer, state.
pub fn unfinished(tx: &mut Tx) -> Result<Vec<(String, String, String)>, StoreError> {
    tx.list(&UNFINISHED, &[])
}

/// Ends a request, whatever it was: a restored store cannot know what was decided and used since.
pub fn end(tx: &mut Tx, id: &str, state: &str, now: Micros) -> Result<(), StoreError> {
    tx.execute(&END, &args![id, now, state]).map(|_| ())
}
