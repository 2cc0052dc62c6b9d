//! What can go wrong in the store. No message holds a value of a row: statement names, kinds and codes only.

use kernel::{Code, Problem};

/// Why a transaction, or opening a store, failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The queue of waiting transactions is full.
    #[error("the store has too many transactions waiting; try again shortly")]
    Busy,
    /// The store was shut down.
    #[error("the store is closed")]
    Closed,
    /// The engine cannot be reached or lost the connection; nothing was changed.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// The connection broke during commit: the change may or may not be there.
    #[error(
        "transaction '{0}': the connection broke during commit, so its outcome is unknown; repeat the call under the same request id"
    )]
    Unknown(&'static str),
    /// Other transactions were in the way more often than we retry.
    #[error("transaction '{0}' collided with others too often; try again shortly")]
    Contended(&'static str),
    /// A uniqueness or other constraint refused the change.
    #[error("statement '{statement}': refused by constraint {constraint}")]
    Conflict {
        /// The statement's name.
        statement: &'static str,
        /// What the engine calls the constraint.
        constraint: String,
    },
    /// A row that has to be there is not.
    #[error("statement '{0}': no row where exactly one was expected")]
    NoRow(&'static str),
    /// More rows than one where one was expected.
    #[error("statement '{0}': several rows where at most one was expected")]
    ManyRows(&'static str),
    /// A column does not hold what the code expects.
    #[error("statement '{statement}', column {index}: expected {wanted}, found {found}")]
    Column {
        /// The statement's name.
        statement: &'static str,
        /// The position of the column, from 0.
        index: usize,
        /// What was expected.
        wanted: &'static str,
        /// What was there.
        found: &'static str,
    },
    /// A row has another number of columns than the code expects.
    #[error("statement '{statement}': expected {wanted} columns, found {found}")]
    Width {
        /// The statement's name.
        statement: &'static str,
        /// How many were expected.
        wanted: usize,
        /// How many there were.
        found: usize,
    },
    /// An argument that the engines cannot keep.
    #[error("statement '{statement}', argument ${number}: {reason}")]
    Argument {
        /// The statement's name.
        statement: &'static str,
        /// The number of the placeholder, from 1.
        number: usize,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A writing statement in a reading transaction.
    #[error("statement '{0}' writes, but the transaction was opened for reading")]
    ReadOnly(&'static str),
    /// The engine refused the statement.
    #[error("statement '{statement}' failed ({code}): {message}")]
    Sql {
        /// The statement's name.
        statement: &'static str,
        /// SQLSTATE or SQLite's extended code.
        code: String,
        /// The engine's words, where they cannot hold a row's values.
        message: String,
    },
    /// The closure panicked; its changes were undone.
    #[error("transaction '{0}' panicked; its changes were undone")]
    Panicked(&'static str),
    /// The schema cannot be used or brought up to date.
    #[error("{0}")]
    Schema(String),
    /// A backup cannot be written, read or verified.
    #[error("{0}")]
    Backup(String),
}

impl StoreError {
    /// Whether the same call may succeed a little later.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Busy | Self::Closed | Self::Unavailable(_) | Self::Unknown(_) | Self::Contended(_)
        )
    }

    /// Whether a constraint refused the change.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }
}

/// What a caller is told: passing troubles are 503, everything else is a fault of ours.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if !error.is_passing() {
            tracing::error!(%error, "store");
            return Self::internal();
        }
        tracing::warn!(%error, "store");
        Self::new(
            503,
            Code(800_003),
            "busy",
            "The service is busy. Repeat the call under the same request id.",
        )
        .retry_after(1)
    }
}
