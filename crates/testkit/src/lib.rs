//! Both zones in one process for tests: a clock that is set, entropy that counts, the operator's store on either
//! engine, the planted demo world with a token for each kind of caller, and a gateway's link that can be listened
//! to and made to lie.
//!
//! Invariant: what is tested is what users run. The zones are put together by the program's own library, the world
//! is planted by the program's own seed, and every call goes through the real gateway.
//!
//! Deliberately absent: expectations. They are in the tests.

mod ambient;
mod back;
pub mod browser;
mod call;
mod door;
pub mod issuer;
mod kill;
pub mod leaving;
mod logbook;
mod safe;
pub mod shares;
mod strangers;
mod tap;
mod town;
pub mod twin;

pub use ambient::{Counting, SetClock};
pub use back::{PutBack, Remembered};
pub use call::{Ask, Reply};
pub use door::Door;
pub use kill::killed_after;
pub use logbook::KeptLog;
pub use safe::{KeptKeys, Rented, Safe};
pub use strangers::{Fetched, Mood, Neighbour};
pub use tap::{Lie, Tap};
pub use town::{LOG_ORIGIN, LOG_SEED, Plan, Town, customer, log_key};
