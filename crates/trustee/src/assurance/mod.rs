//! The assurance level of this installation, measured each minute: where the operator zone runs, what keeps the keys,
//! who witnesses the log, who watches.
//!
//! Invariants: nothing here reads a setting that raises the level; until something is measured the level is L0; what
//! the operator said counts for an hour, so that a restart of its zone does not change what pages say of the house.
//!
//! Deliberately absent: the rule itself (see [`level`]), and reading this machine's ids, which the program does.

pub mod level;

use edge::management::HEALTH;
use edge::{Host, Method, OperatorLink, OperatorRequest, Reach};
use kernel::{Clock, Micros};
use ledger::{Digest, Kind, Level};
use serde_json::{Value, json};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::OnceCell;

use crate::controls::{Control, Controls};
use crate::keys::{Keys, Standing};
use crate::log::{Draft, Log};
use level::{Facts, KeyBackend, Operator, Verdict, verdict};

/// How long what the operator said about its place counts.
const TOLD: Micros = 3_600_000_000;

/// The level, as it was measured last. Made at L0.
#[derive(Default)]
pub struct Assurance {
    here: OnceLock<Host>,
    program: OnceLock<fn() -> Option<Digest>>,
    build: OnceCell<Option<Digest>>,
    keys_apart: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    facts: Facts,
    /// How it is with the shares of the root key; empty until somebody looked.
    shares: &'static str,
    /// When the operator's place was learned.
    told: Option<Micros>,
    /// When it was measured last.
    at: Option<jiff::Timestamp>,
}

impl Assurance {
    /// An installation of which nothing is measured yet: whether it is a demo world, and whether another process than
    /// this one keeps the keys.
    pub fn new(demo: bool, keys_apart: bool) -> Self {
        let state = State { facts: Facts { demo, ..Facts::default() }, ..State::default() };
        Self { keys_apart, state: Mutex::new(state), ..Self::default() }
    }

    /// Says where this zone runs, as its program read it from the machine. Without it nothing is known of the
    /// operator's place either. Only the first one counts.
    pub fn stands_on(&self, host: Host) {
        let _ = self.here.set(host); // set twice only by a mistake that changes nothing
    }

    /// Says whether uses of grants can be watched live, as the book of grants found it.
    pub fn supervised(&self, supervised: bool) {
        self.state().facts.supervised = supervised;
    }

    /// Whether uses of grants were found to be watched live, when it was measured last.
    pub fn is_supervised(&self) -> bool {
        self.state().facts.supervised
    }

    /// Says how it is with the shares of the root key; see [`crate::shares`].
    pub(crate) fn shared(&self, shares: &'static str) {
        self.state().shares = shares;
    }

    /// Level and what is missing, as measured last.
    pub fn verdict(&self) -> Verdict {
        verdict(&self.state().facts)
    }

    /// The level measured last.
    pub fn level(&self) -> Level {
        self.verdict().level
    }

    /// The answer to who asks.
    pub fn report(&self) -> Value {
        let verdict = self.verdict();
        let (shares, at) = {
            let state = self.state();
            (state.shares, state.at)
        };
        json!({
            "level": verdict.level.as_str(),
            "sovereign": verdict.is_sovereign(),
            "missing": verdict.missing,
            "keyShares": Some(shares).filter(|shares| !shares.is_empty()),
            "measuredDate": at.map(|at| at.to_string()),
        })
    }

    /// The member `assurance` of `/health`.
    pub fn member(&self) -> String {
        format!("\"assurance\":{}", self.report())
    }

    /// Measures, and has the log tell of a change.
    pub(crate) async fn measure(&self, link: &dyn OperatorLink, keys: &Keys, log: &Log, clock: &dyn Clock) {
        let operator = self.operator(link, keys.controls()).await;
        let now = clock.now();
        let witnesses = log.fresh_witnesses();
        let level = {
            let mut state = self.state();
            let told = state.told.is_some_and(|told| now.as_microsecond() - told <= TOLD);
            if operator != Operator::Unknown || !told {
                state.facts.operator = operator;
            }
            if operator != Operator::Unknown {
                state.told = Some(now.as_microsecond());
            }
            let sound = keys.standing() == Standing::Sound;
            state.facts.keys =
                if self.keys_apart { KeyBackend::Apart { sound } } else { KeyBackend::Embedded };
            state.facts.witnesses = witnesses;
            state.at = Some(now);
            verdict(&state.facts).level
        };
        let before = log.level();
        if level != before
            && let Err(problem) = log.append(Draft::of(Kind::Level).changing(before, level)).await
        {
            // The log's level is still the one before: it is told at the next measurement.
            tracing::warn!(slug = problem.slug, "a change of the assurance level is not in the log");
        }
    }

    /// Says how the digest of the running program is found. It is asked for once, when the first report needs it.
    pub fn is_run_by(&self, program: fn() -> Option<Digest>) {
        let _ = self.program.set(program); // set twice only by a mistake that changes nothing
    }

    /// The digest of the running program; none where the program did not say how it is found.
    pub(crate) async fn build(&self) -> Option<Digest> {
        let program = *self.program.get()?;
        let read = || async move { tokio::task::spawn_blocking(program).await.ok().flatten() };
        *self.build.get_or_init(read).await
    }

    async fn operator(&self, link: &dyn OperatorLink, controls: Controls) -> Operator {
        let Some(here) = self.here.get() else { return Operator::Unknown };
        if link.reach() == Reach::SameProcess {
            return Operator::SameProcess;
        }
        match link.call(OperatorRequest::new(Method::GET, HEALTH, "")).await {
            Ok(reply) => {
                let measured = controls.on(Control::MeasuredLevel);
                let reach = if measured { link.reach() } else { Reach::Elsewhere };
                place(here, &host(&reply.body), reach)
            }
            Err(_) => Operator::Unknown,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a zone says of its host; nothing, when it says nothing.
fn host(health: &[u8]) -> Host {
    let said: Value = serde_json::from_slice(health).unwrap_or_default();
    let text = |name: &str| said["host"][name].as_str().map(str::to_owned);
    Host { boot: text("boot"), machine: text("machine"), process: text("process"), user: text("user") }
}

/// Where the operator is, from what both sides say and where the connection led. What the operator says can only show
/// that it is near; that it is elsewhere takes a connection that left this machine, too.
fn place(here: &Host, there: &Host, reach: Reach) -> Operator {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    if same(&here.process, &there.process) {
        return Operator::SameProcess;
    }
    let told = here.boot.is_some() && there.boot.is_some();
    let near = same(&here.boot, &there.boot) || same(&here.machine, &there.machine);
    match reach {
        _ if !told => Operator::Unknown,
        Reach::Unknown => Operator::Unknown,
        Reach::Elsewhere if !near => Operator::OtherHost,
        _ => Operator::SameHost { same_user: same(&here.user, &there.user) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use edge::Surroundings;

    fn on(boot: &str, machine: &str, process: &str, user: &str) -> Host {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Host::of(&Surroundings {
            boot: some(boot),
            machine: some(machine),
            process: some(process),
            user: some(user),
        })
    }

    #[test]
    fn the_operator_is_elsewhere_only_if_nothing_says_otherwise() {
        let here = on("b", "m", "7", "1000");
        let host = |same_user| Operator::SameHost { same_user };
        for (there, reach, wanted) in [
            (on("c", "n", "7", "1000"), Reach::Elsewhere, Operator::OtherHost),
            (on("c", "", "7", "1000"), Reach::Elsewhere, Operator::OtherHost),
            // Another machine's word does not count where the connection never left this one.
            (on("c", "n", "7", "1000"), Reach::SameMachine, host(false)),
            (on("c", "n", "7", "1000"), Reach::Unknown, Operator::Unknown),
            // Two containers on one machine, and a copied image.
            (on("b", "n", "8", "1001"), Reach::Elsewhere, host(false)),
            (on("c", "m", "8", "1001"), Reach::Elsewhere, host(false)),
            (on("b", "m", "8", "1000"), Reach::SameMachine, host(true)),
            (on("b", "m", "7", "1000"), Reach::Elsewhere, Operator::SameProcess),
            (on("", "n", "8", "1000"), Reach::Elsewhere, Operator::Unknown),
            (Host::default(), Reach::Elsewhere, Operator::Unknown),
        ] {
            assert_eq!(place(&here, &there, reach), wanted, "{there:?} {reach:?}");
        }
        assert_eq!(place(&Host::default(), &here, Reach::Elsewhere), Operator::Unknown);
    }

    #[test]
    fn a_host_is_read_as_it_is_told() {
        let told = on("b", "m", "7", "1000");
        assert_eq!(host(format!("{{\"status\":\"ok\",{}}}", told.member()).as_bytes()), told);
        for nothing in ["", "{}", "{\"host\":7}", "{\"host\":{\"boot\":7}}"] {
            assert_eq!(host(nothing.as_bytes()), Host::default(), "{nothing}");
        }
    }
}
