//! Access reports: what is in the log about one tenant, so that it proves itself.
//!
//! A report is a function of the tenant's entries, their opened details and a header; the verifier makes it again and
//! compares it with what was signed. A bundle is one canonical JSON file with everything that takes: each byte of it
//! is signed, hashed into the log, or refused.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Micros;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

use crate::canonical::{canonical, parse_canonical};
use crate::checkpoint::sign_text;
use crate::course::read_course;
use crate::entry::{parse_time, time_text};
use crate::{
    Checkpoint, DetailKey, Digest, Entry, Kind, Level, LevelChange, LogProof, Refusal, SigningKey, TagKey,
};

/// The format of the signed report.
pub const REPORT_FORMAT: &str = "treuhand-report@v2";
const BUNDLE_FORMAT: &str = "treuhand-report-bundle@v2";
/// Of bundles without the course of the level; they are read as they always were.
const FIRST_REPORT_FORMAT: &str = "treuhand-report@v1";
const FIRST_BUNDLE_FORMAT: &str = "treuhand-report-bundle@v1";

/// What a report says that is not in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Whose report.
    pub tenant: String,
    /// Why it was issued: `event`, `monthly`, `demand`.
    pub cause: String,
    /// The start of the period.
    pub from: Micros,
    /// Its end, which is no part of it.
    pub until: Micros,
    /// When it was issued.
    pub issued: Micros,
    /// More that the trustee states: the assurance level (`level`), digests of policy and program. An object.
    pub stated: Value,
}

/// One entry of the tenant's.
pub struct Event {
    /// The proof that it is in the log.
    pub proof: LogProof,
    /// Its details as the trustee keeps them, and the key to them; none where there are none or they are erased.
    pub detail: Option<(Vec<u8>, DetailKey)>,
}

/// What a report is made of.
pub struct Material {
    /// The checkpoint that all proofs lead to.
    pub checkpoint: String,
    /// The tenant's tag key.
    pub tag_key: TagKey,
    /// All entries of the tenant, in their order.
    pub events: Vec<Event>,
    /// The changes of the assurance level that a report over the period tells, see [`LevelChange::told`].
    pub levels: Vec<LogProof>,
}

/// A bundle, taken apart.
pub struct Bundle {
    /// The checkpoint that all proofs lead to.
    pub checkpoint: String,
    /// The tenant's tag key.
    pub tag_key: TagKey,
    /// All entries of the tenant, by their counters.
    pub events: Vec<Event>,
    /// The changes of the assurance level; none in a bundle of the first form.
    pub levels: Option<Vec<LogProof>>,
    /// The report for people, by file name.
    pub files: BTreeMap<String, String>,
    /// The signed report.
    pub report: String,
}

/// Makes the report over all of a tenant's entries, signs it and puts it into a bundle. Details of other periods than
/// the header's are left out. `files` writes the report for people, by file name, from what the report says.
///
/// # Errors
/// When an entry or a detail is not what it should be, or the header states another level than the newest entry.
pub fn assemble(
    header: &Header,
    material: Material,
    files: impl FnOnce(&Value) -> BTreeMap<String, String>,
    key: &SigningKey,
) -> Result<Bundle, Refusal> {
    let Material { checkpoint, tag_key, events, levels } = material;
    let (files_of, levels) = (files, Some(levels));
    let (files, report) = (BTreeMap::new(), String::new());
    let mut bundle = Bundle { checkpoint, tag_key, events, levels, files, report };
    for event in &mut bundle.events {
        let time = Entry::parse(&event.proof.entry)?.time;
        event.detail.take_if(|_| !(header.from..header.until).contains(&time));
    }
    bundle.stated_level(header)?;
    bundle.files = files_of(&bundle.derive(header)?);
    let text = format!("{}\n", canonical(&bundle.derive(header)?)?);
    bundle.report = sign_text(text.as_bytes(), key)?;
    Ok(bundle)
}

impl Bundle {
    /// The file.
    ///
    /// # Errors
    /// When it has no canonical form.
    pub fn to_text(&self) -> Result<String, Refusal> {
        let mut details = Map::new();
        for (counter, event) in self.events.iter().enumerate() {
            if let Some((sealed, key)) = &event.detail {
                let detail = json!({ "sealed": STANDARD.encode(sealed), "key": key.expose().as_str() });
                details.insert(counter.to_string(), detail);
            }
        }
        let proofs: Vec<_> = self.events.iter().map(|event| event.proof.to_text()).collect();
        let mut text = json!({
            "format": if self.levels.is_some() { BUNDLE_FORMAT } else { FIRST_BUNDLE_FORMAT },
            "checkpoint": self.checkpoint,
            "tag_key": self.tag_key.expose().as_str(),
            "proofs": proofs,
            "details": details,
            "files": self.files,
            "report": self.report,
        });
        if let Some(levels) = &self.levels {
            text["levels"] = levels.iter().map(LogProof::to_text).collect();
        }
        canonical(&text)
    }

    /// Reads a file. Nothing of it is believed yet.
    ///
    /// # Errors
    /// When it is not in the one form of a bundle.
    pub fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let Value::Object(mut members) = parse_canonical(text)? else { return Err(malformed()) };
        let levels = match members.remove("format").as_ref().and_then(Value::as_str) {
            Some(BUNDLE_FORMAT) => Some(parse_proofs(members.remove("levels"))?),
            Some(FIRST_BUNDLE_FORMAT) => None,
            _ => return Err(malformed()),
        };
        let mut text = |name: &str| match members.remove(name) {
            Some(Value::String(text)) => Ok(text),
            _ => Err(malformed()),
        };
        let (checkpoint, tag_key, report) = (text("checkpoint")?, text("tag_key")?, text("report")?);
        let proofs = parse_proofs(members.remove("proofs"))?;
        let Some(Value::Object(mut details)) = members.remove("details") else { return Err(malformed()) };
        let Some(Value::Object(files)) = members.remove("files") else { return Err(malformed()) };
        let mut events = Vec::with_capacity(proofs.len());
        for (counter, proof) in proofs.into_iter().enumerate() {
            let detail =
                details.remove(&counter.to_string()).map(|detail| parse_detail(&detail)).transpose()?;
            events.push(Event { proof, detail });
        }
        let file = |(name, text): (String, Value)| match text {
            Value::String(text) => Ok((name, text)),
            _ => Err(malformed()),
        };
        let files = files.into_iter().map(file).collect::<Result<_, _>>()?;
        if !members.is_empty() || !details.is_empty() {
            return Err(malformed());
        }
        Ok(Self { checkpoint, tag_key: TagKey::parse(&tag_key)?, events, levels, files, report })
    }

    /// The assurance level that the trustee states: that of the tenant's newest entry in the log.
    pub(crate) fn stated_level(&self, header: &Header) -> Result<Level, Refusal> {
        let differs = |why| Refusal::new("level_differs", why);
        let stated = header.stated.get("level").and_then(Value::as_str);
        let stated: Level = stated.ok_or_else(|| differs("the report states no assurance level"))?.parse()?;
        let newest = self.events.last().map(|event| Entry::parse(&event.proof.entry)).transpose()?;
        match newest.and_then(|entry| entry.level) {
            Some(level) if level != stated => {
                Err(differs("the report states another assurance level than the newest entry"))
            }
            _ => Ok(stated),
        }
    }

    /// The report that follows from the entries; the header is what the trustee adds.
    pub(crate) fn derive(&self, header: &Header) -> Result<Value, Refusal> {
        let log = Checkpoint::peek(self.checkpoint.as_bytes())?;
        let mut said = Said::default();
        for (counter, event) in self.events.iter().enumerate() {
            let entry = Entry::parse(&event.proof.entry)?;
            if (header.from..header.until).contains(&entry.time) {
                said.add(counter, &entry, event)?;
            } else if event.detail.is_some() {
                return Err(Refusal::new("malformed_bundle", "a detail of another period is told"));
            }
        }
        let files = self.files.iter().map(|(name, text)| (name.clone(), digest_text(text)));
        let mut report = json!({
            "format": REPORT_FORMAT,
            "tenant": header.tenant,
            "cause": header.cause,
            "from": time_text(header.from)?,
            "until": time_text(header.until)?,
            "issued": time_text(header.issued)?,
            "stated": header.stated,
            "log": { "origin": log.origin, "size": log.size, "root": log.root.to_string() },
            "checkpoint": digest_text(&self.checkpoint),
            "tag_key": digest_text(&self.tag_key.expose()),
            "entries": { "all": self.events.len(), "in_period": said.events.len() },
            "counts": &said.counts,
            "released": { "uses": said.uses, "rows": said.rows, "bytes": said.bytes },
            "events": &said.events,
            "files": files.collect::<Map<_, _>>(),
        });
        if let Some(proofs) = &self.levels {
            let course = read_course(proofs, header.from, header.until)?;
            self.say_more(&mut report, &mut said, &course)?;
            return Ok(report);
        }
        report["format"] = FIRST_REPORT_FORMAT.into();
        if said.levels.is_some() {
            report["levels"] = said.bounds();
        }
        Ok(report)
    }

    /// What reports say since they tell the course of the level.
    fn say_more(&self, report: &mut Value, said: &mut Said, course: &[LevelChange]) -> Result<(), Refusal> {
        let from = parse_time(report["from"].as_str().unwrap_or_default())?;
        let mut changes = Vec::new();
        let mut start = None;
        for change in course {
            said.level(change.to);
            if change.time < from {
                start = Some(change.to);
                continue;
            }
            changes.push(json!({
                "index": change.index,
                "time": time_text(change.time)?,
                "from": change.from.as_str(),
                "to": change.to.as_str(),
            }));
        }
        let mut levels = said.bounds();
        if let Some(start) = start {
            levels["start"] = start.as_str().into();
        }
        levels["changes"] = changes.into();
        report["levels"] = levels;
        if let (Some(first), Some(last)) = (said.events.first(), said.events.last()) {
            (report["entries"]["first"], report["entries"]["last"]) =
                (first["counter"].clone(), last["counter"].clone());
        }
        let cosigned = Checkpoint::cosigners(self.checkpoint.as_bytes())?;
        report["cosigned"] = cosigned
            .into_iter()
            .map(|(witness, key, at)| json!({ "witness": witness, "key": key, "at": at }))
            .collect();
        Ok(())
    }
}

/// The header of a report that was read.
pub(crate) fn header_of(report: &Value) -> Result<Header, Refusal> {
    let text = |name: &str| report.get(name).and_then(Value::as_str).ok_or_else(malformed);
    let stated = report.get("stated").filter(|stated| stated.is_object()).ok_or_else(malformed)?;
    Ok(Header {
        tenant: text("tenant")?.to_owned(),
        cause: text("cause")?.to_owned(),
        from: parse_time(text("from")?)?,
        until: parse_time(text("until")?)?,
        issued: parse_time(text("issued")?)?,
        stated: stated.clone(),
    })
}

fn digest_text(text: &str) -> Value {
    Digest::of(text.as_bytes()).to_string().into()
}

fn parse_proofs(member: Option<Value>) -> Result<Vec<LogProof>, Refusal> {
    let Some(Value::Array(proofs)) = member else { return Err(malformed()) };
    let proof = |proof: &Value| LogProof::parse(proof.as_str().ok_or_else(malformed)?);
    proofs.iter().map(proof).collect()
}

fn parse_detail(detail: &Value) -> Result<(Vec<u8>, DetailKey), Refusal> {
    let members = detail.as_object().filter(|members| members.len() == 2).ok_or_else(malformed)?;
    let text = |name: &str| members.get(name).and_then(Value::as_str).ok_or_else(malformed);
    let sealed = STANDARD.decode(text("sealed")?).map_err(|_| malformed())?;
    Ok((sealed, DetailKey::parse(text("key")?)?))
}

fn malformed() -> Refusal {
    Refusal::new("malformed_bundle", "this is not a report bundle in the form of this program")
}

/// What is counted over the entries of the period.
#[derive(Default)]
struct Said {
    events: Vec<Value>,
    counts: BTreeMap<&'static str, u64>,
    uses: u64,
    rows: u64,
    bytes: u64,
    levels: Option<(Level, Level)>,
}

impl Said {
    fn add(&mut self, counter: usize, entry: &Entry, event: &Event) -> Result<(), Refusal> {
        let mut said = json!({ "counter": counter, "index": event.proof.index, "entry": entry.to_value()? });
        if let (Some(detail), Some(members)) = (open_detail(entry, event)?, said.as_object_mut()) {
            members.insert("detail".to_owned(), detail);
        }
        self.events.push(said);
        *self.counts.entry(entry.kind.as_str()).or_insert(0) += 1;
        if entry.kind == Kind::UseResult {
            let count = |name: &str| {
                entry.counts.iter().find(|(word, _)| word.as_str() == name).map_or(0, |(_, n)| *n)
            };
            self.uses += 1;
            self.rows = self.rows.saturating_add(count("rows"));
            self.bytes = self.bytes.saturating_add(count("bytes"));
        }
        if let Some(level) = entry.level {
            self.level(level);
        }
        Ok(())
    }

    fn level(&mut self, level: Level) {
        let (lowest, highest) = self.levels.unwrap_or((level, level));
        self.levels = Some((lowest.min(level), highest.max(level)));
    }

    /// The lowest and the highest level; empty where there is none.
    fn bounds(&self) -> Value {
        self.levels.map_or_else(
            || json!({}),
            |(lowest, highest)| json!({ "lowest": lowest.as_str(), "highest": highest.as_str() }),
        )
    }
}

/// The details of an entry, if they are told: they must be those whose digest the entry holds.
fn open_detail(entry: &Entry, event: &Event) -> Result<Option<Value>, Refusal> {
    match (&event.detail, entry.detail) {
        (None, _) => Ok(None),
        (Some((sealed, key)), Some(digest)) if Digest::of(sealed) == digest => {
            parse_canonical(&key.open(sealed)?).map(Some)
        }
        (Some(_), _) => {
            Err(Refusal::new("detail_damaged", "a detail is not the one whose digest is in the log"))
        }
    }
}
