//! Every resource of the contract, one file per area.

pub mod customer;
pub mod shared;
