//! The rules of opening: who may open what of a customer, for which reason, with whose consent, for how long.
//!
//! One file, one rule: reasons ([`reason`]), the exact scope ([`scope`]), who must agree ([`policy`], [`person`]) and how
//! that changes ([`change`]), demands of authorities ([`legal`]),
//! receipts for requests of data subjects ([`subject`]), the text that is read and signed ([`request`], [`text`]), the signatures themselves
//! ([`sshsig`]), what strangers check of them ([`approval`]), the proof that goes with every use ([`proof`]), and the life of a grant ([`machine`]).
//!
//! Invariants: what is approved is one text of bytes that can be read and checked with `ssh-keygen`; a grant opens only
//! while its approvals, looked at anew, are a quorum of different persons over that text; a final state is never left;
//! time passing takes rights away and never gives any.
//!
//! Deliberately absent: clock, randomness, storage, HTTP. Whoever calls hands in the present, and keeps what comes out.

pub mod approval;
pub mod change;
pub mod legal;
pub mod machine;
pub mod person;
pub mod policy;
pub mod proof;
pub mod reason;
pub mod refusal;
pub mod request;
pub mod scope;
pub mod sshsig;
pub mod subject;
pub mod text;

pub use machine::{Effect, Entry, Event, Facts, Grant, State, Terms, may_release, step};
pub use person::{Kind, PersonId, Vote, quorum};
pub use policy::{Factor, Policy, Rule, Supervision};
pub use reason::Reason;
pub use refusal::Refusal;
pub use request::{Decision, Request, RequestId};
pub use scope::{Output, Scope};
