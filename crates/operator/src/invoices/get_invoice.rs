//! One invoice.

use contract::operations::GetInvoice;
use contract::resources::invoice::Invoice;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetInvoice> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Invoice>, Fault> {
        Ok(Answer::of(super::shown(&super::mine(tx, cx, &input)?)))
    }
}
