//! Customers and which partner sells to them.
//!
//! A partner sees a customer only through a link. A page of a partner's customers is one range of one index,
//! whatever else the store holds.

use kernel::{AccountId, Country, CustomerId, Micros};

use super::words::words;
use crate::{StoreError, Tx, Value, args, search_key};

words! {
    /// What a partner is to a customer.
    pub enum Relationship / "a relationship" {
        /// It sells to the customer.
        Reseller = "reseller",
        /// It did so once.
        None = "none",
    }
}

crate::rows! {
    /// One customer as one partner sees it.
    #[derive(Clone, PartialEq, Eq)]
    pub struct CustomerRow {
        /// Its id, which is its tenant's.
        pub customer_id: CustomerId,
        /// Its id in commerce.
        pub commerce_id: String,
        /// Its legal name.
        pub company_name: String,
        /// Its first domain.
        pub domain: String,
        /// Where it is.
        pub country: Country,
        /// Whether nothing it buys is real.
        pub sandbox: bool,
        /// The company profile's commercial members, as JSON.
        pub company: String,
        /// The company profile's envelope.
        pub company_sealed: Option<String>,
        /// The company profile's version.
        pub company_version: i64,
        /// The billing profile's commercial members, as JSON.
        pub billing: String,
        /// The billing profile's envelope.
        pub billing_sealed: Option<String>,
        /// The billing profile's version.
        pub billing_version: i64,
        /// When the cloud agreement was accepted.
        pub cloud_agreed: Option<Micros>,
        /// When the trustee agreement was accepted.
        pub trustee_agreed: Option<Micros>,
        /// When it was made.
        pub created: Micros,
        /// The partner that is billed for it.
        pub account_id: AccountId,
        /// That partner's reseller.
        pub reseller_id: Option<AccountId>,
        /// What the partner is to it.
        pub relationship: Relationship,
    }

    /// Who sells to a customer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Link {
        /// The customer.
        pub customer_id: CustomerId,
        /// The partner that is billed for it.
        pub account_id: AccountId,
        /// What the partner is to it.
        pub relationship: Relationship,
    }

    /// One line of a list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ListedCustomer {
        /// Its id.
        pub customer_id: CustomerId,
        /// Its legal name.
        pub company_name: String,
        /// Its first domain.
        pub domain: String,
        /// What the partner is to it.
        pub relationship: Relationship,
        /// The partner's reseller.
        pub reseller_id: Option<AccountId>,
        /// What the list is ordered by.
        pub key: String,
    }
}

/// Prints nothing of the profiles: what is not sealed in them is commercial, but none of a log's business.
impl std::fmt::Debug for CustomerRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CustomerRow").field("customer_id", &self.customer_id).finish_non_exhaustive()
    }
}

macro_rules! find {
    ($condition:literal) => {
        concat!(
            "SELECT c.customer_id, c.commerce_id, c.company_name, c.domain, c.country, c.sandbox, c.company, \
             c.company_sealed, c.company_version, c.billing, c.billing_sealed, c.billing_version, \
             c.cloud_agreed, c.trustee_agreed, c.created, l.account_id, l.reseller_id, l.relationship \
             FROM customers c JOIN customer_links l ON l.customer_id = c.customer_id \
             WHERE c.customer_id = $1 AND c.deleted IS NULL",
            $condition
        )
    };
}

/// Pages differ in whose they are and in the key they are ordered by: `$2` to before `$4` of that key, after the
/// place (`$2`, `$3`). An index of each holds all that is shown, so none looks at a customer's own row.
macro_rules! page {
    ($whose:literal, $key:literal) => {
        concat!(
            "SELECT l.customer_id, l.company_name, l.domain, l.relationship, l.reseller_id, ",
            $key,
            " FROM customer_links l WHERE ",
            $whose,
            " AND l.relationship <> 'none' AND (",
            $key,
            ", l.customer_id) > ($2, $3) AND ",
            $key,
            " < $4 ORDER BY ",
            $key,
            ", l.customer_id LIMIT $5"
        )
    };
}

crate::statements! { "operator.customers";
    /// A customer as the partner that is billed for it, or that partner's reseller, sees it.
    read FIND = find!(" AND (l.account_id = $2 OR l.reseller_id = $2)");
    /// Who sells to a customer, for that partner or its reseller. A customer that is gone has no links.
    read FIND_LINK = "SELECT customer_id, account_id, relationship FROM customer_links \
        WHERE customer_id = $1 AND (account_id = $2 OR reseller_id = $2)";
    /// A customer as the partner that is billed for it sees it; for jobs and for acts of the customer.
    read FIND_ANY = find!(" ORDER BY l.since, l.account_id LIMIT 1");
    /// How many customers a partner has, counted up to a limit.
    read COUNT = "SELECT CAST(COUNT(*) AS BIGINT) FROM \
        (SELECT 1 FROM customer_links WHERE account_id = $1 LIMIT $2) AS counted";
    /// A partner's customers by name.
    read BY_COMPANY = page!("l.account_id = $1", "l.company_key");
    /// A partner's customers by domain.
    read BY_DOMAIN = page!("l.account_id = $1", "l.domain_key");
    /// A provider's customers of one reseller by name.
    read BY_RESELLER = page!("l.account_id = $1 AND l.reseller_id = $6", "l.company_key");
    /// A reseller's customers by name.
    read OF_RESELLER_BY_COMPANY = page!("l.reseller_id = $1", "l.company_key");
    /// A reseller's customers by domain.
    read OF_RESELLER_BY_DOMAIN = page!("l.reseller_id = $1", "l.domain_key");
    /// A reseller's customers of one provider by name.
    read OF_RESELLER_BY_PROVIDER = page!("l.reseller_id = $1 AND l.account_id = $6", "l.company_key");
    /// A new customer.
    write INSERT = "INSERT INTO customers (customer_id, commerce_id, company_name, domain, domain_key, country, \
        sandbox, company, company_sealed, company_version, billing, billing_sealed, billing_version, created) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING";
    /// A new link.
    write LINK = "INSERT INTO customer_links \
        (account_id, customer_id, reseller_id, relationship, company_key, domain_key, since, company_name, domain) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The next version of a billing profile.
    write SET_BILLING = "UPDATE customers SET billing = $3, billing_sealed = $4, billing_version = $2 + 1 \
        WHERE customer_id = $1 AND billing_version = $2 AND deleted IS NULL";
    /// The end of a relationship.
    write END_LINK = "UPDATE customer_links SET relationship = 'none', ended = $3 \
        WHERE account_id = $1 AND customer_id = $2 AND relationship <> 'none'";
    /// A customer is gone: its envelopes with it, its domain free. Orders and invoices keep their customer's name.
    write DELETE = "UPDATE customers SET deleted = $2, domain_key = NULL, company_sealed = NULL, \
        billing_sealed = NULL WHERE customer_id = $1 AND deleted IS NULL";
    /// Nobody sells to a customer that is gone.
    write UNLINK = "DELETE FROM customer_links WHERE customer_id = $1";
    /// The envelopes of its agreements go as well.
    write UNSEAL_AGREEMENTS = "UPDATE customer_agreements SET sealed = NULL WHERE customer_id = $1";
}

/// What narrows a list, and by that what it is ordered by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum CustomerFilter {
    /// All, by company name.
    #[default]
    All,
    /// Company names that start so, in any casing.
    CompanyName(String),
    /// Domains that start so, in any casing.
    Domain(String),
    /// Those of one other party: for a provider the reseller, for a reseller the provider.
    Counterpart(AccountId),
}

/// A place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerPlace {
    /// What the list is ordered by.
    pub key: String,
    /// The customer.
    pub customer: CustomerId,
}

/// Whose list, which part of it.
#[derive(Clone, Debug)]
pub struct CustomerQuery {
    /// The partner.
    pub account: AccountId,
    /// True when it is a reseller that sees customers through its provider.
    pub as_reseller: bool,
    /// What narrows the list.
    pub filter: CustomerFilter,
    /// Only what stands behind this place.
    pub after: Option<CustomerPlace>,
    /// At most this many.
    pub limit: u32,
}

/// What came of adding a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is there.
    Yes,
    /// Its id or its domain was there before.
    Taken,
}

/// Sorts behind every key that starts with what stands before it: no text has a greater character.
const END: char = char::MAX;

/// A customer as its partner or that partner's reseller sees it. Also when the relationship has ended.
pub fn find(
    tx: &mut Tx,
    customer: &CustomerId,
    seen_by: &AccountId,
) -> Result<Option<CustomerRow>, StoreError> {
    tx.opt(&FIND, &args![customer, seen_by])
}

/// Who sells to a customer that a partner or its reseller sees, where that is all one needs. Also when the
/// relationship has ended.
pub fn link(tx: &mut Tx, customer: &CustomerId, seen_by: &AccountId) -> Result<Option<Link>, StoreError> {
    tx.opt(&FIND_LINK, &args![customer, seen_by])
}

/// A customer whoever sells to it; for jobs and for acts of the customer itself.
pub fn find_any(tx: &mut Tx, customer: &CustomerId) -> Result<Option<CustomerRow>, StoreError> {
    tx.opt(&FIND_ANY, &args![customer])
}

/// How many customers a partner has; counting stops at `most`.
pub fn count(tx: &mut Tx, account: &AccountId, most: u32) -> Result<u32, StoreError> {
    tx.one::<(u32,)>(&COUNT, &args![account, most]).map(|row| row.0)
}

/// One page.
pub fn page(tx: &mut Tx, query: &CustomerQuery) -> Result<Vec<ListedCustomer>, StoreError> {
    let prefix = match &query.filter {
        CustomerFilter::All | CustomerFilter::Counterpart(_) => String::new(),
        CustomerFilter::CompanyName(start) | CustomerFilter::Domain(start) => search_key(start),
    };
    let end = format!("{prefix}{END}");
    let (key, after) = match &query.after {
        Some(place) => (place.key.clone(), place.customer.to_string()),
        None => (prefix, String::new()),
    };
    let mut args = args![query.account, key, after, end, query.limit].to_vec();
    let statement = match (&query.filter, query.as_reseller) {
        (CustomerFilter::All | CustomerFilter::CompanyName(_), false) => &BY_COMPANY,
        (CustomerFilter::All | CustomerFilter::CompanyName(_), true) => &OF_RESELLER_BY_COMPANY,
        (CustomerFilter::Domain(_), false) => &BY_DOMAIN,
        (CustomerFilter::Domain(_), true) => &OF_RESELLER_BY_DOMAIN,
        (CustomerFilter::Counterpart(other), as_reseller) => {
            args.push(Value::from(other));
            if as_reseller { &OF_RESELLER_BY_PROVIDER } else { &BY_RESELLER }
        }
    };
    tx.list(statement, &args)
}

/// Adds a customer and its link, unless its id or its domain is taken.
pub fn insert(tx: &mut Tx, row: &CustomerRow) -> Result<Added, StoreError> {
    let (company_key, domain_key) = (search_key(&row.company_name), search_key(&row.domain));
    let args = args![
        row.customer_id,
        &row.commerce_id,
        &row.company_name,
        &row.domain,
        &domain_key,
        row.country,
        row.sandbox,
        &row.company,
        &row.company_sealed,
        row.company_version,
        &row.billing,
        &row.billing_sealed,
        row.billing_version,
        row.created,
    ];
    if tx.execute(&INSERT, &args)? == 0 {
        return Ok(Added::Taken);
    }
    let link = args![
        row.account_id,
        row.customer_id,
        row.reseller_id,
        row.relationship,
        company_key,
        domain_key,
        row.created,
        &row.company_name,
        &row.domain,
    ];
    tx.execute(&LINK, &link)?;
    Ok(Added::Yes)
}

/// Replaces the billing profile of version `version`; false when it is another one by now.
pub fn set_billing(
    tx: &mut Tx,
    customer: &CustomerId,
    version: i64,
    billing: &str,
    sealed: Option<&str>,
) -> Result<bool, StoreError> {
    tx.execute(&SET_BILLING, &args![customer, version, billing, sealed]).map(|touched| touched == 1)
}

/// Ends a partner's relationship; false when there was none.
pub fn end_relationship(
    tx: &mut Tx,
    account: &AccountId,
    customer: &CustomerId,
    now: Micros,
) -> Result<bool, StoreError> {
    tx.execute(&END_LINK, &args![account, customer, now]).map(|touched| touched == 1)
}

/// Takes a customer out of every list and lets its domain and its envelopes go; false when there is none.
pub fn delete(tx: &mut Tx, customer: &CustomerId, now: Micros) -> Result<bool, StoreError> {
    if tx.execute(&DELETE, &args![customer, now])? == 0 {
        return Ok(false);
    }
    tx.execute(&UNLINK, &args![customer])?;
    tx.execute(&UNSEAL_AGREEMENTS, &args![customer])?;
    super::tickets::unseal(tx, customer)?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;
    use crate::testing::{Engine, TestStore};

    #[test]
    fn a_page_is_read_from_an_index_alone() {
        let store = TestStore::new(Engine::Sqlite, Schema::Operator);
        let lists = [
            &BY_COMPANY,
            &BY_DOMAIN,
            &BY_RESELLER,
            &OF_RESELLER_BY_COMPANY,
            &OF_RESELLER_BY_DOMAIN,
            &OF_RESELLER_BY_PROVIDER,
        ];
        for list in lists {
            let plan = store.read_blocking("plan", |tx| tx.plan(list)).expect("understood");
            assert!(plan.len() == 1 && plan[0].contains("USING COVERING INDEX"), "{}: {plan:?}", list.name);
        }
    }

    /// A customer as the version before 0090 wrote it.
    const OLDER: &str = "INSERT INTO customers (customer_id, commerce_id, company_name, domain, country, sandbox, company, \
        company_version, billing, billing_version, created) \
        VALUES ('11111111-1111-4111-8111-111111111111', 'c', 'Weinhaus Ahr', 'ahr.example', 'DE', 0, '{}', 1, '{}', 1, 1); \
        INSERT INTO customer_links (account_id, customer_id, relationship, company_key, domain_key, since) \
        VALUES ('22222222-2222-4222-8222-222222222222', '11111111-1111-4111-8111-111111111111', 'reseller', \
        'weinhaus ahr', 'ahr.example', 1)";

    #[test]
    fn lists_of_an_older_store_show_its_names() {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let store = TestStore::empty(engine);
            let steps = Schema::Operator.migrations();
            let before = steps.iter().position(|step| step.number == 90).expect("the step");
            store.migrate_with("operator", &steps[..before]).expect("an older store");
            store.write_blocking("older", |tx| tx.batch(OLDER)).expect("stored");
            store.migrate(Schema::Operator).expect("brought forward");
            let query = CustomerQuery {
                account: "22222222-2222-4222-8222-222222222222".parse().expect("an id"),
                as_reseller: false,
                filter: CustomerFilter::All,
                after: None,
                limit: 10,
            };
            let listed = store.read_blocking("page", move |tx| page(tx, &query)).expect("a page");
            let names: Vec<_> =
                listed.iter().map(|row| (row.company_name.as_str(), row.domain.as_str())).collect();
            assert_eq!(names, [("Weinhaus Ahr", "ahr.example")]);
        }
    }
}
