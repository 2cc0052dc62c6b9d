//! A report bundle: proofs, tags, details, and the report that follows from them.

use kernel::Micros;
use tlog_tiles::Hash;

use super::LogFacts;
use crate::canonical::{canonical, parse_canonical};
use crate::checkpoint::open_text;
use crate::course::read_course;
use crate::report::{Bundle, Header, header_of};
use crate::{
    Check, Checkpoint, Checks, Digest, Entry, Level, LevelChange, LogProof, Policy, Refusal, Signatures,
};

/// What was found in a report that is in order.
#[derive(Debug)]
pub struct ReportFacts {
    /// What the trustee states.
    pub header: Header,
    /// The checkpoint it stands on.
    pub checkpoint: Checkpoint,
    /// The assurance level that the report states, which is that of the tenant's newest entry.
    pub level: Level,
    /// The lowest and the highest level that entries of the period tell; none when there are none.
    pub levels: Option<(Level, Level)>,
    /// The changes of the level: the last one before the period, and those within; none in a bundle of the first form.
    pub changes: Option<Vec<LevelChange>>,
    /// Who signed that.
    pub signatures: Signatures,
    /// How many entries the log holds about the tenant.
    pub entries: u64,
    /// How many of them are of the period.
    pub in_period: u64,
    /// Entries whose details are not told: there are none, or they are erased.
    pub without_detail: u64,
    /// The digest of the tag key; it must be the same in every report.
    pub tag_key: Digest,
    /// Whether a whole log was searched for entries that the report leaves out.
    pub searched: bool,
}

/// Verifies a bundle against a policy and, if the reader has it, the whole log. Without the log it is shown that the
/// entries of the report are in the log, complete from the first to the last; with it, that there are no more.
///
/// # Errors
/// When anything is missing, changed or counted wrongly.
pub fn verify_report(bundle: &[u8], policy: &Policy, log: Option<&LogFacts>) -> Result<ReportFacts, Refusal> {
    let bundle = Bundle::parse(bundle)?;
    let note = bundle.checkpoint.as_bytes();
    let logs = log.map_or_else(|| policy.logs.clone(), |log| log.succession.ever(policy));
    let (checkpoint, signatures) = Checkpoint::open(note, &logs, &policy.witness_keys())?;
    policy.check(&signatures.witnesses)?;
    let signed = open_text(bundle.report.as_bytes(), &signatures.log)?;
    let text = signed.strip_suffix(b"\n").unwrap_or(&signed);
    let report = parse_canonical(text)?;
    check_events(&bundle, &checkpoint, policy.checks)?;
    let header = header_of(&report)?;
    let level = bundle.stated_level(&header)?;
    let derived = bundle.derive(&header)?;
    if canonical(&derived)?.as_bytes() != text && policy.checks.on(Check::Derived) {
        return Err(Refusal::new("report_differs", differing(&report, &derived)));
    }
    if let Some(log) = log {
        check_against(&bundle, &checkpoint, log, policy.checks)?;
    }
    let bound = |name: &str| derived["levels"][name].as_str().and_then(|level| level.parse().ok());
    let course = |proofs: &Vec<LogProof>| read_course(proofs, header.from, header.until);
    let changes = bundle.levels.as_ref().map(course).transpose()?;
    if let (Some(log), Some(changes)) = (log, &changes) {
        check_course(changes, &header, &checkpoint, log)?;
    }
    let in_period = derived["entries"]["in_period"].as_u64().unwrap_or(0);
    Ok(ReportFacts {
        header,
        checkpoint,
        level,
        levels: bound("lowest").zip(bound("highest")),
        changes,
        signatures,
        entries: bundle.events.len() as u64,
        in_period,
        without_detail: bundle.events.iter().filter(|event| event.detail.is_none()).count() as u64,
        tag_key: Digest::of(bundle.tag_key.expose().as_bytes()),
        searched: log.is_some(),
    })
}

fn differing(said: &serde_json::Value, derived: &serde_json::Value) -> String {
    let names = said.as_object().into_iter().chain(derived.as_object()).flat_map(|members| members.keys());
    let mut names: Vec<&str> =
        names.filter(|name| said.get(name) != derived.get(name)).map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    format!("the report says something else than the entries about: {}", names.join(", "))
}

/// Every entry is in the log, in order, with the next tag of the tenant.
fn check_events(bundle: &Bundle, checkpoint: &Checkpoint, checks: Checks) -> Result<(), Refusal> {
    let mut before: Option<(u64, Micros)> = None;
    let levels = bundle.levels.iter().flatten();
    for proof in bundle.events.iter().map(|event| &event.proof).chain(levels) {
        if proof.checkpoint != bundle.checkpoint {
            let found = format!("the proof of entry {} of the log leads to another checkpoint", proof.index);
            return Err(Refusal::new("bad_proof", found));
        }
        proof.check(checkpoint)?;
    }
    for (counter, event) in (0_u64..).zip(&bundle.events) {
        let entry = Entry::parse(&event.proof.entry)?;
        if entry.tag != Some(bundle.tag_key.tag(counter)) && checks.on(Check::Tags) {
            let found = format!(
                "entry {counter} does not carry tag {counter} of the tenant: one is missing or foreign"
            );
            return Err(Refusal::new("tag_missing", found));
        }
        if before.is_some_and(|(index, time)| index >= event.proof.index || time > entry.time) {
            return Err(Refusal::new("time_backwards", format!("entry {counter} is out of order")));
        }
        before = Some((event.proof.index, entry.time));
    }
    Ok(())
}

/// The log has grown from the report's checkpoint, and holds no other entry of the tenant up to there.
fn check_against(
    bundle: &Bundle,
    checkpoint: &Checkpoint,
    log: &LogFacts,
    checks: Checks,
) -> Result<(), Refusal> {
    let root: Option<Hash> = log.tree.root_at(checkpoint.size).ok();
    if log.checkpoint.origin != checkpoint.origin || root != Some(checkpoint.root) {
        let found = "the log at hand is not the one that the report stands on, or is older";
        return Err(Refusal::new("inconsistent", found));
    }
    for (counter, event) in (0_u64..).zip(&bundle.events) {
        if log.tags.get(&bundle.tag_key.tag(counter)) != Some(&event.proof.index) {
            return Err(Refusal::new("tag_missing", format!("entry {counter} is elsewhere in the log")));
        }
    }
    let next = bundle.tag_key.tag(bundle.events.len() as u64);
    if log.tags.get(&next).is_some_and(|index| *index < checkpoint.size) && checks.on(Check::LeftOut) {
        return Err(Refusal::new(
            "entry_left_out",
            "the log holds an entry of the tenant that the report leaves out",
        ));
    }
    Ok(())
}

/// The report tells of every change of the level that it has to tell, up to its checkpoint.
fn check_course(
    told: &[LevelChange],
    header: &Header,
    checkpoint: &Checkpoint,
    log: &LogFacts,
) -> Result<(), Refusal> {
    let before = log.levels.partition_point(|change| change.index < checkpoint.size);
    let due = LevelChange::told(&log.levels[..before], |change| change.time, header.from, header.until);
    if due == told {
        return Ok(());
    }
    Err(Refusal::new("level_left_out", "the log tells other changes of the assurance level than the report"))
}
