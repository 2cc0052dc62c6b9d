//! The life of a grant, as a function of values.
//!
//! Invariants: a final state is never left; time alone only takes rights away, and nothing happens to a grant whose time
//! is over although nobody has written that down yet; a use needs a quorum of votes that hold at that moment; what is
//! released was counted and logged first. Every effect is returned, none is carried out here.
//!
//! Deliberately absent: what a vote's signature is over (the caller hands in only votes that hold), and storage.

use kernel::Micros;

use crate::person::{Kind, PersonId, Vote};
use crate::policy::{Factor, Supervision};
use crate::refusal::Refusal;
use crate::request::Request;

mod steps;
#[cfg(test)]
mod tests;

pub use steps::{Stepped, due_at, may_release, step};

const SECOND: Micros = 1_000_000;
/// A supervisor who was not heard of for so long is gone.
pub const HEARTBEAT_LOSS: Micros = 30 * SECOND;
/// Longest time that a grant may stand still in all.
pub const LONGEST_PAUSE: Micros = 15 * 60 * SECOND;

/// Where a request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Waits for decisions.
    Pending,
    /// All factors are full; the requester may begin.
    Approved,
    /// In use.
    Active,
    /// In use, but standing still.
    Paused,
    /// Somebody said no.
    Denied,
    /// The requester took it back.
    Withdrawn,
    /// Nobody answered, or nobody began, in time.
    Lapsed,
    /// Taken back after it was approved.
    Revoked,
    /// Done.
    Completed,
    /// Stopped by the supervisor or by a limit.
    Aborted,
    /// Its time was over.
    Expired,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::Approved,
        Self::Active,
        Self::Paused,
        Self::Denied,
        Self::Withdrawn,
        Self::Lapsed,
        Self::Revoked,
        Self::Completed,
        Self::Aborted,
        Self::Expired,
    ];

    /// The word in answers, books and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Denied => "denied",
            Self::Withdrawn => "withdrawn",
            Self::Lapsed => "lapsed",
            Self::Revoked => "revoked",
            Self::Completed => "completed",
            Self::Aborted => "aborted",
            Self::Expired => "expired",
        }
    }

    /// The state of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == word)
    }

    /// Whether nothing happens any more.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Pending | Self::Approved | Self::Active | Self::Paused)
    }

    /// What a call under a grant in this state is told.
    pub(crate) const fn refusal(self) -> Refusal {
        match self {
            Self::Pending | Self::Approved | Self::Denied | Self::Withdrawn => Refusal::GrantRequired,
            Self::Paused => Refusal::SupervisorAbsent,
            Self::Revoked | Self::Aborted => Refusal::Revoked,
            Self::Completed => Refusal::UsesExhausted,
            Self::Lapsed | Self::Expired => Refusal::Expired,
            Self::Active => Refusal::StateConflict,
        }
    }
}

/// What was approved and does not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Who asked.
    pub requester: PersonId,
    /// Who must agree.
    pub factors: Vec<Factor>,
    /// How it is watched.
    pub supervision: Supervision,
    /// The deciders' deadline.
    pub answer_by: Micros,
    /// When it may begin at the earliest.
    pub not_before: Micros,
    /// How long the requester has to begin.
    pub activation: Micros,
    /// How long it is active.
    pub duration: Micros,
    /// After how long without a use it ends.
    pub idle: Micros,
    /// How often it may be used.
    pub max_uses: u32,
    /// How many records in all.
    pub max_rows: u64,
    /// How many bytes in all.
    pub max_bytes: u64,
}

impl From<&Request> for Terms {
    fn from(request: &Request) -> Self {
        let seconds = |count: u32| Micros::from(count) * SECOND;
        Self {
            requester: request.requester,
            factors: request.factors.clone(),
            supervision: request.supervision,
            answer_by: request.answer_by,
            not_before: request.not_before.max(request.veto_until.unwrap_or(request.not_before)),
            activation: seconds(request.activation),
            duration: seconds(request.duration),
            idle: seconds(request.idle),
            max_uses: request.scope.max_uses,
            max_rows: request.scope.max_rows,
            max_bytes: request.scope.max_bytes,
        }
    }
}

/// What changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Grant {
    /// Where it stands.
    pub state: State,
    /// When all factors were full.
    pub approved_at: Option<Micros>,
    /// When the requester began.
    pub activated_at: Option<Micros>,
    /// The last use, or the beginning.
    pub used_at: Option<Micros>,
    /// Since when it stands still.
    pub paused_at: Option<Micros>,
    /// How long it has stood still before.
    pub paused: Micros,
    /// Who watches.
    pub supervisor: Option<PersonId>,
    /// When the supervisor was last heard of.
    pub heard_at: Option<Micros>,
    /// How many uses the supervisor let pass, where each is let pass by itself.
    pub cleared: u32,
    /// Uses made.
    pub uses: u32,
    /// Records opened.
    pub rows: u64,
    /// Bytes of private members released.
    pub bytes: u64,
}

impl Grant {
    /// A request that was just submitted.
    pub const fn submitted() -> Self {
        Self {
            state: State::Pending,
            approved_at: None,
            activated_at: None,
            used_at: None,
            paused_at: None,
            paused: 0,
            supervisor: None,
            heard_at: None,
            cleared: 0,
            uses: 0,
            rows: 0,
            bytes: 0,
        }
    }

    /// When it ends, if it was begun.
    pub fn ends_at(&self, terms: &Terms) -> Option<Micros> {
        self.activated_at.map(|at| at + terms.duration)
    }
}

/// What is true outside the grant when somebody wants to begin or use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, named where it is stated")]
pub struct Facts<'v> {
    /// The votes that hold at this moment.
    pub votes: &'v [Vote],
    /// The requester's key proved this call with a fresh nonce.
    pub proof: bool,
    /// The requester is enrolled, with that key.
    pub enrolled: bool,
    /// The requester works from an allowed country.
    pub country: bool,
    /// The log can be written.
    pub log: bool,
    /// The clock can be trusted.
    pub clock: bool,
    /// The assurance level is high enough.
    pub level: bool,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'v> {
    /// Nothing but time.
    Tick,
    /// Somebody agrees; `before` are the votes that hold already.
    Approve {
        /// The new vote.
        vote: Vote,
        /// From when on the voter's key counts.
        usable_from: Micros,
        /// The votes that hold already.
        before: &'v [Vote],
    },
    /// Somebody who could agree says no.
    Deny(Vote),
    /// The requester takes it back.
    Withdraw(PersonId),
    /// The requester begins.
    Activate(Facts<'v>),
    /// One call under it.
    Use(Facts<'v>),
    /// What a counted use opened, told before any of it is released.
    Opened {
        /// Records.
        rows: u64,
        /// Bytes of private members.
        bytes: u64,
        /// The intent of this use is durable in the log.
        logged: bool,
        /// What is true now.
        facts: Facts<'v>,
    },
    /// Somebody watches, and is still there; `votes` as they hold now.
    Watch {
        /// Who.
        person: PersonId,
        /// What the person is.
        kind: Kind,
        /// The votes that hold.
        votes: &'v [Vote],
        /// Whether log, clock and assurance level are there: what stood still for want of one goes on only then.
        sound: bool,
    },
    /// The supervisor lets one more use pass.
    Clear(PersonId),
    /// Something it needs is gone.
    Pause,
    /// The requester, a customer's approver or an officer takes it back.
    Revoke,
    /// The supervisor stops it.
    Kill,
    /// The requester is done.
    Finish(PersonId),
}

/// What to write into the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Entry {
    /// Somebody agreed.
    Approve,
    /// Somebody said no.
    Deny,
    /// It was taken back by who asked.
    Withdraw,
    /// Time ran out before it began.
    Lapse,
    /// It began.
    Activate,
    /// Something is going to be opened.
    UseIntent,
    /// It stands still.
    Pause,
    /// It goes on.
    Resume,
    /// It was taken back.
    Revoke,
    /// It was stopped.
    Kill,
    /// Time ran out.
    Expire,
    /// It is done.
    Complete,
}

impl Entry {
    /// The word in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
            Self::Withdraw => "withdraw",
            Self::Lapse => "lapse",
            Self::Activate => "activate",
            Self::UseIntent => "use.intent",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Revoke => "revoke",
            Self::Kill => "kill",
            Self::Expire => "expire",
            Self::Complete => "complete",
        }
    }
}

/// What has to happen besides the change of state, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Write this into the log.
    Log(Entry),
    /// Tell the customer.
    Notify,
    /// Make the report on it.
    Report,
    /// Release what the call opened.
    Release,
}
