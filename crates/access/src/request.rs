//! The request as one readable text: what deciders read is what they sign, byte for byte.
//!
//! Invariants: every fact that decides something stands in the text, the rule of agreement among them, so whoever writes
//! to the trustee's database can neither widen a scope nor lower a quorum under signatures that were given; reading a
//! text and writing it again gives the same bytes; the digest is that of everything above it.
//!
//! Deliberately absent: free text. Purposes are shown beside the text and stand in it as a hash.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use jiff::Timestamp;
use kernel::{IdError, Micros, TenantId, UserId};
use uuid::Uuid;

use crate::person::PersonId;
use crate::policy::{Factor, Supervision, factors_of, factors_text};
use crate::reason::Reason;
use crate::scope::{Output, Scope};
use crate::sshsig::hex_sha256;
use crate::text::{Reader, TextError, Writer};

/// The first line.
pub const TITLE: &str = "treuhand-approval v1";

/// A request, and the grant that it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub Uuid);

impl Display for RequestId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl FromStr for RequestId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        text.parse().map(|UserId(id)| Self(id))
    }
}

/// SHA-256 of some bytes, as hexadecimal text.
pub fn sha256(bytes: &[u8]) -> String {
    hex_sha256(bytes)
}

/// Everything that is asked for and everything that will hold if it is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its id, minted by the trustee.
    pub id: RequestId,
    /// What may be opened.
    pub scope: Scope,
    /// Why.
    pub reason: Reason,
    /// The ticket or change it belongs to.
    pub ticket: String,
    /// The hash of the purpose in words.
    pub purpose_sha256: String,
    /// Whether somebody of the customer is suspected.
    pub suspect: bool,
    /// Who asks.
    pub requester: PersonId,
    /// The requester's key, to which every use is bound.
    pub requester_key: String,
    /// The requester's employer.
    pub employer: TenantId,
    /// The country of the requester's office, as the trustee enrolled it.
    pub office: String,
    /// The country the requester says he or she works from.
    pub physical: String,
    /// When it may begin.
    pub not_before: Micros,
    /// Seconds that it is active.
    pub duration: u32,
    /// Seconds that the requester has to begin, once it is approved.
    pub activation: u32,
    /// Seconds without a use after which it ends.
    pub idle: u32,
    /// How it is watched.
    pub supervision: Supervision,
    /// The deciders' deadline.
    pub answer_by: Micros,
    /// Until when the customer may object; it cannot begin before.
    pub veto_until: Option<Micros>,
    /// The lowest assurance level.
    pub level: u8,
    /// The rule, with its version.
    pub policy: String,
    /// The hash of the file the rule stands in.
    pub policy_sha256: String,
    /// Who must agree.
    pub factors: Vec<Factor>,
    /// The log's size when it was submitted.
    pub log_size: u64,
    /// The log's root hash when it was submitted; `none` where there was no checkpoint.
    pub log_root: String,
}

/// What a decider says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Deny,
}

impl Decision {
    /// The word in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Deny => "deny",
        }
    }
}

impl FromStr for Decision {
    type Err = crate::scope::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "approve" => Ok(Self::Approve),
            "deny" => Ok(Self::Deny),
            _ => Err(crate::scope::UnknownWord),
        }
    }
}

impl Request {
    /// The text up to its digest, the digest among it.
    ///
    /// # Errors
    /// When some value cannot stand in a text.
    pub fn text(&self) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        out.line("request", &self.id.to_string())?;
        self.scope_lines(&mut out)?;
        out.line("reason", self.reason.name())?;
        out.line("ticket", &self.ticket)?;
        out.line("purpose-sha256", &self.purpose_sha256)?;
        out.line("customer-is-suspect", yes(self.suspect))?;
        out.line("requester", &self.requester_key)?;
        out.line("requester-person", &self.requester.to_string())?;
        out.line("employer", &self.employer.to_string())?;
        out.line("office", &self.office)?;
        out.line("physical", &self.physical)?;
        out.line("not-before", &time(self.not_before))?;
        out.line("duration", &self.duration.to_string())?;
        out.line("activation-window", &self.activation.to_string())?;
        out.line("idle", &self.idle.to_string())?;
        out.line("supervision", self.supervision.name())?;
        out.line("answer-by", &time(self.answer_by))?;
        out.line("veto-until", &self.veto_until.map_or_else(|| "none".to_owned(), time))?;
        out.line("level-min", &format!("L{}", self.level))?;
        out.line("policy", &self.policy)?;
        out.line("policy-sha256", &self.policy_sha256)?;
        out.line("factors", &factors_text(&self.factors))?;
        out.line("log-size", &self.log_size.to_string())?;
        out.line("log-root", &self.log_root)?;
        let digest = hex_sha256(out.as_str().as_bytes());
        out.line("request-digest", &digest)?;
        Ok(out.finish())
    }

    fn scope_lines(&self, out: &mut Writer) -> Result<(), TextError> {
        let scope = &self.scope;
        out.line("tenant", &scope.tenant.to_string())?;
        out.line("operations", &list(&scope.operations))?;
        out.line("records", &list(&scope.records))?;
        out.line("classes", &list(&scope.classes))?;
        out.line("fields", &list(&scope.fields))?;
        out.line("output", scope.output.name())?;
        out.line("masking", if scope.masking { "on" } else { "off" })?;
        out.line("max-uses", &scope.max_uses.to_string())?;
        out.line("max-rows", &scope.max_rows.to_string())?;
        out.line("max-bytes", &scope.max_bytes.to_string())
    }

    /// The digest, as it stands in the text.
    ///
    /// # Errors
    /// When some value cannot stand in a text.
    pub fn digest(&self) -> Result<String, TextError> {
        let text = self.text()?;
        let digest = text.trim_end().rsplit(": ").next().unwrap_or_default();
        Ok(digest.to_owned())
    }

    /// The hash of what is asked, whoever asks and whenever: equal for the same wish asked again.
    ///
    /// # Errors
    /// When some value cannot stand in a text.
    pub fn wish(&self) -> Result<String, TextError> {
        let mut out = Writer::new(TITLE);
        self.scope_lines(&mut out)?;
        out.line("reason", self.reason.name())?;
        out.line("ticket", &self.ticket)?;
        Ok(hex_sha256(out.as_str().as_bytes()))
    }

    /// What a decider signs: the text, the decision, by which key, when.
    ///
    /// # Errors
    /// When some value cannot stand in a text.
    pub fn decision(&self, decision: Decision, key: &str, at: Micros) -> Result<String, TextError> {
        let mut out = Writer::new("");
        out.line("decision", decision.name())?;
        out.line("by", key)?;
        out.line("at", &time(at))?;
        Ok(self.text()? + out.as_str().trim_start())
    }

    /// Reads a text back.
    ///
    /// # Errors
    /// When it is not one that [`Request::text`] writes, to the byte: a digest that does not fit is one such case.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let mut lines = Reader::new(TITLE, text)?;
        let id = lines.read("request")?;
        let scope = scope_of(&mut lines)?;
        let request = Self {
            id,
            scope,
            reason: lines.read("reason")?,
            ticket: lines.line("ticket")?.to_owned(),
            purpose_sha256: lines.line("purpose-sha256")?.to_owned(),
            suspect: lines.line("customer-is-suspect")? == "yes",
            requester_key: lines.line("requester")?.to_owned(),
            requester: lines.read("requester-person")?,
            employer: lines.read("employer")?,
            office: lines.line("office")?.to_owned(),
            physical: lines.line("physical")?.to_owned(),
            not_before: micros(&mut lines, "not-before")?,
            duration: lines.read("duration")?,
            activation: lines.read("activation-window")?,
            idle: lines.read("idle")?,
            supervision: lines.read("supervision")?,
            answer_by: micros(&mut lines, "answer-by")?,
            veto_until: match lines.line("veto-until")? {
                "none" => None,
                text => Some(
                    text.parse::<Timestamp>().map_err(|_| TextError::Value("veto-until"))?.as_microsecond(),
                ),
            },
            level: lines
                .line("level-min")?
                .strip_prefix('L')
                .and_then(|level| level.parse().ok())
                .ok_or(TextError::Value("level-min"))?,
            policy: lines.line("policy")?.to_owned(),
            policy_sha256: lines.line("policy-sha256")?.to_owned(),
            factors: factors_of(lines.line("factors")?).map_err(|_| TextError::Value("factors"))?,
            log_size: lines.read("log-size")?,
            log_root: lines.line("log-root")?.to_owned(),
        };
        lines.line("request-digest")?;
        lines.end()?;
        // Whatever was read leniently shows here: a text counts only as it would be written.
        if request.text()? == text { Ok(request) } else { Err(TextError::Value("request-digest")) }
    }
}

fn scope_of(lines: &mut Reader<'_>) -> Result<Scope, TextError> {
    Ok(Scope {
        tenant: lines.read("tenant")?,
        operations: set(lines, "operations")?,
        records: set(lines, "records")?,
        classes: set(lines, "classes")?,
        fields: set(lines, "fields")?,
        output: lines.read::<Output>("output")?,
        masking: lines.line("masking")? == "on",
        max_uses: lines.read("max-uses")?,
        max_rows: lines.read("max-rows")?,
        max_bytes: lines.read("max-bytes")?,
    })
}

/// An instant as texts have it: whole seconds, UTC.
pub fn time(at: Micros) -> String {
    let second = at.div_euclid(1_000_000);
    Timestamp::from_second(second).map_or_else(|_| "never".to_owned(), |at| at.to_string())
}

fn micros(lines: &mut Reader<'_>, key: &'static str) -> Result<Micros, TextError> {
    lines.read::<Timestamp>(key).map(Timestamp::as_microsecond)
}

fn yes(is: bool) -> &'static str {
    if is { "yes" } else { "no" }
}

fn list<T: Display>(items: &BTreeSet<T>) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(",")
}

fn set<T: FromStr + Ord>(lines: &mut Reader<'_>, key: &'static str) -> Result<BTreeSet<T>, TextError> {
    lines.line(key)?.split(',').map(|item| item.parse().map_err(|_| TextError::Value(key))).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::person::Kind;
    use proptest::prelude::*;

    const SECOND: Micros = 1_000_000;

    pub(crate) fn sample() -> Request {
        let parse = |text: &str| text.parse().expect("a word");
        Request {
            id: RequestId(Uuid::from_u128(7)),
            scope: Scope {
                tenant: TenantId(Uuid::from_u128(1)),
                operations: BTreeSet::from(["get-customer-billing-profile".to_owned()]),
                records: BTreeSet::from(["billing-profile".parse().expect("a record")]),
                classes: BTreeSet::from(["contact".to_owned()]),
                fields: BTreeSet::from([parse("billing-profile.firstName"), parse("billing-profile.email")]),
                output: Output::View,
                masking: false,
                max_uses: 3,
                max_rows: 50,
                max_bytes: 65_536,
            },
            reason: Reason::CustomerSupport,
            ticket: "T-2041".to_owned(),
            purpose_sha256: sha256(b"why"),
            suspect: false,
            requester: PersonId(Uuid::from_u128(2)),
            requester_key: "SHA256:abc".to_owned(),
            employer: TenantId(Uuid::from_u128(3)),
            office: "DE".to_owned(),
            physical: "DE".to_owned(),
            not_before: 1_700_000_000 * SECOND,
            duration: 3600,
            activation: 3600,
            idle: 900,
            supervision: Supervision::Live,
            answer_by: 1_700_100_000 * SECOND,
            veto_until: None,
            level: 0,
            policy: "customer-support@1".to_owned(),
            policy_sha256: sha256(b"policy"),
            factors: vec![
                Factor { kind: Kind::CustomerApprover, count: 1 },
                Factor { kind: Kind::TrusteeOfficer, count: 1 },
            ],
            log_size: 10_422,
            log_root: sha256(b"root"),
        }
    }

    #[test]
    fn reading_a_text_gives_the_request_back() {
        let text = sample().text().expect("sound values");
        assert_eq!(Request::parse(&text), Ok(sample()));
        let later = Request { veto_until: Some(5 * SECOND), suspect: true, ..sample() };
        assert_eq!(Request::parse(&later.text().expect("sound")), Ok(later));
    }

    #[test]
    fn no_line_of_a_text_can_be_changed() {
        let text = sample().text().expect("sound values");
        let lines: Vec<&str> = text.lines().collect();
        for at in 1..lines.len() {
            let (key, value) = lines[at].split_once(": ").expect("a pair");
            for other in [format!("{value}1"), value.replace('1', "2"), value.to_uppercase(), "0".to_owned()]
            {
                let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
                changed[at] = format!("{key}: {other}");
                let changed = changed.join("\n") + "\n";
                assert!(changed == text || Request::parse(&changed).is_err(), "{key}: {other}");
            }
            let mut dropped = lines.clone();
            dropped.remove(at);
            assert!(Request::parse(&(dropped.join("\n") + "\n")).is_err(), "without {key}");
        }
    }

    #[test]
    fn a_value_cannot_bring_lines_of_its_own() {
        for ticket in ["T-1\nfactors: trustee-officer>=1", "T\u{202e}", "", "a ", "Ü"] {
            let request = Request { ticket: ticket.to_owned(), ..sample() };
            assert_eq!(request.text(), Err(TextError::Value("ticket")), "{ticket:?}");
        }
    }

    #[test]
    fn the_same_wish_is_known_again() {
        let again = Request { id: RequestId(Uuid::from_u128(8)), log_size: 1, not_before: 0, ..sample() };
        assert_eq!(again.wish(), sample().wish());
        let other = Request { ticket: "T-2042".to_owned(), ..sample() };
        assert_ne!(other.wish(), sample().wish());
    }

    #[test]
    fn a_decision_ends_the_text() {
        let text = sample().decision(Decision::Approve, "SHA256:k", 1_700_000_001 * SECOND).expect("sound");
        assert!(text.starts_with(&sample().text().expect("sound")));
        assert!(text.ends_with("\ndecision: approve\nby: SHA256:k\nat: 2023-11-14T22:13:21Z\n"), "{text}");
    }

    proptest! {
        #[test]
        fn any_request_reads_back(
            uses in 1_u32.., rows in 1_u64.., seconds in 0_i64..4_000_000_000, ticket in "[!-~]([ -~]{0,60}[!-~])?",
        ) {
            let mut request = Request { ticket, not_before: seconds * SECOND, ..sample() };
            (request.scope.max_uses, request.scope.max_rows) = (uses, rows);
            let text = request.text().expect("sound values");
            prop_assert_eq!(Request::parse(&text), Ok(request));
        }

        #[test]
        fn no_text_at_all_upsets_the_reader(text in "\\PC*") {
            let titled = format!("{TITLE}\n{text}\n");
            prop_assert!(Request::parse(&text).is_err() && Request::parse(&titled).is_err());
        }
    }
}
