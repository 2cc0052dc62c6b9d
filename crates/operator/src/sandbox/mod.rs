//! Sandboxes: how one is opened, and what only a sandbox can do: move its clock, set its limits.
//!
//! Invariants: a clock only moves forward; whatever falls due on the way has happened when the call answers; an
//! account that is no sandbox has none of this.

mod advance_clock;
mod create_account;
mod get_clock;
mod settings;

use contract::errors::code;
use kernel::Problem;
use store::operator::accounts::AccountRow;

use crate::Cx;

/// The caller's sandbox.
fn mine<'c>(cx: &'c Cx<'_>) -> Result<&'c AccountRow, Problem> {
    let account = cx.account()?;
    if account.sandbox {
        return Ok(account);
    }
    let text = "This is no sandbox account. Open one with POST sandbox accounts and call as that account.";
    Err(Problem::new(403, code::NOT_IN_ENVIRONMENT, "sandbox_only", text))
}
