//! What a log tells of demands of authorities, counted by half-year, country of the authority and classes of data.
//!
//! Invariants: what is counted follows from entries alone, which anybody can read; a demand is counted in the half-year in
//! which the log says whose country it came from. While its customer may not be told, the log does not: such a demand is
//! counted when its gag has ended, with what had become of it by then.

use std::collections::BTreeMap;

use crate::{Class, Entry, Kind};

/// A demand was registered.
pub const REGISTERED: &str = "legal.register";
/// The customer was told of it.
pub const TOLD: &str = "legal.notice";
/// Two persons have found the same about it.
pub const RESULT: &str = "legal.result";
/// What it names was disclosed.
pub const RELEASED: &str = "legal.released";

/// Before the country in an entry's reason.
const AUTHORITY: &str = "authority-";
/// The state before the customer was told, where a gag kept it.
pub const GAGGED: &str = "gagged";
/// The state of a demand of which nobody has found anything yet.
pub const OPEN: &str = "open";
/// The state of a demand of which something was disclosed.
pub const DISCLOSED: &str = "disclosed";

/// The reason that an entry names: the authority's country. None where the text is no country.
pub fn reason(country: &str) -> Option<String> {
    let sound = country.len() == 2 && country.bytes().all(|letter| letter.is_ascii_alphabetic());
    sound.then(|| format!("{AUTHORITY}{}", country.to_ascii_lowercase()))
}

/// Of which demands something is counted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group {
    /// As `2018-H1`.
    pub half_year: String,
    /// The authority's country, two letters.
    pub country: String,
    /// What they ask for.
    pub classes: Vec<Class>,
}

/// What became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// How many came.
    pub received: u64,
    /// How many of them were kept from the customer for a while.
    pub gagged: u64,
    /// Law that has effect here compels them.
    pub compelled: u64,
    /// The customer is the one to ask.
    pub redirected: u64,
    /// They are not valid here.
    pub rejected: u64,
    /// Of how many something was disclosed.
    pub disclosed: u64,
}

/// The demands that a log tells of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Demands(BTreeMap<Group, Outcomes>);

impl Demands {
    /// Counts one entry.
    pub fn count(&mut self, entry: &Entry) {
        let about = matches!(entry.kind, Kind::LegalCase | Kind::LegalDisclosure);
        let country = entry.reason.as_ref().and_then(|reason| reason.as_str().strip_prefix(AUTHORITY));
        let (Some(country), true, Some(op)) = (country, about, &entry.op) else { return };
        let Some(half_year) = half_year(entry.time) else { return };
        let country = country.to_ascii_uppercase();
        let group = Group { half_year, country, classes: entry.class.clone() };
        let word = |word: &Option<crate::Word>| word.as_ref().map(ToString::to_string).unwrap_or_default();
        let sum = self.0.entry(group).or_default();
        match op.as_str() {
            REGISTERED => sum.received += 1,
            RESULT | RELEASED => sum.found(&word(&entry.to)),
            TOLD if word(&entry.from) == GAGGED => {
                sum.received += 1;
                sum.gagged += 1;
                let found = word(&entry.to);
                if found == DISCLOSED {
                    sum.compelled += 1; // nothing else is disclosed
                }
                sum.found(&found);
            }
            _ => {}
        }
    }

    /// What was counted, the earliest half-year first.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = (&Group, &Outcomes)> {
        self.0.iter()
    }
}

impl Outcomes {
    fn found(&mut self, state: &str) {
        match state {
            "compelled" => self.compelled += 1,
            "valid_redirect_to_customer" => self.redirected += 1,
            "invalid_reject" => self.rejected += 1,
            DISCLOSED => self.disclosed += 1,
            _ => {}
        }
    }
}

fn half_year(time: kernel::Micros) -> Option<String> {
    let day = jiff::Timestamp::from_microsecond(time).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    Some(format!("{:04}-H{}", day.year(), if day.month() <= 6 { 1 } else { 2 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(kind: Kind, day: &str, op: &str, (reason, from, to): (&str, &str, &str)) -> Entry {
        let word = |text: &str| text.parse().ok();
        let time: jiff::Timestamp = format!("{day}T10:00:00Z").parse().expect("a day");
        Entry {
            op: word(op),
            reason: word(reason),
            from: word(from),
            to: word(to),
            class: vec![Class::Contact],
            ..Entry::new(kind, time.as_microsecond())
        }
    }

    #[test]
    fn demands_are_counted_where_the_log_names_their_country() {
        use Kind::{LegalCase, LegalDisclosure};
        let de = reason("DE").expect("a country");
        let us = reason("us").expect("a country");
        let mut demands = Demands::default();
        for (kind, day, op, words) in [
            (LegalCase, "2026-06-30", REGISTERED, (&*de, "", "")),
            (LegalCase, "2026-06-30", TOLD, (&*de, "", "")),
            (LegalCase, "2026-07-01", RESULT, (&*de, "", "compelled")),
            (LegalDisclosure, "2026-07-02", RELEASED, (&*de, "", "disclosed")),
            (LegalCase, "2026-07-02", REGISTERED, ("", "", "")),
            (LegalCase, "2026-07-03", RESULT, ("", "", "")),
            (LegalCase, "2026-08-03", TOLD, (&*us, "gagged", "invalid_reject")),
            (LegalCase, "2026-08-03", TOLD, (&*us, "gagged", "disclosed")),
            (LegalCase, "2026-08-03", TOLD, (&*us, "gagged", "open")),
            (LegalCase, "2026-08-04", RESULT, (&*us, "", "valid_redirect_to_customer")),
            (Kind::Submit, "2026-08-04", REGISTERED, (&*us, "", "")),
            (LegalCase, "2026-08-04", "legal.assess", (&*us, "", "")),
        ] {
            demands.count(&entry(kind, day, op, words));
        }
        let found: Vec<_> = demands
            .rows()
            .map(|(group, sum)| (group.half_year.as_str(), group.country.as_str(), *sum))
            .collect();
        let none = Outcomes::default();
        assert_eq!(
            found,
            [
                ("2026-H1", "DE", Outcomes { received: 1, ..none }),
                ("2026-H2", "DE", Outcomes { compelled: 1, disclosed: 1, ..none }),
                (
                    "2026-H2",
                    "US",
                    Outcomes {
                        received: 3,
                        gagged: 3,
                        compelled: 1,
                        redirected: 1,
                        rejected: 1,
                        disclosed: 1
                    }
                ),
            ]
        );
    }

    #[test]
    fn what_is_no_country_is_none() {
        for text in ["", "D", "DEU", "D1", "d e"] {
            assert_eq!(reason(text), None, "{text}");
        }
    }
}
