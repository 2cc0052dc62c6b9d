//! Reading the JSON of a signed report.

use jiff::Timestamp;
use serde_json::Value;

/// The text at a place; empty when there is none.
pub(super) fn text<'a>(value: &'a Value, place: &str) -> &'a str {
    value.pointer(place).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a place; 0 when there is none.
pub(super) fn number(value: &Value, place: &str) -> i64 {
    value.pointer(place).and_then(Value::as_i64).unwrap_or(0)
}

/// The moment at a place.
pub(super) fn date(value: &Value, place: &str) -> Option<Timestamp> {
    text(value, place).parse().ok()
}

/// The entries of the period.
pub(super) fn entries(report: &Value) -> impl Iterator<Item = &Value> {
    report["events"].as_array().map(Vec::as_slice).unwrap_or_default().iter()
}

/// A line of a request's text.
pub(crate) fn line<'a>(text: &'a str, key: &str) -> &'a str {
    let mut lines = text.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(name, _)| *name == key).map_or("", |(_, value)| value)
}
