//! A page of the partner's invoices, the newest first.

use contract::collection::Collection;
use contract::operations::ListInvoices;
use contract::query::PageLimits;
use contract::resources::invoice::Invoice;
use store::Tx;
use store::operator::invoices;

use super::line_items::{paged, size_and_offset};
use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListInvoices> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Invoice>>, Fault> {
        let account = cx.account()?;
        let (size, offset) = size_and_offset(input.query, PageLimits::CUSTOMERS)?;
        // One more than asked for says whether there is a next page.
        let rows = invoices::page(tx, &account.account_id, size.saturating_add(1), offset)?;
        let page = paged(rows, size, offset, &link::to::<ListInvoices>(&[]), input.query);
        Ok(Answer::of(page.map(|row| super::shown(&row))))
    }
}
