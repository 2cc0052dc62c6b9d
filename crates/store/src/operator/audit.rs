//! The operator zone's audit trail: what was done, by whom. Only ever inserted into; holds no private member.
//!
//! This file is the model for an area: statements first, rows as plain structs, then one function per act.
//! Deliberately absent: names of users. The gateway fills them in from the pseudonymous id.

use crate::{StoreError, Tx, Value, args};
use kernel::{AccountId, AppId, AuditId, CorrelationId, CustomerId, Micros, UserId};

crate::rows! {
    /// One line of the trail.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AuditEntry {
        /// Its id; ordered by time.
        pub id: AuditId,
        /// The partner in whose account it happened.
        pub partner: AccountId,
        /// When, by the account's clock.
        pub happened: Micros,
        /// When, by the real clock.
        pub recorded: Micros,
        /// The customer it concerns.
        pub customer: Option<CustomerId>,
        /// The customer's company name at that time.
        pub customer_name: Option<String>,
        /// Who did it, pseudonymous; None for a call without a user.
        pub user: Option<UserId>,
        /// The application that called.
        pub application: Option<AppId>,
        /// The kind of resource, as the contract spells it.
        pub resource_type: String,
        /// The resource before, as JSON text.
        pub old_value: Option<String>,
        /// The resource after, as JSON text.
        pub new_value: Option<String>,
        /// What was done, as the contract spells it.
        pub operation_type: String,
        /// How it ended, as the contract spells it.
        pub operation_status: String,
        /// The caller's correlation id.
        pub correlation: Option<CorrelationId>,
        /// Further names and values, as a JSON array.
        pub customized: String,
    }
}

/// What narrows a listing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum AuditFilter {
    /// Everything.
    #[default]
    All,
    /// One customer's.
    Customer(CustomerId),
    /// Customers whose company name contains this, in any case.
    CompanyName(String),
    /// One kind of resource.
    ResourceType(String),
}

/// A place in the listing, which runs from the newest entry to the oldest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditPlace {
    /// The entry's time.
    pub happened: Micros,
    /// The entry's id.
    pub id: AuditId,
}

/// One page of one partner's trail.
#[derive(Clone, Debug)]
pub struct AuditQuery {
    /// Whose.
    pub partner: AccountId,
    /// From this instant on.
    pub from: Micros,
    /// Up to before this instant.
    pub until: Micros,
    /// What narrows it.
    pub filter: AuditFilter,
    /// Only entries after this place; None for the first page.
    pub after: Option<AuditPlace>,
    /// At most this many.
    pub limit: u32,
}

macro_rules! columns {
    () => {
        "id, partner, happened, recorded, customer, customer_name, user_id, application, resource_type, \
         old_value, new_value, operation_type, operation_status, correlation, customized"
    };
}

/// The pages differ in one condition only.
macro_rules! page {
    ($condition:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM audit WHERE partner = $1 AND happened >= $2 AND happened < $3 AND (happened, id) < ($4, $5) AND ",
            $condition,
            " ORDER BY happened DESC, id DESC LIMIT $6"
        )
    };
}

crate::statements! { "audit";
    /// One more entry.
    write INSERT = "INSERT INTO audit (id, partner, happened, recorded, customer, customer_name, user_id,
        application, resource_type, old_value, new_value, operation_type, operation_status, correlation,
        customized, customer_name_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    /// One entry of one partner.
    read BY_ID = concat!("SELECT ", columns!(), " FROM audit WHERE partner = $1 AND id = $2");
    /// A page of everything.
    read PAGE = page!("1 = 1");
    /// A page of one customer.
    read PAGE_OF_CUSTOMER = page!("customer = $7");
    /// A page of one kind of resource.
    read PAGE_OF_RESOURCE = page!("resource_type = $7");
    /// A page of customers by a part of their names: looks at all the partner's entries in the range.
    scan PAGE_BY_NAME = page!("customer_name_key LIKE $7 ESCAPE '!'");
}

/// Adds an entry.
pub fn append(tx: &mut Tx, entry: &AuditEntry) -> Result<(), StoreError> {
    let name_key = entry.customer_name.as_deref().map(crate::search_key);
    let args = args![
        entry.id,
        entry.partner,
        entry.happened,
        entry.recorded,
        entry.customer,
        &entry.customer_name,
        entry.user,
        entry.application,
        &entry.resource_type,
        &entry.old_value,
        &entry.new_value,
        &entry.operation_type,
        &entry.operation_status,
        entry.correlation,
        &entry.customized,
        name_key,
    ];
    tx.later(&INSERT, &args)
}

/// One entry, if it is this partner's.
pub fn find(tx: &mut Tx, partner: AccountId, id: AuditId) -> Result<Option<AuditEntry>, StoreError> {
    tx.opt(&BY_ID, &args![partner, id])
}

/// One page, newest first.
pub fn list(tx: &mut Tx, query: &AuditQuery) -> Result<Vec<AuditEntry>, StoreError> {
    // Before the first page stands a place behind every time that is asked for.
    let (happened, id) =
        query.after.map_or((query.until, String::new()), |place| (place.happened, place.id.to_string()));
    let mut args = args![query.partner, query.from, query.until, happened, id, query.limit].to_vec();
    let statement = match &query.filter {
        AuditFilter::All => &PAGE,
        AuditFilter::Customer(customer) => {
            args.push(Value::from(customer));
            &PAGE_OF_CUSTOMER
        }
        AuditFilter::ResourceType(kind) => {
            args.push(Value::from(kind));
            &PAGE_OF_RESOURCE
        }
        AuditFilter::CompanyName(part) => {
            args.push(Value::from(crate::contains_pattern(part)));
            &PAGE_BY_NAME
        }
    };
    tx.list(statement, &args)
}
