//! Tickets and their releases to the operator's support.
//!
//! Invariants: a request id opens one ticket, whose tenant and opener never change; of a ticket one release stands at
//! most; a release that was taken back stays taken back.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, RequestId, TenantId};

macro_rules! ticket {
    () => {
        "SELECT id, tenant, opener, party, opened_at, state FROM ticket "
    };
}

macro_rules! release {
    () => {
        "SELECT id, ticket, tenant, released_at, released_by, revoked_at, revoked_by FROM ticket_release "
    };
}

statements! { "tickets";
    /// One ticket.
    read TICKET = concat!(ticket!(), "WHERE id = $1");
    /// The ticket of a request.
    read BY_REQUEST = concat!(ticket!(), "WHERE opener = $1 AND request_id = $2");
    /// A first attempt. A second one keeps what the first minted.
    write MINT = "INSERT INTO ticket (id, tenant, opener, party, request_id, opened_at, state) \
        VALUES ($1, $2, $3, $4, $5, $6, 'pending') ON CONFLICT (opener, request_id) DO NOTHING";
    /// The operator has it.
    write OPENED = "UPDATE ticket SET state = 'open' WHERE id = $1";
    /// The operator refused it.
    write FORGET = "DELETE FROM ticket WHERE id = $1 AND state = 'pending'";
    /// The release of a ticket that stands.
    read STANDING = concat!(release!(), "WHERE ticket = $1 AND revoked_at = 0 ORDER BY released_at LIMIT 1");
    /// The latest release of a ticket.
    read LATEST = concat!(release!(), "WHERE ticket = $1 ORDER BY released_at DESC, id DESC LIMIT 1");
    /// One release.
    read RELEASE = concat!(release!(), "WHERE id = $1");
    /// A release of any ticket of a tenant that stands.
    scan ANY_STANDING = concat!(release!(), "WHERE tenant = $1 AND revoked_at = 0 ORDER BY id LIMIT 1");
    /// All that stand.
    scan ALL_STANDING = concat!(release!(), "WHERE revoked_at = 0 ORDER BY id");
    /// A new release.
    write ADD = "INSERT INTO ticket_release (id, ticket, tenant, released_at, released_by, revoked_at, revoked_by) \
        VALUES ($1, $2, $3, $4, $5, 0, '')";
    /// A release is taken back.
    write REVOKE = "UPDATE ticket_release SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at = 0";
    /// The highest number of a use of a release.
    read LAST_USE = "SELECT COALESCE(MAX(number), 0) FROM ticket_release_use WHERE release_id = $1";
    /// Who uses a release.
    write USED = "INSERT INTO ticket_release_use (release_id, number, person, country) VALUES ($1, $2, $3, $4)";
    /// Who used one.
    read USER = "SELECT person, country FROM ticket_release_use WHERE release_id = $1 AND number = $2";
    /// What was opened of a ticket, the latest first.
    read OPENINGS = "SELECT u.request, u.number, o.person, o.country, u.began_at, u.outcome, u.opened_rows, \
        u.opened_bytes, u.fields FROM ticket_release r \
        JOIN ticket_release_use o ON o.release_id = r.id \
        JOIN access_use u ON u.request = o.release_id AND u.number = o.number \
        WHERE r.ticket = $1 ORDER BY u.began_at DESC, u.number DESC LIMIT $2";
}

rows! {
    /// Whose ticket it is.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TicketRow {
        /// Its number.
        pub id: String,
        /// Whose record its thread is.
        pub tenant: TenantId,
        /// Who opened it.
        pub opener: TenantId,
        /// `partner` or `customer`: what the opener is.
        pub party: String,
        /// When its number was minted.
        pub opened_at: Micros,
        /// `pending` until the operator has it, then `open`.
        pub state: String,
    }

    /// A release.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReleaseRow {
        /// Its id.
        pub id: String,
        /// The ticket.
        pub ticket: String,
        /// Whose record the thread is.
        pub tenant: TenantId,
        /// Since when.
        pub released_at: Micros,
        /// By whom.
        pub released_by: String,
        /// When it was taken back; 0 while it stands.
        pub revoked_at: Micros,
        /// By whom; empty while it stands.
        pub revoked_by: String,
    }

    /// One opening of a thread.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OpeningRow {
        /// Under which release.
        pub release: String,
        /// The how-manieth of it.
        pub number: u32,
        /// Who, as enrolled.
        pub person: String,
        /// Where that person works.
        pub country: String,
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

/// One ticket.
pub fn ticket(tx: &mut Tx, id: &str) -> Result<Option<TicketRow>, StoreError> {
    tx.opt(&TICKET, &args![id])
}

/// Notes a freshly minted ticket, unless the request has one already; returns the one that counts.
pub fn mint(tx: &mut Tx, row: &TicketRow, request: RequestId) -> Result<TicketRow, StoreError> {
    let args = args![&row.id, row.tenant, row.opener, &row.party, request, row.opened_at];
    tx.execute(&MINT, &args)?;
    tx.one(&BY_REQUEST, &args![row.opener, request])
}

/// The operator has the ticket.
pub fn opened(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.execute(&OPENED, &args![id]).map(drop)
}

/// The operator refused the ticket.
pub fn forget(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.execute(&FORGET, &args![id]).map(drop)
}

/// The release of a ticket that stands.
pub fn standing(tx: &mut Tx, ticket: &str) -> Result<Option<ReleaseRow>, StoreError> {
    tx.opt(&STANDING, &args![ticket])
}

/// The latest release of a ticket, standing or not.
pub fn latest(tx: &mut Tx, ticket: &str) -> Result<Option<ReleaseRow>, StoreError> {
    tx.opt(&LATEST, &args![ticket])
}

/// One release.
pub fn release(tx: &mut Tx, id: &str) -> Result<Option<ReleaseRow>, StoreError> {
    tx.opt(&RELEASE, &args![id])
}

/// A release of any ticket of a tenant that stands; what sabotage builds take for one of the ticket asked for.
pub fn any_standing(tx: &mut Tx, tenant: TenantId) -> Result<Option<ReleaseRow>, StoreError> {
    tx.opt(&ANY_STANDING, &args![tenant])
}

/// All releases that stand.
pub fn all_standing(tx: &mut Tx) -> Result<Vec<ReleaseRow>, StoreError> {
    tx.list(&ALL_STANDING, &[])
}

/// Adds a release.
pub fn add(tx: &mut Tx, row: &ReleaseRow) -> Result<(), StoreError> {
    let args = args![&row.id, &row.ticket, row.tenant, row.released_at, &row.released_by];
    tx.execute(&ADD, &args).map(drop)
}

/// Takes a release back; false when it was before.
pub fn revoke(tx: &mut Tx, id: &str, now: Micros, by: &str) -> Result<bool, StoreError> {
    tx.execute(&REVOKE, &args![id, now, by]).map(|touched| touched == 1)
}

/// Notes who uses a release, and gives the use its number.
pub fn used(tx: &mut Tx, release: &str, person: &str, country: &str) -> Result<u32, StoreError> {
    let (last,) = tx.one::<(u32,)>(&LAST_USE, &args![release])?;
    tx.execute(&USED, &args![release, i64::from(last + 1), person, country])?;
    Ok(last + 1)
}

/// Who used a release, and where that person works.
pub fn user(tx: &mut Tx, release: &str, number: u32) -> Result<Option<(String, String)>, StoreError> {
    tx.opt(&USER, &args![release, i64::from(number)])
}

/// What was opened of a ticket, the latest first.
pub fn openings(tx: &mut Tx, ticket: &str, limit: u32) -> Result<Vec<OpeningRow>, StoreError> {
    tx.list(&OPENINGS, &args![ticket, limit])
}
