//! The erasure of customers, from the request to the day from which nothing can bring the keys back.
//!
//! Invariants: a tenant has one erasure at most; from `live` on it never goes back.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

macro_rules! erasure {
    () => {
        "SELECT tenant, state, reason, requested_by, requested_at, waived, due_at, first_officer, first_at, \
         second_officer, second_at, live_at, irrecoverable_at FROM erasures "
    };
}

statements! { "erasures";
    /// A tenant's.
    read OF = concat!(erasure!(), "WHERE tenant = $1");
    /// Those in a state, some at a time.
    read IN_STATE = concat!(erasure!(), "WHERE state = $1 AND tenant > $2 ORDER BY tenant LIMIT $3");
    /// A new one, or what became of it.
    write PUT = "INSERT INTO erasures (tenant, state, reason, requested_by, requested_at, waived, due_at, \
        first_officer, first_at, second_officer, second_at, live_at, irrecoverable_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
        ON CONFLICT (tenant) DO UPDATE SET state = $2, reason = $3, requested_by = $4, requested_at = $5, \
        waived = $6, due_at = $7, first_officer = $8, first_at = $9, second_officer = $10, second_at = $11, \
        live_at = $12, irrecoverable_at = $13";
    /// It was taken back.
    write WITHDRAW = "DELETE FROM erasures WHERE tenant = $1 AND state IN ('requested', 'confirmed')";
    /// The wrapped keys of a tenant's records.
    write DROP_SEALING = "DELETE FROM sealing_key WHERE tenant = $1";
}

rows! {
    /// An erasure. Without `Debug`: its reason is free text.
    #[derive(Clone, PartialEq, Eq)]
    pub struct Erasure {
        /// Whose keys.
        pub tenant: TenantId,
        /// `requested`, `confirmed`, `live` or `final`.
        pub state: String,
        /// Why, in the customer's words.
        pub reason: String,
        /// Which person.
        pub requested_by: String,
        /// When.
        pub requested_at: Micros,
        /// Whether the customer waived the time for thinking it over.
        pub waived: bool,
        /// Not before.
        pub due_at: Micros,
        /// The first person of the trustee who confirmed; empty until then.
        pub first_officer: String,
        /// When; 0 until then.
        pub first_at: Micros,
        /// The second.
        pub second_officer: String,
        /// When; 0 until then.
        pub second_at: Micros,
        /// When the keys were destroyed; 0 until then.
        pub live_at: Micros,
        /// From when on no backup can bring them back; 0 until they are destroyed.
        pub irrecoverable_at: Micros,
    }
}

impl Erasure {
    /// An erasure of which nothing is known yet but whose it is.
    pub fn blank(tenant: TenantId) -> Self {
        Self {
            tenant,
            state: String::new(),
            reason: String::new(),
            requested_by: String::new(),
            requested_at: 0,
            waived: false,
            due_at: 0,
            first_officer: String::new(),
            first_at: 0,
            second_officer: String::new(),
            second_at: 0,
            live_at: 0,
            irrecoverable_at: 0,
        }
    }
}

/// A tenant's erasure, if there is one.
pub fn of(tx: &mut Tx, tenant: TenantId) -> Result<Option<Erasure>, StoreError> {
    tx.opt(&OF, &args![tenant])
}

/// Whether a tenant's keys were destroyed.
pub fn is_erased(tx: &mut Tx, tenant: TenantId) -> Result<bool, StoreError> {
    Ok(of(tx, tenant)?.is_some_and(|erasure| matches!(erasure.state.as_str(), "live" | "final")))
}

/// At most `limit` erasures in a state, of tenants after the given one.
pub fn in_state(
    tx: &mut Tx,
    state: &str,
    after: Option<TenantId>,
    limit: u32,
) -> Result<Vec<Erasure>, StoreError> {
    let after = after.map(|tenant| tenant.to_string()).unwrap_or_default();
    tx.list(&IN_STATE, &args![state, after, limit])
}

/// Writes an erasure.
pub fn put(tx: &mut Tx, row: &Erasure) -> Result<(), StoreError> {
    let args = args![
        row.tenant,
        &row.state,
        &row.reason,
        &row.requested_by,
        row.requested_at,
        row.waived,
        row.due_at,
        &row.first_officer,
        row.first_at,
        &row.second_officer,
        row.second_at,
        row.live_at,
        row.irrecoverable_at
    ];
    tx.execute(&PUT, &args).map(|_| ())
}

/// Takes an erasure back that was not carried out; false when it was, or there is none.
pub fn withdraw(tx: &mut Tx, tenant: TenantId) -> Result<bool, StoreError> {
    Ok(tx.execute(&WITHDRAW, &args![tenant])? == 1)
}

/// Drops all that this store holds under a tenant's keys: the wrapped keys of its records, the details of its entries
/// in the log and their wrapped secret; and the archives that the tenant had made. What the key service itself keeps is its own.
pub fn drop_wrapped(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DROP_SEALING, &args![tenant])?;
    super::exports::drop_of(tx, tenant)?;
    super::log::destroy_details(tx, tenant)
}
