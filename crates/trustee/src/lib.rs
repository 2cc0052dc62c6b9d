//! The trustee zone: identity, keys, and the gateway that seals what goes to the operator and opens what comes back.
//!
//! Invariants: no name of a person, password or key appears in a log, an error or a `Debug` output; all time
//! comes from a [`kernel::Clock`], all randomness from a [`kernel::Entropy`] (RSA key generation excepted).

pub mod assurance;
mod cache;
mod compose;
pub mod controls;
mod core;
mod desk;
mod directory;
pub mod exports;
mod four_eyes;
mod gateway;
mod grants;
pub mod identity;
pub mod keys;
mod left;
mod legal;
pub mod log;
pub mod openings;
mod own;
pub mod persons;
pub mod ports;
pub mod records;
pub mod relationships;
mod reports;
pub mod shares;
mod subjects;
mod telling;
mod tickets;

pub use core::{Trustee, TrusteeConfig, assertion_key, throttle_limits};

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
