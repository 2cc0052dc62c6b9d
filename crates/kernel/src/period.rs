//! Spans of whole days in UTC. Billing counts days, never hours: both ends belong to the period.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A span of days; `first` and `last` both belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    first: Date,
    last: Date,
}

/// The last day lies before the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a period cannot end on {last}, before its first day {first}")]
pub struct PeriodError {
    /// The first day that was given.
    pub first: Date,
    /// The last day that was given.
    pub last: Date,
}

impl Period {
    /// The days from `first` to `last`, both included.
    ///
    /// # Errors
    /// [`PeriodError`] when `last` lies before `first`.
    pub fn new(first: Date, last: Date) -> Result<Self, PeriodError> {
        if last < first { Err(PeriodError { first, last }) } else { Ok(Self { first, last }) }
    }

    /// `months` whole months from `first`: 13 January + 1 is 13 January to 12 February.
    pub fn months_from(first: Date, months: i32) -> Self {
        let last = add_months(first, months.max(1)).saturating_sub(1.day());
        Self { first, last: last.max(first) }
    }

    /// The first day.
    pub const fn first(&self) -> Date {
        self.first
    }
    /// The last day, which still belongs to the period.
    pub const fn last(&self) -> Date {
        self.last
    }
    /// The day after the last one.
    pub fn next_day(&self) -> Date {
        self.last.saturating_add(1.day())
    }
    /// Number of days, at least 1.
    pub fn days(&self) -> i64 {
        days_between(self.first, self.last) + 1
    }
    /// True when `day` lies in the period.
    pub fn contains(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
    /// The common days of two periods.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last)).ok()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.first, self.last)
    }
}

/// The same day `months` later, or the last day of that month when it is shorter.
pub fn add_months(day: Date, months: i32) -> Date {
    day.saturating_add(Span::new().months(months))
}

/// Days from `from` to `to`; negative when `to` lies before.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_month_counts_its_real_days() {
        let period = Period::months_from(date(2018, 1, 13), 1);
        assert_eq!((period.to_string().as_str(), period.days()), ("2018-01-13..2018-02-12", 31));
        assert_eq!(Period::months_from(date(2018, 2, 13), 1).days(), 28);
        assert_eq!(Period::months_from(date(2018, 1, 13), 12).days(), 365);
    }

    #[test]
    fn month_ends_are_kept() {
        assert_eq!(add_months(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(add_months(date(2024, 1, 31), 13), date(2025, 2, 28));
    }
}
