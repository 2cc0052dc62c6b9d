//! Restores of the trustee's own store, and logs that ended because their tail was lost.
//!
//! Invariants: a restore is written down once and never changed; of a log that ended nothing is dropped.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

statements! { "restores";
    /// The latest.
    read LATEST = "SELECT restored_at FROM trustee_restores ORDER BY restored_at DESC LIMIT 1";
    /// One more.
    write ADD = "INSERT INTO trustee_restores (id, restored_at, kind, statement, approvals) VALUES ($1, $2, $3, $4, $5)";
    /// Nobody stays signed in.
    write END_FAMILIES = "UPDATE token_family SET revoked = 1 WHERE expires > 0";
    /// Nobody's browser either.
    write END_SESSIONS = "DELETE FROM browser_session WHERE expires > 0";
    /// A log ends.
    write END_LOG = "INSERT INTO past_logs (origin, ended_at, checkpoint) VALUES ($1, $2, $3)";
    /// Its entries stay.
    write KEEP_ENTRIES = "INSERT INTO past_entries (origin, idx, entry) SELECT $1, idx, entry FROM log_entries \
        WHERE idx >= 0";
    /// And their details.
    write KEEP_DETAILS = "INSERT INTO past_details (origin, tenant, counter, idx, sealed) \
        SELECT $1, tenant, counter, idx, sealed FROM log_details WHERE tenant >= ''";
    /// And the tenants' secrets.
    write KEEP_TENANTS = "INSERT INTO past_tenants (origin, tenant, tag_key, detail) \
        SELECT $1, tenant, tag_key, detail FROM log_tenants WHERE tenant >= ''";
    /// The next log begins with nothing.
    write CLEAR_ENTRIES = "DELETE FROM log_entries WHERE idx >= 0";
    /// As above.
    write CLEAR_NODES = "DELETE FROM log_nodes WHERE level >= 0";
    /// As above.
    write CLEAR_DETAILS = "DELETE FROM log_details WHERE tenant >= ''";
    /// As above.
    write CLEAR_TENANTS = "DELETE FROM log_tenants WHERE tenant >= ''";
    /// As above.
    write CLEAR_STATE = "DELETE FROM log_state WHERE name = 'log'";
}

rows! {
    /// A restore of this store.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Restored {
        /// Its id.
        pub id: String,
        /// When.
        pub restored_at: Micros,
        /// `tail` or `gap`.
        pub kind: String,
        /// The text that two officers signed.
        pub statement: String,
        /// Their signatures.
        pub approvals: String,
    }
}

/// When this store was restored last.
pub fn latest(tx: &mut Tx) -> Result<Option<Micros>, StoreError> {
    Ok(tx.opt::<(Micros,)>(&LATEST, &[])?.map(|(at,)| at))
}

/// Writes a restore down.
pub fn add(tx: &mut Tx, row: &Restored) -> Result<(), StoreError> {
    tx.execute(&ADD, &args![&row.id, row.restored_at, &row.kind, &row.statement, &row.approvals]).map(|_| ())
}

/// Signs everybody out: what was revoked since the backup is not revoked in it.
pub fn sign_everybody_out(tx: &mut Tx) -> Result<(), StoreError> {
    tx.execute(&END_FAMILIES, &[])?;
    tx.execute(&END_SESSIONS, &[]).map(|_| ())
}

/// Ends the log, keeps all that was its, and leaves the place for another one empty.
pub fn end_log(tx: &mut Tx, origin: &str, checkpoint: &str, now: Micros) -> Result<(), StoreError> {
    tx.execute(&END_LOG, &args![origin, now, checkpoint])?;
    for keep in [&KEEP_ENTRIES, &KEEP_DETAILS, &KEEP_TENANTS] {
        tx.execute(keep, &args![origin])?;
    }
    for clear in [&CLEAR_ENTRIES, &CLEAR_NODES, &CLEAR_DETAILS, &CLEAR_TENANTS, &CLEAR_STATE] {
        tx.execute(clear, &[])?;
    }
    Ok(())
}
