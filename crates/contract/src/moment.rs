//! Instants and days in every form that clients send them.
//!
//! Accepted: RFC 3339 with `Z` or an offset and up to nine fractional digits; the same without a zone (UTC); a day
//! alone (midnight UTC); the US form `11/01/2026 00:00:00`. Everything else is refused, never guessed.
//! `0001-01-01T00:00:00`, which .NET sends for "not given", is recognised by [`is_unset`].

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// The forms of US dates that the .NET samples put into queries.
const US_FORMS: [&str; 3] = ["%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y"];

/// Longest text that is looked at; the longest documented form has 33 characters.
const LONGEST: usize = 40;

/// Reads an instant. An instant beyond what can be represented (the end of the year 9999) becomes the last one
/// that can, to the second.
pub fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST || text.starts_with(['-', '+']) {
        return None;
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    // A `+` that was not percent-encoded in a query arrives as a blank.
    if let Some((start, zone)) = text.rsplit_once(' ')
        && start.contains('T')
        && let Ok(instant) = format!("{start}+{zone}").parse::<Timestamp>()
    {
        return Some(instant);
    }
    let local = civil(text.strip_suffix(['Z', 'z']).unwrap_or(text))?;
    Some(Offset::UTC.to_timestamp(local).unwrap_or_else(|_| last()))
}

/// Reads a day; of an instant, the day as written.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() > LONGEST || text.starts_with(['-', '+']) {
        return None;
    }
    match text.get(..10).and_then(|start| start.parse::<Date>().ok()) {
        Some(date) => instant(text).map(|_| date),
        None => civil(text).map(DateTime::date),
    }
}

/// True for the zero date, which means "not given".
pub fn is_unset(text: &str) -> bool {
    text.trim().starts_with("0001-01-01")
}

/// The last representable instant, to the second.
fn last() -> Timestamp {
    Timestamp::from_second(Timestamp::MAX.as_second()).unwrap_or(Timestamp::MAX)
}

fn civil(text: &str) -> Option<DateTime> {
    // Not the civil parser's week dates and the like: only `yyyy-mm-dd…`.
    if text.as_bytes().get(4) == Some(&b'-') {
        return text.parse().ok();
    }
    US_FORMS.iter().find_map(|form| {
        let parsed = jiff::fmt::strtime::parse(form, text).ok()?;
        let date = parsed.to_date().ok()?;
        Some(parsed.to_time().map_or_else(|_| date.at(0, 0, 0, 0), |time| date.to_datetime(time)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(instant(text).map(|at| at.to_string()).as_deref(), expected, "{text}");
    }

    #[test]
    fn instants_in_every_documented_form() {
        check("2018-01-13T00:00:00Z", Some("2018-01-13T00:00:00Z"));
        check("2018-01-13T10:20:30.1234567Z", Some("2018-01-13T10:20:30.1234567Z"));
        check("2018-01-13T00:00:00-08:00", Some("2018-01-13T08:00:00Z"));
        check("2018-01-13T00:00:00+00:00", Some("2018-01-13T00:00:00Z"));
        check("2018-01-13T00:00:00 00:00", Some("2018-01-13T00:00:00Z"));
        check("2018-01-13T00:00:00", Some("2018-01-13T00:00:00Z"));
        check("2018-01-13 00:00:00", Some("2018-01-13T00:00:00Z"));
        check("2018-01-13", Some("2018-01-13T00:00:00Z"));
        check("11/01/2026 00:00:00", Some("2026-11-01T00:00:00Z"));
        check("11/01/2026", Some("2026-11-01T00:00:00Z"));
        check("11/01/2026 01:00:00 PM", Some("2026-11-01T13:00:00Z"));
        check("9999-12-31T23:59:59", Some("9999-12-30T22:00:00Z"));
        check("9999-12-31T23:59:59Z", Some("9999-12-30T22:00:00Z"));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for bad in [
            "",
            "2026-10-296",
            "2026-13-01",
            "yesterday",
            "2026-11-01T25:00:00Z",
            "13/45/2026",
            "-000001-01-01",
        ] {
            check(bad, None);
        }
        check(&"2".repeat(1000), None);
    }

    #[test]
    fn days_keep_the_day_as_written() {
        for (text, expected) in [
            ("2018-01-13", Some("2018-01-13")),
            ("2018-01-13T23:00:00-08:00", Some("2018-01-13")),
            ("11/01/2026 00:00:00", Some("2026-11-01")),
            ("2026-10-296", None),
            ("2018-01-13 and more", None),
        ] {
            assert_eq!(day(text).map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
    }
}
