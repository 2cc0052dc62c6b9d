//! One entry: a line of canonical JSON that names nobody.

use kernel::Micros;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

use crate::canonical::{canonical, parse_canonical};
use crate::{Alias, Class, Digest, Endorsement, Kind, Level, Refusal, Tag, VerifyingKey, Word};

/// No entry is longer.
pub const MAX_ENTRY: usize = 32 * 1024;

const VERSION: u64 = 1;
const MILLI: Micros = 1000;

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it tells of.
    pub kind: Kind,
    /// When, in whole milliseconds.
    pub time: Micros,
    /// Whose it is, for those who have the tenant's tag key.
    pub tag: Option<Tag>,
    /// Who acted: a stand-in for the person's key.
    pub actor: Option<Alias>,
    /// Under which grant.
    pub grant: Option<Alias>,
    /// The operation.
    pub op: Option<Word>,
    /// The classes of data, sorted.
    pub class: Vec<Class>,
    /// Numbers, e.g. `rows` and `bytes`.
    pub counts: BTreeMap<Word, u64>,
    /// The state before.
    pub from: Option<Word>,
    /// The state after.
    pub to: Option<Word>,
    /// Why.
    pub reason: Option<Word>,
    /// The assurance level at the time.
    pub level: Option<Level>,
    /// The entry that this one belongs to: a result's intent.
    pub of: Option<u64>,
    /// Digests of what is public elsewhere, e.g. of a policy.
    pub digests: BTreeMap<Word, Digest>,
    /// A log's or witness's key.
    pub key: Option<VerifyingKey>,
    /// The signature of the log's key before over this one.
    pub endorsed: Option<Endorsement>,
    /// The digest of the sealed details.
    pub detail: Option<Digest>,
}

impl Entry {
    /// An entry that says nothing but its kind and time.
    pub fn new(kind: Kind, time: Micros) -> Self {
        Self {
            kind,
            time: 0,
            tag: None,
            actor: None,
            grant: None,
            op: None,
            class: Vec::new(),
            counts: BTreeMap::new(),
            from: None,
            to: None,
            reason: None,
            level: None,
            of: None,
            digests: BTreeMap::new(),
            key: None,
            endorsed: None,
            detail: None,
        }
        .at(time)
    }

    /// The same at another time; what is finer than a millisecond is cut off.
    #[must_use]
    pub fn at(self, time: Micros) -> Self {
        Self { time: time.div_euclid(MILLI) * MILLI, ..self }
    }

    /// The entry as a value.
    ///
    /// # Errors
    /// When the time cannot be written.
    pub fn to_value(&self) -> Result<Value, Refusal> {
        let mut members = Map::new();
        let mut say = |name: &str, value: Value| members.insert(name.to_owned(), value);
        say("v", VERSION.into());
        say("type", self.kind.as_str().into());
        say("time", time_text(self.time)?.into());
        let texts = [
            ("tag", self.tag.map(|tag| tag.to_string())),
            ("actor", self.actor.map(|actor| format!("fp:{actor}"))),
            ("grant", self.grant.map(|grant| format!("g:{grant}"))),
            ("op", self.op.as_ref().map(Word::to_string)),
            ("from", self.from.as_ref().map(Word::to_string)),
            ("to", self.to.as_ref().map(Word::to_string)),
            ("reason", self.reason.as_ref().map(Word::to_string)),
            ("level", self.level.map(|level| level.to_string())),
            ("key", self.key.as_ref().map(VerifyingKey::to_string)),
            ("endorsed", self.endorsed.map(|endorsed| endorsed.to_string())),
            ("detail", self.detail.map(|detail| detail.to_string())),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                say(name, text.into());
            }
        }
        if let Some(of) = self.of {
            say("of", of.into());
        }
        if !self.class.is_empty() {
            say("class", self.class.iter().map(|class| class.as_str()).collect());
        }
        let counts: Map<_, _> = self.counts.iter().map(|(word, n)| (word.to_string(), (*n).into())).collect();
        if !counts.is_empty() {
            say("counts", counts.into());
        }
        let digests = self.digests.iter().map(|(word, digest)| (word.to_string(), digest.to_string().into()));
        let digests: Map<_, _> = digests.collect();
        if !digests.is_empty() {
            say("digests", digests.into());
        }
        Ok(Value::Object(members))
    }

    /// The bytes that become a leaf.
    ///
    /// # Errors
    /// When a number is too large, the time cannot be written, the classes are not sorted, or all is too long.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Refusal> {
        if !self.class.is_sorted_by(|one, next| one < next) {
            return Err(Refusal::new("malformed_entry", "the classes are not sorted, or one is named twice"));
        }
        let text = canonical(&self.to_value()?)?;
        if text.len() > MAX_ENTRY {
            return Err(Refusal::new("malformed_entry", "an entry has at most 32 KiB"));
        }
        Ok(text.into_bytes())
    }

    /// Reads a leaf.
    ///
    /// # Errors
    /// When it is not the one text of an entry that this program knows.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.len() > MAX_ENTRY {
            return Err(malformed());
        }
        let Value::Object(members) = parse_canonical(bytes)? else { return Err(malformed()) };
        let mut read = Reader(members);
        if read.0.remove("v").and_then(|v| v.as_u64()) != Some(VERSION) {
            return Err(Refusal::new("malformed_entry", "an entry is not of version 1"));
        }
        let kind = read.text("type")?.ok_or_else(malformed)?.parse()?;
        let time = read.text("time")?.ok_or_else(malformed)?;
        let entry = Self {
            kind,
            time: parse_time(&time)?,
            tag: read.of_text("tag", "")?,
            actor: read.of_text("actor", "fp:")?,
            grant: read.of_text("grant", "g:")?,
            op: read.of_text("op", "")?,
            class: read.classes()?,
            counts: read.map("counts", Value::as_u64)?,
            from: read.of_text("from", "")?,
            to: read.of_text("to", "")?,
            reason: read.of_text("reason", "")?,
            level: read.of_text("level", "")?,
            of: read.0.remove("of").map(|of| of.as_u64().ok_or_else(malformed)).transpose()?,
            digests: read.map("digests", |value| value.as_str()?.parse().ok())?,
            key: read.of_text("key", "")?,
            endorsed: read.of_text("endorsed", "")?,
            detail: read.of_text("detail", "")?,
        };
        // What was read and is not written again was not ours: an unknown or an empty member.
        if !read.0.is_empty() || entry.to_bytes()? != bytes {
            return Err(malformed());
        }
        Ok(entry)
    }
}

fn malformed() -> Refusal {
    Refusal::new("malformed_entry", "an entry has a member that is missing, unknown or not in its form")
}

struct Reader(Map<String, Value>);

impl Reader {
    fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(malformed()),
        }
    }

    fn of_text<T: std::str::FromStr<Err = Refusal>>(
        &mut self,
        name: &str,
        prefix: &str,
    ) -> Result<Option<T>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.strip_prefix(prefix).ok_or_else(malformed)?.parse().map(Some)
    }

    fn classes(&mut self) -> Result<Vec<Class>, Refusal> {
        let Some(value) = self.0.remove("class") else { return Ok(Vec::new()) };
        let classes = value.as_array().ok_or_else(malformed)?;
        classes.iter().map(|class| class.as_str().ok_or_else(malformed)?.parse()).collect()
    }

    fn map<T>(
        &mut self,
        name: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<BTreeMap<Word, T>, Refusal> {
        let Some(value) = self.0.remove(name) else { return Ok(BTreeMap::new()) };
        let members = value.as_object().ok_or_else(malformed)?;
        let member = |(name, value): (&String, &Value)| {
            Ok((name.parse::<Word>()?, read(value).ok_or_else(malformed)?))
        };
        members.iter().map(member).collect()
    }
}

/// A time as entries write it: UTC, milliseconds.
pub(crate) fn time_text(time: Micros) -> Result<String, Refusal> {
    let time = jiff::Timestamp::from_microsecond(time)
        .map_err(|_| Refusal::new("malformed_entry", "a time is outside the calendar"))?;
    Ok(format!("{time:.3}"))
}

/// The time that [`time_text`] writes as this.
pub(crate) fn parse_time(text: &str) -> Result<Micros, Refusal> {
    let malformed = || Refusal::new("malformed_entry", "a time is not written like 2026-11-22T08:14:09.221Z");
    let time: jiff::Timestamp = text.parse().map_err(|_| malformed())?;
    let time = time.as_microsecond();
    if time_text(time)? == text { Ok(time) } else { Err(malformed()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    pub(crate) fn full() -> Entry {
        let word = |text: &str| text.parse::<Word>().expect("a word");
        Entry {
            tag: Some(Tag([9; 32])),
            actor: Some(Alias([1; 8])),
            grant: Some(Alias([2; 8])),
            op: Some(word("get-customer@1")),
            class: vec![Class::Contact, Class::Personal],
            counts: [(word("rows"), 12), (word("bytes"), 1830)].into(),
            from: Some(word("active")),
            to: Some(word("active")),
            reason: Some(word("customer_support")),
            level: Some(Level::L2),
            of: Some(3),
            digests: [(word("policy"), Digest::of(b"p"))].into(),
            detail: Some(Digest::of(b"sealed")),
            ..Entry::new(Kind::UseResult, 1_795_335_249_221_999)
        }
    }

    #[test]
    fn an_entry_is_one_line_of_canonical_json() {
        let bytes = full().to_bytes().expect("written");
        let text = String::from_utf8(bytes.clone()).expect("text");
        assert!(
            text.starts_with(r#"{"actor":"fp:0101010101010101","class":["B","P"],"counts":{"bytes":1830"#),
            "{text}"
        );
        assert!(
            text.contains(r#""time":"2026-11-22T08:14:09.221Z","to":"active","type":"use.result","v":1}"#),
            "{text}"
        );
        assert_eq!(Entry::parse(&bytes), Ok(full()));
        let least = Entry::new(Kind::Heartbeat, 0).to_bytes().expect("written");
        assert_eq!(least, br#"{"time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":1}"#);
        assert!(Entry::parse(&least).is_ok());
    }

    #[test]
    fn what_no_entry_says_is_refused() {
        for text in [
            r#"{"time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":2}"#,
            r#"{"time":"1970-01-01T00:00:00.000Z","type":"heartbeat"}"#,
            r#"{"time":"1970-01-01T00:00:00Z","type":"heartbeat","v":1}"#,
            r#"{"time":"1970-01-01T00:00:00.000+00:00","type":"heartbeat","v":1}"#,
            r#"{"time":"1970-01-01T00:00:00.000Z","type":"other","v":1}"#,
            r#"{"name":"Erika","time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":1}"#,
            r#"{"class":[],"time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":1}"#,
            r#"{"class":["P","B"],"time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":1}"#,
            r#"{"reason":"Erika Mustermann","time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":1}"#,
            r#"{"actor":"0101010101010101","time":"1970-01-01T00:00:00.000Z","type":"heartbeat","v":1}"#,
            "[]",
        ] {
            assert!(Entry::parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_change_of_a_byte_is_another_entry_or_none(place in 0_usize..600, with: u8) {
            let bytes = full().to_bytes().expect("written");
            let mut changed = bytes.clone();
            let place = place % changed.len();
            changed[place] = with;
            if let Ok(entry) = Entry::parse(&changed) {
                prop_assert_eq!(entry.to_bytes().expect("written"), changed);
            }
        }
    }
}
