//! Requests of data subjects that were forwarded to customers.
//!
//! Invariant: a request is only added; what the person wrote is in the sealed part alone.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId};

macro_rules! subject {
    () => {
        "SELECT id, tenant, right_asked, received_by, handed_by, received_at, forwarded_at, receipt, sealed \
         FROM subject_request "
    };
}

statements! { "subjects";
    /// One more request.
    write ADD = "INSERT INTO subject_request (id, tenant, right_asked, received_by, handed_by, received_at, forwarded_at, \
        receipt, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Those of a customer, the latest first.
    read OF = concat!(subject!(), "WHERE tenant = $1 ORDER BY forwarded_at DESC, id LIMIT $2 OFFSET $3");
    /// Those that had reached one house, the latest first; all of them for the empty word.
    scan RECEIVED = concat!(
        subject!(), "WHERE ($1 = '' OR received_by = $1) ORDER BY forwarded_at DESC, id LIMIT $2 OFFSET $3"
    );
}

rows! {
    /// A request.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SubjectRow {
        /// Its id.
        pub id: String,
        /// The customer.
        pub tenant: TenantId,
        /// What is asked for.
        pub right: String,
        /// Which house it had reached: `operator` or `trustee`.
        pub received_by: String,
        /// The account that handed it over.
        pub handed_by: String,
        /// When it had reached the house.
        pub received_at: Micros,
        /// When it was forwarded.
        pub forwarded_at: Micros,
        /// The SHA-256 of the receipt.
        pub receipt: String,
        /// The receipt and the text, sealed for the customer.
        pub sealed: String,
    }
}

/// Adds a request.
pub fn add(tx: &mut Tx, row: &SubjectRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        row.tenant,
        &row.right,
        &row.received_by,
        &row.handed_by,
        row.received_at,
        row.forwarded_at,
        &row.receipt,
        &row.sealed
    ];
    tx.execute(&ADD, &args).map(|_| ())
}

/// A page of a customer's requests, the latest first.
pub fn of(tx: &mut Tx, tenant: TenantId, offset: u32, limit: u32) -> Result<Vec<SubjectRow>, StoreError> {
    tx.list(&OF, &args![tenant, limit, offset])
}

/// A page of the requests that had reached one house, or any for the empty word, the latest first.
pub fn received(tx: &mut Tx, house: &str, offset: u32, limit: u32) -> Result<Vec<SubjectRow>, StoreError> {
    tx.list(&RECEIVED, &args![house, limit, offset])
}
