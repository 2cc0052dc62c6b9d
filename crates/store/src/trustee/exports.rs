//! Archives that customers took along, and what they brought.
//!
//! Invariants: of a customer one archive at most is kept; what was made is told by its row after the archive is gone; what
//! was brought under a manifest is kept once and never changed.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

statements! { "exports";
    /// A new archive.
    write ADD = "INSERT INTO customer_export (id, tenant, recipient, requested_by, requested_at, kept_until, \
        record_count, file_count, byte_count, sha256, fetched, archive) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)";
    /// The archives of a tenant, the newest first, without their content.
    read OF = "SELECT id, tenant, recipient, requested_by, requested_at, kept_until, record_count, file_count, \
        byte_count, sha256, fetched, CASE WHEN archive IS NULL THEN 0 ELSE 1 END FROM customer_export \
        WHERE tenant = $1 ORDER BY requested_at DESC, id DESC";
    /// The content of one.
    read ARCHIVE = "SELECT archive FROM customer_export WHERE tenant = $1 AND id = $2 AND archive IS NOT NULL";
    /// It was fetched.
    write FETCHED = "UPDATE customer_export SET fetched = fetched + 1 WHERE tenant = $1 AND id = $2";
    /// A tenant's archives end.
    write DROP_OF = "UPDATE customer_export SET archive = NULL WHERE tenant = $1 AND archive IS NOT NULL";
    /// Archives whose days are over end.
    write EXPIRE = "UPDATE customer_export SET archive = NULL WHERE kept_until <= $1 AND archive IS NOT NULL";
    /// What a customer brought.
    write KEEP = "INSERT INTO customer_history (tenant, manifest, body, kept_by, kept_at) \
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (tenant, manifest) DO NOTHING";
    /// All that it brought, the oldest first.
    read HISTORY = "SELECT manifest, body, kept_by, kept_at FROM customer_history WHERE tenant = $1 \
        ORDER BY kept_at, manifest";
}

rows! {
    /// An archive without its content.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ExportRow {
        /// Its id.
        pub id: String,
        /// Whose.
        pub tenant: TenantId,
        /// To whom it is sealed.
        pub recipient: String,
        /// Which person asked for it.
        pub requested_by: String,
        /// When.
        pub requested_at: Micros,
        /// Until when it is kept.
        pub kept_until: Micros,
        /// Records in it.
        pub records: i64,
        /// Files in it.
        pub files: i64,
        /// Its length.
        pub bytes: i64,
        /// Its SHA-256.
        pub sha256: String,
        /// How often it was fetched.
        pub fetched: i64,
        /// Whether its content is still here.
        pub kept: bool,
    }
    /// What a customer brought.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HistoryRow {
        /// The SHA-256 of the manifest that it is out of.
        pub manifest: String,
        /// The rest, as JSON.
        pub body: String,
        /// Which person brought it.
        pub kept_by: String,
        /// When.
        pub kept_at: Micros,
    }
}

/// Keeps a new archive.
pub fn add(tx: &mut Tx, row: &ExportRow, archive: &[u8]) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        row.tenant,
        &row.recipient,
        &row.requested_by,
        row.requested_at,
        row.kept_until,
        row.records,
        row.files,
        row.bytes,
        &row.sha256,
        archive
    ];
    tx.execute(&ADD, &args).map(|_| ())
}

/// A tenant's archives, the newest first.
pub fn of(tx: &mut Tx, tenant: TenantId) -> Result<Vec<ExportRow>, StoreError> {
    tx.list(&OF, &args![tenant])
}

/// The content of an archive that is still kept.
pub fn archive(tx: &mut Tx, tenant: TenantId, id: &str) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(tx.opt::<(Vec<u8>,)>(&ARCHIVE, &args![tenant, id])?.map(|(archive,)| archive))
}

/// Counts that an archive was fetched.
pub fn fetched(tx: &mut Tx, tenant: TenantId, id: &str) -> Result<(), StoreError> {
    tx.execute(&FETCHED, &args![tenant, id]).map(|_| ())
}

/// Ends a tenant's archives.
pub fn drop_of(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DROP_OF, &args![tenant]).map(|_| ())
}

/// Ends the archives whose days are over.
pub fn expire(tx: &mut Tx, now: Micros) -> Result<(), StoreError> {
    tx.execute(&EXPIRE, &args![now]).map(|_| ())
}

/// Keeps what a customer brought; false when it brought the same before.
pub fn keep(tx: &mut Tx, tenant: TenantId, row: &HistoryRow) -> Result<bool, StoreError> {
    let args = args![tenant, &row.manifest, &row.body, &row.kept_by, row.kept_at];
    Ok(tx.execute(&KEEP, &args)? == 1)
}

/// All that a customer brought.
pub fn history(tx: &mut Tx, tenant: TenantId) -> Result<Vec<HistoryRow>, StoreError> {
    tx.list(&HISTORY, &args![tenant])
}
