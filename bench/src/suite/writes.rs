//! Durable order creation. One order is order, subscription and its history, audit entry, event and idempotency
//! record in one transaction, answered when it is on disk.

use anyhow::Result;
use http::StatusCode;
use std::sync::Arc;

use super::{CALLERS, Plan, filled, waits};
use crate::books::{Filling, Names};
use crate::client::Caller;
use crate::load::{Target, closed, open};
use crate::postgres::Cluster;
use crate::report::{Bound, Report, Row, median};
use crate::sqlite;
use crate::stage::{Running, order};

/// So many that nobody gets a hundred orders.
const FILLING: Filling = Filling { customers: 20_000, one_in: 1 };
/// Longest time in milliseconds that 99 of 100 callers may wait at half of the reached rate.
const PATIENCE: f64 = 25.0;

/// Against SQLite itself.
pub async fn on_sqlite(plan: &Plan, report: &mut Report) -> Result<()> {
    let (stage, names) = filled(plan, "orders", None, FILLING).await?;
    let running = stage.start().await?;
    let folder = plan.folder.join("raw");
    let raw = || sqlite::raw_rate(&folder, plan.measured);
    let engine = Engine { name: "SQLite", limit: "raw SQLite, groups of 32", floor: 0.3, names };
    engine.measure(plan, running, raw, report).await
}

/// Against pgbench on the same server.
pub async fn on_postgres(plan: &Plan, report: &mut Report) -> Result<()> {
    let cluster = Cluster::start()?;
    cluster.prepare_pgbench()?;
    let url = cluster.database("operator")?;
    let (stage, names) = filled(plan, "orders-postgres", Some(url), FILLING).await?;
    let running = stage.start().await?;
    let limit = || cluster.pgbench(CALLERS, plan.measured);
    let engine = Engine { name: "PostgreSQL", limit: "pgbench TPC-B", floor: 0.5, names };
    engine.measure(plan, running, limit, report).await
}

struct Engine {
    name: &'static str,
    limit: &'static str,
    floor: f64,
    names: Names,
}

impl Engine {
    async fn measure(
        &self,
        plan: &Plan,
        running: Running,
        limit: impl Fn() -> Result<f64>,
        report: &mut Report,
    ) -> Result<()> {
        let Running { server, caller } = running;
        let ours = orders(&caller, self.names);
        let mut rounds = Vec::new();
        for round in 0..plan.rounds {
            let limit = tokio::task::block_in_place(&limit)?;
            rounds.push((limit, closed(&ours, plan.effort(), 2 * round)?.rate));
        }
        let engine = self.name;
        let what = format!("create an order on {engine}, {CALLERS} callers");
        report.rows.push(Row::ratio(&what, self.limit, "1/s", &rounds, Bound::AtLeast(self.floor)));
        let reached: Vec<f64> = rounds.iter().map(|(_, reached)| *reached).collect();
        let rate = median(&reached) / 2.0;
        let (mut halves, mut late) = (Vec::new(), Vec::new());
        for round in 0..plan.rounds {
            let (half, most) = waits(&open(&ours, plan.effort(), rate, 2 * round + 1).await?);
            halves.push(half);
            late.push(most);
        }
        let what = format!("wait for an order on {engine} at {rate:.0}/s, 99 %");
        report.rows.push(Row::value(&what, "ms", &late, Bound::AtMost(PATIENCE)));
        report.notes.push(format!("{what}: half within {:.2} ms", median(&halves)));
        server.stop().await
    }
}

fn orders(caller: &Caller, names: Names) -> Target {
    let (address, caller) = (caller.address, caller.clone());
    let make = move |random: &mut crate::random::Random| {
        let (customer, _) = names.pick(random);
        let request = random.guid().to_string();
        // A GUID is always a header value.
        order(&caller, &customer.to_string(), &request).unwrap_or_default()
    };
    Target { address, make: Arc::new(make), expect: StatusCode::CREATED }
}
