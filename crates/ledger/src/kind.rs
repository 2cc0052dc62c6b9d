//! What an entry tells of.

use std::fmt;
use std::str::FromStr;

use crate::Refusal;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// The types of entries. A verifier refuses a log that holds another one: it could not say what it reads.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The word for it in an entry.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }

        impl FromStr for Kind {
            type Err = Refusal;
            fn from_str(text: &str) -> Result<Self, Refusal> {
                match text {
                    $($text => Ok(Self::$name),)*
                    _ => Err(Refusal::new("unknown_entry_type", "an entry has a type that this program does not know")),
                }
            }
        }
    };
}

kinds! {
    /// An access request was made.
    Submit = "submit";
    /// One approval of a request.
    Approve = "approve";
    /// A request was denied.
    Deny = "deny";
    /// The requester took a request back.
    Withdraw = "withdraw";
    /// Nobody answered in time, or an approved request was not activated in time.
    Lapse = "lapse";
    /// A grant began.
    Activate = "activate";
    /// Something is about to be released; durable before the first byte.
    UseIntent = "use.intent";
    /// What was released.
    UseResult = "use.result";
    /// A use was refused.
    UseRefused = "use.refused";
    /// A grant rests.
    Pause = "pause";
    /// A grant goes on.
    Resume = "resume";
    /// A supervisor, or a limit, ended a grant.
    Kill = "kill";
    /// A customer, an officer or the requester ended a grant.
    Revoke = "revoke";
    /// A grant ran out.
    Expire = "expire";
    /// A grant was used up or finished.
    Complete = "complete";
    /// A report was issued.
    Report = "report";
    /// A person was enrolled.
    Enrol = "enrol";
    /// A person was removed.
    Remove = "remove";
    /// Rules changed.
    Policy = "policy";
    /// The catalogue of operations changed.
    OperationCatalogue = "operation-catalogue";
    /// A tenant's keys were made.
    KeyCreate = "key.create";
    /// A tenant's keys were rotated.
    KeyRotate = "key.rotate";
    /// The root key was split among people, or came back from its shares.
    ShareSet = "share.set";
    /// Somebody's share of the root key was used.
    ShareUse = "share.use";
    /// A customer gave notice, or its departure went on.
    Leave = "leave";
    /// An erasure was asked for.
    ShredRequest = "shred.request";
    /// Keys were destroyed here.
    ShredLive = "shred.live";
    /// No backup can bring the keys back any more.
    ShredFinal = "shred.final";
    /// A destroyed key had come back and was destroyed again.
    ShredReplayed = "shred.replayed";
    /// A backup was written.
    Backup = "backup";
    /// A store was restored.
    Restore = "restore";
    /// A posture check changed its finding.
    Posture = "posture";
    /// The assurance level changed.
    Level = "level";
    /// The trustee's program was updated.
    Update = "update";
    /// A demand by an authority or a third party.
    LegalCase = "legal.case";
    /// A disclosure was carried out.
    LegalDisclosure = "legal.disclosure";
    /// A place for what may not be told yet; one a day, real or not.
    Slot = "slot";
    /// A data subject's request that had reached another house was handed over to the customer.
    SubjectRequest = "subject.request";
    /// Something physical at a site.
    Physical = "physical";
    /// Nothing happened, and the log works.
    Heartbeat = "heartbeat";
    /// The log's key.
    LogKey = "logkey";
    /// The witnesses changed.
    WitnessChange = "witness-change";
    /// A release to support began.
    ReleaseBegin = "release.begin";
    /// A release to support ended.
    ReleaseEnd = "release.end";
    /// How often a partner and the customer itself opened its records in an hour.
    Openings = "openings";
    /// A customer's data was exported by the customer.
    Export = "export";
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for kind in Kind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(*kind));
        }
        assert!("release".parse::<Kind>().is_err());
    }
}
