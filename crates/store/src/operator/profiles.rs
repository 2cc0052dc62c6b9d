//! A partner's own profiles.

use kernel::{AccountId, Micros};

use super::words::words;
use crate::{StoreError, Tx, args};

words! {
    /// Which profile.
    pub enum ProfileKind / "a kind of profile" {
        /// Who the partner is.
        Organization = "organization",
        /// Who is liable.
        LegalBusiness = "legal_business",
        /// Who is billed.
        Billing = "billing",
        /// Who helps its customers.
        Support = "support",
    }
}

crate::rows! {
    /// One profile.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ProfileRow {
        /// Counts the changes.
        pub version: i64,
        /// The commercial members, as JSON.
        pub body: String,
        /// The private members' envelope.
        pub sealed: Option<String>,
        /// When it was last changed.
        pub updated: Micros,
    }
}

crate::statements! { "operator.profiles";
    /// One profile.
    read FIND = "SELECT version, body, sealed, updated FROM partner_profiles WHERE account_id = $1 AND kind = $2";
    /// A new profile, or a change of one.
    write PUT = "INSERT INTO partner_profiles (account_id, kind, version, body, sealed, updated) \
        VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (account_id, kind) DO UPDATE SET version = excluded.version, body = excluded.body, \
        sealed = excluded.sealed, updated = excluded.updated";
}

/// One profile of a partner.
pub fn find(tx: &mut Tx, account: &AccountId, kind: ProfileKind) -> Result<Option<ProfileRow>, StoreError> {
    tx.opt(&FIND, &args![account, kind])
}

/// Writes a profile in the given version.
pub fn put(tx: &mut Tx, account: &AccountId, kind: ProfileKind, row: &ProfileRow) -> Result<(), StoreError> {
    let args = args![account, kind, row.version, &row.body, &row.sealed, row.updated];
    tx.execute(&PUT, &args).map(drop)
}
