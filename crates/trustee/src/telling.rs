//! What waits to be told to the transparency log, written down in the transaction of what it tells.
//!
//! Invariants: a note commits with its act or not at all; notes reach the log in the order in which they were made.
//!
//! Deliberately absent: the log itself. The book of grants brings notes there (`grants::told`).

use kernel::{Clock, Entropy, Problem, TenantId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use store::Tx;
use store::trustee::access as book;

use crate::ports::LogEntry;

/// One note, as it waits in the store. Empty words stand for what an entry does not say.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) kind: String,
    pub(crate) tenant: String,
    pub(crate) grant: String,
    pub(crate) actor: String,
    pub(crate) operation: String,
    pub(crate) classes: Vec<String>,
    /// The how-manieth use of the grant; 0 where it is about none.
    #[serde(default)]
    pub(crate) number: u32,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) reason: String,
    pub(crate) at: i64,
    pub(crate) details: Value,
    #[serde(default)]
    pub(crate) digests: Vec<(String, String)>,
}

impl Note {
    /// A note about a tenant, or about the house itself where the tenant is `keys::HOUSE`.
    pub(crate) fn of(kind: ledger::Kind, tenant: TenantId, actor: &str) -> Self {
        Self {
            kind: kind.as_str().to_owned(),
            tenant: tenant.to_string(),
            grant: String::new(),
            actor: actor.to_owned(),
            operation: String::new(),
            classes: Vec::new(),
            number: 0,
            rows: 0,
            bytes: 0,
            from: String::new(),
            to: String::new(),
            reason: String::new(),
            at: 0,
            details: Value::Null,
            digests: Vec::new(),
        }
    }

    /// What was done, as one word.
    pub(crate) fn op(mut self, word: &str) -> Self {
        word.clone_into(&mut self.operation);
        self
    }

    /// The SHA-256 of something that others can have too, e.g. `policy`; everybody sees it.
    pub(crate) fn digest(mut self, what: &str, sha256: &str) -> Self {
        self.digests.push((what.to_owned(), sha256.to_owned()));
        self
    }

    /// What the log keeps sealed.
    pub(crate) fn detail(mut self, details: Value) -> Self {
        self.details = details;
        self
    }

    /// The entry that it becomes, under the id with which it waits.
    pub(crate) fn entry(self, id: String) -> Result<LogEntry, Problem> {
        Ok(LogEntry {
            note: id,
            number: self.number,
            kind: self.kind,
            tenant: self.tenant.parse().map_err(|_| Problem::internal())?,
            grant: self.grant,
            actor: self.actor,
            operation: self.operation,
            classes: self.classes,
            rows: self.rows,
            bytes: self.bytes,
            from: self.from,
            to: self.to,
            reason: self.reason,
            at: self.at,
            details: self.details.to_string(),
            digests: self.digests,
        })
    }
}

/// What writes notes within transactions. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Teller {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    sequence: Arc<AtomicU64>,
}

impl Teller {
    pub(crate) fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, sequence: Arc::default() }
    }

    /// Writes a note in the transaction of what it tells. The present is its time.
    pub(crate) fn note(&self, tx: &mut Tx, note: Note) -> Result<(), Problem> {
        let at = self.clock.now().as_microsecond();
        let body = serde_json::to_string(&Note { at, ..note }).map_err(|_| Problem::internal())?;
        // In the order in which they are noted, also within one microsecond; and two programs never give the same.
        let mut random = [0_u8; 8];
        self.entropy.fill(&mut random);
        let number = self.sequence.fetch_add(1, Ordering::Relaxed);
        let id = format!("{at:020}-{number:012}-{:016x}", u64::from_be_bytes(random));
        Ok(book::to_log(tx, &id, &body)?)
    }
}
