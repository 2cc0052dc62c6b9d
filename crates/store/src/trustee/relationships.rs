//! Who is related to whom, as facts of the trustee.
//!
//! Invariant: a relationship is never deleted, only ended or marked void, so that it can be told later what held
//! when.

use crate::{StoreError, Tx, args, rows, statements};
use kernel::{AccountId, CustomerId, Micros};

statements! { "relationships";
    /// One relationship.
    read FIND = "SELECT kind, state, since, changed_at FROM relationships WHERE partner = $1 AND customer = $2";
    /// The partners of a customer.
    read OF_CUSTOMER = "SELECT partner, kind, state FROM relationships \
        WHERE customer = $1 AND state = 'active' ORDER BY partner";
    /// A new relationship, or a new state of one that was not active.
    write PUT = "INSERT INTO relationships (partner, customer, kind, state, since, changed_at) \
        VALUES ($1, $2, $3, $4, $5, $5) \
        ON CONFLICT (partner, customer) DO UPDATE SET kind = $3, state = $4, changed_at = $5 \
        WHERE relationships.state <> 'active'";
    /// A change of state.
    write CHANGE = "UPDATE relationships SET state = $3, changed_at = $4 \
        WHERE partner = $1 AND customer = $2 AND state = $5";
    /// One link between a provider and a reseller.
    read LINK = "SELECT state FROM reseller_links WHERE provider = $1 AND reseller = $2";
    /// The resellers of a provider.
    scan RESELLERS = "SELECT reseller FROM reseller_links \
        WHERE provider = $1 AND state = 'active' ORDER BY reseller LIMIT $2";
    /// A new link, or a new state of one.
    write PUT_LINK = "INSERT INTO reseller_links (provider, reseller, state, since, changed_at) \
        VALUES ($1, $2, $3, $4, $4) \
        ON CONFLICT (provider, reseller) DO UPDATE SET state = $3, changed_at = $4";
}

rows! {
    /// A relationship as it is stored.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RelationshipRow {
        /// What the partner is to the customer: `reseller`.
        pub kind: String,
        /// `pending`, `active`, `ended` or `void`.
        pub state: String,
        /// When it was first recorded.
        pub since: Micros,
        /// When its state last changed.
        pub changed_at: Micros,
    }
}

/// The relationship between a partner and a customer, whatever its state.
pub fn find(
    tx: &mut Tx,
    partner: AccountId,
    customer: CustomerId,
) -> Result<Option<RelationshipRow>, StoreError> {
    tx.opt(&FIND, &args![partner, customer])
}

/// The partners that are actively related to a customer, with kind and state.
pub fn of_customer(
    tx: &mut Tx,
    customer: CustomerId,
) -> Result<Vec<(AccountId, String, String)>, StoreError> {
    tx.list(&OF_CUSTOMER, &args![customer])
}

/// Records a relationship. One that is active stays as it is.
pub fn put(
    tx: &mut Tx,
    partner: AccountId,
    customer: CustomerId,
    kind: &str,
    state: &str,
    now: Micros,
) -> Result<(), StoreError> {
    tx.execute(&PUT, &args![partner, customer, kind, state, now])?;
    Ok(())
}

/// Moves a relationship from one state to another; says whether it was in the first.
pub fn change(
    tx: &mut Tx,
    partner: AccountId,
    customer: CustomerId,
    from: &str,
    to: &str,
    now: Micros,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&CHANGE, &args![partner, customer, to, now, from])? > 0)
}

/// The state of the link between an indirect provider and an indirect reseller.
pub fn link(tx: &mut Tx, provider: AccountId, reseller: AccountId) -> Result<Option<String>, StoreError> {
    Ok(tx.opt::<(String,)>(&LINK, &args![provider, reseller])?.map(|(state,)| state))
}

/// The resellers actively linked to a provider.
pub fn resellers(tx: &mut Tx, provider: AccountId, limit: u32) -> Result<Vec<AccountId>, StoreError> {
    let rows: Vec<(AccountId,)> = tx.list(&RESELLERS, &args![provider, limit])?;
    Ok(rows.into_iter().map(|(reseller,)| reseller).collect())
}

/// Records a link between a provider and a reseller, or changes its state.
pub fn put_link(
    tx: &mut Tx,
    provider: AccountId,
    reseller: AccountId,
    state: &str,
    now: Micros,
) -> Result<(), StoreError> {
    tx.execute(&PUT_LINK, &args![provider, reseller, state, now])?;
    Ok(())
}
