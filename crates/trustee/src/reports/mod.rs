//! Access reports: what was opened of a customer's data, told to the customer so that it proves itself.
//!
//! One file, one part: announcing and issuing (`issue`), what comes by itself (`due`), how bundles are kept (`sealed`),
//! the operations (`desk`), the log in a form to look at (`look`) and what it
//! counts (`count`).
//!
//! Invariants: a report is announced by an entry of the customer's in the log, in one transaction with its row, and
//! issued when a published checkpoint covers that entry; of each ended grant and of each month there is one report,
//! however often the program is stopped; a bundle is kept sealed under the customer's own key and ends with it.
//!
//! Deliberately absent: what a report says (it follows from the entries, see `ledger`), and its words for people, which
//! the pages have.

mod count;
mod desk;
mod due;
mod issue;
mod look;
mod sealed;

use contract::profile::Profile;
use kernel::{Clock, Entropy, Ids, Micros};
use std::sync::{Arc, Mutex};
use store::Store;

use crate::assurance::Assurance;
use crate::grants::Rules;
use crate::keys::Keys;
use crate::log::Log;
use crate::ports::Pages;
use due::Months;

pub(crate) use desk::{FILES, HANDLED, serve};
pub(crate) use sealed::{bundle_aad, under_own_key};

/// The book of reports.
pub(crate) struct Reports {
    store: Store,
    keys: Arc<Keys>,
    log: Log,
    assurance: Arc<Assurance>,
    profile: Arc<Profile>,
    rules: Arc<Rules>,
    pages: Option<Arc<dyn Pages>>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// How far every customer has the reports of months that are over.
    months: Mutex<Months>,
    counting: count::Counting,
}

/// What the book of reports is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) keys: Arc<Keys>,
    pub(crate) log: Log,
    pub(crate) assurance: Arc<Assurance>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) pages: Option<Arc<dyn Pages>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Reports {
    pub(crate) fn new(parts: Parts) -> Self {
        let Parts { store, keys, log, assurance, profile, rules, pages, clock, entropy } = parts;
        let (months, counting) = (Mutex::default(), count::Counting::default());
        Self { store, keys, log, assurance, profile, rules, pages, clock, entropy, months, counting }
    }

    /// The present, in whole milliseconds like entries.
    fn now(&self) -> Micros {
        self.clock.now().as_microsecond().div_euclid(1000) * 1000
    }

    fn ids(&self) -> Ids<'_> {
        Ids { clock: &*self.clock, entropy: &*self.entropy }
    }
}
