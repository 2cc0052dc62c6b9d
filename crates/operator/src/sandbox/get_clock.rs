//! The present of an account, sandbox or not.

use contract::operations::GetClock;
use contract::resources::sandbox::SandboxClock;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetClock> for Operator {
    fn serve(_: &mut Tx, cx: &Cx<'_>, _: Input<'_, ()>) -> Result<Answer<SandboxClock>, Fault> {
        cx.account()?;
        Ok(Answer::of(SandboxClock { now: Some(cx.now()), ..SandboxClock::default() }))
    }
}
