//! Everything that is due, for all accounts: the program calls this once in a while.

use jiff::{SignedDuration, Timestamp};
use kernel::{AccountId, Ids, Micros};
use store::operator::accounts::{self, AccountRow};
use store::operator::{idempotency, lease};
use store::{StoreError, Tx};

use super::advance::{Step, is_behind, step};
use super::{Horizon, What, World, account_now};
use crate::cx::Surroundings;
use crate::{Fault, Operator};

/// The lease under which one node of several runs the jobs.
const JOB: &str = "account-days";
/// How long a node that was killed keeps the others waiting; prolonged with every step.
const LEASE: Micros = 60 * 1_000_000;
/// How long after a day's end it is billed: calls that began on that day are over by then.
const GRACE: SignedDuration = SignedDuration::from_hours(1);
/// Accounts looked at in one transaction.
const PAGE: u32 = 200;
/// Records of old calls thrown away in one transaction.
const PURGED: u32 = 1000;

/// What one tick did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tick {
    /// Subscriptions that renewed, expired or went.
    pub subscriptions: usize,
    /// Invoices issued.
    pub invoices: usize,
    /// Accounts that could not be brought up to date; the reasons are in the log.
    pub failed: usize,
    /// Another node has the lease; it does the work.
    pub elsewhere: bool,
}

/// How one step ended.
enum Stepped {
    Over(Step),
    Failed,
    Elsewhere,
}

impl Operator {
    /// Brings all accounts up to date, sandboxes on their own clocks, and answers what happened. May be called at any
    /// time, on any node, as often as one likes; once a minute is enough.
    ///
    /// # Errors
    /// When the store fails. What was done until then stays done; the next tick goes on.
    pub async fn tick(&self) -> Result<Tick, StoreError> {
        let mut tick = Tick::default();
        let mut after = None;
        loop {
            let (behind, last) = self.behind(after).await?;
            for account in behind {
                if !self.catch_up(account, &mut tick).await? {
                    return Ok(tick);
                }
            }
            let Some(last) = last else { break };
            after = Some(last);
        }
        let now = self.inner.around.clock.now().as_microsecond();
        let purge = move |tx: &mut Tx| idempotency::purge(tx, now, PURGED).map(|_| ());
        self.inner.store.write("tick-purge", purge).await?;
        Ok(tick)
    }

    /// One page of accounts: those that are behind, and the last one looked at.
    async fn behind(
        &self,
        after: Option<AccountId>,
    ) -> Result<(Vec<AccountId>, Option<AccountId>), StoreError> {
        let now = self.inner.around.clock.now();
        let look = move |tx: &mut Tx| {
            let page = accounts::page(tx, after.as_ref(), PAGE)?;
            let last = page.last().map(|account| account.account_id);
            let mut behind = Vec::new();
            for account in page {
                match is_behind(tx, &account, horizon(&account, now)) {
                    Ok(false) => {}
                    // A refusal is met again, and logged, by the step.
                    Ok(true) | Err(Fault::Refused(_)) => behind.push(account.account_id),
                    Err(Fault::Store(error)) => return Err(error),
                }
            }
            Ok((behind, last))
        };
        self.inner.store.read("tick-look", look).await
    }

    /// Step by step, each in a transaction of its own. False when another node does the work.
    async fn catch_up(&self, account: AccountId, tick: &mut Tick) -> Result<bool, StoreError> {
        loop {
            let (around, holder) = (self.inner.around.clone(), self.inner.holder.clone());
            let work = move |tx: &mut Tx| one_step(tx, &around, &holder, account);
            match self.inner.store.write("tick-step", work).await? {
                Stepped::Over(Step::Done(happened)) => {
                    let invoices =
                        happened.iter().filter(|one| matches!(one.what, What::Invoiced(_))).count();
                    tick.invoices += invoices;
                    tick.subscriptions += happened.len() - invoices;
                }
                Stepped::Over(Step::Nothing) => return Ok(true),
                Stepped::Failed => {
                    tick.failed += 1;
                    return Ok(true);
                }
                Stepped::Elsewhere => {
                    tick.elsewhere = true;
                    return Ok(false);
                }
            }
        }
    }
}

fn one_step(tx: &mut Tx, around: &Surroundings, holder: &str, id: AccountId) -> Result<Stepped, StoreError> {
    let now = around.clock.now();
    let micros = now.as_microsecond();
    if !lease::take(tx, JOB, holder, micros, micros.saturating_add(LEASE))? {
        return Ok(Stepped::Elsewhere);
    }
    // Read again: its clock may have been moved meanwhile.
    let Some(account) = accounts::find(tx, &id)? else { return Ok(Stepped::Over(Step::Nothing)) };
    let world = World {
        catalogue: &around.catalogue,
        home: around.profile.home_country,
        ids: Ids { clock: &*around.clock, entropy: &*around.entropy },
        real_now: now,
    };
    match tx.nested(|tx| step(tx, &world, &account, horizon(&account, now))) {
        Ok(step) => Ok(Stepped::Over(step)),
        Err(Fault::Store(error)) => Err(error),
        Err(Fault::Refused(problem)) => {
            tracing::error!(account = %id, %problem, "an account's days cannot be carried out");
            Ok(Stepped::Failed)
        }
    }
}

/// How far an account goes at a real time: a day is billed a while after its end.
fn horizon(account: &AccountRow, real: Timestamp) -> Horizon {
    let now = account_now(account, real);
    let settled = now.saturating_sub(GRACE).unwrap_or(now);
    Horizon { over: Horizon::at(settled).over, ..Horizon::at(now) }
}
