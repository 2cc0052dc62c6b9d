//! The rules of selling, as functions of values: who may buy, what is offered, what an order becomes and how a
//! subscription lives.
//!
//! Invariants: nothing here reads a clock, a file, a socket or randomness; days and identifiers are handed in,
//! and the same input gives the same answer. A refused act is a [`kernel::Problem`] that carries the documented
//! Partner Center code, and changes nothing.
//!
//! Deliberately absent: money beyond the unit price (that is `billing`), wire shapes (that is `contract`) and the
//! list of countries a cloud serves (that is its profile).

pub mod agreement;
pub mod catalogue;
pub mod country;
pub mod customer;
pub mod eligibility;
mod fault;
mod mask;
pub mod order;
#[cfg(test)]
mod sample;
pub mod subscription;
pub mod ticket;
pub mod vat;

pub use mask::Mask;
