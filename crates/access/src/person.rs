//! Persons, not accounts: who they are to the rules, and when their votes are enough.
//!
//! Invariants: a person has one kind, and each kind belongs to one organisation's side, so nobody can stand on two; the
//! unit that is counted is the person, never the key or the account.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use kernel::{IdError, Micros};
use uuid::Uuid;

use crate::policy::Factor;
use crate::refusal::Refusal;

/// How long a newly enrolled key has to wait before it counts.
pub const KEY_AGE: Micros = 24 * 3_600_000_000;

/// A person as the trustee enrolled one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonId(pub Uuid);

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl FromStr for PersonId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse().map(|kernel::UserId(id)| Self(id))
    }
}

/// What a person is to the rules of opening. One person is one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Works for the operator and asks.
    Requester,
    /// Decides for a customer about the customer's own data.
    CustomerApprover,
    /// Decides and supervises for the trustee.
    TrusteeOfficer,
    /// Decides legal questions for the trustee.
    LegalOfficer,
    /// Reads the log and the statistics.
    Auditor,
    /// Runs the trustee's hosts.
    Administrator,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Requester,
        Self::CustomerApprover,
        Self::TrusteeOfficer,
        Self::LegalOfficer,
        Self::Auditor,
        Self::Administrator,
    ];

    /// The word in texts, policies and books.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::CustomerApprover => "customer-approver",
            Self::TrusteeOfficer => "trustee-officer",
            Self::LegalOfficer => "legal-officer",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// Whether such a person's vote can be asked for by a policy.
    pub const fn may_approve(self) -> bool {
        matches!(self, Self::CustomerApprover | Self::TrusteeOfficer | Self::LegalOfficer)
    }

    /// Whether such a person may watch a grant being used.
    pub const fn may_supervise(self) -> bool {
        matches!(self, Self::CustomerApprover | Self::TrusteeOfficer)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that names no kind of person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no kind of person that the rules know")]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or(UnknownKind)
    }
}

/// One approval that holds at this moment: its signature was checked against the text as it is now, and the person and
/// the key are still enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Vote {
    /// Who agreed.
    pub person: PersonId,
    /// What the person is, at this moment.
    pub kind: Kind,
}

/// Whether these votes fill every factor with different persons, none of them the requester.
pub fn quorum(factors: &[Factor], requester: PersonId, votes: &[Vote]) -> bool {
    !factors.is_empty()
        && factors.iter().all(|factor| {
            let count = persons(factor.kind, requester, votes);
            factor.count > 0 && count >= factor.count as usize
        })
}

/// How many different persons of this kind agreed.
fn persons(kind: Kind, requester: PersonId, votes: &[Vote]) -> usize {
    let of_kind = votes.iter().filter(|vote| vote.kind == kind && vote.person != requester);
    of_kind.map(|vote| vote.person).collect::<BTreeSet<_>>().len()
}

/// Whether one more vote may be counted.
///
/// # Errors
/// When it is the requester's own, a second one of the same person, or one that no open factor asks for.
pub fn may_vote(
    factors: &[Factor],
    requester: PersonId,
    votes: &[Vote],
    new: Vote,
    usable_from: Micros,
    now: Micros,
) -> Result<(), Refusal> {
    if new.person == requester {
        return Err(Refusal::SelfApproval);
    }
    if votes.iter().any(|vote| vote.person == new.person) {
        return Err(Refusal::DuplicatePerson);
    }
    if now < usable_from {
        return Err(Refusal::KeyTooYoung);
    }
    let asked = factors.iter().find(|factor| factor.kind == new.kind).ok_or(Refusal::NotAsked)?;
    if persons(asked.kind, requester, votes) >= asked.count as usize {
        return Err(Refusal::FactorFull);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const C: Kind = Kind::CustomerApprover;
    const O: Kind = Kind::TrusteeOfficer;

    fn person(n: u128) -> PersonId {
        PersonId(Uuid::from_u128(n))
    }

    fn votes(given: &[(u128, Kind)]) -> Vec<Vote> {
        given.iter().map(|(n, kind)| Vote { person: person(*n), kind: *kind }).collect()
    }

    fn factors(given: &[(Kind, u32)]) -> Vec<Factor> {
        given.iter().map(|(kind, count)| Factor { kind: *kind, count: *count }).collect()
    }

    #[test]
    fn only_different_persons_of_every_factor_are_enough() {
        let both: &[(Kind, u32)] = &[(C, 1), (O, 1)];
        for (asked, given, want) in [
            (both, &[(2, C), (3, O)][..], true),
            (both, &[(2, O), (3, O)], false),
            (both, &[(2, C)], false),
            (both, &[(1, C), (3, O)], false), // the requester's own
            (&[(O, 2)], &[(2, O), (2, O)], false),
            (&[(O, 2)], &[(2, O), (3, O)], true),
            (&[(O, 0)], &[(2, O)], false),
            (&[], &[(2, O)], false),
        ] {
            let found = quorum(&factors(asked), person(1), &votes(given));
            assert_eq!(found, want, "{asked:?} {given:?}");
        }
    }

    #[test]
    fn a_vote_is_refused_for_a_reason_of_its_own() {
        let asked = factors(&[(C, 1), (O, 1)]);
        let before = votes(&[(3, O)]);
        for (who, kind, usable, want) in [
            (1, O, 0, Err(Refusal::SelfApproval)),
            (3, O, 0, Err(Refusal::DuplicatePerson)),
            (4, O, 0, Err(Refusal::FactorFull)),
            (4, Kind::LegalOfficer, 0, Err(Refusal::NotAsked)),
            (4, C, 11, Err(Refusal::KeyTooYoung)),
            (4, C, 10, Ok(())),
        ] {
            let new = Vote { person: person(who), kind };
            assert_eq!(may_vote(&asked, person(1), &before, new, usable, 10), want, "{who} {kind}");
        }
    }
}
