//! Latencies in buckets that are at most 1.6 % wide, so that an hour of load takes 30 KiB.

use std::time::Duration;

/// Buckets per power of two.
const FINE: u64 = 64;

/// Counted microseconds.
#[derive(Clone, Debug, Default)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    longest: u64,
}

impl Histogram {
    /// Counts one duration.
    pub fn record(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = bucket(micros);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.total += 1;
        self.longest = self.longest.max(micros);
    }

    /// Takes another one's counts in.
    pub fn merge(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, others) in self.counts.iter_mut().zip(&other.counts) {
            *mine += others;
        }
        self.total += other.total;
        self.longest = self.longest.max(other.longest);
    }

    /// How many were counted.
    pub const fn total(&self) -> u64 {
        self.total
    }

    /// The duration that `per_mille` of 1000 do not exceed; the upper end of its bucket.
    pub fn quantile(&self, per_mille: u64) -> Duration {
        let wanted = (self.total * per_mille).div_ceil(1000).max(1);
        let mut seen = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(upper(bucket).min(self.longest));
            }
        }
        Duration::ZERO
    }
}

/// The first `FINE` buckets are one microsecond wide; then each power of two is cut into `FINE`.
fn bucket(micros: u64) -> usize {
    let power = u64::from(micros.max(1).ilog2().saturating_sub(FINE.ilog2()));
    // At most 58 powers of 64 buckets: far below any usize.
    usize::try_from(power * FINE + (micros >> power)).unwrap_or(usize::MAX)
}

/// The greatest value of a bucket.
fn upper(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let power = (bucket / FINE).saturating_sub(1);
    ((bucket - power * FINE + 1) << power) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_a_narrow_bucket() {
        for micros in (0..5000).chain([65_535, 65_536, 1_000_000, 86_400_000_000]) {
            let upper = upper(bucket(micros));
            assert!(upper >= micros && upper - micros <= micros / 60, "{micros} in a bucket up to {upper}");
        }
    }

    #[test]
    fn quantiles_are_those_of_the_values() {
        let mut histogram = Histogram::default();
        let mut late = Histogram::default();
        for micros in 1..=990 {
            histogram.record(Duration::from_micros(micros));
        }
        for _ in 0..10 {
            late.record(Duration::from_millis(50));
        }
        histogram.merge(&late);
        assert_eq!(histogram.total(), 1000);
        for (per_mille, lowest, highest) in
            [(500, 500, 508), (990, 990, 999), (991, 50_000, 50_000), (1000, 50_000, 50_000)]
        {
            let found = histogram.quantile(per_mille).as_micros();
            assert!((lowest..=highest).contains(&found), "{per_mille}: {found}");
        }
    }
}
