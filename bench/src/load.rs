//! Load on a server, and what came of it.
//!
//! Closed loop: so many callers, each waits for its answer before it asks again; this finds the rate that a server
//! reaches. Open loop: requests are due at a fixed rate whether or not the server keeps up, and a latency counts
//! from the moment at which its request was due; this finds how long callers wait at that rate.
//!
//! Invariant: one unexpected answer fails the whole measurement. A fast refusal is not a fast answer.

use anyhow::{Context, Result, anyhow, bail};
use http::StatusCode;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

use crate::client::{Call, Connection};
use crate::histogram::Histogram;
use crate::random::Random;

/// Callers who ask again look at their connections when one in so many of them can have been answered, and sleep in between.
///
/// They share their processors with the server. A caller that waits for its answer is woken by it and takes the
/// processor from the server at each single answer, which callers on machines of their own do not; and callers who look
/// after a fixed time look in vain the more often the slower the server is, so that the slower of two pays more for its
/// callers. Looked at by answers, both pay the same for each.
const ONE_IN: u64 = 4;
/// How long callers sleep first, at least and at most.
const BEATS: [Duration; 3] =
    [Duration::from_micros(100), Duration::from_micros(50), Duration::from_micros(400)];

/// How long to sleep after a beat of this length in which so many answers came, when so many are waited for.
fn next_beat(beat: Duration, came: u64, wanted: u64) -> Duration {
    let [_, shortest, longest] = BEATS;
    let next = match came.cmp(&wanted) {
        std::cmp::Ordering::Less => beat * 9 / 8,
        std::cmp::Ordering::Equal => beat,
        std::cmp::Ordering::Greater => beat * 8 / 9,
    };
    next.clamp(shortest, longest)
}

/// What is asked of a server.
#[derive(Clone)]
pub struct Target {
    /// Where it listens.
    pub address: SocketAddr,
    /// Makes the next request.
    pub make: Arc<dyn Fn(&mut Random) -> Call + Send + Sync>,
    /// The status of every right answer.
    pub expect: StatusCode,
}

/// How long to load, by how many callers.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// Connections, each with one request on its way at a time.
    pub callers: usize,
    /// Loaded without counting, so that caches are full and code is paged in.
    pub warm_up: Duration,
    /// Loaded and counted.
    pub measured: Duration,
}

/// What was measured.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Right answers per second.
    pub rate: f64,
    /// How long they took.
    pub latency: Histogram,
}

/// The time in which answers count.
#[derive(Clone, Copy)]
struct Window {
    begin: Instant,
    from: Instant,
    until: Instant,
}

impl Window {
    fn starting_now(effort: Effort) -> Self {
        let begin = Instant::now();
        let from = begin + effort.warm_up;
        Self { begin, from, until: from + effort.measured }
    }
}

/// Callers who ask again as soon as they have their answer.
pub fn closed(target: &Target, effort: Effort, seed: u64) -> Result<Outcome> {
    let window = Window::starting_now(effort);
    let mut seeds = Random::new(seed);
    let threads = std::thread::available_parallelism()?.get().min(effort.callers);
    let mut parts: Vec<Vec<Random>> = vec![Vec::new(); threads];
    for caller in 0..effort.callers {
        parts[caller % threads].push(seeds.branch());
    }
    let load = || {
        std::thread::scope(|scope| {
            let running: Vec<_> = parts
                .into_iter()
                .map(|part| {
                    scope.spawn(move || {
                        in_beats(part.len(), |answers| {
                            let calls = part.into_iter();
                            calls
                                .map(move |random| ask_again(target.clone(), window, random, answers.clone()))
                        })
                    })
                })
                .collect();
            running.into_iter().try_fold(Histogram::default(), |mut all, thread| {
                all.merge(&thread.join().map_err(|_| anyhow!("a thread of callers panicked"))??);
                Ok::<_, anyhow::Error>(all)
            })
        })
    };
    outcome(tokio::task::block_in_place(load)?, effort)
}

/// Lets so many callers run on this thread, which looks at their connections and sleeps, by turns.
#[expect(clippy::disallowed_methods, reason = "a beat is a pause; nothing is waited for")]
fn in_beats<C>(many: usize, callers: impl FnOnce(Arc<AtomicU64>) -> C) -> Result<Histogram>
where
    C: Iterator<Item: Future<Output = Result<Histogram>> + Send + 'static>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let answers = Arc::new(AtomicU64::new(0));
    let mut running = JoinSet::new();
    for caller in callers(Arc::clone(&answers)) {
        running.spawn_on(caller, runtime.handle());
    }
    let wanted = (many as u64).div_ceil(ONE_IN);
    let (mut latency, mut beat, mut seen) = (Histogram::default(), BEATS[0], 0);
    while !running.is_empty() {
        runtime.block_on(async {
            // Each time the runtime first runs whoever can go on and then looks which answers have come.
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
        });
        while let Some(done) = running.try_join_next() {
            latency.merge(&done??);
        }
        let before = std::mem::replace(&mut seen, answers.load(Ordering::Relaxed));
        beat = next_beat(beat, seen - before, wanted);
        std::thread::sleep(beat);
    }
    Ok(latency)
}

async fn ask_again(
    target: Target,
    window: Window,
    mut random: Random,
    answers: Arc<AtomicU64>,
) -> Result<Histogram> {
    let mut connection = Connection::open(target.address).await?;
    let mut latency = Histogram::default();
    loop {
        let asked = Instant::now();
        if asked >= window.until {
            return Ok(latency);
        }
        ask(&mut connection, &target, &mut random).await?;
        answers.fetch_add(1, Ordering::Relaxed);
        let answered = Instant::now();
        if answered >= window.from && answered < window.until {
            latency.record(answered - asked);
        }
    }
}

/// Requests that are due at a fixed rate per second.
pub async fn open(target: &Target, effort: Effort, rate: f64, seed: u64) -> Result<Outcome> {
    let window = Window::starting_now(effort);
    let mut seeds = Random::new(seed);
    let next = Arc::new(AtomicU64::new(0));
    let pause = Duration::from_secs_f64(1.0 / rate.max(1.0));
    let mut callers = JoinSet::new();
    for _ in 0..effort.callers {
        callers.spawn(ask_when_due(target.clone(), window, Arc::clone(&next), pause, seeds.branch()));
    }
    gather(callers, effort).await
}

async fn ask_when_due(
    target: Target,
    window: Window,
    next: Arc<AtomicU64>,
    pause: Duration,
    mut random: Random,
) -> Result<Histogram> {
    let mut connection = Connection::open(target.address).await?;
    let mut latency = Histogram::default();
    loop {
        let turn = next.fetch_add(1, Ordering::Relaxed);
        let due = window.begin + pause.mul_f64(crate::report::float(turn));
        if due >= window.until {
            return Ok(latency);
        }
        tokio::time::sleep_until(due.into()).await;
        ask(&mut connection, &target, &mut random).await?;
        if due >= window.from {
            latency.record(due.elapsed());
        }
    }
}

async fn ask(connection: &mut Connection, target: &Target, random: &mut Random) -> Result<()> {
    let call = (target.make)(random);
    let answer = connection.call(call).await.context("a call under load broke off")?;
    if answer.status != target.expect {
        bail!("{} instead of {} under load: {}", answer.status, target.expect, answer.excerpt());
    }
    Ok(())
}

async fn gather(mut callers: JoinSet<Result<Histogram>>, effort: Effort) -> Result<Outcome> {
    let mut latency = Histogram::default();
    while let Some(done) = callers.join_next().await {
        latency.merge(&done??);
    }
    outcome(latency, effort)
}

fn outcome(latency: Histogram, effort: Effort) -> Result<Outcome> {
    if latency.total() == 0 {
        bail!("no answer came within {:?}", effort.measured);
    }
    Ok(Outcome { rate: crate::report::float(latency.total()) / effort.measured.as_secs_f64(), latency })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::child::free_address;
    use crate::client::{Caller, once};

    const EFFORT: Effort =
        Effort { callers: 3, warm_up: Duration::from_millis(5), measured: Duration::from_millis(60) };

    #[test]
    fn callers_look_more_often_the_more_answers_come() {
        let [first, shortest, longest] = BEATS;
        assert_eq!(next_beat(first, 8, 8), first);
        assert!(next_beat(first, 9, 8) < first && next_beat(first, 7, 8) > first);
        assert_eq!((next_beat(shortest, 9, 8), next_beat(longest, 0, 8)), (shortest, longest));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn only_expected_answers_count() {
        let address = free_address().expect("an address");
        tokio::spawn(crate::limit::serve(address));
        let caller = Caller::anonymous(address).expect("a caller");
        while once(address, caller.get("/health")).await.is_err() {
            tokio::task::yield_now().await;
        }
        let target = |path: &'static str| {
            let caller = caller.clone();
            Target { address, make: Arc::new(move |_| caller.get(path)), expect: StatusCode::OK }
        };
        let (right, wrong) = (target("/"), target("/nothing-here"));
        assert!(closed(&right, EFFORT, 1).expect("right answers").rate > 0.0);
        assert!(open(&right, EFFORT, 200.0, 1).await.expect("right answers").rate > 0.0);
        assert!(closed(&wrong, EFFORT, 1).is_err(), "a fast refusal is not a fast answer");
        assert!(open(&wrong, EFFORT, 200.0, 1).await.is_err(), "a fast refusal is not a fast answer");
    }
}
