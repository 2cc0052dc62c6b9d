//! The lines of an invoice, page by page.
//!
//! There are licence lines so far. Of the other documented pairs the pages are empty; a pair that means nothing is
//! refused.

use billing::{Invoice, InvoiceLine, Subject};
use contract::collection::Collection;
use contract::errors::code;
use contract::query::{PageLimits, Query};
use contract::resources::invoice::{BillingProvider, InvoiceLineItemType, LicenseBasedLineItem};
use jiff::civil::Date;
use kernel::Problem;
use store::Tx;
use store::operator::invoices::{self as rows, InvoiceRow};

use crate::Fault;
use crate::catalogue::billing_cycle;
use crate::jobs::start_of;

/// What stands for "no reseller".
const NO_RESELLER: i64 = -1;

/// A page of lines of one provider and kind; `uri` is where it was asked for.
pub(super) fn page(
    tx: &mut Tx,
    row: &InvoiceRow,
    (provider, kind): (&str, &str),
    uri: &str,
    query: &Query,
) -> Result<Collection<LicenseBasedLineItem>, Fault> {
    let licences = are_licences(provider, kind)?;
    let (size, offset) = size_and_offset(query, PageLimits::LINE_ITEMS)?;
    let head = super::head(row)?;
    let mut items = Vec::new();
    if licences {
        // One more than asked for says whether there is a next page.
        for kept in rows::lines(tx, &row.account_id, &row.number, offset, size.saturating_add(1))? {
            items.push(item(&head, &super::read(&kept.subject)?, &super::read(&kept.line)?));
        }
    }
    Ok(paged(items, size, offset, uri, query).map(|item| item))
}

/// Whether a pair means licences; an error when it means nothing.
fn are_licences(provider: &str, kind: &str) -> Result<bool, Problem> {
    use BillingProvider::{All, Azure, AzureDataMarket, Marketplace, Office, OneTime};
    use InvoiceLineItemType::{BillingLineItems, UsageLineItems};
    match (BillingProvider::parse(provider), InvoiceLineItemType::parse(kind)) {
        (Some(Office | All), Some(BillingLineItems)) => Ok(true),
        (
            Some(Azure | AzureDataMarket | OneTime | Marketplace | All),
            Some(BillingLineItems | UsageLineItems),
        ) => Ok(false),
        _ => {
            let text = "Name a provider (office, azure or onetime) and an invoicelineitemtype (billinglineitems or \
                        usagelineitems) that belong together: office has billinglineitems.";
            Err(Problem::new(400, code::BAD_INPUT, "line_items_unknown", text))
        }
    }
}

/// `size` and `offset` as the store counts.
pub(super) fn size_and_offset(query: &Query, limits: PageLimits) -> Result<(u32, i64), Problem> {
    let page = query.page(limits)?;
    let offset = i64::try_from(page.offset).unwrap_or(i64::MAX);
    Ok((u32::try_from(page.size).unwrap_or(u32::MAX), offset))
}

/// A page of what was read with one element too many, with links to itself and the next one.
pub(super) fn paged<T>(mut items: Vec<T>, size: u32, offset: i64, base: &str, query: &Query) -> Page<T> {
    let size = size as usize;
    let more = items.len() > size;
    items.truncate(size);
    let at = |query: &Query| match query.encode() {
        text if text.is_empty() => base.to_owned(),
        text => format!("{base}?{text}"),
    };
    let next = more.then(|| {
        let next = offset.saturating_add(i64::try_from(size).unwrap_or(i64::MAX));
        at(&query.with("size", size.to_string()).with("offset", next.to_string()))
    });
    Page { items, own: at(query), next }
}

/// A page before its elements have their final form.
pub(super) struct Page<T> {
    items: Vec<T>,
    own: String,
    next: Option<String>,
}

impl<T> Page<T> {
    /// The collection, its elements in the form of the contract.
    pub(super) fn map<R>(self, shown: impl Fn(T) -> R) -> Collection<R> {
        let list = Collection::new(self.items.into_iter().map(shown).collect()).at(self.own);
        match self.next {
            Some(next) => list.next(next),
            None => list,
        }
    }
}

fn item(head: &Invoice, subject: &Subject, entry: &InvoiceLine) -> LicenseBasedLineItem {
    let line = &entry.line;
    let mpn = |id: commerce::eligibility::MpnId| i64::from(id.number());
    let instant = |day: Date| Some(start_of(day));
    LicenseBasedLineItem {
        partner_id: Some(head.partner.to_string()),
        customer_id: Some(subject.customer.to_string()),
        customer_name: Some(subject.customer_name.clone()),
        mpn_id: head.mpn.map(mpn),
        tier2_mpn_id: Some(subject.reseller_mpn.map_or(NO_RESELLER, mpn)),
        order_id: Some(subject.order.to_string()),
        subscription_id: Some(subject.subscription.to_string()),
        syndication_partner_subscription_number: Some(subject.subscription.to_string()),
        offer_id: Some(subject.offer.to_string()),
        durable_offer_id: Some(subject.durable_offer.clone()),
        offer_name: Some(subject.offer_name.clone()),
        domain_name: Some(subject.domain_name.clone()),
        billing_cycle_type: Some(billing_cycle(line.cycle)),
        subscription_name: Some(subject.subscription_name.clone()),
        subscription_description: Some(subject.subscription_description.clone()),
        subscription_start_date: instant(line.term.first()),
        subscription_end_date: instant(line.term.last()),
        charge_start_date: instant(line.period.first()),
        charge_end_date: instant(line.period.last()),
        charge_type: Some(line.charge_type.name().to_owned()),
        unit_price: Some(line.unit_price),
        quantity: Some(line.quantity.into()),
        amount: Some(line.amount.to_decimal()),
        total_other_discount: Some(entry.other_discount.to_decimal()),
        subtotal: Some(entry.subtotal.to_decimal()),
        tax: Some(entry.tax.to_decimal()),
        total_for_customer: Some(entry.total.to_decimal()),
        currency: Some(head.currency.code().to_owned()),
        invoice_line_item_type: Some(InvoiceLineItemType::BillingLineItems),
        billing_provider: Some(BillingProvider::Office),
        attributes: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(provider: &str, kind: &str, expected: Option<bool>) {
        assert_eq!(are_licences(provider, kind).ok(), expected, "{provider} {kind}");
    }

    #[test]
    fn only_known_pairs_have_lines() {
        check("office", "billinglineitems", Some(true));
        check("Office", "BILLINGLINEITEMS", Some(true));
        check("OFFICE", "billing_line_items", Some(true));
        check("azure", "usagelineitems", Some(false));
        check("onetime", "billinglineitems", Some(false));
        check("office", "usagelineitems", None);
        check("", "billinglineitems", None);
        check("office", "", None);
        check("none", "none", None);
    }

    #[test]
    fn the_last_page_has_no_next_link() {
        let query = Query::parse("size=2&offset=4", &["size", "offset"]).expect("a query");
        let page = paged(vec![1, 2, 3], 2, 4, "/invoices", &query).map(|item| item);
        let links = page.links.expect("links");
        assert_eq!((page.total_count, page.items), (2, vec![1, 2]));
        assert_eq!(links.next.and_then(|link| link.uri).as_deref(), Some("/invoices?size=2&offset=6"));
        let last = paged(vec![1, 2], 2, 4, "/invoices", &query).map(|item| item);
        assert!(last.links.expect("links").next.is_none());
    }
}
