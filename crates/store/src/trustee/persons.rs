//! Persons whom the trustee enrolled, and their keys.
//!
//! Invariants: a person is never deleted, only removed; a key belongs to one person for ever.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::Micros;

macro_rules! person {
    () => {
        "SELECT id, kind, tenant, account, login, given_name, family_name, country, evidence, state, proposed_by, \
         proposed_at, confirmed_by, confirmed_at, removed_by, removed_at, employer FROM enrolled_person "
    };
}
macro_rules! key {
    () => {
        "SELECT id, person, fingerprint, line, hardware, state, proposed_by, enrolled_at, usable_from, hastened_by \
         FROM enrolled_key "
    };
}

statements! { "persons";
    /// One person.
    read PERSON = concat!(person!(), "WHERE id = $1");
    /// The person behind an account, unless removed.
    read OF_ACCOUNT = concat!(person!(), "WHERE account = $1 AND state <> 'removed' LIMIT 1");
    /// A page of persons, the latest first; of one kind, of one tenant, or of all for the empty words.
    scan PERSONS = concat!(person!(), "WHERE ($1 = '' OR kind = $1) AND ($4 = '' OR tenant = $4)
        ORDER BY proposed_at DESC, id LIMIT $2 OFFSET $3");
    /// How many of a kind are enrolled.
    read COUNT = "SELECT count(*) FROM enrolled_person WHERE kind = $1 AND state = 'enrolled'";
    /// How many of a kind are enrolled for a tenant.
    read COUNT_OF = "SELECT count(*) FROM enrolled_person WHERE kind = $1 AND state = 'enrolled' AND tenant = $2";
    /// A person, new or changed.
    write PUT = "INSERT INTO enrolled_person (id, kind, tenant, account, login, given_name, family_name, country, \
        evidence, state, proposed_by, proposed_at, confirmed_by, confirmed_at, removed_by, removed_at, employer) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) \
        ON CONFLICT (id) DO UPDATE SET account = $4, login = $5, given_name = $6, family_name = $7, state = $10, \
        confirmed_by = $13, confirmed_at = $14, removed_by = $15, removed_at = $16";
    /// One key.
    read KEY = concat!(key!(), "WHERE id = $1");
    /// A key by its fingerprint.
    read KEY_BY_FINGERPRINT = concat!(key!(), "WHERE fingerprint = $1");
    /// A person's keys.
    read KEYS = concat!(key!(), "WHERE person = $1 ORDER BY id");
    /// A new key.
    write ADD_KEY = "INSERT INTO enrolled_key (id, person, fingerprint, line, hardware, state, proposed_by, \
        enrolled_at, usable_from, hastened_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (fingerprint) DO NOTHING";
    /// A changed key.
    write SET_KEY = "UPDATE enrolled_key SET state = $2, enrolled_at = $3, usable_from = $4, hastened_by = $5 \
        WHERE id = $1";
    /// A removed person's keys count no more.
    write DROP_KEYS = "UPDATE enrolled_key SET state = 'removed' WHERE person = $1";
}

rows! {
    /// A person. Without `Debug`: it can hold a name.
    #[derive(Clone, PartialEq, Eq)]
    pub struct PersonRow {
        /// Its id.
        pub id: String,
        /// What the person is to the rules.
        pub kind: String,
        /// The organisation's tenant.
        pub tenant: String,
        /// The account; empty until there is one.
        pub account: String,
        /// Of an account to be made: its name.
        pub login: String,
        /// Of an account to be made.
        pub given_name: String,
        /// Of an account to be made.
        pub family_name: String,
        /// The country of the office.
        pub country: String,
        /// How the person was identified.
        pub evidence: String,
        /// `proposed`, `enrolled` or `removed`.
        pub state: String,
        /// Which officer's account.
        pub proposed_by: String,
        /// When.
        pub proposed_at: Micros,
        /// Which officer's account; empty until then.
        pub confirmed_by: String,
        /// When; 0 until then.
        pub confirmed_at: Micros,
        /// Which officer's account; empty until then.
        pub removed_by: String,
        /// When; 0 until then.
        pub removed_at: Micros,
        /// Who employs the person; empty where nobody asked.
        pub employer: String,
    }

    /// A key.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct KeyRow {
        /// Its id.
        pub id: String,
        /// Whose it is.
        pub person: String,
        /// `SHA256:…`.
        pub fingerprint: String,
        /// The public key.
        pub line: String,
        /// Whether a hardware token holds it.
        pub hardware: bool,
        /// `proposed`, `enrolled` or `removed`.
        pub state: String,
        /// Which officer's account.
        pub proposed_by: String,
        /// When it was confirmed; 0 until then.
        pub enrolled_at: Micros,
        /// From then on it counts.
        pub usable_from: Micros,
        /// Who was the first to say that it may count at once; empty when nobody.
        pub hastened_by: String,
    }
}

/// One person.
pub fn person(tx: &mut Tx, id: &str) -> Result<Option<PersonRow>, StoreError> {
    tx.opt(&PERSON, &args![id])
}

/// The person behind an account, unless removed.
pub fn of_account(tx: &mut Tx, account: &str) -> Result<Option<PersonRow>, StoreError> {
    if account.is_empty() { Ok(None) } else { tx.opt(&OF_ACCOUNT, &args![account]) }
}

/// A page of persons; of all kinds when `kind` is empty, of all tenants when `tenant` is.
pub fn persons(
    tx: &mut Tx,
    kind: &str,
    tenant: &str,
    offset: u32,
    limit: u32,
) -> Result<Vec<PersonRow>, StoreError> {
    tx.list(&PERSONS, &args![kind, limit, offset, tenant])
}

/// How many of a kind are enrolled.
pub fn count(tx: &mut Tx, kind: &str) -> Result<i64, StoreError> {
    Ok(tx.one::<(i64,)>(&COUNT, &args![kind])?.0)
}

/// How many of a kind are enrolled for a tenant.
pub fn count_of(tx: &mut Tx, kind: &str, tenant: &str) -> Result<i64, StoreError> {
    Ok(tx.one::<(i64,)>(&COUNT_OF, &args![kind, tenant])?.0)
}

/// Writes a person.
pub fn put(tx: &mut Tx, row: &PersonRow) -> Result<(), StoreError> {
    let args = args![
        &row.id,
        &row.kind,
        &row.tenant,
        &row.account,
        &row.login,
        &row.given_name,
        &row.family_name,
        &row.country,
        &row.evidence,
        &row.state,
        &row.proposed_by,
        row.proposed_at,
        &row.confirmed_by,
        row.confirmed_at,
        &row.removed_by,
        row.removed_at,
        &row.employer
    ];
    tx.execute(&PUT, &args)?;
    Ok(())
}

/// One key.
pub fn key(tx: &mut Tx, id: &str) -> Result<Option<KeyRow>, StoreError> {
    tx.opt(&KEY, &args![id])
}

/// A key by its fingerprint.
pub fn key_by_fingerprint(tx: &mut Tx, fingerprint: &str) -> Result<Option<KeyRow>, StoreError> {
    tx.opt(&KEY_BY_FINGERPRINT, &args![fingerprint])
}

/// A person's keys.
pub fn keys(tx: &mut Tx, person: &str) -> Result<Vec<KeyRow>, StoreError> {
    tx.list(&KEYS, &args![person])
}

/// Adds a key; false when it was anybody's before.
pub fn add_key(tx: &mut Tx, row: &KeyRow) -> Result<bool, StoreError> {
    let args = args![
        &row.id,
        &row.person,
        &row.fingerprint,
        &row.line,
        row.hardware,
        &row.state,
        &row.proposed_by,
        row.enrolled_at,
        row.usable_from,
        &row.hastened_by
    ];
    Ok(tx.execute(&ADD_KEY, &args)? > 0)
}

/// Changes a key's state and times.
pub fn set_key(tx: &mut Tx, row: &KeyRow) -> Result<(), StoreError> {
    tx.execute(&SET_KEY, &args![&row.id, &row.state, row.enrolled_at, row.usable_from, &row.hastened_by])?;
    Ok(())
}

/// Makes all keys of a person count no more.
pub fn drop_keys(tx: &mut Tx, person: &str) -> Result<(), StoreError> {
    tx.execute(&DROP_KEYS, &args![person])?;
    Ok(())
}
