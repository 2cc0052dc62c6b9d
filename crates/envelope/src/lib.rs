//! Sealing and opening of private fields, and the keys that do it.
//!
//! One envelope holds the private members of one object and field set. What it belongs to (tenant, record
//! type, record id, field set, version, key epoch) is associated data *and* goes into the derivation of the
//! key, and what the reader expects is always given by the reader: an envelope can say where it belongs, but
//! is never believed. A commitment derived beside the record key makes sure that an envelope opens under one
//! key only.
//!
//! Invariants: no clock, no socket, no database; randomness is handed in. Key material is wiped when dropped
//! and its types have neither `Debug` nor `Display` nor `Serialize`.
//!
//! Deliberately absent: knowledge of what is sealed (bytes in, bytes out), of who may open (the gateway and
//! its record map decide), and of where wrapped keys are kept ([`Vault`] is implemented by the trustee).

pub mod age;
mod conformance;
mod embedded;
mod header;
mod keys;
mod root;
mod seal;
mod service;
pub mod shares;
#[cfg(test)]
mod testing;
mod wrap;

pub use conformance::conformance;
pub use embedded::{Embedded, Kept, MemoryVault, Recovered, RootRow, TenantRow, Vault, VaultError};
pub use header::{Expected, Header, HeaderError, MAX_NAME, belongs_to};
pub use keys::{TenantKey, TenantKeys};
pub use root::{Argon2Cost, KeyFile, SealedRoot, Unlock};
#[cfg(feature = "sabotage")]
pub use seal::open_without_commitment;
pub use seal::{MAX_PLAINTEXT, OpenError, SALT_LEN, SealError, open, seal};
pub use service::{Answer, Deviation, Health, KeyError, KeyInfo, KeyService, Posture, SharePlan, Wrapped};
