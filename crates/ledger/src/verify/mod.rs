//! The offline verifier: what somebody does who has files and a policy, and believes nobody.
//!
//! Deliberately absent: reading files and the present, which are handed in.

mod compare;
mod log;
mod report;

pub use compare::{View, compare};
pub use log::{AGE_LIMIT, Files, LogFacts, SILENCE_LIMIT, Silence, read_log, verify_log};
pub use report::{ReportFacts, verify_report};
