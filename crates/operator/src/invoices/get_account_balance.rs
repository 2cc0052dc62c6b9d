//! What the partner owes in its own currency.

use contract::operations::GetAccountBalance;
use contract::resources::invoice::InvoiceSummary;
use kernel::Problem;
use store::Tx;

use super::summary::summaries;
use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetAccountBalance> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, _: Input<'_, ()>) -> Result<Answer<InvoiceSummary>, Fault> {
        let own = cx.account()?.currency.code();
        let mut all = summaries(tx, cx)?;
        let place = all.iter().position(|one| one.currency_code.as_deref() == Some(own)).unwrap_or(0);
        if all.is_empty() {
            return Err(Problem::internal().into()); // there is always one
        }
        Ok(Answer::of(all.swap_remove(place)))
    }
}
