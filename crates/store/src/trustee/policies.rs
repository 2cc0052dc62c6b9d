//! Changes of the access policy, and who signed them.
//!
//! Invariants: what was proposed is written once; a person signs a change once; a change that was signed by two officers
//! is never altered, and withdrawn only before its time.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! change {
    () => {
        "SELECT id, body, sha256, replaces, text, state, proposed_by, proposed_at, effective_at, told FROM policy_change "
    };
}

statements! { "policies";
    /// One change.
    read CHANGE = concat!(change!(), "WHERE id = $1");
    /// The changes that two officers signed, in the order of their effect.
    read SIGNED = concat!(change!(), "WHERE state = 'signed' ORDER BY effective_at, id");
    /// All changes, the latest first.
    scan CHANGES = concat!(change!(), "WHERE state <> 'base' ORDER BY proposed_at DESC, id LIMIT $1");
    /// A new change, or the file that the program brought along.
    write ADD = "INSERT INTO policy_change (id, body, sha256, replaces, text, state, proposed_by, proposed_at, \
        effective_at, told) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, 0) ON CONFLICT (id) DO UPDATE SET sha256 = $3";
    /// Two officers have signed, or one has withdrawn it.
    write SET = "UPDATE policy_change SET state = $2, effective_at = $3 WHERE id = $1 AND state = $4";
    /// The log knows that it took effect.
    write TOLD = "UPDATE policy_change SET told = 1 WHERE id = $1";
    /// Who signed.
    read SIGNATURES = "SELECT person, tenant, fingerprint, signed_at, signature FROM policy_signature \
        WHERE change = $1 ORDER BY signed_at, person";
    /// One more signature.
    write SIGN = "INSERT INTO policy_signature (change, person, tenant, fingerprint, signed_at, signature) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (change, person) DO NOTHING";
}

rows! {
    /// A change.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ChangeRow {
        /// Its id.
        pub id: String,
        /// The policy file.
        pub body: String,
        /// Its hash.
        pub sha256: String,
        /// The hash of the file it replaces.
        pub replaces: String,
        /// What is signed.
        pub text: String,
        /// `proposed`, `signed` or `withdrawn`; `base` for the program's own.
        pub state: String,
        /// The officer's account.
        pub proposed_by: String,
        /// When.
        pub proposed_at: Micros,
        /// From when on it counts; 0 while it is not signed.
        pub effective_at: Micros,
        /// Whether the log knows that it took effect.
        pub told: bool,
    }

    /// A signature.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SignatureRow {
        /// Who.
        pub person: String,
        /// For which customer; empty for an officer.
        pub tenant: String,
        /// With which key.
        pub fingerprint: String,
        /// When, as it was signed.
        pub signed_at: Micros,
        /// The signature.
        pub signature: String,
    }
}

/// One change.
pub fn change(tx: &mut Tx, id: &str) -> Result<Option<ChangeRow>, StoreError> {
    tx.opt(&CHANGE, &args![id])
}

/// The changes that two officers signed, in the order of their effect.
pub fn signed(tx: &mut Tx) -> Result<Vec<ChangeRow>, StoreError> {
    tx.list(&SIGNED, &args![])
}

/// All changes, the latest first.
pub fn changes(tx: &mut Tx, limit: u32) -> Result<Vec<ChangeRow>, StoreError> {
    tx.list(&CHANGES, &args![limit])
}

/// Adds a change; of the program's own file only the hash is renewed.
pub fn add(tx: &mut Tx, row: &ChangeRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        &row.body,
        &row.sha256,
        &row.replaces,
        &row.text,
        &row.state,
        &row.proposed_by,
        row.proposed_at
    ];
    tx.execute(&ADD, &args)?;
    Ok(())
}

/// Moves a change on; false when it was not in the state it is moved from.
pub fn set(
    tx: &mut Tx,
    id: &str,
    (from, to): (&str, &str),
    effective_at: Micros,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&SET, &args![id, to, effective_at, from])? > 0)
}

/// The log knows that it took effect.
pub fn told(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.execute(&TOLD, &args![id])?;
    Ok(())
}

/// Who signed a change, in their order.
pub fn signatures(tx: &mut Tx, change: &str) -> Result<Vec<SignatureRow>, StoreError> {
    tx.list(&SIGNATURES, &args![change])
}

/// Adds a signature; false when this person has signed already.
pub fn sign(tx: &mut Tx, change: &str, row: &SignatureRow) -> Result<bool, StoreError> {
    let args = args![change, &row.person, &row.tenant, &row.fingerprint, row.signed_at, &row.signature];
    Ok(tx.execute(&SIGN, &args)? > 0)
}
