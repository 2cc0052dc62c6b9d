//! Operations of which the trustee does a part itself, one file each.
//!
//! Invariants: what is minted or recorded here is recorded before the operator is asked and settled after it has
//! answered; an answer that is lost leaves it pending, and a retry under the same request id finds it again.
//!
//! Deliberately absent: anything that the operator's answer alone could make or change among principals,
//! relationships or keys.

mod acts;
mod agreements;
mod create_customer;
mod create_sandbox_account;
mod departure;
mod end_relationship;
mod erasure;
mod names;
mod restore;
mod rotation;
mod validations;

use edge::{Response, StatusCode};
use kernel::Micros;

/// Microseconds of a day.
const DAY: Micros = 86_400_000_000;

/// An instant as answers have it; none for the one that stands for "not yet".
fn date(at: Micros) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_microsecond(at).ok().filter(|_| at != 0)
}

/// An answer out of a resource of the contract, which nobody keeps.
fn answer(status: StatusCode, body: &impl serde::Serialize) -> Response {
    let value = serde_json::to_value(body).unwrap_or_default(); // these have no maps with other keys than text
    Response::json(status, crate::gateway::without_nulls(value).to_string())
        .header(edge::http::header::CACHE_CONTROL, "no-store")
}
