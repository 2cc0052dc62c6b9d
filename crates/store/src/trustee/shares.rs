//! Who holds shares of the root key, and the ceremonies in which a root came back.
//!
//! Invariants: one set at most is current; a set that was used or replaced never is again.
//!
//! Deliberately absent: the shares themselves. Of each there is the digest by which a forged one is known.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! set {
    () => {
        "SELECT id, root, needed, log_origin, made_at, first, second, state, ended_at FROM share_set "
    };
}
macro_rules! ceremony {
    () => {
        "SELECT id, set_id, auditor, statement, signature, plan, held_at, ended_at FROM share_ceremony "
    };
}

statements! { "shares";
    /// A new set.
    write ADD_SET = "INSERT INTO share_set (id, root, needed, log_origin, made_at, first, second, state, ended_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// A holder of it.
    write ADD_HOLDER = "INSERT INTO share_holder (set_id, number, person, recipient, digest, used_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// The current set ends.
    write END = "UPDATE share_set SET state = $1, ended_at = $2 WHERE state = 'current'";
    /// A share was used.
    write USED = "UPDATE share_holder SET used_at = $3 WHERE set_id = $1 AND number = $2";
    /// One set.
    read SET = concat!(set!(), "WHERE id = $1");
    /// The set that counts.
    read CURRENT = concat!(set!(), "WHERE state = 'current' LIMIT 1");
    /// A page of sets, the latest first.
    scan SETS = concat!(set!(), "ORDER BY made_at DESC, id LIMIT $1 OFFSET $2");
    /// The holders of a set.
    read HOLDERS = "SELECT set_id, number, person, recipient, digest, used_at FROM share_holder \
        WHERE set_id = $1 ORDER BY number";
    /// A ceremony.
    write ADD_CEREMONY = "INSERT INTO share_ceremony (id, set_id, auditor, statement, signature, plan, held_at, \
        ended_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// A ceremony that broke off.
    read UNFINISHED = concat!(ceremony!(), "WHERE ended_at = 0 ORDER BY held_at LIMIT 1");
    /// It is done.
    write FINISH = "UPDATE share_ceremony SET ended_at = $2 WHERE id = $1";
}

rows! {
    /// A set.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SetRow {
        /// Its id.
        pub id: String,
        /// The version of the root.
        pub root: u32,
        /// How many shares bring it back.
        pub needed: u32,
        /// Which log's key is in it.
        pub log_origin: String,
        /// When it was made.
        pub made_at: Micros,
        /// The account of the officer who asked first; `ceremony` where one made it.
        pub first: String,
        /// The account of the one who asked for the same.
        pub second: String,
        /// `current`, `replaced` or `used`.
        pub state: String,
        /// When it ended; 0 while it is current.
        pub ended_at: Micros,
    }
    /// A holder.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HolderRow {
        /// The set.
        pub set_id: String,
        /// The share's number.
        pub number: u32,
        /// The person.
        pub person: String,
        /// To whose age key it is sealed.
        pub recipient: String,
        /// The SHA-256 of the part.
        pub digest: String,
        /// When it was used; 0 until then.
        pub used_at: Micros,
    }
    /// A ceremony.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct CeremonyRow {
        /// Its id.
        pub id: String,
        /// The set that was used.
        pub set_id: String,
        /// The auditor who was present.
        pub auditor: String,
        /// What the auditor signed.
        pub statement: String,
        /// The signature.
        pub signature: String,
        /// Who gets the next set, as JSON.
        pub plan: String,
        /// When the root came back.
        pub held_at: Micros,
        /// When the next root was in its place; 0 until then.
        pub ended_at: Micros,
    }
}

/// The set before, if one was current, ends so; this one counts from now on.
pub fn add(tx: &mut Tx, row: &SetRow, holders: &[HolderRow]) -> Result<(), StoreError> {
    end(tx, "replaced", row.made_at)?;
    let args = args![
        &row.id,
        row.root,
        row.needed,
        &row.log_origin,
        row.made_at,
        &row.first,
        &row.second,
        &row.state,
        row.ended_at
    ];
    tx.execute(&ADD_SET, &args)?;
    for one in holders {
        let args = args![&one.set_id, one.number, &one.person, &one.recipient, &one.digest, one.used_at];
        tx.execute(&ADD_HOLDER, &args)?;
    }
    Ok(())
}

/// The current set ends so.
pub fn end(tx: &mut Tx, state: &str, at: Micros) -> Result<(), StoreError> {
    tx.execute(&END, &args![state, at]).map(|_| ())
}

/// Notes that a share was used.
pub fn used(tx: &mut Tx, set: &str, number: u32, at: Micros) -> Result<(), StoreError> {
    tx.execute(&USED, &args![set, number, at]).map(|_| ())
}

/// One set.
pub fn set(tx: &mut Tx, id: &str) -> Result<Option<SetRow>, StoreError> {
    tx.opt(&SET, &args![id])
}

/// The set that counts.
pub fn current(tx: &mut Tx) -> Result<Option<SetRow>, StoreError> {
    tx.opt(&CURRENT, &[])
}

/// A page of sets.
pub fn sets(tx: &mut Tx, offset: u32, limit: u32) -> Result<Vec<SetRow>, StoreError> {
    tx.list(&SETS, &args![limit, offset])
}

/// The holders of a set.
pub fn holders(tx: &mut Tx, set: &str) -> Result<Vec<HolderRow>, StoreError> {
    tx.list(&HOLDERS, &args![set])
}

/// Writes a ceremony down.
pub fn hold(tx: &mut Tx, row: &CeremonyRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        &row.set_id,
        &row.auditor,
        &row.statement,
        &row.signature,
        &row.plan,
        row.held_at,
        row.ended_at
    ];
    tx.execute(&ADD_CEREMONY, &args).map(|_| ())
}

/// A ceremony that broke off before the next root was in its place.
pub fn unfinished(tx: &mut Tx) -> Result<Option<CeremonyRow>, StoreError> {
    tx.opt(&UNFINISHED, &[])
}

/// Notes that a ceremony is done.
pub fn finish(tx: &mut Tx, id: &str, at: Micros) -> Result<(), StoreError> {
    tx.execute(&FINISH, &args![id, at]).map(|_| ())
}
