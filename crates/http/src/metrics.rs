//! Counters and durations, in the text form Prometheus reads.
//!
//! Labels are operation ids and statuses: never a tenant, a path or anything a caller wrote, so that the number of
//! series is bounded and the numbers say nothing about people.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds in seconds: the house aims at fractions of a millisecond, its slowest calls take seconds.
const BUCKETS: [f64; 14] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    operation: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Operation {
    operation: &'static str,
}

/// The meters of one zone.
pub struct Metrics {
    registry: Mutex<Registry>,
    answers: Family<Answer, Counter>,
    seconds: Family<Operation, Histogram>,
    connections: Gauge,
    panics: Counter,
}

impl Metrics {
    /// Meters at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("treuhand");
        let answers = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let (connections, panics) = (Gauge::default(), Counter::default());
        registry.register("http_requests", "Answers by operation and status", answers.clone());
        registry.register("http_seconds", "Seconds from head read to answer ready", seconds.clone());
        registry.register("http_connections", "Open connections", connections.clone());
        registry.register("http_panics", "Answers replaced because a zone panicked", panics.clone());
        Self { registry: Mutex::new(registry), answers, seconds, connections, panics }
    }

    /// Adds meters of another room.
    pub fn register(&self, add: impl FnOnce(&mut Registry)) {
        add(&mut self.registry.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// All meters as text.
    pub fn encode(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        match prometheus_client::encoding::text::encode(&mut text, &registry) {
            Ok(()) => text,
            Err(std::fmt::Error) => String::new(), // writing to a String does not fail; a meter of another room might
        }
    }

    pub(crate) fn answered(&self, operation: &'static str, status: u16, took: Duration) {
        let operation = if operation.is_empty() { "other" } else { operation };
        self.answers.get_or_create(&Answer { operation, status }).inc();
        self.seconds.get_or_create(&Operation { operation }).observe(took.as_secs_f64());
    }

    pub(crate) fn panicked(&self) {
        self.panics.inc();
    }

    /// Counts a connection as open until the guard is dropped.
    pub(crate) fn connection(&self) -> ConnectionGuard {
        self.connections.inc();
        ConnectionGuard(self.connections.clone())
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

pub(crate) struct ConnectionGuard(Gauge);
impl Drop for ConnectionGuard {
    fn drop(&mut self) {
        self.0.dec();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_by_operation_and_status() {
        let metrics = Metrics::new();
        metrics.answered("get-customer", 200, Duration::from_micros(300));
        metrics.answered("get-customer", 200, Duration::from_micros(300));
        metrics.answered("", 404, Duration::ZERO);
        let text = metrics.encode();
        for line in [
            "treuhand_http_requests_total{operation=\"get-customer\",status=\"200\"} 2",
            "treuhand_http_requests_total{operation=\"other\",status=\"404\"} 1",
            "treuhand_http_seconds_bucket{le=\"0.00025\",operation=\"get-customer\"} 0",
            "treuhand_http_seconds_bucket{le=\"0.0005\",operation=\"get-customer\"} 2",
        ] {
            assert!(text.contains(line), "{line} not in\n{text}");
        }
    }
}
