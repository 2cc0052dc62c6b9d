//! The steps of a grant's life.

use kernel::Micros;

use super::{Effect, Entry, Event, Facts, Grant, HEARTBEAT_LOSS, LONGEST_PAUSE, State, Terms};
use crate::person::{Kind, PersonId, Vote, may_vote, quorum};
use crate::policy::Supervision;
use crate::refusal::Refusal;

/// How many must have agreed before an approver may also supervise.
const OTHERS: usize = 2;

/// What a step gives.
pub type Stepped = (Grant, Vec<Effect>);

/// The next state, with what has to happen besides.
///
/// # Errors
/// Why the event changes nothing. Also when the grant's time is over and nobody has said [`Event::Tick`] yet.
pub fn step(terms: &Terms, grant: &Grant, event: &Event<'_>, now: Micros) -> Result<Stepped, Refusal> {
    if let Event::Opened { rows, bytes, logged, facts } = event {
        return opened(terms, grant, (*rows, *bytes), *logged, facts, now);
    }
    let due = due(terms, grant, now);
    if let Event::Tick = event {
        return Ok(due.unwrap_or_else(|| (grant.clone(), Vec::new())));
    }
    let stale = due.is_some_and(|(later, _)| later.state.is_final());
    if grant.state.is_final() || stale {
        return Err(match event {
            Event::Use(_) if stale => Refusal::Expired,
            Event::Use(_) => grant.state.refusal(),
            _ => Refusal::StateConflict,
        });
    }
    match event {
        Event::Tick => Ok((grant.clone(), Vec::new())),
        Event::Approve { vote, usable_from, before } => {
            approve(terms, grant, *vote, *usable_from, before, now)
        }
        Event::Deny(vote) => {
            only(grant, &[State::Pending])?;
            let asked = terms.factors.iter().any(|factor| factor.kind == vote.kind);
            // A customer may object to what it is not asked about, as long as nothing has begun.
            if !asked && vote.kind != Kind::CustomerApprover || vote.person == terms.requester {
                return Err(Refusal::NotAsked);
            }
            Ok(end(grant, State::Denied, Entry::Deny))
        }
        Event::Withdraw(who) => {
            only(grant, &[State::Pending])?;
            own(terms, *who)?;
            Ok(end(grant, State::Withdrawn, Entry::Withdraw))
        }
        Event::Activate(facts) => activate(terms, grant, facts, now),
        Event::Use(facts) => use_once(terms, grant, facts, now),
        Event::Opened { .. } => Err(Refusal::StateConflict), // dealt with above
        Event::Watch { person, kind, votes, sound } => {
            watch(terms, grant, (*person, *kind), votes, *sound, now)
        }
        Event::Clear(person) => {
            only(grant, &[State::Active])?;
            if grant.supervisor != Some(*person) {
                return Err(Refusal::SupervisorUnfit);
            }
            Ok((Grant { cleared: grant.uses.saturating_add(1), ..grant.clone() }, Vec::new()))
        }
        Event::Pause => {
            only(grant, &[State::Active])?;
            Ok(pause(grant, now))
        }
        Event::Revoke => {
            only(grant, &[State::Approved, State::Active, State::Paused])?;
            Ok(end(grant, State::Revoked, Entry::Revoke))
        }
        Event::Kill => {
            only(grant, &[State::Active, State::Paused])?;
            Ok(end(grant, State::Aborted, Entry::Kill))
        }
        Event::Finish(who) => {
            only(grant, &[State::Active])?;
            own(terms, *who)?;
            Ok(end(grant, State::Completed, Entry::Complete))
        }
    }
}

/// Whether what a counted use opened may be released at this moment: its intent is durable in the log, and nothing has
/// happened to the grant since.
///
/// # Errors
/// Why not.
pub fn may_release(
    terms: &Terms,
    grant: &Grant,
    logged: bool,
    facts: &Facts<'_>,
    now: Micros,
) -> Result<(), Refusal> {
    if !logged {
        return Err(Refusal::LogUnavailable);
    }
    // The last use completes a grant; what it opened is still its own.
    let last = grant.state == State::Completed && grant.uses >= terms.max_uses;
    if grant.state != State::Active && !last {
        return Err(grant.state.refusal());
    }
    if grant.ends_at(terms).is_none_or(|end| now >= end) {
        return Err(Refusal::Expired);
    }
    let watched = grant.heard_at.is_some_and(|at| now - at <= HEARTBEAT_LOSS);
    if terms.supervision > Supervision::Post && !watched {
        return Err(Refusal::SupervisorAbsent);
    }
    holds(terms, facts)
}

/// When time alone will change this grant's state next, at the earliest; `None` when it never will.
pub fn due_at(terms: &Terms, grant: &Grant) -> Option<Micros> {
    match grant.state {
        State::Pending => Some(terms.answer_by),
        State::Approved => Some(window_end(terms, grant)),
        State::Active | State::Paused => {
            let idle = grant.used_at.map(|at| at + terms.idle);
            let watch = grant.heard_at.map(|at| at + HEARTBEAT_LOSS).filter(|_| grant.state == State::Active);
            let watch = watch.filter(|_| terms.supervision > Supervision::Post);
            let still = grant.paused_at.map(|at| at + LONGEST_PAUSE - grant.paused);
            [grant.ends_at(terms), idle, watch, still].into_iter().flatten().min()
        }
        _ => None,
    }
}

/// What time alone does.
fn due(terms: &Terms, grant: &Grant, now: Micros) -> Option<Stepped> {
    let since = |at: Option<Micros>| at.map_or(0, |at| now - at);
    match grant.state {
        State::Pending if now >= terms.answer_by => Some(end(grant, State::Lapsed, Entry::Lapse)),
        State::Approved if now >= window_end(terms, grant) => Some(end(grant, State::Lapsed, Entry::Lapse)),
        State::Active | State::Paused => {
            let over = grant.ends_at(terms).is_none_or(|end| now >= end);
            let idle = since(grant.used_at) >= terms.idle;
            let still = grant.paused + since(grant.paused_at) > LONGEST_PAUSE;
            if over || idle || still {
                return Some(end(grant, State::Expired, Entry::Expire));
            }
            let unwatched = grant.heard_at.is_none_or(|at| now - at > HEARTBEAT_LOSS);
            (grant.state == State::Active && terms.supervision > Supervision::Post && unwatched)
                .then(|| pause(grant, now))
        }
        _ => None,
    }
}

/// When an approved request can no longer begin: the window counts from when it could.
fn window_end(terms: &Terms, grant: &Grant) -> Micros {
    grant.approved_at.unwrap_or(0).max(terms.not_before) + terms.activation
}

fn only(grant: &Grant, states: &[State]) -> Result<(), Refusal> {
    if states.contains(&grant.state) { Ok(()) } else { Err(Refusal::StateConflict) }
}

fn own(terms: &Terms, who: PersonId) -> Result<(), Refusal> {
    if who == terms.requester { Ok(()) } else { Err(Refusal::NotEnrolled) }
}

fn end(grant: &Grant, state: State, entry: Entry) -> Stepped {
    let mut effects = vec![Effect::Log(entry), Effect::Notify];
    if grant.activated_at.is_some() {
        effects.push(Effect::Report);
    }
    (Grant { state, ..grant.clone() }, effects)
}

fn pause(grant: &Grant, now: Micros) -> Stepped {
    let paused = Grant { state: State::Paused, paused_at: Some(now), ..grant.clone() };
    (paused, vec![Effect::Log(Entry::Pause)])
}

fn approve(
    terms: &Terms,
    grant: &Grant,
    vote: Vote,
    usable_from: Micros,
    before: &[Vote],
    now: Micros,
) -> Result<Stepped, Refusal> {
    only(grant, &[State::Pending])?;
    may_vote(&terms.factors, terms.requester, before, vote, usable_from, now)?;
    let votes: Vec<Vote> = before.iter().copied().chain([vote]).collect();
    let mut next = grant.clone();
    let mut effects = vec![Effect::Log(Entry::Approve)];
    if quorum(&terms.factors, terms.requester, &votes) {
        next.state = State::Approved;
        next.approved_at = Some(now);
        effects.push(Effect::Notify);
    }
    Ok((next, effects))
}

/// What must be true whenever something is begun, used or released.
fn holds(terms: &Terms, facts: &Facts<'_>) -> Result<(), Refusal> {
    for (is, refusal) in [
        (facts.enrolled, Refusal::NotEnrolled),
        (facts.country, Refusal::Residency),
        (quorum(&terms.factors, terms.requester, facts.votes), Refusal::QuorumLost),
        (facts.clock, Refusal::ClockUntrusted),
        (facts.level, Refusal::LevelTooLow),
        (facts.log, Refusal::LogUnavailable),
    ] {
        if !is {
            return Err(refusal);
        }
    }
    Ok(())
}

fn activate(terms: &Terms, grant: &Grant, facts: &Facts<'_>, now: Micros) -> Result<Stepped, Refusal> {
    if !facts.proof {
        return Err(Refusal::ProofInvalid);
    }
    only(grant, &[State::Approved])?;
    if now < terms.not_before {
        return Err(Refusal::NotYet);
    }
    holds(terms, facts)?;
    let watched = grant.heard_at.is_some_and(|at| now - at <= HEARTBEAT_LOSS);
    if terms.supervision > Supervision::Post && !watched {
        return Err(Refusal::SupervisorAbsent);
    }
    let next = Grant { state: State::Active, activated_at: Some(now), used_at: Some(now), ..grant.clone() };
    Ok((next, vec![Effect::Log(Entry::Activate), Effect::Notify]))
}

fn use_once(terms: &Terms, grant: &Grant, facts: &Facts<'_>, now: Micros) -> Result<Stepped, Refusal> {
    if !facts.proof {
        return Err(Refusal::ProofInvalid);
    }
    if grant.state != State::Active {
        return Err(grant.state.refusal());
    }
    // Time may have stopped it although nobody wrote that down yet.
    if due(terms, grant, now).is_some() {
        return Err(Refusal::SupervisorAbsent);
    }
    if grant.uses >= terms.max_uses {
        return Err(Refusal::UsesExhausted);
    }
    if terms.supervision == Supervision::Step && grant.cleared <= grant.uses {
        return Err(Refusal::SupervisorAbsent);
    }
    holds(terms, facts)?;
    // Below max_uses.
    let next = Grant { uses: grant.uses + 1, used_at: Some(now), ..grant.clone() };
    Ok((next, vec![Effect::Log(Entry::UseIntent)]))
}

/// Counts what was opened, and lets it go if nothing has happened since the use was counted.
fn opened(
    terms: &Terms,
    grant: &Grant,
    (rows, bytes): (u64, u64),
    logged: bool,
    facts: &Facts<'_>,
    now: Micros,
) -> Result<Stepped, Refusal> {
    may_release(terms, grant, logged, facts, now)?;
    let next = Grant {
        rows: grant.rows.saturating_add(rows),
        bytes: grant.bytes.saturating_add(bytes),
        ..grant.clone()
    };
    if next.rows > terms.max_rows || next.bytes > terms.max_bytes {
        return if grant.state == State::Active {
            Ok(end(&next, State::Aborted, Entry::Kill))
        } else {
            Err(Refusal::OutOfScope)
        };
    }
    if next.uses >= terms.max_uses && grant.state == State::Active {
        let (done, mut effects) = end(&next, State::Completed, Entry::Complete);
        effects.push(Effect::Release);
        return Ok((done, effects));
    }
    Ok((next, vec![Effect::Release]))
}

fn watch(
    terms: &Terms,
    grant: &Grant,
    (person, kind): (PersonId, Kind),
    votes: &[Vote],
    sound: bool,
    now: Micros,
) -> Result<Stepped, Refusal> {
    only(grant, &[State::Approved, State::Active, State::Paused])?;
    let agreed = votes.iter().any(|vote| vote.person == person);
    let alone = agreed && votes.len() < OTHERS;
    if person == terms.requester || !kind.may_supervise() || alone {
        return Err(Refusal::SupervisorUnfit);
    }
    let mut next = Grant { supervisor: Some(person), heard_at: Some(now), ..grant.clone() };
    let mut effects = Vec::new();
    if grant.state == State::Paused && sound {
        next.state = State::Active;
        next.paused += grant.paused_at.map_or(0, |at| now - at);
        next.paused_at = None;
        effects.push(Effect::Log(Entry::Resume));
    }
    Ok((next, effects))
}
