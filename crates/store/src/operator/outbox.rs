//! Events on their way to partners' webhooks: written in the transaction that caused them, delivered later.

use crate::{StoreError, Tx, args};
use kernel::{AccountId, Micros};

/// An event that is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent<'a> {
    /// Whose webhook it goes to.
    pub partner: AccountId,
    /// Its name, as the contract spells it.
    pub event: &'a str,
    /// The resource it is about, as a path.
    pub resource: &'a str,
    /// The whole message, as JSON; no private members.
    pub payload: &'a str,
    /// When it happened; it is due at once.
    pub created: Micros,
}

crate::rows! {
    /// An event and how its delivery stands.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Event {
        /// Its number; rises, with gaps.
        pub sequence: i64,
        /// Whose webhook it goes to.
        pub partner: AccountId,
        /// Its name, as the contract spells it.
        pub event: String,
        /// The resource it is about, as a path.
        pub resource: String,
        /// The whole message, as JSON.
        pub payload: String,
        /// When it happened.
        pub created: Micros,
        /// How often its delivery was tried.
        pub attempts: u32,
        /// When it is to be tried next; None when nothing more is to be done.
        pub next_attempt: Option<Micros>,
        /// When it was delivered.
        pub delivered: Option<Micros>,
        /// Why the last try failed.
        pub last_error: Option<String>,
    }
}

macro_rules! columns {
    () => {
        "sequence, partner, event, resource, payload, created, attempts, next_attempt, delivered, last_error"
    };
}

crate::statements! { "outbox";
    /// One more event, due at once.
    write APPEND = "INSERT INTO outbox (partner, event, resource, payload, created, attempts, next_attempt)
        VALUES ($1, $2, $3, $4, $5, 0, $5)";
    /// What is due, oldest first.
    read DUE = concat!("SELECT ", columns!(), " FROM outbox
        WHERE next_attempt IS NOT NULL AND next_attempt <= $1 ORDER BY next_attempt, sequence LIMIT $2");
    /// One partner's events after a place.
    read OF_PARTNER = concat!("SELECT ", columns!(), " FROM outbox
        WHERE partner = $1 AND sequence > $2 ORDER BY sequence LIMIT $3");
    /// Delivered.
    write DELIVERED = "UPDATE outbox SET delivered = $2, next_attempt = NULL, attempts = attempts + 1,
        last_error = NULL WHERE sequence = $1";
    /// Not delivered; tried again later, or never when the time is NULL.
    write FAILED = "UPDATE outbox SET next_attempt = $2, attempts = attempts + 1, last_error = $3
        WHERE sequence = $1";
}

/// Adds an event.
pub fn append(tx: &mut Tx, event: &NewEvent<'_>) -> Result<(), StoreError> {
    let args = args![event.partner, event.event, event.resource, event.payload, event.created];
    tx.later(&APPEND, &args)
}

/// Up to `limit` events that are due, oldest first.
pub fn due(tx: &mut Tx, now: Micros, limit: u32) -> Result<Vec<Event>, StoreError> {
    tx.list(&DUE, &args![now, limit])
}

/// Up to `limit` events of one partner with a number above `after`.
pub fn of_partner(tx: &mut Tx, partner: AccountId, after: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
    tx.list(&OF_PARTNER, &args![partner, after, limit])
}

/// Notes a delivery.
pub fn delivered(tx: &mut Tx, sequence: i64, now: Micros) -> Result<(), StoreError> {
    tx.execute(&DELIVERED, &args![sequence, now]).map(|_| ())
}

/// Notes a failed try and when the next one is due; None gives the event up.
pub fn failed(tx: &mut Tx, sequence: i64, next: Option<Micros>, reason: &str) -> Result<(), StoreError> {
    tx.execute(&FAILED, &args![sequence, next, reason]).map(|_| ())
}
