//! Lines of an invoice, provider and kind in the path.

use contract::collection::Collection;
use contract::operations::ListInvoiceLineItemsLegacy;
use contract::resources::invoice::LicenseBasedLineItem;
use store::Tx;

use super::{line_items, shown_id};
use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListInvoiceLineItemsLegacy> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<LicenseBasedLineItem>>, Fault> {
        let row = super::mine(tx, cx, &input)?;
        let asked = |name| input.path.get(name).unwrap_or_default();
        let pair = (asked("billing-provider"), asked("invoice-line-item-type"));
        let uri = link::to::<ListInvoiceLineItemsLegacy>(&[&shown_id(&row.number), &pair.0, &pair.1]);
        Ok(Answer::of(line_items::page(tx, &row, pair, &uri, input.query)?))
    }
}
