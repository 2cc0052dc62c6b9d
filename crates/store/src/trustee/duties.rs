//! Which officers are on duty when, and emergencies that were approved, for the customer to be told.
//!
//! Invariant: a shift is only added, or ended before its time; what it was stays known.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! duty {
    () => {
        "SELECT id, person, from_at, until_at, set_by, second, set_at, ended_by FROM duty "
    };
}

statements! { "duties";
    /// One more shift.
    write ADD = "INSERT INTO duty (id, person, from_at, until_at, set_by, second, set_at, ended_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, '')";
    /// One shift.
    read DUTY = concat!(duty!(), "WHERE id = $1");
    /// A page of the shifts that are not over, the next first.
    scan DUTIES = concat!(duty!(), "WHERE until_at > $1 ORDER BY from_at, id LIMIT $2 OFFSET $3");
    /// Every shift that is not over.
    scan STANDING = concat!(duty!(), "WHERE until_at > $1 ORDER BY id");
    /// A shift ends before its time.
    write END = "UPDATE duty SET until_at = $2, ended_by = $3 WHERE id = $1";
    /// A shift of a person at a moment.
    read ON_DUTY = "SELECT id FROM duty WHERE person = $1 AND from_at <= $2 AND until_at > $2 LIMIT 1";
    /// An emergency was approved.
    write APPROVED = "INSERT INTO emergency (request, tenant, approved_at) VALUES ($1, $2, $3) \
        ON CONFLICT (request) DO NOTHING";
    /// Emergencies that the customer was not told of, the oldest first.
    scan UNTOLD = "SELECT e.request, e.tenant, e.approved_at FROM emergency e WHERE NOT EXISTS \
        (SELECT 1 FROM access_report a WHERE a.subject = e.request AND a.cause = 'emergency') \
        ORDER BY e.approved_at, e.request LIMIT $1";
}

rows! {
    /// A shift of an officer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DutyRow {
        /// Its id.
        pub id: String,
        /// The officer, as a person.
        pub person: String,
        /// When it begins.
        pub from_at: Micros,
        /// When it ends.
        pub until_at: Micros,
        /// The account of the officer who asked first.
        pub set_by: String,
        /// The account of the one who asked for the same.
        pub second: String,
        /// When it was set.
        pub set_at: Micros,
        /// Who ended it before its time; empty where nobody did.
        pub ended_by: String,
    }
    /// An emergency that was approved.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Emergency {
        /// The request.
        pub request: String,
        /// The customer.
        pub tenant: String,
        /// When.
        pub approved_at: Micros,
    }
}

/// Adds a shift.
pub fn add(tx: &mut Tx, row: &DutyRow) -> Result<(), StoreError> {
    let args = args![&row.id, &row.person, row.from_at, row.until_at, &row.set_by, &row.second, row.set_at];
    tx.execute(&ADD, &args).map(|_| ())
}

/// One shift.
pub fn duty(tx: &mut Tx, id: &str) -> Result<Option<DutyRow>, StoreError> {
    tx.opt(&DUTY, &args![id])
}

/// A page of the shifts that are not over.
pub fn duties(tx: &mut Tx, now: Micros, offset: u32, limit: u32) -> Result<Vec<DutyRow>, StoreError> {
    tx.list(&DUTIES, &args![now, limit, offset])
}

/// Every shift that is not over.
pub fn standing(tx: &mut Tx, now: Micros) -> Result<Vec<DutyRow>, StoreError> {
    tx.list(&STANDING, &args![now])
}

/// Ends a shift.
pub fn end(tx: &mut Tx, id: &str, at: Micros, by: &str) -> Result<(), StoreError> {
    tx.execute(&END, &args![id, at, by]).map(|_| ())
}

/// Whether a person was on duty at a moment.
pub fn on_duty(tx: &mut Tx, person: &str, at: Micros) -> Result<bool, StoreError> {
    Ok(tx.opt::<(String,)>(&ON_DUTY, &args![person, at])?.is_some())
}

/// Notes that an emergency was approved.
pub fn approved(tx: &mut Tx, emergency: &Emergency) -> Result<(), StoreError> {
    let args = args![&emergency.request, &emergency.tenant, emergency.approved_at];
    tx.execute(&APPROVED, &args).map(|_| ())
}

/// Emergencies that their customers were not told of.
pub fn untold(tx: &mut Tx, limit: u32) -> Result<Vec<Emergency>, StoreError> {
    tx.list(&UNTOLD, &args![limit])
}
