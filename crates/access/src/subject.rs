//! Requests of data subjects that reached the wrong house: their kinds, and the receipt for handing one over.
//!
//! Invariants: a receipt names nobody and holds nothing of the request but its hash, together with a random number, so that
//! whoever has the receipt and the text proves that this text was handed over, and whoever has only the hash of the receipt
//! finds out nothing.

use std::str::FromStr;

use kernel::{Micros, TenantId};
use uuid::Uuid;

use crate::request::{sha256, time};
use crate::scope::UnknownWord;
use crate::text::{TextError, Writer};

/// The first line of a receipt.
pub const TITLE: &str = "treuhand-subject-request v1";

/// What a person asks for, by the articles of the General Data Protection Regulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectRight {
    /// Article 15.
    Access,
    /// Article 16.
    Rectification,
    /// Article 17.
    Erasure,
    /// Article 18.
    Restriction,
    /// Article 20.
    Portability,
    /// Article 21.
    Objection,
}

impl SubjectRight {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
    ];

    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
        }
    }
}

impl FromStr for SubjectRight {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or(UnknownWord)
    }
}

/// What a receipt is for.
pub struct Receipt<'a> {
    /// The request's id.
    pub id: Uuid,
    /// The customer to whom it was forwarded.
    pub tenant: TenantId,
    /// What is asked for.
    pub right: SubjectRight,
    /// Which house it had reached: `operator` or `trustee`.
    pub received_by: &'a str,
    /// When it had reached it.
    pub received_at: Micros,
    /// When it was forwarded.
    pub forwarded_at: Micros,
    /// A random number.
    pub salt: [u8; 16],
    /// What the person wrote.
    pub text: &'a str,
}

impl Receipt<'_> {
    /// The receipt as a text. Its SHA-256 stands in the transparency log.
    ///
    /// # Errors
    /// When a value cannot stand in a text.
    pub fn text(&self) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        out.line("request", &self.id.hyphenated().to_string())?;
        out.line("tenant", &self.tenant.to_string())?;
        out.line("right", self.right.name())?;
        out.line("received-by", self.received_by)?;
        out.line("received", &time(self.received_at))?;
        out.line("forwarded", &time(self.forwarded_at))?;
        out.line("salt", &Uuid::from_bytes(self.salt).simple().to_string())?;
        out.line("text-sha256", &sha256(self.text.as_bytes()))?;
        Ok(out.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(text: &str) -> Receipt<'_> {
        Receipt {
            id: Uuid::from_u128(1),
            tenant: TenantId(Uuid::from_u128(2)),
            right: SubjectRight::Erasure,
            received_by: "operator",
            received_at: 0,
            forwarded_at: 60_000_000,
            salt: [7; 16],
            text,
        }
    }

    #[test]
    fn a_receipt_says_what_was_handed_over_and_nothing_of_it() {
        let text = receipt("Erika Mustermann wants to be forgotten.").text().expect("sound values");
        assert!(text.starts_with(TITLE) && !text.contains("Erika"), "{text}");
        let sound = receipt("a");
        for other in [
            receipt("b"),
            Receipt { right: SubjectRight::Access, ..receipt("a") },
            Receipt { salt: [8; 16], ..receipt("a") },
            Receipt { tenant: TenantId(Uuid::from_u128(3)), ..receipt("a") },
            Receipt { received_by: "trustee", ..receipt("a") },
            Receipt { received_at: 1_000_000, ..receipt("a") },
            Receipt { forwarded_at: 0, ..receipt("a") },
        ] {
            assert_ne!(other.text(), sound.text());
        }
    }

    #[test]
    fn every_right_is_read_as_it_is_written() {
        for right in SubjectRight::ALL {
            assert_eq!(right.name().parse(), Ok(right));
        }
        assert!("oblivion".parse::<SubjectRight>().is_err());
    }
}
