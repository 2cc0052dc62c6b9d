//! The measurements, one file each. Every speed is a ratio to a limit that is measured in the same run, round by
//! round in turns, so that a slow minute of the machine slows both.

mod flat;
mod footprint;
mod log;
mod opening;
mod reads;
mod writes;

use anyhow::{Context as _, Result};
use http::StatusCode;
use std::path::PathBuf;
use std::time::Duration;

use crate::books::{self, Filling, Names};
use crate::client::{Answer, Call, Caller, once};
use crate::load::{Effort, Outcome};
use crate::random::Random;
use crate::report::Report;
use crate::stage::{Running, Stage, order};

/// Callers at the same time, as the promises say.
pub const CALLERS: usize = 64;

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Reads against a bare axum route.
    Reads,
    /// What opening a record adds to an answer.
    Opening,
    /// Durable orders against SQLite itself.
    Sqlite,
    /// Durable orders against pgbench.
    Postgres,
    /// The transparency log, appended and verified.
    Log,
    /// Start and idle memory.
    Footprint,
    /// A store of a million customers against one of a thousand.
    Flat,
}

impl Part {
    /// All of them, the quick ones first.
    pub const ALL: [Self; 7] =
        [Self::Reads, Self::Opening, Self::Sqlite, Self::Postgres, Self::Log, Self::Footprint, Self::Flat];
}

/// How thoroughly.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The program.
    pub program: PathBuf,
    /// Where stores are made.
    pub folder: PathBuf,
    /// Turns of limit and ours.
    pub rounds: u64,
    /// How long each is loaded.
    pub measured: Duration,
    /// Customers in the large store.
    pub many: u32,
    /// Customers whose keys are in nobody's memory, per round.
    pub strangers: usize,
    /// What is measured.
    pub parts: Vec<Part>,
}

impl Plan {
    fn effort(&self) -> Effort {
        Effort { callers: CALLERS, warm_up: self.measured / 4, measured: self.measured }
    }

    /// How long each turn of a lone caller takes: one to get warm, then as many as there are rounds.
    fn turns(&self) -> impl Iterator<Item = Duration> {
        std::iter::once(self.measured / 4).chain((0..self.rounds).map(|_| self.measured))
    }
}

/// Measures everything that the plan names.
pub async fn run(plan: &Plan) -> Result<Report> {
    let mut report = Report::begin();
    for part in Part::ALL.into_iter().filter(|part| plan.parts.contains(part)) {
        crate::say(&format!("measuring: {part:?}"));
        let known = report.rows.len();
        match part {
            Part::Reads => reads::measure(plan, &mut report).await,
            Part::Opening => opening::measure(plan, &mut report).await,
            Part::Sqlite => writes::on_sqlite(plan, &mut report).await,
            Part::Postgres => writes::on_postgres(plan, &mut report).await,
            Part::Log => log::measure(plan, &mut report).await,
            Part::Footprint => footprint::measure(plan, &mut report).await,
            Part::Flat => flat::measure(plan, &mut report).await,
        }
        .with_context(|| format!("measuring {part:?}"))?;
        for row in &report.rows[known..] {
            let holds = if row.holds { "holds" } else { "MISSED" };
            crate::say(&format!("  {}: {:.2} ({}) {holds}", row.what, row.value, row.bound));
        }
    }
    Ok(report)
}

/// A stage whose stores hold so many customers, each with an order that made a subscription.
async fn filled(
    plan: &Plan,
    name: &str,
    postgres: Option<String>,
    filling: Filling,
) -> Result<(Stage, Names)> {
    let stage = Stage::new(&plan.program, &plan.folder.join(name), postgres)?;
    let Running { server, caller } = stage.start().await?;
    let template = stage.people()?.first_customer()?.tenant_id;
    let request = Random::new(0).guid().to_string();
    let made = expect(&caller, order(&caller, &template, &request)?, StatusCode::CREATED).await;
    made.context("the template's order")?;
    server.stop().await?;
    let names = books::fill(&stage, &template, filling).await?;
    let Running { server, caller } = stage.start().await?;
    control(&caller, &names).await.context("what was filled in is not what the API makes")?;
    server.stop().await?;
    Ok((stage, names))
}

/// What was filled in is found and opened: without this a fast answer would prove nothing.
async fn control(caller: &Caller, names: &Names) -> Result<()> {
    let mut random = Random::new(2);
    for _ in 0..5 {
        let (customer, subscription) = names.pick(&mut random);
        let found = expect(caller, caller.get(&format!("/v1/customers/{customer}")), StatusCode::OK).await?;
        let found = found.json(StatusCode::OK)?;
        let email = found.pointer("/billingProfile/email").and_then(|email| email.as_str());
        anyhow::ensure!(email.is_some(), "the private part was not opened: {found}");
        let path = format!("/v1/customers/{customer}/subscriptions/{subscription}");
        expect(caller, caller.get(&path), StatusCode::OK).await?;
        let request = random.guid().to_string();
        expect(caller, order(caller, &customer.to_string(), &request)?, StatusCode::CREATED).await?;
    }
    Ok(())
}

async fn expect(caller: &Caller, call: Call, status: StatusCode) -> Result<Answer> {
    let answer = once(caller.address, call).await?;
    anyhow::ensure!(answer.status == status, "{} instead of {status}: {}", answer.status, answer.excerpt());
    Ok(answer)
}

/// Half and 99 % of the callers waited no longer than this, in milliseconds.
fn waits(outcome: &Outcome) -> (f64, f64) {
    let millis = |per_mille| outcome.latency.quantile(per_mille).as_secs_f64() * 1000.0;
    (millis(500), millis(990))
}
