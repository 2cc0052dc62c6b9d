//! Orders as they were placed.

use kernel::{AccountId, Currency, CustomerId, Micros, OrderId};

use super::words::words;
use crate::{StoreError, Tx, args};

words! {
    /// Where an order stands.
    pub enum OrderState / "an order status" {
        /// Carried out.
        Completed = "completed",
        /// Waiting.
        Pending = "pending",
        /// Taken back.
        Cancelled = "cancelled",
    }
}

crate::rows! {
    /// One order.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OrderRow {
        /// Its id.
        pub order_id: OrderId,
        /// For whom.
        pub customer_id: CustomerId,
        /// The partner that is billed.
        pub account_id: AccountId,
        /// The customer as the caller wrote it.
        pub reference_customer_id: String,
        /// The cycle of its subscriptions.
        pub billing_cycle: String,
        /// What it is billed in.
        pub currency: Currency,
        /// Where it stands.
        pub status: OrderState,
        /// Its lines, as JSON.
        pub lines: String,
        /// When it was placed, by the account's clock.
        pub created: Micros,
    }
}

macro_rules! order_columns {
    () => {
        "SELECT order_id, customer_id, account_id, reference_customer_id, billing_cycle, currency, status, lines, \
         created FROM orders "
    };
}

crate::statements! { "operator.orders";
    /// One order of a customer.
    read FIND = concat!(order_columns!(), "WHERE order_id = $1 AND customer_id = $2");
    /// A customer's orders as placed by one partner, oldest first.
    read OF_CUSTOMER = concat!(
        order_columns!(), "WHERE customer_id = $1 AND account_id = $2 ORDER BY created, order_id LIMIT $3"
    );
    /// A new order.
    write INSERT = "INSERT INTO orders (order_id, customer_id, account_id, reference_customer_id, billing_cycle, \
        currency, status, lines, created) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// What can change of an order.
    write UPDATE = "UPDATE orders SET billing_cycle = $2, status = $3, lines = $4 WHERE order_id = $1";
}

/// Most orders of one answer. A customer with more is read through its subscriptions.
pub const MOST: u32 = 2000;

/// One order of a customer.
pub fn find(tx: &mut Tx, order: &OrderId, customer: &CustomerId) -> Result<Option<OrderRow>, StoreError> {
    tx.opt(&FIND, &args![order, customer])
}

/// A customer's orders with one partner, oldest first, at most [`MOST`].
pub fn of_customer(
    tx: &mut Tx,
    customer: &CustomerId,
    account: &AccountId,
) -> Result<Vec<OrderRow>, StoreError> {
    tx.list(&OF_CUSTOMER, &args![customer, account, MOST])
}

/// Adds an order.
pub fn insert(tx: &mut Tx, row: &OrderRow) -> Result<(), StoreError> {
    let args = args![
        &row.order_id,
        row.customer_id,
        row.account_id,
        &row.reference_customer_id,
        &row.billing_cycle,
        row.currency,
        row.status,
        &row.lines,
        row.created,
    ];
    tx.later(&INSERT, &args)
}

/// Writes cycle, status and lines.
pub fn update(tx: &mut Tx, row: &OrderRow) -> Result<(), StoreError> {
    tx.execute(&UPDATE, &args![&row.order_id, &row.billing_cycle, row.status, &row.lines]).map(|_| ())
}
