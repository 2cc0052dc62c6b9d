//! Lines of an invoice, provider and kind in the query.

use contract::collection::Collection;
use contract::operations::ListInvoiceLineItems;
use contract::resources::invoice::LicenseBasedLineItem;
use store::Tx;

use super::{line_items, shown_id};
use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListInvoiceLineItems> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<LicenseBasedLineItem>>, Fault> {
        let row = super::mine(tx, cx, &input)?;
        let asked = |name| input.query.get(name).unwrap_or_default();
        let uri = link::to::<ListInvoiceLineItems>(&[&shown_id(&row.number)]);
        let pair = (asked("provider"), asked("invoicelineitemtype"));
        Ok(Answer::of(line_items::page(tx, &row, pair, &uri, input.query)?))
    }
}
