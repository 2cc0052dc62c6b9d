//! Demands of authorities: registered, assessed by two persons, and carried out by the trustee itself where law that has
//! effect in Germany compels it.
//!
//! One file, one part: the book of cases (`cases`), what the contract says of them (`shown`), and carrying one out
//! (`disclose`), for which the gateway opens the records and seals them to the addressee; looking after
//! gags (`gags`); `desk` has the operations.
//!
//! Invariants: a result counts only while the signatures of a legal officer and another person over the case as it is
//! stored verify; what is disclosed goes sealed to the addressee's key, never through the operator; the customer is told
//! at once, or on the day on which it may be; everything is in the log when it happens.
//!
//! Deliberately absent: keys of tenants in any answer, and any way from a foreign order without effect here to a
//! disclosure.

mod cases;
mod desk;
mod disclose;
mod gags;
mod shown;

use kernel::{Clock, Entropy, Ids, Micros, Problem};
use std::sync::Arc;
use store::Store;

use crate::controls::Controls;
use crate::telling::Teller;

pub(crate) use cases::{customer, takes_in};
pub(crate) use desk::{HANDLED, serve};

/// The book of cases.
pub(crate) struct Legal {
    pub(crate) store: Store,
    pub(crate) controls: Controls,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) teller: Teller,
}

impl Legal {
    fn now(&self) -> Micros {
        self.clock.now().as_microsecond()
    }

    fn ids(&self) -> Ids<'_> {
        Ids { clock: &*self.clock, entropy: &*self.entropy }
    }
}

fn unknown() -> Problem {
    contract::errors::not_found("There is no such case.")
}
