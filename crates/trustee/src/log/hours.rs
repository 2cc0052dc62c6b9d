//! The openings by partners and customers themselves, counted by the hour, as entries.

use kernel::{Micros, Problem};
use ledger::Kind;
use serde_json::json;
use std::collections::BTreeMap;
use store::trustee::log::{self as rows, Unlogged};

use super::{Draft, Log};

const HOUR: Micros = 3_600_000_000;
/// How long after its end an hour is told: counts are written each minute.
const AFTER: Micros = 120_000_000;
/// Rows told at once; the rest comes with the next minute.
const PAGE: u32 = 500;

impl Log {
    /// Tells the openings of hours that are over: one entry for each tenant and hour, with how often partners and the
    /// customer itself opened its records; which partners, only in the details.
    pub(super) async fn tell_openings(&self) -> Result<(), Problem> {
        let now = self.inner.clock.now().as_microsecond() - AFTER;
        let before = now.div_euclid(HOUR) * HOUR;
        let unlogged = move |tx: &mut store::Tx| rows::unlogged(tx, before, PAGE);
        let unlogged = self.inner.store.read("unlogged-openings", unlogged).await?;
        let mut hours: BTreeMap<_, Vec<Unlogged>> = BTreeMap::new();
        for row in unlogged {
            hours.entry((row.hour, row.tenant.0)).or_default().push(row);
        }
        for counted in hours.into_values() {
            self.tell_hour(counted).await?;
        }
        Ok(())
    }

    async fn tell_hour(&self, counted: Vec<Unlogged>) -> Result<(), Problem> {
        let Some(first) = counted.first() else { return Ok(()) };
        let tenant = first.tenant;
        let draft = draft(&counted).about(tenant);
        let act = move |tx: &mut store::Tx, pen: &mut super::Pen<'_>| {
            pen.note(tx, &draft)?;
            counted.iter().try_for_each(|row| rows::logged(tx, row).map_err(Problem::from))
        };
        match self.act(&[tenant], act).await {
            Ok(_) => Ok(()),
            // Of a tenant without keys nothing can be opened either; its old counts must not hold up the others'.
            Err(problem) if matches!(problem.status, 404 | 410) => {
                tracing::warn!(%problem, "openings of a tenant cannot be logged");
                Ok(())
            }
            Err(problem) => Err(problem),
        }
    }
}

fn draft(counted: &[Unlogged]) -> Draft {
    let more = |row: &Unlogged| (row.openings - row.logged).max(0).cast_unsigned();
    let sum = |own: bool| {
        let rows = counted.iter().filter(|row| (row.opener == "customer") == own);
        rows.map(more).fold(0_u64, u64::saturating_add)
    };
    let openers: BTreeMap<_, _> = counted.iter().map(|row| (row.opener.clone(), more(row))).collect();
    let hour = counted.first().and_then(|row| jiff::Timestamp::from_microsecond(row.hour).ok());
    let hour = hour.map(|hour| hour.to_string()).unwrap_or_default();
    Draft::of(Kind::Openings)
        .counting("partner", sum(false))
        .counting("customer", sum(true))
        .detail(json!({ "hour": hour, "openers": openers }))
}
