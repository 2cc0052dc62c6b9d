//! Access reports, and the transparency log to look at. Nothing here ever reaches the operator.

use crate::shape_macros::resource;

resource! {
    /// A report on what was opened of one customer's data.
    pub struct AccessReport: "AccessReport" {
        commercial id: Option<String> [read_only],
        /// Whose data; one's own organisation when absent.
        commercial tenant_id: Option<String> [guid],
        /// event, emergency, monthly or demand.
        commercial cause: Option<String> [read_only],
        /// The grant that it was made about, after that had ended or, in an emergency, was approved.
        commercial request_id: Option<String> [read_only],
        /// The start of the period; a year before the end when absent.
        commercial from_date: Option<jiff::Timestamp>,
        /// Its end, which is no part of it; the present when absent.
        commercial until_date: Option<jiff::Timestamp>,
        /// announced: its entry is in the log, the report follows. issued: it can be read.
        commercial state: Option<String> [read_only],
        commercial announced_date: Option<jiff::Timestamp> [read_only],
        commercial issued_date: Option<jiff::Timestamp> [read_only],
        /// The size of the log that its proofs lead to.
        commercial log_size: Option<i64> [read_only],
        /// Entries about the customer, from the first one on.
        commercial entries: Option<i64> [read_only],
        commercial entries_in_period: Option<i64> [read_only],
        /// Releases to the operator's people in the period.
        commercial uses: Option<i64> [read_only],
        commercial rows: Option<i64> [read_only],
        commercial bytes: Option<i64> [read_only],
        /// The assurance level when it was issued.
        commercial level: Option<String> [read_only],
    }

    /// Where the transparency log stands.
    pub struct LogStanding: "LogStanding" {
        /// The name of the log, as checkpoints have it.
        commercial origin: Option<String>,
        /// The key that signs checkpoints, as policies have it.
        commercial key: Option<String>,
        /// Entries.
        commercial size: Option<i64>,
        commercial root: Option<String>,
        /// Entries up to the newest checkpoint that enough witnesses cosigned.
        commercial published_size: Option<i64>,
        /// That checkpoint, as it is served.
        commercial checkpoint: Option<String>,
        commercial newest_date: Option<jiff::Timestamp>,
        /// The witnesses whose signatures that checkpoint must and does carry.
        commercial witnesses: Option<Vec<LogWitness>>,
        /// Whether it may be written to: it was compared with what was seen of it.
        commercial writable: Option<bool>,
        /// The assurance level that entries tell now.
        commercial level: Option<String>,
    }

    /// A witness of the log.
    pub struct LogWitness: "LogWitness" {
        commercial name: Option<String>,
        /// Whether the published checkpoint carries its signature.
        commercial cosigned: Option<bool>,
    }

    /// An entry of the log.
    pub struct LogEntryView: "LogEntryView" {
        commercial index: Option<i64>,
        commercial r#type: Option<String>,
        commercial date: Option<jiff::Timestamp>,
        /// Whether it is about a customer. Which one, only the customer finds.
        commercial about_customer: Option<bool>,
        /// A stand-in for whoever acted, another one for each customer.
        commercial actor: Option<String>,
        /// A stand-in for the grant.
        commercial grant: Option<String>,
        commercial operation: Option<String>,
        commercial classes: Option<Vec<String>>,
        /// Numbers, as `rows 3`.
        commercial counts: Option<Vec<String>>,
        commercial from_state: Option<String>,
        commercial to_state: Option<String>,
        commercial reason: Option<String>,
        commercial level: Option<String>,
        /// The entry that it belongs to.
        commercial belongs_to: Option<i64>,
    }

    /// What the log tells of openings in one month, for one reason.
    pub struct OpeningStatistics: "OpeningStatistics" {
        /// `2018-05`.
        commercial month: Option<String>,
        /// The reason; empty for what partners and customers opened themselves.
        commercial reason: Option<String>,
        commercial asked: Option<i64>,
        commercial denied: Option<i64>,
        commercial begun: Option<i64>,
        /// Ended by somebody before their time.
        commercial stopped: Option<i64>,
        commercial uses: Option<i64>,
        commercial refused: Option<i64>,
        commercial rows: Option<i64>,
        commercial bytes: Option<i64>,
        /// By partners, with consent.
        commercial by_partners: Option<i64>,
        /// By customers themselves.
        commercial by_customers: Option<i64>,
    }
}
