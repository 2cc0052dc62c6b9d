//! Access reports.
//!
//! Invariants: of each grant, month and wish there is one report; what it is about never changes, and it is issued once.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

macro_rules! report {
    () => {
        "SELECT id, tenant, cause, subject, from_at, until_at, announced_at, place, issued_at, log_size, entries, \
         in_period, uses, opened_rows, opened_bytes, level FROM access_report "
    };
}

statements! { "reports";
    /// One report.
    read REPORT = concat!(report!(), "WHERE id = $1");
    /// The report of a grant, month or wish.
    read OF_SUBJECT = concat!(report!(), "WHERE tenant = $1 AND cause = $2 AND subject = $3");
    /// The report on a grant that has ended.
    read OF_GRANT = "SELECT id FROM access_report WHERE subject = $1 AND cause = 'event'";
    /// A page of reports, the latest first; of a tenant, or of all for the empty word.
    scan REPORTS = concat!(report!(), "WHERE ($1 = '' OR tenant = $1)
        ORDER BY announced_at DESC, id DESC LIMIT $2 OFFSET $3");
    /// A new report.
    write ADD = "INSERT INTO access_report (id, tenant, cause, subject, from_at, until_at, announced_at, place, \
        issued_at, log_size, entries, in_period, uses, opened_rows, opened_bytes, level) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0, 0, 0, 0, 0, 0, '')";
    /// It is issued.
    write ISSUE = "UPDATE access_report SET issued_at = $2, log_size = $3, entries = $4, in_period = $5, uses = $6, \
        opened_rows = $7, opened_bytes = $8, level = $9, wrapped = $10, sealed = $11 WHERE id = $1 AND issued_at = 0";
    /// Its sealed bundle.
    read BUNDLE = "SELECT wrapped, sealed FROM access_report WHERE id = $1 AND sealed IS NOT NULL";
    /// Reports that are announced and not issued yet, the oldest first.
    scan WAITING = "SELECT id FROM access_report WHERE issued_at = 0 ORDER BY announced_at, id LIMIT $1";
    /// Grants that have ended after they had begun, and releases of a customer's tickets that were used and have ended, of
    /// which there is no report yet.
    scan UNREPORTED = "SELECT g.id, g.tenant, g.begun FROM ( \
        SELECT r.id, r.tenant, r.created_at AS begun, r.changed_at AS ended FROM access_request r \
        WHERE r.activated_at IS NOT NULL AND r.state NOT IN ('pending', 'approved', 'active', 'paused') \
        UNION ALL SELECT t.id, t.tenant, t.released_at, t.revoked_at FROM ticket_release t \
        WHERE t.revoked_at <> 0 AND EXISTS (SELECT 1 FROM access_use u WHERE u.request = t.id) \
        AND EXISTS (SELECT 1 FROM tenant c WHERE c.id = t.tenant AND c.party = 'customer')) g \
        WHERE NOT EXISTS (SELECT 1 FROM access_report a WHERE a.subject = g.id AND a.cause = 'event') \
        ORDER BY g.ended, g.id LIMIT $1";
    /// Where the intent of a use stands in the log.
    write INTEND = "UPDATE access_use SET intent = $3 WHERE request = $1 AND number = $2";
    /// The same, for its result.
    read INTENT = "SELECT intent FROM access_use WHERE request = $1 AND number = $2 AND intent IS NOT NULL";
    /// Whether something noted is in the log.
    read TOLD = "SELECT told_at FROM log_outbox WHERE id = $1 AND told_at <> 0";
}

rows! {
    /// A report without its bundle.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReportRow {
        /// Its id.
        pub id: String,
        /// Whose data it is about.
        pub tenant: String,
        /// `event`, `emergency`, `monthly` or `demand`.
        pub cause: String,
        /// The grant, the month, or its own id.
        pub subject: String,
        /// The start of its period.
        pub from_at: Micros,
        /// The end of its period.
        pub until_at: Micros,
        /// When its entry was noted.
        pub announced_at: Micros,
        /// Where its entry stands in the log.
        pub place: i64,
        /// When it was issued; 0 until then.
        pub issued_at: Micros,
        /// The size of the log that its proofs lead to.
        pub log_size: i64,
        /// Entries about the tenant.
        pub entries: i64,
        /// Entries of the period.
        pub in_period: i64,
        /// Releases in the period.
        pub uses: i64,
        /// Records released.
        pub rows: i64,
        /// Bytes released.
        pub bytes: i64,
        /// The assurance level.
        pub level: String,
    }

    /// A bundle as it is kept.
    #[derive(Clone)]
    pub struct SealedBundle {
        /// The key, wrapped under the tenant's.
        pub wrapped: Vec<u8>,
        /// The bundle.
        pub sealed: Vec<u8>,
    }

    /// A grant or a release of which there is no report yet.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Unreported {
        /// The grant.
        pub id: String,
        /// Whose data.
        pub tenant: String,
        /// When it was asked for or given.
        pub created_at: Micros,
    }
}

/// One report.
pub fn report(tx: &mut Tx, id: &str) -> Result<Option<ReportRow>, StoreError> {
    tx.opt(&REPORT, &args![id])
}

/// The report of a grant, month or wish.
pub fn of_subject(
    tx: &mut Tx,
    tenant: TenantId,
    cause: &str,
    subject: &str,
) -> Result<Option<ReportRow>, StoreError> {
    tx.opt(&OF_SUBJECT, &args![tenant, cause, subject])
}

/// The report on a grant that has ended.
pub fn of_grant(tx: &mut Tx, grant: &str) -> Result<Option<String>, StoreError> {
    Ok(tx.opt::<(String,)>(&OF_GRANT, &args![grant])?.map(|(id,)| id))
}

/// A page of reports, the latest first: of a tenant, or of all for the empty word.
pub fn reports(tx: &mut Tx, tenant: &str, offset: u32, limit: u32) -> Result<Vec<ReportRow>, StoreError> {
    tx.list(&REPORTS, &args![tenant, limit, offset])
}

/// Adds a report that is announced.
pub fn add(tx: &mut Tx, row: &ReportRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        &row.tenant,
        &row.cause,
        &row.subject,
        row.from_at,
        row.until_at,
        row.announced_at,
        row.place
    ];
    tx.execute(&ADD, &args).map(|_| ())
}

/// Issues a report; false when somebody was faster.
pub fn issue(tx: &mut Tx, row: &ReportRow, bundle: &SealedBundle) -> Result<bool, StoreError> {
    let args = args![
        &row.id,
        row.issued_at,
        row.log_size,
        row.entries,
        row.in_period,
        row.uses,
        row.rows,
        row.bytes,
        &row.level,
        bundle.wrapped.clone(),
        bundle.sealed.clone()
    ];
    Ok(tx.execute(&ISSUE, &args)? > 0)
}

/// The sealed bundle of an issued report.
pub fn bundle(tx: &mut Tx, id: &str) -> Result<Option<SealedBundle>, StoreError> {
    tx.opt(&BUNDLE, &args![id])
}

/// Reports that are announced and not issued yet.
pub fn waiting(tx: &mut Tx, limit: u32) -> Result<Vec<String>, StoreError> {
    Ok(tx.list::<(String,)>(&WAITING, &args![limit])?.into_iter().map(|(id,)| id).collect())
}

/// Grants and releases that were used and have ended, and have no report yet.
pub fn unreported(tx: &mut Tx, limit: u32) -> Result<Vec<Unreported>, StoreError> {
    tx.list(&UNREPORTED, &args![limit])
}

/// Notes where the intent of a use stands in the log.
pub fn intend(tx: &mut Tx, grant: &str, number: i64, index: i64) -> Result<(), StoreError> {
    tx.execute(&INTEND, &args![grant, number, index]).map(|_| ())
}

/// Where the intent of a use stands in the log.
pub fn intent(tx: &mut Tx, grant: &str, number: i64) -> Result<Option<i64>, StoreError> {
    Ok(tx.opt::<(i64,)>(&INTENT, &args![grant, number])?.map(|(index,)| index))
}

/// Whether something that was noted for the log is in it.
pub fn is_told(tx: &mut Tx, note: &str) -> Result<bool, StoreError> {
    Ok(tx.opt::<(i64,)>(&TOLD, &args![note])?.is_some())
}
