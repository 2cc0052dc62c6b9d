//! Who must agree, per reason: a table that a file states and this module refuses to read when it is weak.
//!
//! Invariants: every rule has at least one factor, every factor asks for at least one person of a kind that may approve,
//! no limit is above the house's hard limits. Factors are joined by AND; there is no OR.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use crate::person::Kind;
use crate::reason::Reason;
use crate::scope::UnknownWord;
use crate::text::is_value;

/// The table of the German cloud.
pub const GERMANY: &str = include_str!("../../../profiles/germany.access.toml");

/// The hard limits, in minutes.
mod hard {
    pub const ANSWER: u32 = 7 * 24 * 60;
    pub const ACTIVATION: u32 = 4 * 60;
    pub const ACTIVE: u32 = 8 * 60;
    pub const IDLE: u32 = 60;
    pub const VETO: u32 = 5 * 24 * 60;
    pub const EMERGENCY: u32 = 60;
}

/// How closely a grant's use is watched. The order is from loose to close.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Supervision {
    /// Afterwards, from the log.
    Post,
    /// Somebody watches each use and can stop it.
    Live,
    /// Somebody lets each use pass by itself.
    Step,
}

impl Supervision {
    /// The word in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Live => "live",
            Self::Step => "step",
        }
    }
}

impl FromStr for Supervision {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        [Self::Post, Self::Live, Self::Step].into_iter().find(|one| one.name() == text).ok_or(UnknownWord)
    }
}

/// So many different persons of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Factor {
    /// The kind.
    pub kind: Kind,
    /// How many.
    pub count: u32,
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}>={}", self.kind, self.count)
    }
}

/// Factors as a text has them: `customer-approver>=1 AND trustee-officer>=1`.
pub fn factors_text(factors: &[Factor]) -> String {
    let mut words: Vec<String> = factors.iter().map(Factor::to_string).collect();
    words.sort_unstable();
    words.join(" AND ")
}

/// Reads what [`factors_text`] wrote.
///
/// # Errors
/// When it is anything else: also when a factor asks for nobody.
pub fn factors_of(text: &str) -> Result<Vec<Factor>, UnknownWord> {
    let factor = |word: &str| {
        let (kind, count) = word.split_once(">=").ok_or(UnknownWord)?;
        let kind: Kind = kind.parse().map_err(|_| UnknownWord)?;
        let count: u32 = count.parse().map_err(|_| UnknownWord)?;
        if count == 0 || !kind.may_approve() { Err(UnknownWord) } else { Ok(Factor { kind, count }) }
    };
    let factors = text.split(" AND ").map(factor).collect::<Result<Vec<_>, _>>()?;
    if factors_text(&factors) == text { Ok(factors) } else { Err(UnknownWord) }
}

/// The rule of one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name with its version, e.g. `customer-support@1`.
    pub id: String,
    /// The reason it is for.
    pub reason: Reason,
    /// Whether it is for the case that somebody of the customer is suspected.
    pub suspect: bool,
    /// Who must agree; all of them.
    pub factors: Vec<Factor>,
    /// The data classes it may open.
    pub classes: Vec<String>,
    /// The loosest supervision it allows.
    pub supervision: Supervision,
    /// Minutes: how long deciders have.
    pub answer: u32,
    /// Minutes: how long the requester has to begin.
    pub activation: u32,
    /// Minutes: the longest time that a grant is active.
    pub active: u32,
    /// Minutes without a use after which it ends.
    pub idle: u32,
    /// Minutes that the customer has to object before it can begin.
    pub veto: u32,
    /// The lowest assurance level at which it opens anything, 0 to 4.
    pub level: u8,
}

/// The table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    rules: Vec<Rule>,
    countries: Vec<String>,
    text: String,
    sha256: String,
}

/// A table that is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the access policy is refused: {0}")]
pub struct PolicyError(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    countries: Vec<String>,
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Entry {
    id: String,
    reason: String,
    #[serde(default)]
    customer_is_suspect: bool,
    factors: BTreeMap<String, u32>,
    classes: Vec<String>,
    supervision: Supervision,
    #[serde(default = "three_days")]
    answer_minutes: u32,
    #[serde(default = "one_hour")]
    activation_minutes: u32,
    active_minutes: u32,
    #[serde(default = "quarter")]
    idle_minutes: u32,
    #[serde(default)]
    veto_minutes: u32,
    #[serde(default)]
    minimum_level: u8,
}

const fn three_days() -> u32 {
    72 * 60
}

const fn one_hour() -> u32 {
    60
}

const fn quarter() -> u32 {
    15
}

impl Policy {
    /// Reads the table.
    ///
    /// # Errors
    /// When a rule is for no reason or for one twice, asks for nobody, names a kind that may not approve, or
    /// goes beyond a hard limit.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::read(text, asked)
    }

    /// Reads the table, and leaves out of its factors whatever asks for nobody.
    ///
    /// # Errors
    /// As [`Policy::parse`], apart from the factors.
    #[cfg(feature = "sabotage")]
    pub fn parse_weak(text: &str) -> Result<Self, PolicyError> {
        let somebody = |(kind, count): (&String, &u32)| {
            let kind = kind.parse().ok().filter(|kind: &Kind| kind.may_approve() && *count > 0)?;
            Some(Factor { kind, count: *count })
        };
        Self::read(text, |entry| Ok(entry.factors.iter().filter_map(somebody).collect()))
    }

    fn read(
        text: &str,
        asked: impl Fn(&Entry) -> Result<Vec<Factor>, PolicyError>,
    ) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text).map_err(|error| PolicyError(error.message().to_owned()))?;
        let read = |entry: Entry| {
            let factors = asked(&entry)?;
            rule(entry, factors)
        };
        let rules = file.rule.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        for (at, rule) in rules.iter().enumerate() {
            let same = |other: &Rule| {
                other.id == rule.id || (other.reason == rule.reason && other.suspect == rule.suspect)
            };
            if rules[..at].iter().any(same) {
                return Err(PolicyError(format!("'{}' is there twice", rule.id)));
            }
        }
        let is_country = |code: &String| code.parse::<kernel::Country>().is_ok();
        if file.countries.is_empty() || !file.countries.iter().all(is_country) {
            return Err(PolicyError(
                "'countries' must name the countries from which staff may work".to_owned(),
            ));
        }
        Ok(Self {
            rules,
            countries: file.countries,
            text: text.to_owned(),
            sha256: crate::request::sha256(text.as_bytes()),
        })
    }

    /// The rule of a reason. With `suspect`, the one for the case that somebody of the customer is suspected.
    pub fn rule(&self, reason: Reason, suspect: bool) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.reason == reason && rule.suspect == suspect)
    }

    /// All rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Whether staff may work from this country.
    pub fn allows_country(&self, code: &str) -> bool {
        self.countries.iter().any(|country| country == code)
    }

    /// The countries from which staff may work.
    pub fn countries(&self) -> &[String] {
        &self.countries
    }

    /// The file.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The hash of the file, as hexadecimal text.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

/// Who must agree, each of them somebody.
fn asked(entry: &Entry) -> Result<Vec<Factor>, PolicyError> {
    let fault = |why: String| PolicyError(format!("rule '{}': {why}", entry.id));
    if entry.factors.is_empty() {
        return Err(fault("it asks for nobody".to_owned()));
    }
    let mut factors = Vec::with_capacity(entry.factors.len());
    for (kind, count) in &entry.factors {
        let known: Kind = kind.parse().map_err(|_| fault(format!("there is no kind of person '{kind}'")))?;
        if !known.may_approve() {
            return Err(fault(format!("a {known} may not approve")));
        }
        if *count == 0 {
            return Err(fault(format!("it asks for no {known}, which is nobody")));
        }
        factors.push(Factor { kind: known, count: *count });
    }
    Ok(factors)
}

fn rule(entry: Entry, factors: Vec<Factor>) -> Result<Rule, PolicyError> {
    let fault = |why: String| PolicyError(format!("rule '{}': {why}", entry.id));
    if !is_value(&entry.id) || entry.id.contains(' ') {
        return Err(PolicyError("a rule needs an id of letters without blanks".to_owned()));
    }
    let reason: Reason =
        entry.reason.parse().map_err(|_| fault(format!("there is no reason '{}'", entry.reason)))?;
    if reason.is_the_trustees() {
        return Err(fault(format!("'{reason}' is carried out by the trustee and never granted")));
    }
    if entry.minimum_level > 4 {
        return Err(fault("'minimum-level' must be 0 to 4".to_owned()));
    }
    let classes = ["contact", "personal", "content"];
    if entry.classes.is_empty() || !entry.classes.iter().all(|class| classes.contains(&class.as_str())) {
        return Err(fault(format!("'classes' can hold {}", classes.join(", "))));
    }
    let longest = if reason == Reason::Incident { hard::EMERGENCY } else { hard::ACTIVE };
    for (name, minutes, most, least) in [
        ("answer-minutes", entry.answer_minutes, hard::ANSWER, 1),
        ("activation-minutes", entry.activation_minutes, hard::ACTIVATION, 1),
        ("active-minutes", entry.active_minutes, longest, 1),
        ("idle-minutes", entry.idle_minutes, hard::IDLE, 1),
        ("veto-minutes", entry.veto_minutes, hard::VETO, 0),
    ] {
        if minutes < least || minutes > most {
            return Err(fault(format!("'{name}' must be {least} to {most}")));
        }
    }
    Ok(Rule {
        reason,
        suspect: entry.customer_is_suspect,
        factors,
        supervision: entry.supervision,
        answer: entry.answer_minutes,
        activation: entry.activation_minutes,
        active: entry.active_minutes,
        idle: entry.idle_minutes,
        veto: entry.veto_minutes,
        level: entry.minimum_level,
        classes: entry.classes,
        id: entry.id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rule: &str) -> String {
        format!("countries = [\"DE\"]\n[[rule]]\nid = \"a@1\"\nclasses = [\"contact\"]\n{rule}\n")
    }

    #[test]
    fn a_weak_table_is_not_taken() {
        let sound = "reason = \"incident\"\nsupervision = \"live\"\nactive-minutes = 60\n";
        for (rest, want) in [
            ("factors = { trustee-officer = 2 }", None),
            ("factors = {}", Some("asks for nobody")),
            ("factors = { trustee-officer = 0 }", Some("which is nobody")),
            ("factors = { trustee-officer = 1, customer-approver = 0 }", Some("which is nobody")),
            ("factors = { trustee-oficer = 1 }", Some("no kind of person")),
            ("factors = { requester = 1 }", Some("may not approve")),
            ("factors = { auditor = 1 }", Some("may not approve")),
            ("factors = { trustee-officer = 2 }\nidle-minutes = 61", Some("idle-minutes")),
            ("factors = { trustee-officer = 2 }\nanswer-minutes = 0", Some("answer-minutes")),
            ("factors = { trustee-officer = 2 }\nor-factors = {}", Some("unknown field")),
        ] {
            let text = table(&format!("{sound}{rest}"));
            let found = Policy::parse(&text).err().map(|error| error.to_string());
            match (&found, want) {
                (None, None) => {}
                (Some(found), Some(want)) => assert!(found.contains(want), "{rest}: {found}"),
                _ => panic!("{rest}: {found:?}"),
            }
        }
        for reason in ["other", "legal_disclosure", "key_ceremony"] {
            let text = table(&format!(
                "reason = \"{reason}\"\nsupervision = \"live\"\nactive-minutes = 1\nfactors = {{ trustee-officer = 2 }}"
            ));
            assert!(Policy::parse(&text).is_err(), "{reason}");
        }
        let long = table(
            "reason = \"incident\"\nsupervision = \"live\"\nactive-minutes = 61\nfactors = { trustee-officer = 2 }",
        );
        assert!(Policy::parse(&long).is_err());
    }

    #[test]
    fn the_german_table_asks_for_whom_it_should() {
        let policy = Policy::parse(GERMANY).expect("the file is sound");
        for (reason, suspect, want, active) in [
            (Reason::CustomerSupport, false, "customer-approver>=1 AND trustee-officer>=1", 120),
            (Reason::DataSubjectSupport, false, "customer-approver>=1 AND trustee-officer>=1", 60),
            (Reason::AuditSample, false, "customer-approver>=1 AND trustee-officer>=1", 60),
            (Reason::EngineeringChange, false, "trustee-officer>=2", 120),
            (Reason::Incident, false, "trustee-officer>=2", 60),
            (Reason::SecurityInvestigation, false, "customer-approver>=1 AND trustee-officer>=2", 120),
            (Reason::SecurityInvestigation, true, "legal-officer>=1 AND trustee-officer>=2", 120),
        ] {
            let rule = policy.rule(reason, suspect).expect("a rule");
            assert_eq!((factors_text(&rule.factors).as_str(), rule.active), (want, active), "{reason}");
            assert_eq!(factors_of(want).map(|factors| factors_text(&factors)).as_deref(), Ok(want));
        }
        assert!(policy.rule(Reason::LegalDisclosure, false).is_none());
        assert_eq!(policy.rule(Reason::EngineeringChange, false).map(|rule| rule.veto), Some(1440));
    }

    #[test]
    fn factors_are_read_only_as_they_are_written() {
        for bad in [
            "",
            "trustee-officer>=0",
            "trustee-officer>=01",
            "auditor>=1",
            "a>=1 OR b>=1",
            "trustee-officer>=1 AND customer-approver>=1",
        ] {
            assert!(factors_of(bad).is_err(), "{bad}");
        }
    }
}
