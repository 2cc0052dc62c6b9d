//! Operations of which the trustee does a part itself, one file each.
//!
//! Invariants: what is minted or recorded here is recorded before the operator is asked and settled after it has
//! answered; an answer that is lost leaves it pending, and a retry under the same request id finds it again.
//!
//! Deliberately absent: anything that the operator's answer alone could make or change among principals,
//! relationships or keys.

mod acts;
mod agreements;
mod create_customer;
mod create_sandbox_account;
mod end_relationship;
mod names;
mod restore;
mod validations;
