//! What the operator's people decide about accounts that exist: to stop them, to let them act again.

use super::words::words;
use crate::{StoreError, Tx, args};
use kernel::{AccountId, Micros, UserId};

words! {
    /// Another status for an account.
    pub enum StatusChange / "a change of an account's status" {
        /// To stop it.
        Suspend = "suspend",
        /// To let it act again.
        Reinstate = "reinstate",
    }
}

crate::rows! {
    /// What one person decided.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DecisionRow {
        /// Its id.
        pub decision_id: String,
        /// The account.
        pub account_id: AccountId,
        /// What is wanted.
        pub change: StatusChange,
        /// Who, pseudonymous.
        pub staff_id: UserId,
        /// Why.
        pub reason: String,
        /// When.
        pub decided: Micros,
        /// When there were enough of them; none while there are not.
        pub done: Option<Micros>,
    }
}

macro_rules! decisions {
    () => {
        "SELECT decision_id, account_id, change, staff_id, reason, decided, done FROM account_decisions "
    };
}

crate::statements! { "operator.account_decisions";
    /// An account's latest decisions, the oldest of them last.
    read LATEST = concat!(decisions!(), "WHERE account_id = $1 ORDER BY decided DESC, decision_id DESC LIMIT $2");
    /// What still waits for somebody else.
    read OPEN = concat!(
        decisions!(), "WHERE account_id = $1 AND done IS NULL ORDER BY decided, decision_id"
    );
    /// One more.
    write INSERT = "INSERT INTO account_decisions (decision_id, account_id, change, staff_id, reason, decided) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// Nobody has followed for too long.
    write FORGET = "DELETE FROM account_decisions WHERE account_id = $1 AND done IS NULL AND decided < $2";
    /// There are enough of them.
    write DONE = "UPDATE account_decisions SET done = $2 WHERE account_id = $1 AND done IS NULL";
}

/// An account's latest decisions, the newest first.
pub fn latest(tx: &mut Tx, account: &AccountId, limit: u32) -> Result<Vec<DecisionRow>, StoreError> {
    tx.list(&LATEST, &args![account, limit])
}

/// What still waits for somebody else, in order.
pub fn open(tx: &mut Tx, account: &AccountId) -> Result<Vec<DecisionRow>, StoreError> {
    tx.list(&OPEN, &args![account])
}

/// Adds a decision.
pub fn insert(tx: &mut Tx, row: &DecisionRow) -> Result<(), StoreError> {
    let args = args![&row.decision_id, row.account_id, row.change, row.staff_id, &row.reason, row.decided];
    tx.execute(&INSERT, &args).map(drop)
}

/// Drops what has waited since before `before`.
pub fn forget(tx: &mut Tx, account: &AccountId, before: Micros) -> Result<(), StoreError> {
    tx.execute(&FORGET, &args![account, before]).map(drop)
}

/// Notes that there were enough decisions.
pub fn done(tx: &mut Tx, account: &AccountId, now: Micros) -> Result<(), StoreError> {
    tx.execute(&DONE, &args![account, now]).map(drop)
}
