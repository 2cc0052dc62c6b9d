//! Support tickets, without what people wrote.
//!
//! Invariants: a ticket is changed only as the version that the change was made from; its opener never changes.

use kernel::{AccountId, Country, CustomerId, Micros, TenantId, UserId};

use crate::{StoreError, Tx, args};

crate::rows! {
    /// One ticket.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct TicketRow {
        /// Its number, minted by the trustee.
        pub ticket_id: String,
        /// The tenant that opened it.
        pub opener_id: TenantId,
        /// That organisation's name.
        pub opener_name: String,
        /// The customer it is about.
        pub customer_id: Option<CustomerId>,
        /// That customer's name.
        pub customer_name: Option<String>,
        /// The account by whose clock it goes.
        pub clock: AccountId,
        /// Whether it was opened in a sandbox.
        pub sandbox: bool,
        /// The topic's number.
        pub topic: String,
        /// How severe it is, in one word.
        pub severity: String,
        /// Where it stands, in one word.
        pub status: String,
        /// The offer it is about.
        pub product_id: Option<String>,
        /// The opener's country.
        pub country: Country,
        /// Counts its changes.
        pub version: i64,
        /// The envelope of its thread.
        pub sealed: Option<String>,
        /// When it was opened, by the account's clock, as all times here.
        pub created: Micros,
        /// When it was last changed.
        pub modified: Micros,
        /// When it was last closed.
        pub closed: Option<Micros>,
        /// When the operator's support first answered.
        pub answered: Option<Micros>,
        /// Who of the operator's support works on it.
        pub assigned: Option<UserId>,
    }
}

macro_rules! ticket_columns {
    () => {
        "SELECT ticket_id, opener_id, opener_name, customer_id, customer_name, clock, sandbox, topic, severity, \
         status, product_id, country, version, sealed, created, modified, closed, answered, assigned FROM tickets "
    };
}

crate::statements! { "operator.tickets";
    /// One ticket.
    read FIND = concat!(ticket_columns!(), "WHERE ticket_id = $1");
    /// The tickets of an organisation, the latest first; of one status, or of all for the empty word.
    read OF_OPENER = concat!(
        ticket_columns!(),
        "WHERE opener_id = $1 AND ($2 = '' OR status = $2) ORDER BY created DESC, ticket_id LIMIT $3 OFFSET $4"
    );
    /// The tickets about a customer, the latest first; by one opener, or by all for the empty word.
    read OF_CUSTOMER = concat!(
        ticket_columns!(),
        "WHERE customer_id = $1 AND ($2 = '' OR opener_id = $2) ORDER BY created DESC, ticket_id LIMIT $3"
    );
    /// The tickets of one status, those that wait longest first.
    read BY_STATUS = concat!(
        ticket_columns!(), "WHERE status = $1 ORDER BY modified, ticket_id LIMIT $2 OFFSET $3"
    );
    /// All that are not closed, those that wait longest first.
    scan WAITING = concat!(
        ticket_columns!(), "WHERE status <> 'closed' ORDER BY modified, ticket_id LIMIT $1 OFFSET $2"
    );
    /// A new ticket.
    write INSERT = "INSERT INTO tickets (ticket_id, opener_id, opener_name, customer_id, customer_name, clock, \
        sandbox, topic, severity, status, product_id, country, version, sealed, created, modified) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14, $14) ON CONFLICT DO NOTHING";
    /// The next version of a ticket.
    write SET = "UPDATE tickets SET version = $2 + 1, topic = $3, severity = $4, status = $5, product_id = $6, \
        sealed = $7, modified = $8, closed = $9, answered = $10, assigned = $11 \
        WHERE ticket_id = $1 AND version = $2";
    /// The threads about a customer that is gone go with it.
    write UNSEAL = "UPDATE tickets SET sealed = NULL WHERE customer_id = $1";
}

/// Most tickets about a customer in one answer.
pub const MOST: u32 = 500;

/// One ticket.
pub fn find(tx: &mut Tx, id: &str) -> Result<Option<TicketRow>, StoreError> {
    tx.opt(&FIND, &args![id])
}

/// A page of an organisation's tickets, the latest first; of one status, or of all for the empty word.
pub fn of_opener(
    tx: &mut Tx,
    opener: TenantId,
    status: &str,
    limit: u32,
    offset: u32,
) -> Result<Vec<TicketRow>, StoreError> {
    tx.list(&OF_OPENER, &args![opener, status, limit, offset])
}

/// The tickets about a customer, the latest first, at most [`MOST`]; by one opener or by all.
pub fn of_customer(
    tx: &mut Tx,
    customer: &CustomerId,
    opener: Option<TenantId>,
) -> Result<Vec<TicketRow>, StoreError> {
    let opener = opener.map_or_else(String::new, |opener| opener.to_string());
    tx.list(&OF_CUSTOMER, &args![customer, opener, MOST])
}

/// A page of tickets, those that wait longest first: of one status, or all that are not closed.
pub fn waiting(
    tx: &mut Tx,
    status: Option<&str>,
    limit: u32,
    offset: u32,
) -> Result<Vec<TicketRow>, StoreError> {
    match status {
        Some(status) => tx.list(&BY_STATUS, &args![status, limit, offset]),
        None => tx.list(&WAITING, &args![limit, offset]),
    }
}

/// Adds a ticket; false when there is one of that number.
pub fn insert(tx: &mut Tx, row: &TicketRow) -> Result<bool, StoreError> {
    let args = args![
        &row.ticket_id,
        row.opener_id,
        &row.opener_name,
        row.customer_id,
        &row.customer_name,
        row.clock,
        row.sandbox,
        &row.topic,
        &row.severity,
        &row.status,
        &row.product_id,
        row.country,
        &row.sealed,
        row.created,
    ];
    tx.execute(&INSERT, &args).map(|added| added == 1)
}

/// Writes the next version of a ticket; false when it is another one by now.
pub fn set(tx: &mut Tx, row: &TicketRow) -> Result<bool, StoreError> {
    let args = args![
        &row.ticket_id,
        row.version,
        &row.topic,
        &row.severity,
        &row.status,
        &row.product_id,
        &row.sealed,
        row.modified,
        row.closed,
        row.answered,
        row.assigned,
    ];
    tx.execute(&SET, &args).map(|touched| touched == 1)
}

/// Lets the threads about a customer go.
pub fn unseal(tx: &mut Tx, customer: &CustomerId) -> Result<(), StoreError> {
    tx.execute(&UNSEAL, &args![customer]).map(drop)
}
