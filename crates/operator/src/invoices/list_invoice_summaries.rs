//! What the partner owes, currency by currency.

use contract::collection::Collection;
use contract::operations::ListInvoiceSummaries;
use contract::resources::invoice::InvoiceSummary;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListInvoiceSummaries> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        _: Input<'_, ()>,
    ) -> Result<Answer<Collection<InvoiceSummary>>, Fault> {
        let list = Collection::new(super::summary::summaries(tx, cx)?);
        Ok(Answer::of(list.at(link::to::<ListInvoiceSummaries>(&[]))))
    }
}
