//! The operator zone as its gateway meets it: calls go in by [`operator::Operator::handle`], on both engines.

mod agreements;
mod audit;
mod customers;
mod days;
mod enrolment;
mod harness;
mod invoices;
mod paging;
mod previews;
mod profiles;
mod sales;
mod sandbox;
mod tickets;
