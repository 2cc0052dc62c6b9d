//! An invoice with the basis of every amount: `billing::Invoice` as JSON, with what decided about its tax beside it.

use contract::operations::GetInvoiceExplanation;
use kernel::Problem;
use serde_json::Value;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetInvoiceExplanation> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<()>, Fault> {
        let row = super::mine(tx, cx, &input)?;
        let invoice = super::issued(tx, &row)?;
        let mut whole = serde_json::to_value(&invoice).map_err(|_| Problem::internal())?;
        whole["tax_evidence"] = super::read::<Value>(&row.tax_evidence)?;
        Ok(Answer::file(whole.to_string().into_bytes()))
    }
}
