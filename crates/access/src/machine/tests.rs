//! Every order in which approvals, uses, revocation, removal, tampering and time can come, walked through exhaustively; and
//! single steps as a table.

use super::*;
use std::collections::{BTreeSet, HashSet, VecDeque};
use uuid::Uuid;

const REQUESTER: u8 = 1;
const CUSTOMER: u8 = 2;
const OFFICER: u8 = 3;
const OTHER_OFFICER: u8 = 4;
/// Time goes on in steps of this.
const STEP: Micros = 25 * SECOND;

fn id(n: u8) -> PersonId {
    PersonId(Uuid::from_u128(u128::from(n)))
}

fn kind(n: u8) -> Kind {
    match n {
        REQUESTER => Kind::Requester,
        CUSTOMER => Kind::CustomerApprover,
        _ => Kind::TrusteeOfficer,
    }
}

fn vote(n: u8) -> Vote {
    Vote { person: id(n), kind: kind(n) }
}

fn terms(supervision: Supervision) -> Terms {
    Terms {
        requester: id(REQUESTER),
        factors: vec![
            Factor { kind: Kind::CustomerApprover, count: 1 },
            Factor { kind: Kind::TrusteeOfficer, count: 1 },
        ],
        supervision,
        answer_by: 2 * STEP,
        not_before: 0,
        activation: 2 * STEP,
        duration: 3 * STEP,
        idle: 2 * STEP,
        max_uses: 2,
        max_rows: 10,
        max_bytes: 1000,
    }
}

fn facts(votes: &[Vote]) -> Facts<'_> {
    Facts { votes, proof: true, enrolled: true, country: true, log: true, clock: true, level: true }
}

/// One moment of the model: the grant as stored, and what is on its way.
#[derive(Clone, PartialEq, Eq, Hash)]
struct World {
    grant: Grant,
    /// Who signed, and which text.
    signed: BTreeSet<(u8, bool)>,
    /// Who is enrolled no more.
    removed: BTreeSet<u8>,
    /// Whether somebody wrote to the stored text.
    tampered: bool,
    now: Micros,
    /// Uses that were counted and not yet released: whether the intent is durable.
    flights: Vec<bool>,
    releases: u32,
    /// A call that takes the grant back has returned.
    stopped: bool,
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Time,
    Tick,
    Approve(u8),
    Deny,
    Remove(u8),
    Tamper,
    Watch,
    Trouble,
    Activate,
    Use,
    Durable(usize),
    Release(usize),
    Revoke,
    Kill,
    Finish,
}

const ACTS: [Act; 20] = [
    Act::Time,
    Act::Tick,
    Act::Approve(REQUESTER),
    Act::Approve(CUSTOMER),
    Act::Approve(OFFICER),
    Act::Approve(OTHER_OFFICER),
    Act::Deny,
    Act::Remove(CUSTOMER),
    Act::Tamper,
    Act::Watch,
    Act::Trouble,
    Act::Activate,
    Act::Use,
    Act::Durable(0),
    Act::Durable(1),
    Act::Release(0),
    Act::Release(1),
    Act::Revoke,
    Act::Kill,
    Act::Finish,
];

impl World {
    fn first() -> Self {
        Self {
            grant: Grant::submitted(),
            signed: BTreeSet::new(),
            removed: BTreeSet::new(),
            tampered: false,
            now: 0,
            flights: Vec::new(),
            releases: 0,
            stopped: false,
        }
    }

    /// The votes that hold: over the text as it is now, by persons who are enrolled now.
    fn votes(&self) -> Vec<Vote> {
        let hold = |(who, text): &&(u8, bool)| *text == self.tampered && !self.removed.contains(who);
        self.signed.iter().filter(hold).map(|(who, _)| vote(*who)).collect()
    }

    fn apply(&self, terms: &Terms, event: &Event<'_>) -> Option<Self> {
        let (grant, effects) = step(terms, &self.grant, event, self.now).ok()?;
        let mut next = self.clone();
        assert!(!self.grant.state.is_final() || grant.state == self.grant.state, "{:?} was left", self.grant);
        assert!(
            grant.state != State::Approved
                || self.grant.state == State::Approved
                || matches!(event, Event::Approve { .. }),
            "approved without an approval"
        );
        next.grant = grant;
        if effects.contains(&Effect::Release) {
            next.releases += 1;
        }
        Some(next)
    }

    fn after(&self, terms: &Terms, act: Act) -> Option<Self> {
        let votes = self.votes();
        let event = match act {
            Act::Time if self.now < 7 * STEP => {
                return Some(Self { now: self.now + STEP, ..self.clone() });
            }
            Act::Time => return None,
            Act::Remove(who) => {
                let mut next = self.clone();
                return next.removed.insert(who).then_some(next);
            }
            Act::Tamper => {
                return (!self.tampered).then(|| Self { tampered: true, ..self.clone() });
            }
            Act::Durable(at) => {
                let mut next = self.clone();
                let flight = next.flights.get_mut(at).filter(|durable| !**durable)?;
                *flight = true;
                return Some(next);
            }
            Act::Tick => Event::Tick,
            Act::Approve(who) if self.removed.contains(&who) => return None,
            Act::Approve(who) => Event::Approve { vote: vote(who), usable_from: 0, before: &votes },
            Act::Deny => Event::Deny(vote(OTHER_OFFICER)),
            Act::Watch => {
                let (person, kind) = (id(OTHER_OFFICER), Kind::TrusteeOfficer);
                Event::Watch { person, kind, votes: &votes, sound: true }
            }
            Act::Trouble => Event::Pause,
            Act::Activate => Event::Activate(facts(&votes)),
            Act::Use => Event::Use(facts(&votes)),
            Act::Release(at) => {
                let logged = *self.flights.get(at)?;
                Event::Opened { rows: 1, bytes: 1, logged, facts: facts(&votes) }
            }
            Act::Revoke => Event::Revoke,
            Act::Kill => Event::Kill,
            Act::Finish => Event::Finish(id(REQUESTER)),
        };
        let mut next = self.apply(terms, &event)?;
        match act {
            Act::Approve(who) => {
                next.signed.insert((who, self.tampered));
            }
            Act::Use => next.flights.push(false),
            Act::Release(at) => {
                if next.releases > self.releases {
                    self.check_release(at);
                }
                next.flights.remove(at);
            }
            Act::Revoke | Act::Kill | Act::Deny => next.stopped = true,
            _ => {}
        }
        assert!(next.grant.uses <= terms.max_uses && next.releases <= next.grant.uses);
        Some(next)
    }

    /// Release ⇒ active, logged, in time, not taken back, and a quorum of different persons over the text as it is.
    fn check_release(&self, at: usize) {
        let own_end = self.grant.state == State::Completed && self.grant.uses == 2;
        assert!(self.grant.state == State::Active || own_end, "released while {:?}", self.grant.state);
        assert!(self.flights[at], "released before the intent was durable");
        assert!(!self.stopped, "released after it was taken back");
        let began = self.grant.activated_at.expect("active grants began");
        assert!(self.now < began + 3 * STEP, "released after its time");
        // Counted here by itself, not by the code under test.
        let hold = |who: u8| self.signed.contains(&(who, self.tampered)) && !self.removed.contains(&who);
        assert!(hold(CUSTOMER) && (hold(OFFICER) || hold(OTHER_OFFICER)), "released without a quorum");
    }
}

/// Walks through everything that can happen; returns how many worlds there are and in how many something was released.
fn explore(terms: &Terms) -> (usize, usize) {
    let mut seen = HashSet::from([World::first()]);
    let mut queue = VecDeque::from([World::first()]);
    while let Some(world) = queue.pop_front() {
        for act in ACTS {
            if let Some(next) = world.after(terms, act)
                && next != world
                && seen.insert(next.clone())
                // What is over and has nothing on its way was looked at once more when it got there.
                && !(world.grant.state.is_final() && world.flights.is_empty())
            {
                queue.push_back(next);
            }
        }
    }
    (seen.len(), seen.iter().filter(|world| world.releases > 0).count())
}

#[test]
fn nothing_is_released_without_leave_whatever_the_order() {
    for supervision in [Supervision::Post, Supervision::Live] {
        let (worlds, released) = explore(&terms(supervision));
        assert!(worlds > 10_000, "only {worlds} worlds: the walk ended early");
        assert!(released > 100, "only {released} worlds with a release: the walk shows nothing");
    }
}

fn active(supervision: Supervision) -> Grant {
    Grant {
        state: State::Active,
        approved_at: Some(0),
        activated_at: Some(0),
        used_at: Some(0),
        heard_at: Some(0),
        supervisor: Some(id(OTHER_OFFICER)),
        cleared: u32::from(supervision == Supervision::Step),
        ..Grant::submitted()
    }
}

#[test]
fn a_use_needs_everything_at_once() {
    let votes = [vote(CUSTOMER), vote(OFFICER)];
    let sound = facts(&votes);
    for (facts, want) in [
        (sound, None),
        (Facts { proof: false, ..sound }, Some("pop_invalid")),
        (Facts { enrolled: false, ..sound }, Some("person_not_enrolled")),
        (Facts { country: false, ..sound }, Some("residency_violation")),
        (Facts { votes: &votes[..1], ..sound }, Some("quorum_lost")),
        (Facts { clock: false, ..sound }, Some("clock_untrusted")),
        (Facts { level: false, ..sound }, Some("level_too_low")),
        (Facts { log: false, ..sound }, Some("log_unavailable")),
    ] {
        for supervision in [Supervision::Post, Supervision::Live, Supervision::Step] {
            let (terms, grant) = (terms(supervision), active(supervision));
            let found = step(&terms, &grant, &Event::Use(facts), SECOND).err().map(Refusal::slug);
            assert_eq!(found, want, "{supervision:?}");
        }
    }
}

#[test]
fn what_a_call_is_told_says_why() {
    let votes = [vote(CUSTOMER), vote(OFFICER)];
    for (state, want) in [
        (State::Pending, "grant_required"),
        (State::Approved, "grant_required"),
        (State::Denied, "grant_required"),
        (State::Revoked, "grant_revoked"),
        (State::Aborted, "grant_revoked"),
        (State::Expired, "grant_expired"),
        (State::Lapsed, "grant_expired"),
        (State::Completed, "grant_uses_exhausted"),
        (State::Paused, "supervisor_absent"),
    ] {
        let grant = Grant { state, ..active(Supervision::Post) };
        let found =
            step(&terms(Supervision::Post), &grant, &Event::Use(facts(&votes)), 0).expect_err("refused");
        assert_eq!(found.slug(), want, "{state:?}");
    }
}

#[test]
fn time_alone_ends_things() {
    let live = terms(Supervision::Live);
    for (state, now, want) in [
        (State::Pending, 2 * STEP - 1, State::Pending),
        (State::Pending, 2 * STEP, State::Lapsed),
        (State::Approved, 2 * STEP - 1, State::Approved),
        (State::Approved, 2 * STEP, State::Lapsed),
        (State::Active, HEARTBEAT_LOSS, State::Active),
        (State::Active, HEARTBEAT_LOSS + 1, State::Paused),
        (State::Active, 2 * STEP, State::Expired),
        (State::Revoked, 9 * STEP, State::Revoked),
    ] {
        let grant = Grant { state, ..active(Supervision::Live) };
        let (next, _) = step(&live, &grant, &Event::Tick, now).expect("ticks");
        assert_eq!(next.state, want, "{state:?} at {now}");
        if next.state != state {
            assert!(due_at(&live, &grant).is_some_and(|at| at <= now), "{state:?} at {now}");
        }
    }
}

#[test]
fn a_grant_that_stands_still_too_long_is_over() {
    let long = Terms { duration: 3600 * SECOND, idle: 3600 * SECOND, ..terms(Supervision::Live) };
    let paused = Grant {
        state: State::Paused,
        paused_at: Some(0),
        paused: LONGEST_PAUSE / 2,
        ..active(Supervision::Live)
    };
    for (now, want) in [(LONGEST_PAUSE / 2, State::Paused), (LONGEST_PAUSE / 2 + 1, State::Expired)] {
        let (next, _) = step(&long, &paused, &Event::Tick, now).expect("ticks");
        assert_eq!(next.state, want, "{now}");
    }
}

#[test]
fn what_stood_still_goes_on_only_when_the_cause_is_gone() {
    let (live, votes) = (terms(Supervision::Live), [vote(CUSTOMER), vote(OFFICER)]);
    let (paused, effects) = step(&live, &active(Supervision::Live), &Event::Pause, SECOND).expect("pauses");
    assert_eq!((paused.state, effects), (State::Paused, vec![Effect::Log(Entry::Pause)]));
    let (person, kind) = (id(OTHER_OFFICER), Kind::TrusteeOfficer);
    for (sound, want) in [(false, State::Paused), (true, State::Active)] {
        let event = Event::Watch { person, kind, votes: &votes, sound };
        let (next, _) = step(&live, &paused, &event, 2 * SECOND).expect("watches");
        assert_eq!((next.state, next.heard_at), (want, Some(2 * SECOND)), "{sound}");
    }
}

#[test]
fn amounts_are_limits_of_the_whole_grant() {
    let votes = [vote(CUSTOMER), vote(OFFICER)];
    let terms = terms(Supervision::Post);
    let used = Grant { uses: 1, rows: 9, bytes: 900, ..active(Supervision::Post) };
    for (rows, bytes, state, released) in
        [(1, 100, State::Active, true), (2, 1, State::Aborted, false), (1, 101, State::Aborted, false)]
    {
        let event = Event::Opened { rows, bytes, logged: true, facts: facts(&votes) };
        let (next, effects) = step(&terms, &used, &event, SECOND).expect("counted");
        assert_eq!((next.state, effects.contains(&Effect::Release)), (state, released), "{rows} {bytes}");
    }
    let event = Event::Opened { rows: 1, bytes: 1, logged: false, facts: facts(&votes) };
    assert_eq!(step(&terms, &used, &event, SECOND), Err(Refusal::LogUnavailable));
}

#[test]
fn only_fit_people_watch_and_each_step_is_let_pass_once() {
    let terms = terms(Supervision::Step);
    let votes = [vote(CUSTOMER), vote(OFFICER)];
    let grant = active(Supervision::Step);
    for (who, kind, votes, fits) in [
        (OTHER_OFFICER, Kind::TrusteeOfficer, &votes[..], true),
        (OFFICER, Kind::TrusteeOfficer, &votes[..], true),
        (OFFICER, Kind::TrusteeOfficer, &votes[1..], false), // would watch what he or she alone approved
        (REQUESTER, Kind::TrusteeOfficer, &votes[..], false),
        (OTHER_OFFICER, Kind::Auditor, &votes[..], false),
        (OTHER_OFFICER, Kind::LegalOfficer, &votes[..], false),
    ] {
        let event = Event::Watch { person: id(who), kind, votes, sound: true };
        assert_eq!(step(&terms, &grant, &event, 0).is_ok(), fits, "{who} {kind}");
    }
    let (once, _) = step(&terms, &grant, &Event::Use(facts(&votes)), 0).expect("let pass");
    assert_eq!(step(&terms, &once, &Event::Use(facts(&votes)), 0), Err(Refusal::SupervisorAbsent));
    assert_eq!(step(&terms, &once, &Event::Clear(id(OFFICER)), 0), Err(Refusal::SupervisorUnfit));
    let (cleared, _) = step(&terms, &once, &Event::Clear(id(OTHER_OFFICER)), 0).expect("the supervisor");
    assert!(step(&terms, &cleared, &Event::Use(facts(&votes)), 0).is_ok());
}
