//! Customers who gave notice: how far they are, and until when.
//!
//! Invariant: a tenant has one departure at most; notice that was taken back is gone from here, and in the log.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

macro_rules! departure {
    () => {
        "SELECT tenant, state, given_by, given_at, notice_until, transition_until, retrieval_until, waived, next_at \
         FROM departure "
    };
}

statements! { "departures";
    /// A tenant's.
    read OF = concat!(departure!(), "WHERE tenant = $1");
    /// Those whose next change is due, the oldest first.
    read DUE = concat!(departure!(), "WHERE next_at > 0 AND next_at <= $1 ORDER BY next_at, tenant LIMIT $2");
    /// All, a page of them.
    scan ALL = concat!(departure!(), "ORDER BY given_at DESC, tenant LIMIT $1 OFFSET $2");
    /// A new one, or what became of it.
    write PUT = "INSERT INTO departure (tenant, state, given_by, given_at, notice_until, transition_until, \
        retrieval_until, waived, next_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
        ON CONFLICT (tenant) DO UPDATE SET state = $2, given_by = $3, given_at = $4, notice_until = $5, \
        transition_until = $6, retrieval_until = $7, waived = $8, next_at = $9";
    /// It was taken back.
    write WITHDRAW = "DELETE FROM departure WHERE tenant = $1";
}

rows! {
    /// A departure.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Departure {
        /// Who leaves.
        pub tenant: TenantId,
        /// `notice`, `transition`, `retrieval`, `over`, or `erased`.
        pub state: String,
        /// The person who gave notice.
        pub given_by: String,
        /// When.
        pub given_at: Micros,
        /// Until then the contract lasts.
        pub notice_until: Micros,
        /// Until then data is moved.
        pub transition_until: Micros,
        /// Until then data can be fetched.
        pub retrieval_until: Micros,
        /// Whether the customer itself asked for its erasure before that.
        pub waived: bool,
        /// When the state changes by itself; 0 where it does not.
        pub next_at: Micros,
    }
}

/// A tenant's.
pub fn of(tx: &mut Tx, tenant: TenantId) -> Result<Option<Departure>, StoreError> {
    tx.opt(&OF, &args![tenant])
}

/// Those whose next change is due.
pub fn due(tx: &mut Tx, now: Micros, limit: u32) -> Result<Vec<Departure>, StoreError> {
    tx.list(&DUE, &args![now, limit])
}

/// A page of all.
pub fn all(tx: &mut Tx, offset: u32, limit: u32) -> Result<Vec<Departure>, StoreError> {
    tx.list(&ALL, &args![limit, offset])
}

/// Adds one, or changes it.
pub fn put(tx: &mut Tx, row: &Departure) -> Result<(), StoreError> {
    let args = args![
        row.tenant,
        &row.state,
        &row.given_by,
        row.given_at,
        row.notice_until,
        row.transition_until,
        row.retrieval_until,
        row.waived,
        row.next_at
    ];
    tx.execute(&PUT, &args).map(|_| ())
}

/// Takes one back.
pub fn withdraw(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&WITHDRAW, &args![tenant]).map(|_| ())
}
