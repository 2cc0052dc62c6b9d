//! The operator zone: commerce on sealed data.
//!
//! [`Operator::handle`] answers one call of the gateway. It implements the contract on sealed values: where the
//! contract has private members, this zone sees one envelope and keeps it as it came.
//!
//! Invariants: one call is one transaction, in which state change, audit entry, outgoing event and idempotency
//! record commit together; a call without a valid caller assertion of the gateway changes nothing and reads
//! nothing; a body with a private member in clear is refused and not stored.
//!
//! Deliberately absent: opening an envelope (this crate cannot depend on `envelope`), tokens, passwords, users,
//! names of people, SQL (all of it is in `store`), and HTTP frameworks.

pub mod accounts;
pub mod agreements;
mod answer;
mod audit;
mod catalogue;
pub mod controls;
pub mod customers;
mod cx;
mod dispatch;
mod enrolment;
mod etag;
mod idempotency;
mod invoices;
mod jobs;
mod link;
mod orders;
mod page;
mod partner_profiles;
mod previews;
mod record;
mod sandbox;
mod serve;
mod served;
mod subscriptions;
mod tickets;
mod validations;
mod zone;

pub use answer::{Answer, Event, Note};
pub use cx::Cx;
pub use jobs::Tick;
pub use serve::{Fault, Input, Serve};
pub use zone::{Operator, OperatorConfig};
