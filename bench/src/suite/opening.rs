//! What opening one record adds to an answer, for one caller who asks one thing after the other.
//!
//! What is compared is the same call twice: a profile of the same customer, read by the same route through both zones out
//! of the same row. The company profile of these customers has no private member, so nothing is opened for it; the
//! billing profile is one record, and it is opened. An engineer's opening is compared with the partner's company profile
//! too, because without a grant there is no answer to compare with.
//!
//! Invariant: what must be opened is there in each single answer, and what must not is absent.

use anyhow::{Context, Result, ensure};
use http::StatusCode;
use serde_json::Value;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use super::{Plan, filled};
use crate::books::Filling;
use crate::client::{Call, Caller, Connection, once};
use crate::grant::Grant;
use crate::histogram::Histogram;
use crate::people::Access;
use crate::random::Random;
use crate::report::{Bound, Report, Row};
use crate::stage::{Running, customer};
use crate::zones::Zones;

/// The measured partner's customers where both zones are one process.
const CUSTOMERS: u32 = 1000;
/// Half of all openings in one process: at most so many milliseconds more.
const HALF: Bound = Bound::AtMost(1.0);
/// 99 of 100 openings where keys are kept elsewhere: at most so many milliseconds more.
const MOST: Bound = Bound::AtMost(5.0);
/// Callers who make customers beforehand.
const MAKERS: usize = 8;
/// The private member that an opening shows.
const OPENED: &str = "/email";
const WITHOUT: &str = "nothing opened";

/// A pair of latencies: (without, with) the opening, in milliseconds.
type Pair = (f64, f64);

/// Measures both kinds of installation.
pub async fn measure(plan: &Plan, report: &mut Report) -> Result<()> {
    in_one_process(plan, report).await.context("in one process")?;
    in_two(plan, report).await.context("in two processes with OpenBao")
}

/// `up`: keys in the trustee's own store. A partner's opening and an engineer's.
async fn in_one_process(plan: &Plan, report: &mut Report) -> Result<()> {
    let (stage, names) = filled(plan, "opening", None, Filling { customers: CUSTOMERS, one_in: 1 }).await?;
    let Running { server, .. } = stage.start().await?;
    let (door, people) = (stage.address(), stage.people()?);
    let partner = people.partner()?.sign_person_in(door).await?;
    let mut pick = move |random: &mut Random| names.pick(random).0.to_string();
    let rounds = partners(plan, door, &partner, &mut pick).await?;
    told(report, "for its partner, one process", &rounds, Told::Half(HALF));
    let rounds = engineers(plan, door, &partner, &people).await?;
    told(report, "for an engineer under a grant, one process", &rounds.uses, Told::Half(HALF));
    told(report, "the same with asking for its nonce", &rounds.with_nonces, Told::Half(Bound::None));
    server.stop().await
}

/// Two programs, and OpenBao: openings of customers whose keys are in nobody's memory, and an engineer's.
async fn in_two(plan: &Plan, report: &mut Report) -> Result<()> {
    let zones = Zones::new(&plan.program, &plan.folder.join("opening-zones")).await?;
    let running = zones.start().await?;
    let (door, people) = (zones.door(), zones.people()?);
    let made = customers(door, &people, plan.strangers * usize::try_from(plan.rounds + 1)?).await?;
    running.stop().await?;
    // What was made left its keys in the memory of the program that made it.
    let running = zones.start().await?;
    let partner = people.partner()?.sign_person_in(door).await?;
    let mut rounds = Vec::new();
    for (number, strangers) in made.chunks(plan.strangers).enumerate() {
        let mut pair = Askers::open(door).await?;
        for (turn, id) in strangers.iter().enumerate() {
            pair.both(turn, profile(&partner, id, "company"), profile(&partner, id, "billing")).await?;
        }
        if number > 0 {
            rounds.push(pair); // the first ones page in code
        }
    }
    told(report, "of a customer not opened before, two processes with OpenBao", &rounds, Told::Most(MOST));
    let known = made.first().context("no customer was made")?.clone();
    let mut pick = move |_: &mut Random| known.clone();
    let rounds = partners(plan, door, &partner, &mut pick).await?;
    told(report, "of one opened before, two processes with OpenBao", &rounds, Told::Most(MOST));
    let rounds = engineers(plan, door, &partner, &people).await?;
    let what = "for an engineer under a grant, two processes with OpenBao";
    told(report, what, &rounds.uses, Told::Most(MOST));
    running.stop().await
}

/// Which quantile the bound is about.
#[derive(Clone, Copy)]
enum Told {
    Half(Bound),
    Most(Bound),
}

fn told(report: &mut Report, what: &str, rounds: &[Askers], told: Told) {
    let pairs = |per_mille| rounds.iter().map(|round| round.pair(per_mille)).collect::<Vec<Pair>>();
    let row = |kind: &str, per_mille, bound| {
        let what = format!("opening {what}, adds for {kind}");
        Row::added(&what, WITHOUT, "ms", &pairs(per_mille), bound)
    };
    let (half, most) = match told {
        Told::Half(bound) => (bound, Bound::None),
        Told::Most(bound) => (Bound::None, bound),
    };
    report.rows.push(row("half", 500, half));
    report.rows.push(row("99 of 100", 990, most));
}

/// One who reads what needs no opening and one who reads what does, each on a connection of its own.
struct Askers {
    without: Asker,
    with: Asker,
}

struct Asker {
    line: Connection,
    took: Histogram,
}

impl Asker {
    async fn open(door: SocketAddr) -> Result<Self> {
        Ok(Self { line: Connection::open(door).await?, took: Histogram::default() })
    }

    /// Asks, and counts how long the answer took besides `before`.
    async fn ask(&mut self, call: Call, before: Duration, opened: bool) -> Result<()> {
        let begin = Instant::now();
        let answer = self.line.call(call).await?;
        let took = begin.elapsed();
        let answer = answer.json(StatusCode::OK)?;
        let shown = answer.pointer(OPENED).and_then(Value::as_str).is_some();
        ensure!(shown == opened, "opened: {shown}, wanted: {opened}: {answer}");
        self.took.record(before + took);
        Ok(())
    }
}

impl Askers {
    async fn open(door: SocketAddr) -> Result<Self> {
        Ok(Self { without: Asker::open(door).await?, with: Asker::open(door).await? })
    }

    /// Both, in turns first and second.
    async fn both(&mut self, turn: usize, without: Call, with: Call) -> Result<()> {
        if turn.is_multiple_of(2) {
            self.without.ask(without, Duration::ZERO, false).await?;
            self.with.ask(with, Duration::ZERO, true).await
        } else {
            self.with.ask(with, Duration::ZERO, true).await?;
            self.without.ask(without, Duration::ZERO, false).await
        }
    }

    fn pair(&self, per_mille: u64) -> Pair {
        let millis = |took: &Histogram| took.quantile(per_mille).as_secs_f64() * 1000.0;
        (millis(&self.without.took), millis(&self.with.took))
    }
}

/// Openings for the partner itself.
async fn partners(
    plan: &Plan,
    door: SocketAddr,
    partner: &Caller,
    pick: &mut impl FnMut(&mut Random) -> String,
) -> Result<Vec<Askers>> {
    let (mut rounds, mut random) = (Vec::new(), Random::new(11));
    for measured in plan.turns() {
        let (mut pair, until) = (Askers::open(door).await?, Instant::now() + measured);
        let mut turn = 0;
        while Instant::now() < until {
            let id = pick(&mut random);
            pair.both(turn, profile(partner, &id, "company"), profile(partner, &id, "billing")).await?;
            turn += 1;
        }
        rounds.push(pair);
    }
    rounds.remove(0); // to get warm
    Ok(rounds)
}

/// What an engineer waited for.
struct Engineers {
    /// Each use by itself.
    uses: Vec<Askers>,
    /// Each use with the call for its nonce before it.
    with_nonces: Vec<Askers>,
}

/// Openings under a grant, each with a proof of its own.
async fn engineers(plan: &Plan, door: SocketAddr, partner: &Caller, people: &Access) -> Result<Engineers> {
    let grant = Grant::begun(door, people).await?;
    let sold = people.first_customer()?.tenant_id;
    let mut all = Engineers { uses: Vec::new(), with_nonces: Vec::new() };
    for measured in plan.turns() {
        let (mut uses, mut whole) = (Askers::open(door).await?, Askers::open(door).await?);
        let until = Instant::now() + measured;
        while Instant::now() < until {
            uses.without.ask(profile(partner, &sold, "company"), Duration::ZERO, false).await?;
            for (counted, with_nonce) in [(&mut uses, false), (&mut whole, true)] {
                let begin = Instant::now();
                let nonce = grant.nonce(&mut counted.with.line).await?;
                let call = grant.use_with(&nonce)?;
                let before = if with_nonce { begin.elapsed() } else { Duration::ZERO };
                counted.with.ask(call, before, true).await?;
            }
        }
        whole.without.took.merge(&uses.without.took);
        all.uses.push(uses);
        all.with_nonces.push(whole);
    }
    all.uses.remove(0); // to get warm
    all.with_nonces.remove(0);
    Ok(all)
}

/// A profile of a customer's.
fn profile(caller: &Caller, customer: &str, which: &str) -> Call {
    caller.get(&format!("/v1/customers/{customer}/profiles/{which}"))
}

/// Makes so many customers through the API; their ids.
async fn customers(door: SocketAddr, people: &Access, many: usize) -> Result<Vec<String>> {
    let (app, suffix) = (people.partner()?.sign_in(door).await?, people.domain()?);
    let mut makers = JoinSet::new();
    for maker in 0..MAKERS {
        let (app, suffix) = (app.clone(), suffix.clone());
        makers.spawn(async move {
            let mut random = Random::new(maker as u64);
            let mut made = Vec::new();
            for number in (maker..many).step_by(MAKERS) {
                let request = random.guid().to_string();
                let call = customer(&app, &format!("oeffnen{number}.{suffix}"), &request)?;
                let answer = once(app.address, call).await?.json(StatusCode::CREATED)?;
                made.push(answer["id"].as_str().context("a customer without an id")?.to_owned());
            }
            anyhow::Ok(made)
        });
    }
    let mut all = Vec::with_capacity(many);
    while let Some(made) = makers.join_next().await {
        all.extend(made??);
    }
    Ok(all)
}
