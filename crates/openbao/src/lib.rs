//! OpenBao's transit engine as a keeper of tenants' keys: one transit key per tenant, made not exportable and not
//! deletable, used over HTTP.
//!
//! Invariants: every secret is wrapped with associated data that names its tenant and its purpose; the everyday
//! token can neither take a key out nor delete one, a second one that is used for erasures alone can; a destroyed
//! key leaves a mark, so that it is not taken for one that never was. No error, log line or `Debug` shows a token
//! or a secret.
//!
//! Deliberately absent: transit's `rewrap`, which takes no associated data (2.7), so that what we wrapped cannot
//! be rewrapped by it; OpenBao's soft deletion, because an erasure that can be undone is none; its control groups
//! (two officers are asked here, where it is logged); starting or unsealing a server outside tests.

mod http;
mod login;
mod names;
mod posture;
mod service;
#[cfg(feature = "testing")]
pub mod testing;

pub use login::Login;
pub use service::{Config, ConfigError, OpenBao};
