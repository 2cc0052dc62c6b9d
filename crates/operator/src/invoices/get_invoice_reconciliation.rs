//! The licence reconciliation file of an invoice.

use contract::operations::GetInvoiceReconciliation;
use kernel::Problem;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetInvoiceReconciliation> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<()>, Fault> {
        let row = super::mine(tx, cx, &input)?;
        let file = documents::license_csv(&super::issued(tx, &row)?).map_err(|error| {
            tracing::error!(invoice = %row.number, %error, "a reconciliation file cannot be written");
            Problem::internal()
        })?;
        Ok(Answer::file(file))
    }
}
