//! The way back of a trustee store that was restored from a backup: what it lacks of its own log is taken from a copy of
//! the log, verified against what was seen, and what that tail tells of is carried out again. Where there is no such copy,
//! a new log begins, and says so in public.
//!
//! Invariants: nothing is changed before two officers, two persons, signed the text that names what is done; everything
//! that is changed is changed in one transaction, together with its entries; no request for access survives, because
//! what was decided and used since the backup is not in it; nobody stays signed in, and nobody on duty.
//!
//! Deliberately absent: files and the command line (the program hands in the copy), and details of the entries that come
//! back: they were in the store that was lost.

mod replay;
mod statement;
mod survey;
mod votes;

pub use survey::{Survey, Tail, Way};

use kernel::{Clock, Code, Entropy, Ids, Micros, Problem, TenantId};
use ledger::{Refusal, SigningKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8};
use store::{Store, Tx};

use super::Seen;
use super::growth::{Growth, GrowthContext, Pen};
use super::secrets::Secrets;
use crate::controls::Controls;
use crate::keys::{HOUSE, Keys};

/// Everything a restore needs of its surroundings.
pub struct Heal {
    /// The restored store, migrated.
    pub store: Store,
    /// The keys that wrap its secrets.
    pub keys: Arc<Keys>,
    /// The key that signs the log.
    pub key: SigningKey,
    /// What is remembered outside of the database.
    pub seen: Arc<dyn Seen>,
    /// Whether checkpoints are published without witnesses.
    pub publish: bool,
    /// The real time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Which controls work.
    pub controls: Controls,
    /// How long backups can bring destroyed keys back.
    pub horizon: Micros,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Healed {
    /// Where the log stands now.
    pub size: u64,
    /// Entries that came back.
    pub entries: usize,
    /// Whose keys were destroyed again.
    pub erased: Vec<TenantId>,
    /// Requests for access that ended.
    pub ended: usize,
    /// Whether the key service has carried out every destruction; otherwise the next start does, before it serves.
    pub destroyed: bool,
}

impl Heal {
    /// Looks what is missing and what the tail says. Changes nothing.
    ///
    /// # Errors
    /// When nothing is missing, when the tail is not the one that was seen, or the store cannot be read.
    pub async fn survey(&self, way: Way) -> Result<Survey, Problem> {
        survey::survey(self, way).await
    }

    /// Carries out what two officers signed.
    ///
    /// # Errors
    /// When the signatures are not enough, or the store has changed since; nothing is changed then.
    pub async fn carry_out(self, survey: Survey, approvals: Vec<String>) -> Result<Healed, Problem> {
        let secrets = self.secrets();
        let mut held = vec![secrets.of(HOUSE).await?];
        for tenant in survey.tenants() {
            held.push(secrets.of(tenant).await?);
        }
        let id = Ids { clock: &*self.clock, entropy: &*self.entropy }.ordered().to_string();
        let Self { store, keys, key, seen, publish, clock, entropy, controls, horizon } = self;
        let now = clock.now().as_microsecond();
        let signer = Arc::new(survey.new_key().unwrap_or(key));
        let level = Arc::new(AtomicU8::new(u8::MAX)); // nobody measured one
        let begun = AtomicBool::new(true);
        let context = GrowthContext { signer: signer.clone(), entropy, level, begun, publish, controls };
        let survey = Arc::new(survey);
        let plan = survey.clone();
        let write = move |tx: &mut Tx| {
            let officers = votes::count(tx, &plan.text, &approvals, now, controls)?;
            plan.is_still_true(tx)?;
            replay::prepare(tx, &plan, &signer, now)?;
            let mut growth = Growth::begin(tx)?;
            replay::entries(tx, &plan, &mut growth)?;
            let mut pen = Pen { context: &context, growth: &mut growth, secrets: &held, now, last: None };
            replay::acts(tx, &plan, &mut pen, (controls, horizon))?;
            replay::write_down(tx, &plan, (&id, &officers, &approvals), now)?;
            let note = growth.end(tx, &context)?.ok_or_else(Problem::internal)?;
            Ok::<_, Problem>((note, growth.size()))
        };
        let (note, size) = store.try_write("restore-trustee", write).await?;
        if survey.gap.is_some() {
            seen.keep_anew(&note);
        } else {
            seen.keep(&note);
        }
        let erased: Vec<TenantId> = survey.erased.keys().copied().collect();
        // What cannot be reached now is done at the next start, before anything is served.
        let destroyed = keys.replay_erasures().await.is_ok() && store.scrub().await.is_ok();
        Ok(Healed { size, entries: survey.missing.len(), erased, ended: survey.open.len(), destroyed })
    }

    fn secrets(&self) -> Secrets {
        Secrets::new(self.store.clone(), self.keys.clone(), self.clock.clone(), self.entropy.clone())
    }
}

/// Why a restore is not carried out.
fn refused(slug: &'static str, why: impl Into<String>) -> Problem {
    Problem::new(409, Code(0), slug, why)
}

/// What the ledger says about a file that came from outside.
fn unbelieved(why: &Refusal) -> Problem {
    refused("tail_refused", format!("The copy of the log is not believed ({why}). Use another copy."))
}
