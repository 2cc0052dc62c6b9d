//! Subscriptions, and the history that billing reads.

use kernel::{AccountId, CustomerId, Micros, OrderId, SubscriptionId};

use crate::{StoreError, Tx, args};

crate::rows! {
    /// One subscription.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SubscriptionRow {
        /// Its id.
        pub subscription_id: SubscriptionId,
        /// Whose.
        pub customer_id: CustomerId,
        /// The partner that is billed.
        pub account_id: AccountId,
        /// The order it came from.
        pub order_id: OrderId,
        /// The base of an add-on.
        pub parent_id: Option<SubscriptionId>,
        /// Its offer.
        pub offer_id: String,
        /// Its status in one word.
        pub status: String,
        /// What the rules know of it, as JSON.
        pub state: String,
        /// The MPN id of the reseller who sold it.
        pub partner_on_record: Option<String>,
        /// Who supports it, as JSON.
        pub support_contact: Option<String>,
        /// The day on which the next thing happens by itself.
        pub due: Option<String>,
        /// Counts its changes.
        pub version: i64,
        /// When it was made, by the account's clock.
        pub created: Micros,
    }

    /// One thing that happened.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct EventRow {
        /// The subscription.
        pub subscription_id: SubscriptionId,
        /// Its place in the history.
        pub sequence: i64,
        /// The day, as text.
        pub day: String,
        /// What happened, as JSON.
        pub change: String,
    }
}

macro_rules! subscription_columns {
    () => {
        "SELECT subscription_id, customer_id, account_id, order_id, parent_id, offer_id, status, state, \
         partner_on_record, support_contact, due, version, created FROM subscriptions "
    };
}

crate::statements! { "operator.subscriptions";
    /// One subscription of a customer.
    read FIND = concat!(subscription_columns!(), "WHERE subscription_id = $1 AND customer_id = $2");
    /// A customer's subscriptions with one partner, oldest first.
    read OF_CUSTOMER = concat!(
        subscription_columns!(),
        "WHERE customer_id = $1 AND account_id = $2 ORDER BY created, subscription_id LIMIT $3"
    );
    /// One account's subscriptions in the order of their ids, deleted ones too, for billing.
    scan OF_ACCOUNT = concat!(
        subscription_columns!(),
        "WHERE account_id = $1 AND subscription_id > $2 ORDER BY subscription_id LIMIT $3"
    );
    /// The first subscription of an account to which something happens by itself up to a day.
    read DUE = concat!(
        subscription_columns!(),
        "WHERE account_id = $1 AND due <= $2 ORDER BY due, subscription_id LIMIT $3"
    );
    /// The first of a customer's subscriptions to which something happens by itself up to a day.
    read DUE_OF_CUSTOMER = concat!(
        subscription_columns!(),
        "WHERE customer_id = $1 AND account_id = $2 AND due <= $3 ORDER BY due, subscription_id LIMIT 1"
    );
    /// A new subscription.
    write INSERT = "INSERT INTO subscriptions (subscription_id, customer_id, account_id, order_id, parent_id, \
        offer_id, status, state, partner_on_record, support_contact, due, version, created) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    /// The next version of a subscription.
    write UPDATE = "UPDATE subscriptions SET offer_id = $3, status = $4, state = $5, partner_on_record = $6, \
        support_contact = $7, due = $8, version = version + 1 WHERE subscription_id = $1 AND version = $2";
    /// The first event.
    write FIRST_EVENT = "INSERT INTO subscription_events (subscription_id, sequence, day, change) \
        VALUES ($1, 1, $2, $3)";
    /// One more event.
    write ADD_EVENT = "INSERT INTO subscription_events (subscription_id, sequence, day, change) \
        SELECT $1, COALESCE(MAX(sequence), 0) + 1, $2, $3 FROM subscription_events WHERE subscription_id = $1";
    /// A history.
    read HISTORY = "SELECT subscription_id, sequence, day, change FROM subscription_events \
        WHERE subscription_id = $1 ORDER BY sequence";
}

/// Most subscriptions of one answer.
pub const MOST: u32 = 2000;

/// One subscription of a customer.
pub fn find(
    tx: &mut Tx,
    subscription: &SubscriptionId,
    customer: &CustomerId,
) -> Result<Option<SubscriptionRow>, StoreError> {
    tx.opt(&FIND, &args![subscription, customer])
}

/// A customer's subscriptions with one partner, oldest first, at most [`MOST`].
pub fn of_customer(
    tx: &mut Tx,
    customer: &CustomerId,
    account: &AccountId,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    tx.list(&OF_CUSTOMER, &args![customer, account, MOST])
}

/// Up to `limit` subscriptions of an account with an id above `after`; the empty text begins.
pub fn of_account(
    tx: &mut Tx,
    account: &AccountId,
    after: &str,
    limit: u32,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    tx.list(&OF_ACCOUNT, &args![account, after, limit])
}

/// Up to `limit` subscriptions of an account that are due on or before `day`, the earliest first.
pub fn due(
    tx: &mut Tx,
    account: &AccountId,
    day: &str,
    limit: u32,
) -> Result<Vec<SubscriptionRow>, StoreError> {
    tx.list(&DUE, &args![account, day, limit])
}

/// The first of a customer's subscriptions with one partner that is due on or before `day`.
pub fn due_of_customer(
    tx: &mut Tx,
    customer: &CustomerId,
    account: &AccountId,
    day: &str,
) -> Result<Option<SubscriptionRow>, StoreError> {
    tx.opt(&DUE_OF_CUSTOMER, &args![customer, account, day])
}

/// Adds a subscription.
pub fn insert(tx: &mut Tx, row: &SubscriptionRow) -> Result<(), StoreError> {
    let args = args![
        row.subscription_id,
        row.customer_id,
        row.account_id,
        &row.order_id,
        row.parent_id,
        &row.offer_id,
        &row.status,
        &row.state,
        &row.partner_on_record,
        &row.support_contact,
        &row.due,
        row.version,
        row.created,
    ];
    tx.later(&INSERT, &args)
}

/// Replaces the version that `row` names; false when it is another one by now.
pub fn update(tx: &mut Tx, row: &SubscriptionRow) -> Result<bool, StoreError> {
    let args = args![
        row.subscription_id,
        row.version,
        &row.offer_id,
        &row.status,
        &row.state,
        &row.partner_on_record,
        &row.support_contact,
        &row.due,
    ];
    tx.execute(&UPDATE, &args).map(|touched| touched == 1)
}

/// Begins the history of a new subscription.
pub fn first_event(
    tx: &mut Tx,
    subscription: &SubscriptionId,
    day: &str,
    change: &str,
) -> Result<(), StoreError> {
    tx.later(&FIRST_EVENT, &args![subscription, day, change])
}

/// Adds an event to a history.
pub fn add_event(
    tx: &mut Tx,
    subscription: &SubscriptionId,
    day: &str,
    change: &str,
) -> Result<(), StoreError> {
    tx.execute(&ADD_EVENT, &args![subscription, day, change]).map(|_| ())
}

/// A subscription's history, oldest first.
pub fn history(tx: &mut Tx, subscription: &SubscriptionId) -> Result<Vec<EventRow>, StoreError> {
    tx.list(&HISTORY, &args![subscription])
}
