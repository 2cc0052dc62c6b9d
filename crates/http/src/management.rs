//! `/health` and `/metrics`: for those who run the house, apart from the contract.

use http::StatusCode;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::message::{Request, Response, Zone};
use crate::metrics::Metrics;

/// The path load balancers ask.
pub const HEALTH: &str = "/health";
/// The path Prometheus asks.
pub const METRICS: &str = "/metrics";

/// Whether this node wants calls. Ready from the start; the listener says no while it drains.
pub struct Health {
    ready: AtomicBool,
    tells: OnceLock<Box<dyn Fn() -> String + Send + Sync>>,
}

impl fmt::Debug for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Health(ready: {})", self.is_ready())
    }
}

impl Default for Health {
    fn default() -> Self {
        Self { ready: AtomicBool::new(true), tells: OnceLock::new() }
    }
}

impl Health {
    /// Says whether calls are welcome.
    pub fn set_ready(&self, ready: bool) {
        self.ready.store(ready, Ordering::Relaxed);
    }

    /// Whether calls are welcome.
    pub fn is_ready(&self) -> bool {
        self.ready.load(Ordering::Relaxed)
    }

    /// What `/health` says beside its status: one member of a JSON object, written anew for each answer. Only the
    /// first one counts.
    pub fn tell(&self, member: impl Fn() -> String + Send + Sync + 'static) {
        let _ = self.tells.set(Box::new(member)); // told twice only by a mistake that changes nothing
    }

    fn answer(&self) -> Response {
        let (status, word) = if self.is_ready() {
            (StatusCode::OK, "ok")
        } else {
            (StatusCode::SERVICE_UNAVAILABLE, "draining")
        };
        let more = self.tells.get().map(|member| format!(",{}", member())).unwrap_or_default();
        Response::json(status, format!("{{\"status\":\"{word}\"{more}}}")).of("health")
    }
}

/// A zone that answers the management paths and nothing else: for a listener of its own.
pub struct Management {
    /// What `/health` says.
    pub health: Arc<Health>,
    /// What `/metrics` says.
    pub metrics: Arc<Metrics>,
}

impl Management {
    /// The answer to a management path; `None` for any other.
    pub(crate) fn answer(health: &Health, metrics: Option<&Metrics>, path: &str) -> Option<Response> {
        match (path, metrics) {
            (HEALTH, _) => Some(health.answer()),
            (METRICS, Some(metrics)) => {
                let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                Some(Response::with_type(StatusCode::OK, kind, metrics.encode()).of("metrics"))
            }
            _ => None,
        }
    }
}

impl Zone for Management {
    async fn handle(&self, request: Request) -> Response {
        Self::answer(&self.health, Some(&self.metrics), request.path())
            .unwrap_or_else(|| Response::empty(StatusCode::NOT_FOUND))
    }
}
