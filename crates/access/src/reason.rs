//! Why somebody of the operator may need to see a customer's private data: a closed list.
//!
//! Deliberately absent: a reason called "other". What is not on the list is no reason.

use std::fmt;
use std::str::FromStr;

/// One reason of the closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The customer opened a ticket and wants help.
    CustomerSupport,
    /// A planned change that cannot be made without looking.
    EngineeringChange,
    /// Something is broken now.
    Incident,
    /// Somebody may be misusing the service.
    SecurityInvestigation,
    /// A person asked for what is known about him or her.
    DataSubjectSupport,
    /// German law compels a disclosure. Carried out by the trustee's own people.
    LegalDisclosure,
    /// An audit looks at a sample.
    AuditSample,
    /// A ceremony over keys. Carried out by the trustee's own people.
    KeyCeremony,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::CustomerSupport,
        Self::EngineeringChange,
        Self::Incident,
        Self::SecurityInvestigation,
        Self::DataSubjectSupport,
        Self::LegalDisclosure,
        Self::AuditSample,
        Self::KeyCeremony,
    ];

    /// The word in requests, texts and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CustomerSupport => "customer_support",
            Self::EngineeringChange => "engineering_change",
            Self::Incident => "incident",
            Self::SecurityInvestigation => "security_investigation",
            Self::DataSubjectSupport => "data_subject_support",
            Self::LegalDisclosure => "legal_disclosure",
            Self::AuditSample => "audit_sample",
            Self::KeyCeremony => "key_ceremony",
        }
    }

    /// Whether the trustee does this itself, so that nobody is ever granted it.
    pub const fn is_the_trustees(self) -> bool {
        matches!(self, Self::LegalDisclosure | Self::KeyCeremony)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A word that is no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reason is none of the closed list")]
pub struct UnknownReason;

impl FromStr for Reason {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        Self::ALL.into_iter().find(|reason| reason.name() == text).ok_or(UnknownReason)
    }
}
