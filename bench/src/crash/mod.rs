//! `kill -9` at random moments under load, again and again, on both engines.
//!
//! Callers order and create customers, each time under a request id of its own, while a sandbox's months pass. When
//! the program is dead some requests are without an answer; they are sent again to the restarted program under the
//! same ids. Then every order and customer in the store must be one that was acknowledged, and the other way round;
//! each order with its subscription, history, audit entry and event; each month with one invoice; and a request that
//! was answered before the crash must be answered the same after it.
//!
//! The moments of death come from a seed, which is said; what the machine does meanwhile is not repeatable.

mod check;
mod months;
mod traffic;

use anyhow::{Context, Result, ensure};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crate::books::{self, Filling, Names};
use crate::postgres::Cluster;
use crate::random::Random;
use crate::sqlite;
use crate::stage::{Running, Stage};
use check::{Books, Seen};
use months::Months;
use traffic::{Deed, Wish, Wishes};

/// Customers that orders are placed for.
const CUSTOMERS: u32 = 200;
/// The program lives so many milliseconds under load.
const LIVES: std::ops::Range<usize> = 30..700;
/// Acknowledged orders that are asked for again after each crash.
const ASKED_AGAIN: usize = 20;

/// What can be said on the command line.
#[derive(clap::Args)]
pub struct Options {
    /// The program.
    #[arg(long)]
    program: PathBuf,
    /// The folder for its stores.
    #[arg(long)]
    out: PathBuf,
    /// How often it is killed, on each engine.
    #[arg(long, default_value_t = 50)]
    rounds: u32,
    /// Where the operator zone keeps its store; both when nothing is said.
    #[arg(long, value_enum)]
    engine: Option<Engine>,
    /// Callers at the same time.
    #[arg(long, default_value_t = 32)]
    callers: usize,
    /// Where the moments of death come from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Where the operator zone keeps its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Engine {
    /// In a file.
    Sqlite,
    /// In PostgreSQL.
    Postgres,
}

/// Runs the rounds on each wanted engine; the first thing that is wrong ends it.
pub async fn run(options: &Options) -> Result<()> {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        if options.engine.is_none_or(|wanted| wanted == engine) {
            let story =
                on(engine, options).await.with_context(|| format!("on {engine:?}, seed {}", options.seed))?;
            crate::say(&format!("{engine:?}: killed {} times under load. {story}", options.rounds));
        }
    }
    Ok(())
}

async fn on(engine: Engine, options: &Options) -> Result<Story> {
    let cluster = if engine == Engine::Postgres { Some(Cluster::start()?) } else { None };
    let url = cluster.as_ref().map(|cluster| cluster.database("operator")).transpose()?;
    let folder = options.out.join(format!("crash-{engine:?}").to_lowercase());
    let stage = Stage::new(&options.program, &folder, url)?;
    let mut test = Test::begin(&stage, options).await?;
    for round in 0..options.rounds {
        test.round().await.with_context(|| format!("round {round}"))?;
    }
    test.recover().await.context("after the last round")?.server.stop().await?;
    let stores =
        if engine == Engine::Sqlite { &["operator.db", "trustee.db"][..] } else { &["trustee.db"][..] };
    for store in stores {
        sqlite::check(&folder.join(store))?;
    }
    test.story.months = test.months.passed;
    std::fs::remove_dir_all(&folder)?;
    Ok(test.story)
}

/// Customers to order for, and a sandbox.
async fn prepare(stage: &Stage) -> Result<(Names, Months)> {
    let Running { server, caller } = stage.start().await?;
    let template = stage.people()?.first_customer()?.tenant_id;
    let mut first = Deed::new(Wish::Order(template.clone()), &mut Random::new(0));
    first.send(&caller).await?;
    let months = Months::begin(stage).await?;
    server.stop().await?;
    let names = books::fill(stage, &template, Filling { customers: CUSTOMERS, one_in: 1 }).await?;
    Ok((names, months))
}

/// What happened.
#[derive(Debug, Default)]
struct Story {
    acknowledged: usize,
    unanswered: usize,
    stored_unanswered: usize,
    months: usize,
    slowest_start: Duration,
}

impl std::fmt::Display for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { acknowledged, unanswered, stored_unanswered, months, slowest_start } = self;
        write!(
            f,
            "{acknowledged} orders and customers acknowledged, none lost, none doubled; {unanswered} were on their way \
             at a death, {stored_unanswered} of them stored and found again by their request id; {months} months \
             passed and were billed once; slowest start {} ms",
            slowest_start.as_millis()
        )
    }
}

struct Test<'a> {
    stage: &'a Stage,
    wishes: Wishes,
    callers: usize,
    random: Random,
    books: Books,
    months: Months,
    /// What the store held before the first order.
    before: Seen,
    /// What was acknowledged.
    done: Vec<Deed>,
    /// What is without an answer.
    open: Vec<Deed>,
    story: Story,
}

impl<'a> Test<'a> {
    async fn begin(stage: &'a Stage, options: &Options) -> Result<Self> {
        let (names, months) = prepare(stage).await?;
        let books = Books::of(stage, months.account)?;
        Ok(Self {
            stage,
            wishes: Wishes { names, domain: stage.people()?.domain()? },
            callers: options.callers,
            random: Random::new(options.seed),
            before: books.look().await?,
            books,
            months,
            done: Vec::new(),
            open: Vec::new(),
            story: Story::default(),
        })
    }

    /// One life: start, make good what the last death left open, load, death.
    async fn round(&mut self) -> Result<()> {
        let Running { server, caller } = self.recover().await?;
        let life = LIVES.start + self.random.below(LIVES.len());
        let seeds = (0..self.callers).map(|_| self.random.branch()).collect();
        let month = self.months.pass(self.stage).await?;
        let traffic = traffic::start(&caller, &self.wishes, seeds);
        tokio::time::sleep(Duration::from_millis(life as u64)).await;
        server.kill()?;
        let (done, open) = traffic.end().await?;
        self.months.passed(month.await?);
        self.story.acknowledged += done.len();
        self.story.unanswered += open.len();
        self.done.extend(done);
        self.open = open;
        Ok(())
    }

    /// Starts the program on what the last death left, and checks it before and after the open requests are repeated.
    async fn recover(&mut self) -> Result<Running> {
        let running = self.stage.start().await.context("starting after a crash")?;
        self.story.slowest_start = self.story.slowest_start.max(running.server.started_in);
        let stored = self.stored(&self.books.look().await?)?;
        let known = self.acknowledged();
        let lost: Vec<&String> = known.difference(&stored).collect();
        ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let extra = stored.len() - known.len();
        ensure!(
            extra <= self.open.len(),
            "{extra} more than acknowledged, {} requests open",
            self.open.len()
        );
        self.story.stored_unanswered += extra;
        for mut deed in std::mem::take(&mut self.open) {
            deed.send(&running.caller)
                .await
                .with_context(|| format!("repeating {deed:?}, which had no answer"))?;
            self.story.acknowledged += 1;
            self.done.push(deed);
        }
        self.months.make_good(self.stage).await?;
        let seen = self.books.look().await?;
        let (stored, known) = (self.stored(&seen)?, self.acknowledged());
        ensure!(known.len() == self.done.len(), "two requests were answered with the same");
        ensure!(stored == known, "done twice: {:?}", stored.difference(&known).collect::<Vec<_>>());
        self.months.check(&seen.invoices)?;
        for _ in 0..ASKED_AGAIN.min(self.done.len()) {
            let again = self.random.below(self.done.len());
            self.done[again].same_again(&running.caller).await?;
        }
        Ok(running)
    }

    /// New orders, each with all that belongs to it, and new customers.
    fn stored(&self, seen: &Seen) -> Result<BTreeSet<String>> {
        let mut stored = seen.consistent_since(&self.before)?;
        stored.extend(seen.customers_since(&self.before));
        Ok(stored)
    }

    fn acknowledged(&self) -> BTreeSet<String> {
        self.done.iter().filter_map(|deed| deed.made.clone()).collect()
    }
}
