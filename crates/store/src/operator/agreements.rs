//! Agreements of customers.

use kernel::{AccountId, CustomerId, Micros, UserId};

use crate::{StoreError, Tx, args};

crate::rows! {
    /// One agreement.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AgreementRow {
        /// Its id.
        pub agreement_id: String,
        /// The customer.
        pub customer_id: CustomerId,
        /// The partner that reported it; `None` when the customer accepted at the trustee.
        pub account_id: Option<AccountId>,
        /// The kind, as the contract spells it.
        pub kind: String,
        /// The template.
        pub template_id: String,
        /// The version of its text.
        pub version: String,
        /// When the customer agreed.
        pub date_agreed: Micros,
        /// The partner's user who reported it, pseudonymous.
        pub user_id: Option<UserId>,
        /// The contact's envelope.
        pub sealed: Option<String>,
        /// When it was noted here.
        pub created: Micros,
    }
}

macro_rules! agreement_columns {
    () => {
        "SELECT agreement_id, customer_id, account_id, kind, template_id, version, date_agreed, user_id, sealed, \
         created FROM customer_agreements "
    };
}

crate::statements! { "operator.agreements";
    /// A customer's agreements, oldest first.
    read OF_CUSTOMER = concat!(
        agreement_columns!(), "WHERE customer_id = $1 ORDER BY created, template_id, version LIMIT 100"
    );
    /// A customer's acceptance of a version of a template.
    read FIND = concat!(
        agreement_columns!(), "WHERE customer_id = $1 AND template_id = $2 AND version = $3"
    );
    /// A new agreement.
    write INSERT = "INSERT INTO customer_agreements (agreement_id, customer_id, account_id, kind, template_id, \
        version, date_agreed, user_id, sealed, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// The cloud agreement's date on the customer; the first one stays.
    write CLOUD_AGREED = "UPDATE customers SET cloud_agreed = $2 WHERE customer_id = $1 AND cloud_agreed IS NULL";
    /// The trustee agreement's date on the customer; the first one stays.
    write TRUSTEE_AGREED =
        "UPDATE customers SET trustee_agreed = $2 WHERE customer_id = $1 AND trustee_agreed IS NULL";
}

/// Which of the two agreements that an order needs one document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// The cloud agreement with the operator.
    Cloud,
    /// The agreement with the trustee.
    Trustee,
}

/// A customer's agreements, oldest first; at most 100.
pub fn of_customer(tx: &mut Tx, customer: &CustomerId) -> Result<Vec<AgreementRow>, StoreError> {
    tx.list(&OF_CUSTOMER, &args![customer])
}

/// A customer's acceptance of this version of a template.
pub fn find(
    tx: &mut Tx,
    customer: &CustomerId,
    template_id: &str,
    version: &str,
) -> Result<Option<AgreementRow>, StoreError> {
    tx.opt(&FIND, &args![customer, template_id, version])
}

/// Notes an agreement, and on the customer that what it needs is there.
pub fn insert(tx: &mut Tx, row: &AgreementRow, needed: Option<Needed>) -> Result<(), StoreError> {
    let args = args![
        &row.agreement_id,
        row.customer_id,
        row.account_id,
        &row.kind,
        &row.template_id,
        &row.version,
        row.date_agreed,
        row.user_id,
        &row.sealed,
        row.created,
    ];
    tx.execute(&INSERT, &args)?;
    let note = match needed {
        None => return Ok(()),
        Some(Needed::Cloud) => &CLOUD_AGREED,
        Some(Needed::Trustee) => &TRUSTEE_AGREED,
    };
    tx.execute(note, &args![row.customer_id, row.date_agreed]).map(drop)
}
