//! The trustee zone: identity, keys, and the gateway that seals what goes to the operator and opens what comes back.
//!
//! Invariants: no name of a person, password or key appears in a log, an error or a `Debug` output; all time
//! comes from a [`kernel::Clock`], all randomness from a [`kernel::Entropy`] (RSA key generation excepted).

pub mod identity;
pub mod keys;

#[cfg(test)]
mod testing;
