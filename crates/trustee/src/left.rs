//! What an opening leaves behind in this house, and for how long: told in the log with what was opened, for reports.
//!
//! Invariant: a line stands here because some part of the program keeps that thing for that long; where that changes, its
//! line changes with it.
//!
//! Deliberately absent: what the person who was shown something keeps, which no program knows.

use kernel::Micros;
use serde_json::{Value, json};

/// Kept for ever: it names nobody, and shows that nothing is missing.
const ALWAYS: &str = "always";
/// Kept until the customer's keys are destroyed.
const ERASURE: &str = "erasure";
/// In memory only, until the program ends at the latest.
const MEMORY: &str = "memory";
/// Not kept at all.
const NOWHERE: &str = "nowhere";

/// Of every entry in the log that has details.
const ENTRY: [(&str, &str); 3] = [
    ("log-entry", ALWAYS),   // log_entries
    ("log-detail", ERASURE), // log_details, sealed for the tenant
    ("report", ERASURE),     // access_report, under a key that the tenant's wraps
];

/// Of a use of a grant or of a release.
pub(crate) fn by_use() -> Value {
    told(&[
        ("answer", NOWHERE),    // sent with `no-store`; the gateway remembers no granted answer
        ("use-record", ALWAYS), // access_use: operation, counts, names of members; no value
        ("supervisor-view", MEMORY), // grants::live, masked
    ])
}

/// Of an archive that a customer took along.
pub(crate) fn by_export(until: Micros) -> Value {
    let mut all = told(&[("export-record", ALWAYS)]);
    if let (Some(all), Ok(until)) = (all.as_array_mut(), jiff::Timestamp::from_microsecond(until)) {
        all.push(json!({"what": "archive", "kept": "until", "until": format!("{until:.0}")}));
    }
    all
}

/// Of a disclosure to an authority.
pub(crate) fn by_disclosure() -> Value {
    told(&[("disclosed-archive", NOWHERE), ("case-record", ALWAYS)])
}

fn told(more: &[(&str, &str)]) -> Value {
    let line = |(what, kept): &(&str, &str)| json!({"what": what, "kept": kept});
    more.iter().chain(&ENTRY).map(line).collect()
}
