//! `kill -9` at random moments under load, again and again, on both engines.
//!
//! Callers place orders, each under a request id of its own. When the program is dead some requests are without an
//! answer; they are sent again to the restarted program under the same ids. Then every order in the store must be
//! one that was acknowledged, and the other way round; each with its subscription, history, audit entry and event;
//! and a request that was answered before the crash must be answered the same after it.
//!
//! The moments of death come from a seed, which is said; what the machine does meanwhile is not repeatable.

mod check;
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
use traffic::Placed;

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
    let names = prepare(&stage).await?;
    let mut test = Test::begin(&stage, names, options).await?;
    for round in 0..options.rounds {
        test.round().await.with_context(|| format!("round {round}"))?;
    }
    test.recover().await?.server.stop().await?;
    let stores =
        if engine == Engine::Sqlite { &["operator.db", "trustee.db"][..] } else { &["trustee.db"][..] };
    for store in stores {
        sqlite::check(&folder.join(store))?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(test.story)
}

/// Customers to order for.
async fn prepare(stage: &Stage) -> Result<Names> {
    let Running { server, caller } = stage.start().await?;
    let template = stage.first_customer()?;
    let mut first = Placed::new(template.clone(), &mut Random::new(0));
    first.send(&caller).await?;
    server.stop().await?;
    books::fill(stage, &template, Filling { customers: CUSTOMERS, one_in: 1 }).await
}

/// What happened.
#[derive(Debug, Default)]
struct Story {
    acknowledged: usize,
    unanswered: usize,
    stored_unanswered: usize,
    slowest_start: Duration,
}

impl std::fmt::Display for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { acknowledged, unanswered, stored_unanswered, slowest_start } = self;
        write!(
            f,
            "{acknowledged} orders acknowledged, none lost, none doubled; {unanswered} were on their way at a death, \
             {stored_unanswered} of them stored and found again by their request id; slowest start {} ms",
            slowest_start.as_millis()
        )
    }
}

struct Test<'a> {
    stage: &'a Stage,
    names: Names,
    callers: usize,
    random: Random,
    books: Books,
    /// What the store held before the first order.
    before: Seen,
    /// Orders with their answers.
    placed: Vec<Placed>,
    /// Requests without an answer.
    open: Vec<Placed>,
    story: Story,
}

impl<'a> Test<'a> {
    async fn begin(stage: &'a Stage, names: Names, options: &Options) -> Result<Self> {
        let books = Books::of(stage)?;
        Ok(Self {
            stage,
            names,
            callers: options.callers,
            random: Random::new(options.seed),
            before: books.look().await?,
            books,
            placed: Vec::new(),
            open: Vec::new(),
            story: Story::default(),
        })
    }

    /// One life: start, make good what the last death left open, load, death.
    async fn round(&mut self) -> Result<()> {
        let Running { server, caller } = self.recover().await?;
        let life = LIVES.start + self.random.below(LIVES.len());
        let seeds = (0..self.callers).map(|_| self.random.branch()).collect();
        let traffic = traffic::start(&caller, self.names, seeds);
        tokio::time::sleep(Duration::from_millis(life as u64)).await;
        server.kill()?;
        let (placed, open) = traffic.end().await?;
        self.story.acknowledged += placed.len();
        self.story.unanswered += open.len();
        self.placed.extend(placed);
        self.open = open;
        Ok(())
    }

    /// Starts the program on what the last death left, and checks it before and after the open requests are repeated.
    async fn recover(&mut self) -> Result<Running> {
        let running = self.stage.start().await.context("starting after a crash")?;
        self.story.slowest_start = self.story.slowest_start.max(running.server.started_in);
        let found = self.books.look().await?;
        let stored = found.consistent_since(&self.before)?;
        let known: BTreeSet<&str> = self.placed.iter().filter_map(|placed| placed.order.as_deref()).collect();
        let lost: Vec<&&str> = known.iter().filter(|order| !stored.contains(**order)).collect();
        ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
        let extra = stored.len() - known.len();
        ensure!(
            extra <= self.open.len(),
            "{extra} orders more than acknowledged, {} requests open",
            self.open.len()
        );
        self.story.stored_unanswered += extra;
        for mut placed in std::mem::take(&mut self.open) {
            placed.send(&running.caller).await.context("repeating what had no answer")?;
            self.story.acknowledged += 1;
            self.placed.push(placed);
        }
        let stored = self.books.look().await?.consistent_since(&self.before)?;
        let known: BTreeSet<String> = self.placed.iter().filter_map(|placed| placed.order.clone()).collect();
        ensure!(known.len() == self.placed.len(), "two requests were answered with one order");
        ensure!(stored == known, "stored twice: {:?}", stored.difference(&known).collect::<Vec<_>>());
        for _ in 0..ASKED_AGAIN.min(self.placed.len()) {
            let again = self.random.below(self.placed.len());
            self.placed[again].same_again(&running.caller).await?;
        }
        Ok(running)
    }
}
