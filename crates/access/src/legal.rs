//! Demands of authorities: what may become of one, and the texts that are signed over it.
//!
//! Invariants: only German law, or an instrument that has effect in Germany, can lead to a disclosure; for every other
//! demand there are two results, and no third; two different persons say the result, one of them a legal officer, each
//! by a signature over everything that decides it; what is disclosed is named field by field.
//!
//! Deliberately absent: whether a law says what it is said to say. People answer for that.

use std::collections::BTreeSet;
use std::str::FromStr;

use contract::shape::Class;
use kernel::{Micros, TenantId};
use uuid::Uuid;

use crate::person::{Kind, PersonId};
use crate::request::time;
use crate::scope::{FieldRef, RecordRef, UnknownWord, fields_of, is_openable};
use crate::text::{TextError, Writer};

/// The first line.
pub const TITLE: &str = "treuhand-legal-case v1";
/// Where the trustee is.
const HERE: &str = "DE";

/// What may become of a demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Law that has effect here compels it.
    Compelled,
    /// It is valid, and the customer is the one to ask.
    Redirect,
    /// It is not valid here.
    Reject,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Compelled, Self::Redirect, Self::Reject];

    /// The word in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compelled => "compelled",
            Self::Redirect => "valid_redirect_to_customer",
            Self::Reject => "invalid_reject",
        }
    }
}

impl FromStr for Outcome {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|one| one.name() == text).ok_or(UnknownWord)
    }
}

/// A demand as it was registered. Nothing of it changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its id.
    pub id: Uuid,
    /// The customer whom it is about.
    pub tenant: TenantId,
    /// Who demands it, in the letters that a text can hold.
    pub authority: String,
    /// The authority's country.
    pub country: String,
    /// The law it names.
    pub basis: String,
    /// By which instrument it has effect in Germany; empty for none. Of a German authority none is needed.
    pub instrument: String,
    /// The hash of the document.
    pub document_sha256: String,
    /// What it asks for.
    pub records: BTreeSet<RecordRef>,
    /// Of these records, which members.
    pub fields: BTreeSet<FieldRef>,
    /// The addressee's public key, to which an answer is sealed; empty where nothing can be disclosed.
    pub addressee_key: String,
    /// When it came.
    pub received_at: Micros,
    /// Until when the customer may not be told; none where it may.
    pub gag_until: Option<Micros>,
}

impl Case {
    /// Whether the demand has effect in Germany.
    pub fn has_effect_here(&self) -> bool {
        self.country == HERE || !self.instrument.is_empty()
    }

    /// What may become of it. A foreign order without an instrument can only be rejected or redirected.
    pub fn outcomes(&self) -> &'static [Outcome] {
        if self.has_effect_here() { &Outcome::ALL } else { &[Outcome::Redirect, Outcome::Reject] }
    }

    /// The classes of what it asks for: of the members that it names, or of all members of the records that it names.
    pub fn classes(&self) -> BTreeSet<Class> {
        let named = |record: &str, path: &str| {
            if self.fields.is_empty() {
                self.records.iter().any(|one| one.kind == record)
            } else {
                self.fields.iter().any(|one| one.record == record && one.path == path)
            }
        };
        let open =
            contract::operations().iter().filter(|spec| is_openable(spec)).flat_map(|spec| fields_of(spec));
        open.filter(|field| named(field.record, &field.path)).map(|field| field.class).collect()
    }

    /// The text, and what an assessor signs: the result, by which key, when.
    ///
    /// # Errors
    /// When a value cannot stand in a text.
    pub fn assessment(&self, outcome: Outcome, key: &str, at: Micros) -> Result<String, TextError> {
        let mut out = Writer::new("");
        out.line("result", outcome.name())?;
        out.line("by", key)?;
        out.line("at", &time(at))?;
        Ok(self.text()? + out.as_str().trim_start())
    }

    /// The text.
    ///
    /// # Errors
    /// When a value cannot stand in a text.
    pub fn text(&self) -> Result<String, TextError> {
        fn list<T: ToString>(items: &BTreeSet<T>) -> String {
            let items: Vec<String> = items.iter().map(T::to_string).collect();
            if items.is_empty() { "none".to_owned() } else { items.join(",") }
        }
        let or_none = |text: &str| if text.is_empty() { "none".to_owned() } else { text.to_owned() };
        let mut out = Writer::new(TITLE);
        out.line("case", &self.id.hyphenated().to_string())?;
        out.line("tenant", &self.tenant.to_string())?;
        out.line("authority", &self.authority)?;
        out.line("country", &self.country)?;
        out.line("legal-basis", &self.basis)?;
        out.line("effect-in-germany-by", &or_none(&self.instrument))?;
        out.line("document-sha256", &self.document_sha256)?;
        out.line("records", &list(&self.records))?;
        out.line("fields", &list(&self.fields))?;
        out.line("addressee-key", &or_none(&self.addressee_key))?;
        out.line("received", &time(self.received_at))?;
        out.line("customer-told-from", &self.gag_until.map_or_else(|| "now".to_owned(), time))?;
        Ok(out.finish())
    }
}

/// One assessment whose signature holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assessment {
    /// Who.
    pub person: PersonId,
    /// What the person is.
    pub kind: Kind,
    /// What he or she found.
    pub outcome: Outcome,
}

/// The result: what a legal officer and another person found alike. Whatever cannot come of the demand does not count.
pub fn result(case: &Case, assessments: &[Assessment]) -> Option<Outcome> {
    case.outcomes().iter().copied().find(|outcome| {
        let found = || assessments.iter().filter(|one| one.outcome == *outcome);
        let persons: BTreeSet<PersonId> = found().map(|one| one.person).collect();
        persons.len() >= 2 && found().any(|one| one.kind == Kind::LegalOfficer)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(country: &str, instrument: &str) -> Case {
        Case {
            id: Uuid::from_u128(1),
            tenant: TenantId(Uuid::from_u128(2)),
            authority: "Amtsgericht Hannover".to_owned(),
            country: country.to_owned(),
            basis: "StPO 94".to_owned(),
            instrument: instrument.to_owned(),
            document_sha256: crate::request::sha256(b"order"),
            records: BTreeSet::from(["billing-profile".parse().expect("a record")]),
            fields: BTreeSet::from(["billing-profile.email".parse().expect("a field")]),
            addressee_key: String::new(),
            received_at: 0,
            gag_until: None,
        }
    }

    fn person(n: u128, kind: Kind, outcome: Outcome) -> Assessment {
        Assessment { person: PersonId(Uuid::from_u128(n)), kind, outcome }
    }

    #[test]
    fn only_what_has_effect_here_compels() {
        use Outcome::{Compelled, Redirect, Reject};
        let legal = |outcome| person(1, Kind::LegalOfficer, outcome);
        let officer = |outcome| person(2, Kind::TrusteeOfficer, outcome);
        for (country, instrument, given, want) in [
            ("DE", "", vec![legal(Compelled), officer(Compelled)], Some(Compelled)),
            ("FR", "EIO 2014/41/EU", vec![legal(Compelled), officer(Compelled)], Some(Compelled)),
            ("US", "", vec![legal(Compelled), officer(Compelled)], None),
            ("US", "", vec![legal(Reject), officer(Reject)], Some(Reject)),
            ("US", "", vec![legal(Redirect), officer(Redirect)], Some(Redirect)),
            ("DE", "", vec![legal(Compelled)], None),
            ("DE", "", vec![legal(Compelled), legal(Compelled)], None),
            ("DE", "", vec![legal(Compelled), officer(Reject)], None),
            ("DE", "", vec![officer(Compelled), person(3, Kind::TrusteeOfficer, Compelled)], None),
        ] {
            assert_eq!(result(&case(country, instrument), &given), want, "{country} {given:?}");
        }
        assert!(!case("US", "").outcomes().contains(&Compelled));
    }

    #[test]
    fn classes_are_those_of_what_is_named() {
        let one = case("DE", "");
        assert_eq!(one.classes(), BTreeSet::from([Class::Contact]));
        assert_eq!(
            Case { fields: BTreeSet::new(), ..one.clone() }.classes(),
            BTreeSet::from([Class::Contact])
        );
        assert!(Case { fields: BTreeSet::new(), records: BTreeSet::new(), ..one }.classes().is_empty());
    }

    #[test]
    fn every_fact_that_decides_stands_in_the_text() {
        let sound = case("US", "");
        let text = sound.assessment(Outcome::Reject, "SHA256:k", 0).expect("sound values");
        assert!(text.starts_with(TITLE) && text.contains("\nresult: invalid_reject\n"), "{text}");
        for other in [
            Case { country: "DE".to_owned(), ..sound.clone() },
            Case { instrument: "MLAT".to_owned(), ..sound.clone() },
            Case { fields: BTreeSet::new(), ..sound.clone() },
            Case { addressee_key: "k".to_owned(), ..sound.clone() },
            Case { gag_until: Some(7_000_000), ..sound.clone() },
            Case { tenant: TenantId(Uuid::from_u128(3)), ..sound.clone() },
        ] {
            assert_ne!(other.text(), sound.text());
        }
        let smuggled = Case { authority: "X\ncountry: DE".to_owned(), ..sound };
        assert_eq!(smuggled.text(), Err(TextError::Value("authority")));
    }
}
