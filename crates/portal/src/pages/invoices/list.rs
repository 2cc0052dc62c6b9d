//! The list of invoices, newest first, with what is still open.

use askama::Template;
use client::Call;
use contract::operations::ListInvoices;
use contract::resources::invoice::Invoice;
use contract::{Operation, Party, Spec};
use kernel::Decimal;

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::invoices::{document_name, open};
use crate::pages::{Answer, Page, Place, at};
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Invoices on one page.
const PAGE: usize = 50;

struct Row {
    id: String,
    href: String,
    date: String,
    period: String,
    kind: String,
    total: String,
    open: String,
    paid: bool,
}

#[derive(Template)]
#[template(path = "pages/invoices/list.html")]
pub(crate) struct Invoices {
    frame: Frame,
    rows: Vec<Row>,
    previous: String,
    next: String,
}

impl Page for Invoices {
    type At = at::Invoices;
    const CALLS: &'static [&'static Spec] = &[ListInvoices::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let frame = || kit.frame(Party::Partner, "/portal/invoices");
        let list = [super::sample(kit, 0), super::sample(kit, 123_456)];
        vec![Self::of(frame(), &list, 50, true), Self::of(frame(), &[], 0, false)]
    }

    async fn load(visit: &Visit, _at: at::Invoices) -> Result<Answer, Trouble> {
        let offset = offset(&visit.query);
        let call = Call::to(ListInvoices).query("size", PAGE).query("offset", offset);
        let list = visit.call(call).await?;
        let more = list.links.is_some_and(|links| links.next.is_some()) || list.items.len() > PAGE;
        Self::of(visit.frame(), &list.items, offset, more).shown()
    }
}

/// Where in a list the address says one is.
pub(super) fn offset(query: &Form) -> usize {
    query.get("offset").parse().unwrap_or(0)
}

impl Invoices {
    fn of(frame: Frame, list: &[Invoice], offset: usize, more: bool) -> Self {
        let (t, f) = (frame.t, frame.f);
        let mut sorted: Vec<&Invoice> = list.iter().collect();
        sorted.sort_by_key(|invoice| std::cmp::Reverse(invoice.invoice_date));
        let rows = sorted.into_iter().filter_map(|invoice| {
            let id = invoice.id.clone()?;
            let currency = invoice.currency_code.as_deref().unwrap_or_default();
            let still = open(invoice);
            Some(Row {
                href: at::Invoice { invoice: id.parse().ok()? }.path(),
                date: invoice.invoice_date.map(|at| f.day(at)).unwrap_or_default(),
                period: match (invoice.billing_period_start_date, invoice.billing_period_end_date) {
                    (Some(from), Some(to)) => t.period(f.day(from), f.day(to)),
                    _ => String::new(),
                },
                kind: document_name(t, invoice.document_type),
                total: f.money(invoice.total_charges.unwrap_or_default(), currency),
                open: f.money(still, currency),
                paid: still <= Decimal::ZERO,
                id,
            })
        });
        let to = |offset: usize| link(&at::Invoices {}, &[("offset", &offset.to_string())]);
        Self {
            rows: rows.collect(),
            previous: if offset > 0 { to(offset.saturating_sub(PAGE)) } else { String::new() },
            next: if more { to(offset + PAGE) } else { String::new() },
            frame,
        }
    }
}
