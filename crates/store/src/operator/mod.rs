//! The operator zone's areas, one file each; see the crate's page for how to add one. `audit` is the model.

pub mod audit;
pub mod idempotency;
pub mod lease;
pub mod outbox;
