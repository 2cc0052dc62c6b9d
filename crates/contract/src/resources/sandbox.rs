//! Our own API of sandbox accounts (`/sandbox/v1`): the clock that can be moved, the switches, the limits.

use kernel::Decimal;

use crate::shape_macros::resource;

resource! {
    /// The clock of a sandbox account. It only moves forward.
    pub struct SandboxClock: "SandboxClock" {
        /// The account's present.
        commercial now: Option<jiff::Timestamp> [read_only],
        /// Where to move it.
        commercial move_to: Option<jiff::Timestamp>,
        /// Or how far to move it, as an ISO 8601 duration such as P1M.
        commercial advance: Option<String> [max(32)],
        /// What happened on the way.
        commercial jobs_run: Option<i64> [read_only],
    }

    /// How simulated customers of a sandbox behave.
    pub struct SandboxSettings: "SandboxSettings" {
        /// Simulated customers accept agreements at once.
        commercial accept_agreements_at_once: Option<bool>,
    }

    /// What a sandbox allows; an absent number is no limit.
    pub struct SandboxLimits: "SandboxLimits" {
        commercial customers: Option<i64>,
        commercial subscriptions_per_customer: Option<i64>,
        commercial licenses_per_subscription: Option<i64>,
        commercial azure_usage_per_month: Option<Decimal>,
    }
}
