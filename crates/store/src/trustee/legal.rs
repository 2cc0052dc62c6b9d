//! Demands of authorities, and what was found about them.
//!
//! Invariants: a case is written once; a person assesses it once; it is disclosed once; a notice is never taken back.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! case {
    () => {
        "SELECT id, tenant, authority, country, basis, instrument, document, demand, records, fields, addressee, \
         received_at, received_by, gag_basis, gag_until, gag_ends_at, text, created_at, result, notified_at, disclosed_at, \
         disclosed_by FROM legal_case "
    };
}

statements! { "legal";
    /// One case.
    read CASE = concat!(case!(), "WHERE id = $1");
    /// A page of cases, the latest first.
    scan CASES = concat!(case!(), "ORDER BY created_at DESC, id LIMIT $1 OFFSET $2");
    /// The cases that a customer has been told of, the latest first.
    scan NOTICES = concat!(case!(), "WHERE tenant = $1 AND notified_at > 0 ORDER BY notified_at DESC, id LIMIT $2");
    /// Cases of which the customer can be told now.
    scan DUE = concat!(case!(), "WHERE notified_at = 0 AND gag_ends_at <= $1 LIMIT $2");
    /// A new case.
    write ADD = "INSERT INTO legal_case (id, tenant, authority, country, basis, instrument, document, demand, records, \
        fields, addressee, received_at, received_by, gag_basis, gag_until, gag_ends_at, text, created_at, result, notified_at, \
        disclosed_at, disclosed_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, \
        $16, $17, '', 0, 0, '')";
    /// What two persons found.
    write RESULT = "UPDATE legal_case SET result = $2 WHERE id = $1 AND result = ''";
    /// The customer knows.
    write NOTIFIED = "UPDATE legal_case SET notified_at = $2 WHERE id = $1 AND notified_at = 0";
    /// It is being disclosed, once.
    write DISCLOSED = "UPDATE legal_case SET disclosed_at = $2, disclosed_by = $3 WHERE id = $1 AND disclosed_at = 0";
    /// What was found.
    read ASSESSMENTS = "SELECT person, fingerprint, outcome, signed_at, signature FROM legal_assessment \
        WHERE legal_case = $1 ORDER BY signed_at, person";
    /// One more assessment.
    write ASSESS = "INSERT INTO legal_assessment (legal_case, person, fingerprint, outcome, signed_at, signature) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (legal_case, person) DO NOTHING";
}

rows! {
    /// A case. Without `Debug`: the demand can hold names.
    #[derive(Clone, PartialEq, Eq)]
    pub struct CaseRow {
        /// Its id.
        pub id: String,
        /// The customer.
        pub tenant: String,
        /// Who demands it.
        pub authority: String,
        /// The authority's country.
        pub country: String,
        /// The law it names.
        pub basis: String,
        /// By which instrument it has effect in Germany; empty for none.
        pub instrument: String,
        /// The hash of the document.
        pub document: String,
        /// What the document says, for the customer.
        pub demand: String,
        /// Records, joined by commas.
        pub records: String,
        /// Fields, joined by commas.
        pub fields: String,
        /// The addressee's public key.
        pub addressee: String,
        /// When it came.
        pub received_at: Micros,
        /// Who took it in.
        pub received_by: String,
        /// By which law the customer may not be told, and who says so; empty where it may.
        pub gag_basis: String,
        /// Until when, as it was registered and signed; 0 for not at all.
        pub gag_until: Micros,
        /// Until when, as it stands now.
        pub gag_ends_at: Micros,
        /// What is signed.
        pub text: String,
        /// When it was registered.
        pub created_at: Micros,
        /// What two persons found; empty until then.
        pub result: String,
        /// When the customer was told; 0 until then.
        pub notified_at: Micros,
        /// When it was disclosed; 0 until then.
        pub disclosed_at: Micros,
        /// By which officers.
        pub disclosed_by: String,
    }

    /// An assessment.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AssessmentRow {
        /// Who.
        pub person: String,
        /// With which key.
        pub fingerprint: String,
        /// What the person found.
        pub outcome: String,
        /// When, as it was signed.
        pub signed_at: Micros,
        /// The signature.
        pub signature: String,
    }
}

/// One case.
pub fn case(tx: &mut Tx, id: &str) -> Result<Option<CaseRow>, StoreError> {
    tx.opt(&CASE, &args![id])
}

/// A page of cases, the latest first.
pub fn cases(tx: &mut Tx, offset: u32, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
    tx.list(&CASES, &args![limit, offset])
}

/// The cases that a customer has been told of, the latest first.
pub fn notices(tx: &mut Tx, tenant: &str, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
    tx.list(&NOTICES, &args![tenant, limit])
}

/// Cases of which the customer can be told now.
pub fn due(tx: &mut Tx, now: Micros, limit: u32) -> Result<Vec<CaseRow>, StoreError> {
    tx.list(&DUE, &args![now, limit])
}

/// Adds a case.
pub fn add(tx: &mut Tx, row: &CaseRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        &row.tenant,
        &row.authority,
        &row.country,
        &row.basis,
        &row.instrument,
        &row.document,
        &row.demand,
        &row.records,
        &row.fields,
        &row.addressee,
        row.received_at,
        &row.received_by,
        &row.gag_basis,
        row.gag_until,
        &row.text,
        row.created_at
    ];
    tx.execute(&ADD, &args)?;
    Ok(())
}

/// Writes what two persons found; false when that was written before.
pub fn decide(tx: &mut Tx, id: &str, result: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&RESULT, &args![id, result])? > 0)
}

/// The customer knows; false when it knew before.
pub fn notified(tx: &mut Tx, id: &str, now: Micros) -> Result<bool, StoreError> {
    Ok(tx.execute(&NOTIFIED, &args![id, now])? > 0)
}

/// It is being disclosed; false when it was before.
pub fn disclosed(tx: &mut Tx, id: &str, now: Micros, by: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&DISCLOSED, &args![id, now, by])? > 0)
}

/// What was found, in its order.
pub fn assessments(tx: &mut Tx, id: &str) -> Result<Vec<AssessmentRow>, StoreError> {
    tx.list(&ASSESSMENTS, &args![id])
}

/// Adds an assessment; false when this person has assessed the case already.
pub fn assess(tx: &mut Tx, id: &str, row: &AssessmentRow) -> Result<bool, StoreError> {
    let args = args![id, &row.person, &row.fingerprint, &row.outcome, row.signed_at, &row.signature];
    Ok(tx.execute(&ASSESS, &args)? > 0)
}
