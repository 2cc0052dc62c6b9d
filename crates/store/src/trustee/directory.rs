//! Tenants, their domains and their people. Names of people are in these rows and nowhere else in the house.

use crate::{StoreError, Tx, args};
use kernel::{Micros, TenantId, UserId};

crate::rows! {
    /// A tenant.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Tenant {
        /// Its id.
        pub id: TenantId,
        /// Partner, customer, operator or trustee.
        pub party: String,
        /// The organisation's name.
        pub name: String,
        /// `active` or `disabled`.
        pub state: String,
        /// Whether its people must have a second factor.
        pub require_mfa: bool,
        /// Tokens of an earlier generation are dead.
        pub generation: i64,
        /// When it was opened.
        pub created: Micros,
        /// The organisation's country; empty where nobody asked.
        pub country: String,
        /// When the trustee itself verified the organisation.
        pub verified_at: Option<Micros>,
    }
    /// A person's account. Without `Debug`: it holds names and a password hash.
    #[derive(Clone)]
    pub struct Person {
        /// The pseudonym by which everybody else knows the person.
        pub id: UserId,
        /// The person's tenant.
        pub tenant: TenantId,
        /// The user principal name, in lower case.
        pub user_name: String,
        /// The name to show.
        pub display_name: String,
        /// Given name.
        pub given_name: String,
        /// Family name.
        pub family_name: String,
        /// Where mail goes.
        pub email: String,
        /// PHC string; None when the person cannot sign in by password.
        pub password_hash: Option<String>,
        /// Whether the next sign-in must set a new password.
        pub must_change: bool,
        /// The TOTP secret, wrapped.
        pub totp: Option<Vec<u8>>,
        /// Whether a first code was given: before that the secret counts for nothing.
        pub totp_ready: bool,
        /// The step of the last code that was used.
        pub totp_step: i64,
        /// Names of roles, with blanks between them.
        pub roles: String,
        /// `active`, `disabled` or `deleted`.
        pub state: String,
        /// Wrong answers in a row.
        pub failed: u32,
        /// No sign-in before this.
        pub locked_until: Micros,
        /// Tokens and sessions of an earlier generation are dead.
        pub generation: i64,
        /// When the account was made.
        pub created: Micros,
        /// The last sign-in.
        pub last_sign_in: Option<Micros>,
        /// Until when a one-time password counts.
        pub password_until: Option<Micros>,
    }
}

macro_rules! person {
    () => {
        "SELECT id, tenant, user_name, display_name, given_name, family_name, email, password_hash, must_change, \
         totp, totp_ready, totp_step, roles, state, failed, locked_until, generation, created, last_sign_in, \
         password_until FROM person "
    };
}
macro_rules! tenant {
    () => {
        "SELECT t.id, t.party, t.name, t.state, t.require_mfa, t.generation, t.created, t.country, t.verified_at \
         FROM tenant t "
    };
}

crate::statements! { "directory";
    /// One tenant.
    read TENANT = concat!(tenant!(), "WHERE t.id = $1");
    /// The tenant of a domain.
    read TENANT_OF_DOMAIN = concat!(tenant!(), "JOIN tenant_domain d ON d.tenant = t.id WHERE d.domain = $1");
    /// A new tenant.
    write ADD_TENANT = "INSERT INTO tenant (id, party, name, state, require_mfa, generation, created, country,
        verified_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    /// A changed tenant.
    write SET_TENANT = "UPDATE tenant SET name = $2, state = $3, require_mfa = $4, generation = $5,
        verified_at = $6 WHERE id = $1";
    /// A page of the tenants of a kind, the oldest first; verified (1), not verified (0) or both (-1).
    scan TENANTS = concat!(tenant!(), "WHERE t.party = $1
        AND ($2 < 0 OR CASE WHEN t.verified_at IS NULL THEN 0 ELSE 1 END = $2)
        ORDER BY t.created, t.id LIMIT $3 OFFSET $4");
    /// The next customers in the order of their ids, with when they were made.
    read CUSTOMERS_AFTER = "SELECT id, created FROM tenant WHERE id > $1 AND party = 'customer' ORDER BY id LIMIT $2";
    /// The first tenant of a kind: of the operator and of the trustee there is one.
    read TENANT_OF_PARTY = concat!(tenant!(), "WHERE t.party = $1 ORDER BY t.created, t.id LIMIT 1");
    /// A tenant's domains, the initial one first.
    read DOMAINS = "SELECT domain FROM tenant_domain WHERE tenant = $1 ORDER BY is_initial DESC, domain";
    /// A new domain.
    write ADD_DOMAIN = "INSERT INTO tenant_domain (domain, tenant, is_initial) VALUES ($1, $2, $3)
        ON CONFLICT (domain) DO NOTHING";
    /// A closed tenant's domains are free again.
    write DROP_DOMAINS = "DELETE FROM tenant_domain WHERE tenant = $1";
    /// One person.
    read PERSON = concat!(person!(), "WHERE id = $1");
    /// The person of a user name.
    read PERSON_BY_NAME = concat!(person!(), "WHERE user_name = $1");
    /// A page of a tenant's people.
    read PEOPLE = concat!(person!(), "WHERE tenant = $1 AND state <> 'deleted'
        ORDER BY user_name LIMIT $2 OFFSET $3");
    /// All of a tenant's people with a role that contains this text.
    read WITH_ROLE = concat!(person!(), "WHERE tenant = $1 AND state = 'active' AND roles LIKE $2");
    /// A new person.
    write ADD_PERSON = "INSERT INTO person (id, tenant, user_name, display_name, given_name, family_name, email,
        password_hash, must_change, totp, totp_ready, totp_step, roles, state, failed, locked_until, generation,
        created, last_sign_in, password_until)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
        ON CONFLICT (user_name) DO NOTHING";
    /// A changed person.
    write SET_PERSON = "UPDATE person SET user_name = $2, display_name = $3, given_name = $4, family_name = $5,
        email = $6, password_hash = $7, must_change = $8, totp = $9, totp_ready = $10, totp_step = $11, roles = $12,
        state = $13, failed = $14, locked_until = $15, generation = $16, last_sign_in = $17,
        password_until = $18 WHERE id = $1";
    /// The name of a person, for lists that hold pseudonyms.
    read USER_NAME = "SELECT user_name FROM person WHERE id = $1";
}

/// One tenant.
pub fn tenant(tx: &mut Tx, id: TenantId) -> Result<Option<Tenant>, StoreError> {
    tx.opt(&TENANT, &args![id])
}

/// The tenant that has this domain (in lower case).
pub fn tenant_of_domain(tx: &mut Tx, domain: &str) -> Result<Option<Tenant>, StoreError> {
    tx.opt(&TENANT_OF_DOMAIN, &args![domain])
}

/// Adds a tenant; false when its id is taken.
pub fn add_tenant(tx: &mut Tx, tenant: &Tenant) -> Result<bool, StoreError> {
    let args = args![
        tenant.id,
        &tenant.party,
        &tenant.name,
        &tenant.state,
        tenant.require_mfa,
        tenant.generation,
        tenant.created,
        &tenant.country,
        tenant.verified_at
    ];
    Ok(tx.execute(&ADD_TENANT, &args)? == 1)
}

/// Writes what can change about a tenant.
pub fn set_tenant(tx: &mut Tx, tenant: &Tenant) -> Result<(), StoreError> {
    let args = args![
        tenant.id,
        &tenant.name,
        &tenant.state,
        tenant.require_mfa,
        tenant.generation,
        tenant.verified_at
    ];
    tx.execute(&SET_TENANT, &args).map(|_| ())
}

/// A page of the tenants of a kind, the oldest first: all, or only those that were verified, or were not.
pub fn tenants(
    tx: &mut Tx,
    party: &str,
    verified: Option<bool>,
    offset: u32,
    limit: u32,
) -> Result<Vec<Tenant>, StoreError> {
    tx.list(&TENANTS, &args![party, verified.map_or(-1, i64::from), limit, offset])
}

/// The next customers after one of them, by id, with when they were made; `None` begins.
pub fn customers_after(
    tx: &mut Tx,
    after: Option<TenantId>,
    limit: u32,
) -> Result<Vec<(TenantId, Micros)>, StoreError> {
    tx.list(&CUSTOMERS_AFTER, &args![after.map_or_else(String::new, |id| id.to_string()), limit])
}

/// The tenant of a kind of which there is one: the operator's, the trustee's.
pub fn tenant_of_party(tx: &mut Tx, party: &str) -> Result<Option<Tenant>, StoreError> {
    tx.opt(&TENANT_OF_PARTY, &args![party])
}

/// A tenant's domains, the initial one first.
pub fn domains(tx: &mut Tx, tenant: TenantId) -> Result<Vec<String>, StoreError> {
    Ok(tx.list::<(String,)>(&DOMAINS, &args![tenant])?.into_iter().map(|(domain,)| domain).collect())
}

/// Adds a domain (in lower case); false when it is taken.
pub fn add_domain(tx: &mut Tx, tenant: TenantId, domain: &str, initial: bool) -> Result<bool, StoreError> {
    Ok(tx.execute(&ADD_DOMAIN, &args![domain, tenant, initial])? == 1)
}

/// Frees a tenant's domains.
pub fn drop_domains(tx: &mut Tx, tenant: TenantId) -> Result<(), StoreError> {
    tx.execute(&DROP_DOMAINS, &args![tenant]).map(|_| ())
}

/// One person, deleted or not.
pub fn person(tx: &mut Tx, id: UserId) -> Result<Option<Person>, StoreError> {
    tx.opt(&PERSON, &args![id])
}

/// The person of a user name (in lower case).
pub fn person_by_name(tx: &mut Tx, user_name: &str) -> Result<Option<Person>, StoreError> {
    tx.opt(&PERSON_BY_NAME, &args![user_name])
}

/// A page of a tenant's people, by user name.
pub fn people(tx: &mut Tx, tenant: TenantId, offset: u32, limit: u32) -> Result<Vec<Person>, StoreError> {
    tx.list(&PEOPLE, &args![tenant, limit, offset])
}

/// A tenant's active people with a role.
pub fn with_role(tx: &mut Tx, tenant: TenantId, role: &str) -> Result<Vec<Person>, StoreError> {
    let mut people: Vec<Person> = tx.list(&WITH_ROLE, &args![tenant, format!("%{role}%")])?;
    people.retain(|person| person.roles.split(' ').any(|held| held == role));
    Ok(people)
}

/// Adds a person; false when the user name is taken.
pub fn add_person(tx: &mut Tx, person: &Person) -> Result<bool, StoreError> {
    let args = args![
        person.id,
        person.tenant,
        &person.user_name,
        &person.display_name,
        &person.given_name,
        &person.family_name,
        &person.email,
        &person.password_hash,
        person.must_change,
        &person.totp,
        person.totp_ready,
        person.totp_step,
        &person.roles,
        &person.state,
        person.failed,
        person.locked_until,
        person.generation,
        person.created,
        person.last_sign_in,
        person.password_until
    ];
    Ok(tx.execute(&ADD_PERSON, &args)? == 1)
}

/// Writes everything about a person that can change.
pub fn set_person(tx: &mut Tx, person: &Person) -> Result<(), StoreError> {
    let args = args![
        person.id,
        &person.user_name,
        &person.display_name,
        &person.given_name,
        &person.family_name,
        &person.email,
        &person.password_hash,
        person.must_change,
        &person.totp,
        person.totp_ready,
        person.totp_step,
        &person.roles,
        &person.state,
        person.failed,
        person.locked_until,
        person.generation,
        person.last_sign_in,
        person.password_until
    ];
    tx.execute(&SET_PERSON, &args).map(|_| ())
}

/// The user name of a pseudonym.
pub fn user_name(tx: &mut Tx, id: UserId) -> Result<Option<String>, StoreError> {
    Ok(tx.opt::<(String,)>(&USER_NAME, &args![id])?.map(|(name,)| name))
}
