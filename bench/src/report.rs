//! What a run has shown: one row per promise, as a table for people and as JSON for programs.

use anyhow::{Context, Result};
use serde::Serialize;
use std::fmt::{self, Write as _};
use std::path::Path;

/// What a measured number is held against.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind", content = "value")]
pub enum Bound {
    /// It must reach this.
    AtLeast(f64),
    /// It must not exceed this.
    AtMost(f64),
    /// It is only told.
    None,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(floor) => value >= floor,
            Self::AtMost(ceiling) => value <= ceiling,
            Self::None => true,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(floor) => write!(f, "≥ {}", short(*floor)),
            Self::AtMost(ceiling) => write!(f, "≤ {}", short(*ceiling)),
            Self::None => write!(f, "–"),
        }
    }
}

/// One promise and what became of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// What was done.
    pub what: String,
    /// What it is held against.
    pub against: String,
    /// The median of what was compared with, if there was something.
    pub limit: Option<f64>,
    /// The median of what was reached.
    pub reached: f64,
    /// The unit of both.
    pub unit: &'static str,
    /// What the bound is about: the median of the rounds' ratios or differences, or the reached value itself.
    pub value: f64,
    /// The lowest and highest of the rounds.
    pub spread: [f64; 2],
    /// The bound.
    pub bound: Bound,
    /// Whether the bound holds.
    pub holds: bool,
}

impl Row {
    /// A comparison, round by round: (limit, reached). The bound is about how many times the limit was reached.
    pub fn ratio(what: &str, against: &str, unit: &'static str, rounds: &[(f64, f64)], bound: Bound) -> Self {
        Self::compared((what, against, unit), rounds, |limit, reached| reached / limit, bound)
    }

    /// A comparison, round by round: (without, with). The bound is about what it adds.
    pub fn added(what: &str, against: &str, unit: &'static str, rounds: &[(f64, f64)], bound: Bound) -> Self {
        Self::compared((what, against, unit), rounds, |without, with| with - without, bound)
    }

    fn compared(
        (what, against, unit): (&str, &str, &'static str),
        rounds: &[(f64, f64)],
        compare: impl Fn(f64, f64) -> f64,
        bound: Bound,
    ) -> Self {
        let (limits, reached): (Vec<f64>, Vec<f64>) = rounds.iter().copied().unzip();
        let values: Vec<f64> = rounds.iter().map(|(limit, reached)| compare(*limit, *reached)).collect();
        let row = Self::value(what, unit, &values, bound);
        Self { against: against.to_owned(), limit: Some(median(&limits)), reached: median(&reached), ..row }
    }

    /// A value that is held against a number.
    pub fn value(what: &str, unit: &'static str, rounds: &[f64], bound: Bound) -> Self {
        let value = median(rounds);
        Self {
            what: what.to_owned(),
            against: String::new(),
            limit: None,
            reached: value,
            unit,
            value,
            spread: spread(rounds),
            bound,
            holds: bound.holds(value),
        }
    }
}

/// Where it was measured.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// How many cores this process may use.
    pub cores: usize,
    /// The kernel's release.
    pub kernel: String,
    /// What else was running when it began: the load average of the last minute.
    pub load: String,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let processor = read("/proc/cpuinfo")
            .lines()
            .find(|line| line.starts_with("model name"))
            .and_then(|line| Some(line.split_once(':')?.1.trim().to_owned()));
        Self {
            processor: processor.unwrap_or_else(|| "unknown".to_owned()),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            load: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

/// A run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Where.
    pub machine: Machine,
    /// What was shown.
    pub rows: Vec<Row>,
    /// Observations that no bound is set for.
    pub notes: Vec<String>,
}

impl Report {
    /// An empty report of this machine.
    pub fn begin() -> Self {
        Self { machine: Machine::here(), rows: Vec::new(), notes: Vec::new() }
    }

    /// What does not hold.
    pub fn missed(&self) -> Vec<&Row> {
        self.rows.iter().filter(|row| !row.holds).collect()
    }

    /// Writes `<folder>/<name>.json` and `<folder>/<name>.md`.
    pub fn write(&self, folder: &Path, name: &str) -> Result<()> {
        std::fs::create_dir_all(folder)?;
        let json = serde_json::to_string_pretty(self)? + "\n";
        for (kind, text) in [("json", json), ("md", self.to_string())] {
            let path = folder.join(format!("{name}.{kind}"));
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Machine { processor, cores, kernel, load } = &self.machine;
        writeln!(f, "{processor}, {cores} cores, Linux {kernel}, load at start {load}\n")?;
        let head = ["what", "limit", "reached", "value", "rounds", "bound", ""].map(str::to_owned);
        let mut lines = vec![head.to_vec()];
        lines.extend(self.rows.iter().map(cells));
        let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..head.len()).map(width).collect();
        for (number, line) in lines.iter().enumerate() {
            let mut text = String::new();
            for (cell, width) in line.iter().zip(&widths) {
                write!(text, "| {cell:width$} ")?;
            }
            writeln!(f, "{text}|")?;
            if number == 0 {
                let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
                writeln!(f, "|{}|", rule.join("|"))?;
            }
        }
        self.notes.iter().try_for_each(|note| writeln!(f, "\n{note}"))
    }
}

fn cells(row: &Row) -> Vec<String> {
    let Row { what, against, limit, reached, unit, value, spread, bound, holds } = row;
    let limit = limit.map_or_else(String::new, |limit| format!("{} {unit} ({against})", short(limit)));
    vec![
        what.clone(),
        limit,
        format!("{} {unit}", short(*reached)),
        short(*value),
        format!("{} … {}", short(spread[0]), short(spread[1])),
        bound.to_string(),
        if *holds { "holds" } else { "MISSED" }.to_owned(),
    ]
}

/// Three digits that count.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// The middle one, or the mean of the two in the middle.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length % 2 == 1 => sorted[middle],
        _ => f64::midpoint(sorted[middle - 1], sorted[middle]),
    }
}

fn spread(values: &[f64]) -> [f64; 2] {
    [
        values.iter().copied().fold(f64::INFINITY, f64::min),
        values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    ]
}

/// A count as a floating point number.
#[expect(clippy::cast_precision_loss, reason = "nothing here counts to 2^52")]
pub const fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_holds_when_the_median_of_its_ratios_does() {
        for (bound, holds) in [
            (Bound::AtLeast(0.5), true),
            (Bound::AtLeast(0.51), false),
            (Bound::AtMost(0.5), true),
            (Bound::AtMost(0.49), false),
            (Bound::None, true),
        ] {
            let row = Row::ratio("a", "b", "1/s", &[(100.0, 50.0), (100.0, 90.0), (200.0, 20.0)], bound);
            assert_eq!((row.holds, row.spread), (holds, [0.1, 0.9]), "{bound}");
        }
        for (bound, holds) in [(Bound::AtMost(1.0), true), (Bound::AtMost(0.9), false)] {
            let row = Row::added("a", "b", "ms", &[(1.0, 2.0), (5.0, 5.5), (2.0, 4.0)], bound);
            assert_eq!((row.holds, row.spread, row.limit), (holds, [0.5, 2.0], Some(2.0)), "{bound}");
        }
        // Without a measurement nothing holds.
        assert!(!Row::value("a", "s", &[], Bound::AtMost(1.0)).holds);
        assert!((median(&[1.0, 4.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
    }

    #[test]
    fn the_table_has_a_line_per_row_and_names_what_was_missed() {
        let mut report = Report::begin();
        report.rows.push(Row::value("start", "s", &[1.25], Bound::AtMost(1.0)));
        report.rows.push(Row::value("memory", "MiB", &[40.0], Bound::AtMost(64.0)));
        let table = report.to_string();
        assert_eq!(table.lines().filter(|line| line.starts_with('|')).count(), 4);
        assert!(table.contains("1.25 … 1.25 | ≤ 1.00") && table.contains("MISSED"), "{table}");
        assert_eq!(report.missed().len(), 1);
    }
}
