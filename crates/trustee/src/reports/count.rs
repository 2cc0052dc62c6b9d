//! What the log tells of openings and of demands of authorities, counted as the log grows.
//!
//! Invariants: what is counted follows from entries alone; each is counted once and none is left out, however long the
//! log is; after a start all of it is counted anew, some each minute, and the rest when somebody asks.

use contract::collection::Collection;
use contract::resources::access_report::OpeningStatistics;
use contract::resources::legal::DemandStatistics;
use kernel::Problem;
use ledger::demands::{Group, Outcomes};
use ledger::{Class, Demands, Entry, Kind};
use std::collections::BTreeMap;
use store::Tx;
use store::trustee::log as rows;
use tokio::sync::{Mutex, MutexGuard};

use super::Reports;
use super::look::date;

/// Entries read at once.
const PAGE: i64 = 2000;
/// Entries counted in a minute while nobody asks.
const ROUND: i64 = 100_000;

/// What was counted so far.
#[derive(Default)]
pub(super) struct Counting(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    /// Entries before this one are counted.
    until: i64,
    /// By month and reason.
    openings: BTreeMap<(String, String), Counted>,
    demands: Demands,
}

impl Reports {
    /// Openings month by month and reason by reason, the latest first.
    pub(super) async fn statistics(&self) -> Result<Collection<OpeningStatistics>, Problem> {
        let counts = self.count_on(i64::MAX).await?;
        let told = counts.openings.iter().rev();
        let told = told.map(|((month, reason), sum)| sum.clone().told(month.clone(), reason.clone()));
        Ok(Collection::new(told.collect()))
    }

    /// Demands by half-year, country and classes, the latest first.
    pub(super) async fn demands(&self) -> Result<Collection<DemandStatistics>, Problem> {
        let counts = self.count_on(i64::MAX).await?;
        Ok(Collection::new(counts.demands.rows().rev().map(demands).collect()))
    }

    /// Counts some of what is new.
    pub(super) async fn count_some(&self) -> Result<(), Problem> {
        self.count_on(ROUND).await.map(|_| ())
    }

    async fn count_on(&self, most: i64) -> Result<MutexGuard<'_, Counts>, Problem> {
        let mut counts = self.counting.0.lock().await;
        let end = self.log.state().await?.size.min(counts.until.saturating_add(most));
        while counts.until < end {
            let (from, until) = (counts.until, (counts.until + PAGE).min(end));
            let page =
                self.store.read("count_log", move |tx: &mut Tx| rows::entries(tx, from, until)).await?;
            for entry in page.iter().filter_map(|bytes| Entry::parse(bytes).ok()) {
                count(&entry, &mut counts.openings);
                counts.demands.count(&entry);
            }
            counts.until = until;
        }
        Ok(counts)
    }
}

#[derive(Clone, Default)]
struct Counted {
    asked: u64,
    denied: u64,
    begun: u64,
    stopped: u64,
    uses: u64,
    refused: u64,
    rows: u64,
    bytes: u64,
    partners: u64,
    customers: u64,
}

fn count(entry: &Entry, counted: &mut BTreeMap<(String, String), Counted>) {
    let told = matches!(
        entry.kind,
        Kind::Submit
            | Kind::Deny
            | Kind::Activate
            | Kind::Kill
            | Kind::Revoke
            | Kind::UseResult
            | Kind::UseRefused
            | Kind::Openings
    );
    let Some(month) = date(entry.time).filter(|_| told).map(|at| at.strftime("%Y-%m").to_string()) else {
        return;
    };
    let reason = entry.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    let sum = counted.entry((month, reason)).or_default();
    let amount =
        |name: &str| entry.counts.iter().find(|(word, _)| word.as_str() == name).map_or(0, |(_, n)| *n);
    match entry.kind {
        Kind::Submit => sum.asked += 1,
        Kind::Deny => sum.denied += 1,
        Kind::Activate => sum.begun += 1,
        Kind::Kill | Kind::Revoke => sum.stopped += 1,
        Kind::UseRefused => sum.refused += 1,
        Kind::UseResult => {
            sum.uses += 1;
            sum.rows += amount("rows");
            sum.bytes += amount("bytes");
        }
        Kind::Openings => {
            sum.partners += amount("partner");
            sum.customers += amount("customer");
        }
        _ => {}
    }
}

fn whole(count: u64) -> Option<i64> {
    i64::try_from(count).ok()
}

/// What the contract calls a class.
const fn word(class: Class) -> &'static str {
    match class {
        Class::Contact => "contact",
        Class::Personal => "personal",
        Class::Content => "content",
        Class::Secret => "secret",
        Class::Commercial => "commercial",
    }
}

fn demands((group, sum): (&Group, &Outcomes)) -> DemandStatistics {
    DemandStatistics {
        half_year: Some(group.half_year.clone()),
        country: Some(group.country.clone()),
        classes: Some(group.classes.iter().map(|class| word(*class).to_owned()).collect()),
        received: whole(sum.received),
        gagged: whole(sum.gagged),
        compelled: whole(sum.compelled),
        redirected: whole(sum.redirected),
        rejected: whole(sum.rejected),
        disclosed: whole(sum.disclosed),
    }
}

impl Counted {
    fn told(self, month: String, reason: String) -> OpeningStatistics {
        OpeningStatistics {
            month: Some(month),
            reason: Some(reason),
            asked: whole(self.asked),
            denied: whole(self.denied),
            begun: whole(self.begun),
            stopped: whole(self.stopped),
            uses: whole(self.uses),
            refused: whole(self.refused),
            rows: whole(self.rows),
            bytes: whole(self.bytes),
            by_partners: whole(self.partners),
            by_customers: whole(self.customers),
        }
    }
}
