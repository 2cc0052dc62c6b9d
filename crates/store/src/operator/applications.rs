//! Applications of tenants that want to become partners.

use super::words::words;
use crate::{StoreError, Tx, args};
use kernel::{Micros, TenantId, UserId};

words! {
    /// Where an application stands.
    pub enum ApplicationState / "a state of an application" {
        /// Nobody has looked at it yet.
        Submitted = "submitted",
        /// One of the two approvals is there.
        InApproval = "in_approval",
        /// The account exists.
        Approved = "approved",
        /// Refused with a reason.
        Rejected = "rejected",
        /// Taken back by the applicant.
        Withdrawn = "withdrawn",
    }
}

crate::rows! {
    /// One application.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ApplicationRow {
        /// Its id.
        pub application_id: String,
        /// Whose it is.
        pub tenant_id: TenantId,
        /// Where it stands.
        pub state: ApplicationState,
        /// Counts corrections.
        pub version: i64,
        /// The commercial members, as JSON.
        pub body: String,
        /// The contact's envelope.
        pub sealed: Option<String>,
        /// Why it was refused.
        pub reason: Option<String>,
        /// When it was made.
        pub submitted: Micros,
        /// When it was last changed.
        pub updated: Micros,
        /// When it was accepted or refused.
        pub decided: Option<Micros>,
    }
}

macro_rules! application_columns {
    () => {
        "SELECT application_id, tenant_id, state, version, body, sealed, reason, submitted, updated, decided \
         FROM applications "
    };
}

crate::statements! { "operator.applications";
    /// One application.
    read FIND = concat!(application_columns!(), "WHERE application_id = $1");
    /// A tenant's application that counts.
    read OPEN_OF = concat!(application_columns!(), "WHERE tenant_id = $1 AND state IN ('submitted', 'in_approval', 'approved')");
    /// A page of one state.
    read BY_STATE = concat!(
        application_columns!(), "WHERE state = $1 ORDER BY application_id LIMIT $2 OFFSET $3"
    );
    /// A page of all.
    read ALL = concat!(application_columns!(), "ORDER BY application_id LIMIT $1 OFFSET $2");
    /// A new application.
    write INSERT = "INSERT INTO applications \
        (application_id, tenant_id, state, version, body, sealed, submitted, updated) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7)";
    /// A correction: the next version, submitted again.
    write CORRECT = "UPDATE applications \
        SET state = 'submitted', version = version + 1, body = $2, sealed = $3, updated = $4 \
        WHERE application_id = $1";
    /// Another state.
    write SET_STATE = "UPDATE applications SET state = $2, reason = $3, updated = $4, decided = $5 \
        WHERE application_id = $1";
    /// Who approved a version.
    read APPROVERS = "SELECT staff_id, approved FROM application_approvals WHERE application_id = $1 AND version = $2 \
        ORDER BY approved, staff_id";
    /// One approval.
    write APPROVE = "INSERT INTO application_approvals (application_id, staff_id, version, approved) \
        VALUES ($1, $2, $3, $4)";
}

/// One application.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<ApplicationRow>, StoreError> {
    tx.opt(&FIND, &args![id])
}

/// A tenant's application that counts.
pub fn open_of(tx: &mut Tx, tenant: &TenantId) -> Result<Option<ApplicationRow>, StoreError> {
    tx.opt(&OPEN_OF, &args![tenant])
}

/// A page of applications, oldest first.
pub fn page(
    tx: &mut Tx,
    state: Option<ApplicationState>,
    limit: u32,
    offset: u32,
) -> Result<Vec<ApplicationRow>, StoreError> {
    match state {
        Some(state) => tx.list(&BY_STATE, &args![state, limit, offset]),
        None => tx.list(&ALL, &args![limit, offset]),
    }
}

/// Adds an application.
pub fn insert(tx: &mut Tx, row: &ApplicationRow) -> Result<(), StoreError> {
    let args = args![
        &row.application_id,
        row.tenant_id,
        row.state,
        row.version,
        &row.body,
        &row.sealed,
        row.submitted,
    ];
    tx.execute(&INSERT, &args).map(drop)
}

/// Replaces the content; approvals of earlier versions no longer count.
pub fn correct(
    tx: &mut Tx,
    id: &str,
    body: &str,
    sealed: Option<&str>,
    now: Micros,
) -> Result<(), StoreError> {
    tx.execute(&CORRECT, &args![id, body, sealed, now]).map(drop)
}

/// Moves an application to another state.
pub fn set_state(
    tx: &mut Tx,
    id: &str,
    state: ApplicationState,
    reason: Option<&str>,
    now: Micros,
) -> Result<(), StoreError> {
    let decided = matches!(state, ApplicationState::Approved | ApplicationState::Rejected).then_some(now);
    tx.execute(&SET_STATE, &args![id, state, reason, now, decided]).map(drop)
}

/// Who of the operator's people approved a version and when, in order.
pub fn approvers(tx: &mut Tx, id: &str, version: i64) -> Result<Vec<(UserId, Micros)>, StoreError> {
    tx.list(&APPROVERS, &args![id, version])
}

/// Notes an approval of a version.
pub fn approve(tx: &mut Tx, id: &str, staff: &UserId, version: i64, now: Micros) -> Result<(), StoreError> {
    tx.execute(&APPROVE, &args![id, staff, version, now]).map(drop)
}
