//! Why the rules say no, each with a slug that never changes.

use contract::errors::code;
use kernel::{Code, Problem};

macro_rules! refusals {
    ($($(#[doc = $doc:literal])* $name:ident = $status:literal $slug:literal, $text:literal;)*) => {
        /// A no of the rules.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
        pub enum Refusal {
            $($(#[doc = $doc])* #[error($text)] $name,)*
        }

        impl Refusal {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The HTTP status.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }

            /// The stable reason.
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug),* }
            }
        }
    };
}

refusals! {
    /// The proof is missing, of another key, of another call, or was used before.
    ProofInvalid = 401 "pop_invalid",
        "The proof of this call is not one by the grant's own key over exactly this call and a fresh nonce.";
    /// There is no such grant for this caller.
    GrantRequired = 403 "grant_required",
        "The operator's people need an active grant of the data trustee for this.";
    /// The call is not one that was approved.
    OutOfScope = 403 "grant_scope", "The grant does not cover this call, record, field or amount.";
    /// Its time is over.
    Expired = 403 "grant_expired", "The grant's time is over. Ask for a new one.";
    /// Somebody took it back.
    Revoked = 403 "grant_revoked", "The grant was taken back or stopped. Ask for a new one.";
    /// All uses were made.
    UsesExhausted = 403 "grant_uses_exhausted", "All approved uses of the grant were made. Ask for a new one.";
    /// One's own request.
    SelfApproval = 403 "self_approval", "Nobody approves a request of his or her own.";
    /// No factor asks for this kind of person.
    NotAsked = 403 "approver_not_asked", "No factor of this request asks for your approval.";
    /// The caller is no person that the trustee enrolled for this.
    NotEnrolled = 403 "person_not_enrolled", "Only a person whom the trustee enrolled for this may do it.";
    /// Declared or attested country is not allowed.
    Residency = 403 "residency_violation", "Staff outside the allowed countries open nothing.";
    /// The state does not allow it.
    StateConflict = 409 "state_conflict", "The request is not in a state in which this can be done.";
    /// It is not the text that is stored now.
    DigestMismatch = 409 "digest_mismatch", "The signature is not over the text of this request as it is now.";
    /// The same person, twice.
    DuplicatePerson = 409 "duplicate_person", "This person has decided already. Another person must.";
    /// That factor has its persons.
    FactorFull = 409 "factor_full", "Enough persons of your kind have agreed. Another factor is still open.";
    /// Enrolled less than a day ago.
    KeyTooYoung = 409 "key_too_young", "A key counts from one day after its enrolment.";
    /// An approver was removed, or a text was changed.
    QuorumLost = 409 "quorum_lost", "The approvals of this grant are no quorum any more. Ask for a new one.";
    /// Nobody watches.
    SupervisorAbsent = 409 "supervisor_absent", "Nobody supervises this grant at the moment.";
    /// Watching oneself.
    SupervisorUnfit = 409 "supervisor_unfit", "This person cannot supervise this grant.";
    /// Before its time, or before the customer's veto ended.
    NotYet = 409 "not_yet", "The approved time has not begun.";
    /// The same was denied lately.
    DeniedBefore = 409 "denied_before", "The same was denied within the last seven days.";
    /// The log cannot be written.
    LogUnavailable = 503 "log_unavailable", "The transparency log cannot be written, so nothing is opened.";
    /// The clock jumped.
    ClockUntrusted = 503 "clock_untrusted", "The trustee's clock cannot be trusted, so nothing is opened.";
    /// The assurance level fell.
    LevelTooLow = 503 "level_too_low", "The trustee's assurance level is below what this grant asks for.";
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.status() {
            401 => code::UNAUTHENTICATED,
            403 => code::NO_ACCESS,
            _ => Code(0),
        };
        Self::new(refusal.status(), code, refusal.slug(), refusal.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique() {
        let mut slugs: Vec<_> = Refusal::ALL.iter().map(|refusal| refusal.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), Refusal::ALL.len());
    }
}
