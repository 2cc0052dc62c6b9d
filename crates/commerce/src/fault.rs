//! Refusals that more than one rule utters. Codes are those of the Partner Center envelope.

use contract::errors::code;
use kernel::Problem;

/// 400 with code 3000: one member of the request is wrong. The value itself is never repeated, it may be private.
pub(crate) fn bad_property(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}.")).with(member)
}

/// A member that must be there and is not.
pub(crate) fn missing(member: &str) -> Problem {
    bad_property(member, "is required")
}
