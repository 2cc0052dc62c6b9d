//! Invoices, their numbers, and how far each account has been billed.
//!
//! Invariants: numbers of one series have no gaps, because taking one and keeping the invoice are one transaction;
//! an issued invoice is never changed; an account has at most one invoice a day.

use kernel::{AccountId, Currency, CustomerId, InvoiceId, Micros, OrderId, SubscriptionId};

use crate::{StoreError, Tx, args};

crate::rows! {
    /// An issued invoice without its lines. Amounts are minor units.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct InvoiceRow {
        /// Who is billed.
        pub account_id: AccountId,
        /// Its number.
        pub number: InvoiceId,
        /// The series it is numbered in.
        pub series: String,
        /// Its date.
        pub day: String,
        /// When it must be paid.
        pub due: String,
        /// The first day billed.
        pub first_day: String,
        /// The last day billed.
        pub last_day: String,
        /// Its currency.
        pub currency: Currency,
        /// Sum without tax.
        pub net: i64,
        /// The tax.
        pub tax: i64,
        /// Sum with tax.
        pub total: i64,
        /// What was paid of it.
        pub paid: i64,
        /// How many lines it has.
        pub line_count: i64,
        /// The invoice without lines, as JSON.
        pub head: String,
        /// What decided about the tax, as JSON.
        pub tax_evidence: String,
        /// When it was issued, by the account's clock.
        pub issued: Micros,
        /// When it was issued, by the real clock.
        pub recorded: Micros,
    }

    /// One line of an invoice.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct LineRow {
        /// Its place, from 0.
        pub position: i64,
        /// The subscription it is for.
        pub subscription_id: SubscriptionId,
        /// Whom and what it is for, as JSON.
        pub subject: String,
        /// The line, as JSON.
        pub line: String,
    }

    /// What an account owes in one currency.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Balance {
        /// The currency.
        pub currency: Currency,
        /// Billed and not paid, in minor units.
        pub open: i64,
        /// The date of the first invoice.
        pub first: String,
        /// The date of the latest invoice.
        pub latest: String,
    }

    /// What an invoice says about a subscription besides its history.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BilledSubscription {
        /// The subscription.
        pub subscription_id: SubscriptionId,
        /// Whose.
        pub customer_id: CustomerId,
        /// Its order.
        pub order_id: OrderId,
        /// Its offer.
        pub offer_id: String,
        /// What the rules know of it, as JSON.
        pub state: String,
        /// The MPN id of the reseller who sold it.
        pub partner_on_record: Option<String>,
        /// The customer's legal name.
        pub company_name: String,
        /// The customer's domain.
        pub domain: String,
    }

    /// One thing that happened to a subscription.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BilledEvent {
        /// The subscription.
        pub subscription_id: SubscriptionId,
        /// The day, as text.
        pub day: String,
        /// What happened, as JSON.
        pub change: String,
    }
}

macro_rules! invoice_columns {
    () => {
        "SELECT account_id, number, series, day, due, first_day, last_day, currency, net, tax, total, paid, \
         line_count, head, tax_evidence, issued, recorded FROM invoices "
    };
}

crate::statements! { "operator.invoices";
    /// Up to which day an account has been billed.
    read BILLED_THROUGH = "SELECT billed_through FROM account_billing WHERE account_id = $1";
    /// Billed up to a later day; an earlier one changes nothing.
    write SET_BILLED_THROUGH = "INSERT INTO account_billing (account_id, billed_through) VALUES ($1, $2) \
        ON CONFLICT (account_id) DO UPDATE SET billed_through = excluded.billed_through \
        WHERE account_billing.billed_through < excluded.billed_through";
    /// The next number of a series.
    write NEXT_NUMBER = "INSERT INTO invoice_series (series, last) VALUES ($1, 1) \
        ON CONFLICT (series) DO UPDATE SET last = invoice_series.last + 1 RETURNING last";
    /// A new invoice.
    write INSERT = "INSERT INTO invoices (account_id, number, series, day, due, first_day, last_day, currency, net, \
        tax, total, paid, line_count, head, tax_evidence, issued, recorded) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// One line of a new invoice.
    write INSERT_LINE = "INSERT INTO invoice_lines (account_id, number, position, subscription_id, subject, line) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// One invoice of an account.
    read FIND = concat!(invoice_columns!(), "WHERE account_id = $1 AND number = $2");
    /// A page of an account's invoices, the newest first.
    read PAGE = concat!(invoice_columns!(), "WHERE account_id = $1 ORDER BY day DESC LIMIT $2 OFFSET $3");
    /// A page of an invoice's lines.
    read LINES = "SELECT position, subscription_id, subject, line FROM invoice_lines \
        WHERE account_id = $1 AND number = $2 AND position >= $3 ORDER BY position LIMIT $4";
    /// What an account owes, by currency.
    read BALANCES = "SELECT currency, CAST(SUM(total - paid) AS BIGINT), MIN(day), MAX(day) FROM invoices \
        WHERE account_id = $1 GROUP BY currency ORDER BY currency";
    /// An account's subscriptions with what their customers are called; deleted customers too.
    scan SUBSCRIPTIONS = "SELECT s.subscription_id, s.customer_id, s.order_id, s.offer_id, s.state, \
        s.partner_on_record, c.company_name, c.domain \
        FROM subscriptions s JOIN customers c ON c.customer_id = s.customer_id \
        WHERE s.account_id = $1 AND s.subscription_id > $2 ORDER BY s.subscription_id LIMIT $3";
    /// The histories of a range of an account's subscriptions.
    scan HISTORIES = "SELECT e.subscription_id, e.day, e.change \
        FROM subscriptions s JOIN subscription_events e ON e.subscription_id = s.subscription_id \
        WHERE s.account_id = $1 AND s.subscription_id > $2 AND s.subscription_id <= $3 \
        ORDER BY e.subscription_id, e.sequence";
}

/// Up to which day, inclusive, an account has been billed; None before its first billing date.
pub fn billed_through(tx: &mut Tx, account: &AccountId) -> Result<Option<String>, StoreError> {
    Ok(tx.opt::<(String,)>(&BILLED_THROUGH, &args![account])?.map(|(day,)| day))
}

/// Notes that an account has been billed up to a day. False when it was billed further before.
pub fn set_billed_through(tx: &mut Tx, account: &AccountId, day: &str) -> Result<bool, StoreError> {
    tx.execute(&SET_BILLED_THROUGH, &args![account, day]).map(|touched| touched == 1)
}

/// Takes the next number of a series, from 1. It is free again when the transaction is not committed.
pub fn next_number(tx: &mut Tx, series: &str) -> Result<i64, StoreError> {
    tx.one::<(i64,)>(&NEXT_NUMBER, &args![series]).map(|(last,)| last)
}

/// Keeps an issued invoice with its lines.
pub fn insert(tx: &mut Tx, row: &InvoiceRow, lines: &[LineRow]) -> Result<(), StoreError> {
    let args = args![
        row.account_id,
        &row.number,
        &row.series,
        &row.day,
        &row.due,
        &row.first_day,
        &row.last_day,
        row.currency,
        row.net,
        row.tax,
        row.total,
        row.paid,
        row.line_count,
        &row.head,
        &row.tax_evidence,
        row.issued,
        row.recorded,
    ];
    tx.execute(&INSERT, &args)?;
    for line in lines {
        let args = args![
            row.account_id,
            &row.number,
            line.position,
            line.subscription_id,
            &line.subject,
            &line.line
        ];
        tx.execute(&INSERT_LINE, &args)?;
    }
    Ok(())
}

/// One invoice of an account.
pub fn find(tx: &mut Tx, account: &AccountId, number: &InvoiceId) -> Result<Option<InvoiceRow>, StoreError> {
    tx.opt(&FIND, &args![account, number])
}

/// Up to `limit` invoices of an account after the `offset` newest.
pub fn page(
    tx: &mut Tx,
    account: &AccountId,
    limit: u32,
    offset: i64,
) -> Result<Vec<InvoiceRow>, StoreError> {
    tx.list(&PAGE, &args![account, limit, offset])
}

/// Up to `limit` lines of an invoice from position `from` on.
pub fn lines(
    tx: &mut Tx,
    account: &AccountId,
    number: &InvoiceId,
    from: i64,
    limit: u32,
) -> Result<Vec<LineRow>, StoreError> {
    tx.list(&LINES, &args![account, number, from, limit])
}

/// What an account owes, one entry for each currency in which it was billed.
pub fn balances(tx: &mut Tx, account: &AccountId) -> Result<Vec<Balance>, StoreError> {
    tx.list(&BALANCES, &args![account])
}

/// Up to `limit` subscriptions of an account with an id above `after`; the empty text begins.
pub fn subscriptions(
    tx: &mut Tx,
    account: &AccountId,
    after: &str,
    limit: u32,
) -> Result<Vec<BilledSubscription>, StoreError> {
    tx.list(&SUBSCRIPTIONS, &args![account, after, limit])
}

/// What happened to an account's subscriptions with ids above `after` and up to `last`, by subscription, oldest
/// first.
pub fn histories(
    tx: &mut Tx,
    account: &AccountId,
    after: &str,
    last: &SubscriptionId,
) -> Result<Vec<BilledEvent>, StoreError> {
    tx.list(&HISTORIES, &args![account, after, last])
}
