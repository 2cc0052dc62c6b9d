//! The operator zone as its gateway meets it: calls go in by [`operator::Operator::handle`], on both engines.

mod agreements;
mod audit;
mod customers;
mod enrolment;
mod harness;
mod paging;
mod profiles;
