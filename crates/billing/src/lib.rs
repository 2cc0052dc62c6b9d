//! The rules of money, as functions of values: what a subscription's history costs, when it is billed, which tax is
//! due, and the invoice made of it.
//!
//! Invariants: an amount is computed exactly and rounded once, half away from zero. What is billed follows from the
//! history and two dates alone: [`lines_for`] asked twice gives the same lines, and billing in several steps adds
//! up to billing in one. Nothing here reads a clock or a file.
//!
//! Deliberately absent: rating of metered usage, discounts, credits and the printed rounding formula, which come
//! with the issue about money; what documents look like is `documents`' business.

mod calendar;
mod invoice;
mod licence;
mod proration;
mod tax;

pub use calendar::{billing_date_after, billing_dates, billing_day, charge_period, due_date};
pub use invoice::{Billable, Invoice, InvoiceError, InvoiceLine, Request, Subject, assemble, invoice_number};
pub use licence::{Basis, ChargeType, FULL_CREDIT_DAYS, Line, lines_for};
pub use proration::{prorate, slice_unit_price};
pub use tax::{TaxCategory, TaxDecision, TaxError, TaxRule, decide, standard_rate, tax_of};
