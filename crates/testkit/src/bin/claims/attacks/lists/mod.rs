//! The claims, a file for each letter.

mod a;
mod b;
mod c;
mod d;
mod g;
mod s;
mod x;

use crate::claim::Claim;
use crate::stage::Stage;

/// Every claim about both zones in one process, in the order of their numbers.
pub fn claims() -> Vec<&'static Claim<Stage>> {
    [a::CLAIMS, b::CLAIMS, c::CLAIMS, d::CLAIMS, x::CLAIMS, s::CLAIMS, g::CLAIMS]
        .into_iter()
        .flatten()
        .collect()
}
