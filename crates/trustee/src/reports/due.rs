//! Reports that come by themselves: on each grant that has ended, and for each customer on each month that is over.
//!
//! Invariants: what is due is found in the books and never remembered elsewhere, so nothing is lost over a restart; a
//! customer whom no report can be made for holds up nobody else's.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use kernel::{Micros, Problem, TenantId, add_months};
use ledger::Entry;
use std::sync::{MutexGuard, PoisonError};
use store::Tx;
use store::trustee::{directory, duties, log, reports as rows};

use super::Reports;
use super::issue::{Cause, Wish};

/// Reports made in one round; the rest comes with the next minute.
const ROUND: u32 = 200;
/// Months that are made up for at most.
const MONTHS: usize = 24;
/// Customers looked at in one round, a page at a time.
const LOOKS: usize = 5000;

/// How far the walk over all customers has come. It is made once after each start and once a month.
#[derive(Clone, Copy, Default)]
pub(super) struct Months {
    /// The end of the months it is about; `None` before the first walk.
    end: Option<Micros>,
    /// The customer after whom it goes on; `None` at its beginning.
    after: Option<TenantId>,
    /// True when every customer was looked at.
    done: bool,
}

impl Reports {
    /// What has to be done each minute. To be called when the log knows all that the books of grants tell.
    pub(crate) async fn tidy(&self) -> Result<(), Problem> {
        self.announce_emergencies().await?;
        self.announce_events().await?;
        self.announce_months().await?;
        let waiting = self.store.read("waiting_reports", |tx| rows::waiting(tx, ROUND)).await?;
        for id in waiting {
            passable(self.issue(&id).await.map(|_| ()))?;
        }
        self.count_some().await
    }

    /// Emergencies that were approved since.
    async fn announce_emergencies(&self) -> Result<(), Problem> {
        for one in self.store.read("untold_emergencies", |tx| duties::untold(tx, ROUND)).await? {
            self.announce_grant(Cause::Emergency, one.request, &one.tenant, one.approved_at).await?;
        }
        Ok(())
    }

    /// Grants that have ended since.
    async fn announce_events(&self) -> Result<(), Problem> {
        for grant in self.store.read("unreported", |tx| rows::unreported(tx, ROUND)).await? {
            self.announce_grant(Cause::Event, grant.id, &grant.tenant, grant.created_at).await?;
        }
        Ok(())
    }

    async fn announce_grant(
        &self,
        cause: Cause,
        grant: String,
        tenant: &str,
        since: Micros,
    ) -> Result<(), Problem> {
        let Ok(tenant) = tenant.parse() else { return Ok(()) };
        let from = since.div_euclid(1000) * 1000;
        let wish = Wish { tenant, cause, subject: Some(grant), from, until: self.now() + 1000 };
        passable(self.announce(wish).await.map(|_| ()))
    }

    /// Months that are over, for every customer.
    async fn announce_months(&self) -> Result<(), Problem> {
        let Some(end) = month_of(self.now()).and_then(start) else { return Ok(()) };
        let known = *self.months();
        let mut walk =
            if known.end == Some(end) { known } else { Months { end: Some(end), ..Months::default() } };
        if walk.done {
            return Ok(());
        }
        let begun = self.store.read("log_begin", |tx: &mut Tx| log::entries(tx, 0, 1)).await?;
        let Some(begun) = begun.first().and_then(|entry| Entry::parse(entry).ok()) else { return Ok(()) };
        let (mut looks, mut made) = (0, 0);
        while looks < LOOKS && made < ROUND as usize {
            let after = walk.after;
            let page = move |tx: &mut Tx| directory::customers_after(tx, after, ROUND);
            let customers = self.store.read("customers_to_report", page).await?;
            walk.done = customers.is_empty();
            for (customer, created) in &customers {
                made += self.months_of(*customer, (*created).max(begun.time), end).await?;
                walk.after = Some(*customer);
                looks += 1;
                if made >= ROUND as usize {
                    break;
                }
            }
            *self.months() = walk;
            if walk.done {
                break;
            }
        }
        Ok(()) // the rest comes with the next minute
    }

    fn months(&self) -> MutexGuard<'_, Months> {
        self.months.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Announces a customer's months that are over and have no report; tells how many there were.
    async fn months_of(&self, tenant: TenantId, since: Micros, end: Micros) -> Result<usize, Problem> {
        let (Some(mut month), mut wanted) = (month_of(since), Vec::new()) else { return Ok(0) };
        while let (Some(from), Some(until)) = (start(month), start(add_months(month, 1))) {
            if until > end {
                break;
            }
            wanted.push(Wish {
                tenant,
                cause: Cause::Monthly,
                subject: Some(month.strftime("%Y-%m").to_string()),
                from,
                until,
            });
            month = add_months(month, 1);
        }
        let wanted = wanted.split_off(wanted.len().saturating_sub(MONTHS));
        let look = wanted.clone();
        let there = move |tx: &mut Tx| {
            let subject = |wish: &Wish| wish.subject.clone().unwrap_or_default();
            let found =
                look.iter().map(|wish| rows::of_subject(tx, tenant, wish.cause.name(), &subject(wish)));
            found.collect::<Result<Vec<_>, _>>()
        };
        let there = self.store.read("monthly_reports", there).await?;
        let mut made = 0;
        for (wish, _) in wanted.into_iter().zip(there).filter(|(_, there)| there.is_none()) {
            passable(self.announce(wish).await.map(|_| ()))?;
            made += 1;
        }
        Ok(made)
    }
}

/// What is wrong with one customer alone is no reason to stop: it has no keys, or none any more.
fn passable(made: Result<(), Problem>) -> Result<(), Problem> {
    match made {
        Err(problem) if matches!(problem.status, 404 | 410) => {
            tracing::warn!(slug = problem.slug, "no report can be made for a customer");
            Ok(())
        }
        made => made,
    }
}

/// The first day of the month in which a moment is.
fn month_of(at: Micros) -> Option<Date> {
    let at = jiff::Timestamp::from_microsecond(at).ok()?;
    Some(at.to_zoned(TimeZone::UTC).date().first_of_month())
}

/// When a day begins.
fn start(day: Date) -> Option<Micros> {
    day.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp().as_microsecond())
}
