//! Where a tenant's people sign in besides: the tenant's issuer, accounts there that people linked to their own, and
//! sign-ins under way.
//!
//! Invariants: a tenant has one issuer; an account there is one person's, and a person has one; a sign-in under way is
//! taken once.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{Micros, TenantId, UserId};

statements! { "issuers";
    /// A tenant's issuer.
    read ISSUER = "SELECT tenant, issuer, client_id, secret, claim, set_by, set_at FROM issuer WHERE tenant = $1";
    /// Whether anybody has one.
    scan ANY = "SELECT COUNT(*) FROM (SELECT tenant FROM issuer LIMIT 1) AS one";
    /// A new one, or another instead.
    write PUT = "INSERT INTO issuer (tenant, issuer, client_id, secret, claim, set_by, set_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (tenant) DO UPDATE SET issuer = EXCLUDED.issuer, \
        client_id = EXCLUDED.client_id, secret = EXCLUDED.secret, claim = EXCLUDED.claim, \
        set_by = EXCLUDED.set_by, set_at = EXCLUDED.set_at";
    /// No more.
    write REMOVE = "DELETE FROM issuer WHERE tenant = $1";
    /// The person of an account there.
    read BY_SUBJECT = "SELECT person, tenant, issuer, subject, linked_at FROM issuer_link \
        WHERE tenant = $1 AND issuer = $2 AND subject = $3";
    /// A person's account there.
    read OF_PERSON = "SELECT person, tenant, issuer, subject, linked_at FROM issuer_link WHERE person = $1";
    /// All of a tenant's.
    read OF_TENANT = "SELECT person, tenant, issuer, subject, linked_at FROM issuer_link WHERE tenant = $1";
    /// One more; not when either has another.
    write LINK = "INSERT INTO issuer_link (person, tenant, issuer, subject, linked_at) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT DO NOTHING";
    /// One less.
    write UNLINK = "DELETE FROM issuer_link WHERE person = $1";
    /// A sign-in begins.
    write BEGIN = "INSERT INTO issuer_visit (mac, browser, tenant, issuer, person, back, expires) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// One under way.
    read VISIT = "SELECT mac, browser, tenant, issuer, person, back, expires FROM issuer_visit WHERE mac = $1";
    /// It is over.
    write END = "DELETE FROM issuer_visit WHERE mac = $1";
    /// Those whose time is over.
    write SWEEP = "DELETE FROM issuer_visit WHERE expires <= $1";
}

rows! {
    /// A tenant's issuer. Without `Debug`: it holds a secret.
    #[derive(Clone, PartialEq, Eq)]
    pub struct IssuerRow {
        /// Whose.
        pub tenant: TenantId,
        /// Its name, which is a URL.
        pub issuer: String,
        /// What we are called there.
        pub client_id: String,
        /// What we prove it with, wrapped.
        pub secret: Vec<u8>,
        /// The claim that must name the person who links.
        pub claim: String,
        /// Who set it.
        pub set_by: String,
        /// When.
        pub set_at: Micros,
    }
    /// An account at an issuer that a person linked. Without `Debug`: it says who is who elsewhere.
    #[derive(Clone, PartialEq, Eq)]
    pub struct LinkRow {
        /// Whose.
        pub person: UserId,
        /// The person's tenant.
        pub tenant: TenantId,
        /// The issuer.
        pub issuer: String,
        /// The account there.
        pub subject: String,
        /// When.
        pub linked_at: Micros,
    }
    /// A sign-in under way. Without `Debug`: its hashes are nobody's business.
    #[derive(Clone, PartialEq, Eq)]
    pub struct VisitRow {
        /// The keyed hash of its state.
        pub mac: Vec<u8>,
        /// The keyed hash of the browser's cookie.
        pub browser: Vec<u8>,
        /// Whose issuer.
        pub tenant: TenantId,
        /// Which.
        pub issuer: String,
        /// Who links an account; empty for a sign-in.
        pub person: String,
        /// Where to go then.
        pub back: String,
        /// When it is over.
        pub expires: Micros,
    }
}

/// A tenant's issuer.
pub fn issuer(tx: &mut Tx, tenant: TenantId) -> Result<Option<IssuerRow>, StoreError> {
    tx.opt(&ISSUER, &args![tenant])
}

/// Whether any tenant has one.
pub fn any(tx: &mut Tx) -> Result<bool, StoreError> {
    Ok(tx.one::<(i64,)>(&ANY, &[])?.0 > 0)
}

/// Sets a tenant's issuer.
pub fn put(tx: &mut Tx, row: &IssuerRow) -> Result<(), StoreError> {
    let args =
        args![row.tenant, &row.issuer, &row.client_id, &row.secret[..], &row.claim, &row.set_by, row.set_at];
    tx.execute(&PUT, &args).map(|_| ())
}

/// Takes a tenant's issuer away; false when it had none.
pub fn remove(tx: &mut Tx, tenant: TenantId) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, &args![tenant])? > 0)
}

/// Whose an account there is.
pub fn by_subject(
    tx: &mut Tx,
    tenant: TenantId,
    issuer: &str,
    subject: &str,
) -> Result<Option<LinkRow>, StoreError> {
    tx.opt(&BY_SUBJECT, &args![tenant, issuer, subject])
}

/// The account that a person linked.
pub fn of_person(tx: &mut Tx, person: UserId) -> Result<Option<LinkRow>, StoreError> {
    tx.opt(&OF_PERSON, &args![person])
}

/// All accounts that a tenant's people linked.
pub fn of_tenant(tx: &mut Tx, tenant: TenantId) -> Result<Vec<LinkRow>, StoreError> {
    tx.list(&OF_TENANT, &args![tenant])
}

/// Links an account; false when it is somebody's, or the person has one.
pub fn link(tx: &mut Tx, row: &LinkRow) -> Result<bool, StoreError> {
    let args = args![row.person, row.tenant, &row.issuer, &row.subject, row.linked_at];
    Ok(tx.execute(&LINK, &args)? > 0)
}

/// Takes a person's link away; false when there was none.
pub fn unlink(tx: &mut Tx, person: UserId) -> Result<bool, StoreError> {
    Ok(tx.execute(&UNLINK, &args![person])? > 0)
}

/// Begins a sign-in.
pub fn begin(tx: &mut Tx, row: &VisitRow) -> Result<(), StoreError> {
    let args =
        args![&row.mac[..], &row.browser[..], row.tenant, &row.issuer, &row.person, &row.back, row.expires];
    tx.execute(&BEGIN, &args).map(|_| ())
}

/// Takes a sign-in under way, once.
pub fn take(tx: &mut Tx, mac: &[u8]) -> Result<Option<VisitRow>, StoreError> {
    let found = tx.opt(&VISIT, &args![mac])?;
    tx.execute(&END, &args![mac])?;
    Ok(found)
}

/// Drops those whose time is over.
pub fn sweep(tx: &mut Tx, now: Micros) -> Result<u64, StoreError> {
    tx.execute(&SWEEP, &args![now])
}
