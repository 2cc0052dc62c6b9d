//! The operator zone's areas, one file each; see the crate's page for how to add one. `audit` is the model.

pub mod account_decisions;
pub mod accounts;
pub mod agreements;
pub mod applications;
pub mod audit;
pub mod customers;
pub mod idempotency;
pub mod invoices;
pub mod lease;
pub mod orders;
pub mod outbox;
pub mod profiles;
pub mod subscriptions;
pub mod tickets;
mod words;
