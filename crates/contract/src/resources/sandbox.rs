//! Our own API of sandbox accounts (`/sandbox/v1`): the clock that can be moved, the switches, the limits.

use crate::resources::customer::UserCredentials;
use crate::resources::shared::ResourceAttributes;
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// What happens by itself as an account's days pass.
    pub enum SandboxEventKind {
        Renewed = "renewed",
        Expired = "expired",
        Deleted = "deleted",
        InvoiceReady = "invoice_ready",
    }
}

resource! {
    /// The clock of a sandbox account. It only moves forward.
    pub struct SandboxClock: "SandboxClock" {
        /// The account's present.
        commercial now: Option<jiff::Timestamp> [read_only],
        /// Where to move it.
        commercial move_to: Option<jiff::Timestamp>,
        /// Or how far to move it, as an ISO 8601 duration such as P1M or P31D; at most 400 days at once.
        commercial advance: Option<String> [max(32)],
        /// How many things happened on the way.
        commercial jobs_run: Option<i64> [read_only],
        /// The first thousand of them, in order.
        commercial happened: Vec<SandboxEvent> [read_only],
    }

    /// One thing that happened while the clock was moved.
    pub struct SandboxEvent: "SandboxEvent" {
        /// The account's day, such as 2018-02-15.
        commercial day: Option<String>,
        commercial kind: Option<SandboxEventKind>,
        commercial customer_id: Option<String>,
        commercial subscription_id: Option<String>,
        commercial invoice_id: Option<String>,
    }

    /// What a sandbox allows and how its simulated customers behave. Absent members stay as they are.
    pub struct SandboxSettings: "SandboxSettings" {
        commercial limits: Option<SandboxLimits>,
        /// Simulated customers accept agreements at once.
        commercial accept_agreements_at_once: Option<bool>,
    }

    /// A sandbox account as it is opened: a tenant of its own with one administrator.
    pub struct SandboxAccount: "SandboxAccount" {
        commercial id: Option<String> [read_only],
        commercial tenant_id: Option<String> [read_only],
        /// The tenant's first domain, under the cloud's own suffix.
        commercial domain: Option<String> [required, max(253)],
        commercial company_name: Option<String> [read_only],
        /// The administrator's first sign-in, shown once. Made and kept at the trustee.
        secret user_credentials: Option<UserCredentials> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// What a sandbox allows; 0 is no limit.
    pub struct SandboxLimits: "SandboxLimits" {
        commercial customers: Option<i64>,
        commercial subscriptions_per_customer: Option<i64>,
        commercial seats_per_subscription: Option<i64>,
    }
}
