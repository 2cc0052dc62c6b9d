//! Partners' commercial accounts.

use kernel::{AccountId, Country, Currency, Micros};

use super::words::words;
use crate::{StoreError, Tx, args};
use std::sync::Arc;

words! {
    /// How a partner sells.
    pub enum AccountKind / "a kind of account" {
        /// To its own customers, billed by the operator.
        Direct = "direct",
        /// Through resellers.
        IndirectProvider = "indirect_provider",
        /// With a provider that is billed by the operator.
        IndirectReseller = "indirect_reseller",
    }

    /// Whether an account may act.
    pub enum AccountStatus / "an account status" {
        /// Not approved yet.
        Pending = "pending",
        /// Approved.
        Active = "active",
        /// Stopped by the operator.
        Suspended = "suspended",
    }
}

crate::rows! {
    /// One account, with its clock.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AccountRow {
        /// The partner's tenant.
        pub account_id: AccountId,
        /// How it sells.
        pub kind: AccountKind,
        /// Whether nothing it does is real.
        pub sandbox: bool,
        /// Whether it may act.
        pub status: AccountStatus,
        /// Legal name.
        pub company_name: String,
        /// Where it is.
        pub country: Country,
        /// What it is billed in.
        pub currency: Currency,
        /// The day of the month on which its billing period starts, 1 to 28.
        pub billing_day: i64,
        /// Its number in the partner network.
        pub mpn_id: Option<String>,
        /// Its VAT id, canonical.
        pub vat_id: Option<String>,
        /// A reseller's provider.
        pub provider_id: Option<AccountId>,
        /// A sandbox's production account.
        pub production_id: Option<AccountId>,
        /// Whose clock counts.
        pub clock_owner: AccountId,
        /// By how much that clock is ahead, in microseconds.
        pub clock_offset: Micros,
        /// The limits, as JSON.
        pub limits: String,
        /// Whether its customers accept agreements at once (sandbox only).
        pub auto_accept: bool,
        /// When it was made.
        pub created: Micros,
    }

    /// What a page of accounts is ordered by.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Partner {
        /// The account.
        pub account_id: AccountId,
        /// Legal name.
        pub company_name: String,
        /// Its number in the partner network.
        pub mpn_id: Option<String>,
        /// Where it is.
        pub country: Country,
        /// Whether it may act.
        pub status: AccountStatus,
    }
}

/// The columns of [`AccountRow`], with the offset of the clock's owner.
macro_rules! account_columns {
    () => {
        "a.account_id, a.kind, a.sandbox, a.status, a.company_name, a.country, a.currency, a.billing_day, \
         a.mpn_id, a.vat_id, a.provider_id, a.production_id, a.clock_owner, \
         CASE WHEN a.clock_owner = a.account_id THEN a.clock_offset \
         ELSE (SELECT o.clock_offset FROM accounts o WHERE o.account_id = a.clock_owner) END, \
         a.limits, a.auto_accept, a.created FROM accounts a "
    };
}

crate::statements! { "operator.accounts";
    /// One account.
    read FIND = concat!("SELECT ", account_columns!(), "WHERE a.account_id = $1");
    /// The accounts that use a number of the partner network, production first.
    read BY_MPN = concat!(
        "SELECT ", account_columns!(), "WHERE a.mpn_id = $1 ORDER BY a.sandbox, a.created, a.account_id LIMIT 20"
    );
    /// The real accounts with a VAT id.
    read BY_VAT = concat!(
        "SELECT ", account_columns!(), "WHERE a.vat_id = $1 AND a.sandbox = 0 ORDER BY a.created, a.account_id LIMIT 20"
    );
    /// All accounts in the order they were made, for jobs and staff.
    scan ALL = concat!("SELECT ", account_columns!(), "WHERE a.account_id > $1 ORDER BY a.account_id LIMIT $2");
    /// The accounts that go by one account's clock.
    read BY_CLOCK = concat!("SELECT ", account_columns!(), "WHERE a.clock_owner = $1 ORDER BY a.account_id");
    /// A provider's resellers.
    read RESELLERS = "SELECT account_id, company_name, mpn_id, country, status FROM accounts \
        WHERE provider_id = $1 AND account_id > $2 ORDER BY account_id LIMIT $3";
    /// A production account's sandboxes.
    read SANDBOXES = "SELECT account_id, company_name, mpn_id, country, status FROM accounts \
        WHERE production_id = $1 ORDER BY account_id";
    /// A new account.
    write INSERT = "INSERT INTO accounts (account_id, kind, sandbox, status, company_name, country, currency, \
        billing_day, mpn_id, vat_id, provider_id, production_id, clock_owner, clock_offset, limits, auto_accept, \
        created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// Stops an account or lets it act again.
    write SET_STATUS = "UPDATE accounts SET status = $2 WHERE account_id = $1";
    /// Another provider for a reseller, whose clock it inherits.
    write SET_PROVIDER = "UPDATE accounts SET provider_id = $2, clock_owner = $3 WHERE account_id = $1";
    /// Moves an owner's clock to a later offset; backwards changes nothing.
    write MOVE_CLOCK = "UPDATE accounts SET clock_offset = $2 \
        WHERE account_id = $1 AND clock_owner = account_id AND clock_offset <= $2";
    /// A sandbox's settings.
    write SET_SANDBOX = "UPDATE accounts SET limits = $2, auto_accept = $3 WHERE account_id = $1 AND sandbox = 1";
    /// A changed VAT id.
    write SET_VAT_ID = "UPDATE accounts SET vat_id = $2 WHERE account_id = $1";
}

/// One account, remembered while it cannot have changed: every call asks for its caller's.
pub fn of_caller(tx: &mut Tx, id: &AccountId) -> Result<Option<Arc<AccountRow>>, StoreError> {
    tx.fact(&FIND, &args![id])
}

/// One account.
pub fn find(tx: &mut Tx, id: &AccountId) -> Result<Option<AccountRow>, StoreError> {
    tx.opt(&FIND, &args![id])
}

/// The accounts that use a number of the partner network, production first; at most 20.
pub fn by_mpn(tx: &mut Tx, mpn_id: &str) -> Result<Vec<AccountRow>, StoreError> {
    tx.list(&BY_MPN, &args![mpn_id])
}

/// The accounts with a VAT id, without sandboxes; at most 20.
pub fn by_vat(tx: &mut Tx, vat_id: &str) -> Result<Vec<AccountRow>, StoreError> {
    tx.list(&BY_VAT, &args![vat_id])
}

/// Up to `limit` accounts after `after`, by id. For jobs and staff pages.
pub fn page(tx: &mut Tx, after: Option<&AccountId>, limit: u32) -> Result<Vec<AccountRow>, StoreError> {
    tx.list(&ALL, &args![after.map_or(String::new(), AccountId::to_string), limit])
}

/// The accounts that go by one account's clock, its own among them.
pub fn by_clock(tx: &mut Tx, owner: &AccountId) -> Result<Vec<AccountRow>, StoreError> {
    tx.list(&BY_CLOCK, &args![owner])
}

/// Up to `limit` resellers of a provider after `after`, by id.
pub fn resellers(
    tx: &mut Tx,
    provider: &AccountId,
    after: Option<&AccountId>,
    limit: u32,
) -> Result<Vec<Partner>, StoreError> {
    tx.list(&RESELLERS, &args![provider, after.map_or(String::new(), AccountId::to_string), limit])
}

/// A production account's sandboxes.
pub fn sandboxes(tx: &mut Tx, production: &AccountId) -> Result<Vec<Partner>, StoreError> {
    tx.list(&SANDBOXES, &args![production])
}

/// Adds an account. The offset is kept on the row and counts only when the account owns its clock.
pub fn insert(tx: &mut Tx, row: &AccountRow) -> Result<(), StoreError> {
    let args = args![
        row.account_id,
        row.kind,
        row.sandbox,
        row.status,
        &row.company_name,
        row.country,
        row.currency,
        row.billing_day,
        &row.mpn_id,
        &row.vat_id,
        row.provider_id,
        row.production_id,
        row.clock_owner,
        row.clock_offset,
        &row.limits,
        row.auto_accept,
        row.created,
    ];
    tx.execute(&INSERT, &args).map(drop)
}

/// Stops an account or lets it act again. Answers whether there is such an account.
pub fn set_status(tx: &mut Tx, id: &AccountId, status: AccountStatus) -> Result<bool, StoreError> {
    tx.execute(&SET_STATUS, &args![id, status]).map(|touched| touched == 1)
}

/// Gives a reseller a provider and with it the provider's clock.
pub fn set_provider(
    tx: &mut Tx,
    id: &AccountId,
    provider: &AccountId,
    clock_owner: &AccountId,
) -> Result<bool, StoreError> {
    tx.execute(&SET_PROVIDER, &args![id, provider, clock_owner]).map(|touched| touched == 1)
}

/// Moves the clock that an account owns. Answers false when it owns none or would go back.
pub fn move_clock(tx: &mut Tx, owner: &AccountId, offset: Micros) -> Result<bool, StoreError> {
    tx.execute(&MOVE_CLOCK, &args![owner, offset]).map(|touched| touched == 1)
}

/// Sets a sandbox's limits (JSON) and whether its customers accept at once.
pub fn set_sandbox(tx: &mut Tx, id: &AccountId, limits: &str, auto_accept: bool) -> Result<bool, StoreError> {
    tx.execute(&SET_SANDBOX, &args![id, limits, auto_accept]).map(|touched| touched == 1)
}

/// Sets the VAT id.
pub fn set_vat_id(tx: &mut Tx, id: &AccountId, vat_id: Option<&str>) -> Result<(), StoreError> {
    tx.execute(&SET_VAT_ID, &args![id, vat_id]).map(drop)
}
