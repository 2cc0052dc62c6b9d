//! One invoice with its lines. The bars beside the customers' sums are the chart: a table that can be read aloud.

use askama::Template;
use client::Call;
use contract::operations::{
    GetInvoice, GetInvoiceExplanation, GetInvoiceReconciliation, ListInvoiceLineItems,
};
use contract::resources::invoice::{self, InvoiceDetail, InvoiceLineItemType};
use contract::{Operation, Party, Spec};
use edge::Response;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::invoices::table::{self, Flavour, Line, Share};
use crate::pages::invoices::{document_name, open};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts};
use crate::permit::Permit;
use crate::texts::Texts;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

/// Lines asked for at once: the contract's own limit.
const PAGE: usize = 2000;
/// Lines shown on the page; the file holds all of them.
const SHOWN: usize = 200;
/// No invoice that a page asks for has more lines than this.
const MOST: usize = 200_000;

struct Row {
    customer: String,
    what: String,
    kind: String,
    period: String,
    quantity: String,
    price: String,
    amount: String,
}

#[derive(Template)]
#[template(path = "pages/invoices/one.html")]
pub(crate) struct Invoice {
    frame: Frame,
    id: String,
    facts: Facts,
    rows: Vec<Row>,
    shares: Vec<Share>,
    /// How many lines the page leaves out.
    left_out: i64,
    files: Vec<Action>,
}

impl Page for Invoice {
    type At = at::Invoice;
    const CALLS: &'static [&'static Spec] = &[GetInvoice::SPEC, ListInvoiceLineItems::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let here = at::Invoice { invoice: Kit::id("Recurring-D020001IVK") };
        let page = |lines: &[Line]| {
            let frame = kit.frame(Party::Partner, "/portal/invoices");
            Self::of(frame, &here, &super::sample(kit, 0), lines, [Permit::Yes, Permit::Hidden])
        };
        let many: Vec<Line> = (0..SHOWN + 2).map(|_| table::sample(kit)).collect();
        vec![page(&[table::sample(kit)]), page(&many), page(&[])]
    }

    async fn load(visit: &Visit, here: at::Invoice) -> Result<Answer, Trouble> {
        match visit.query.get("format") {
            "reconciliation" => return reconciliation(visit, &here).await,
            "explanation" => return explanation(visit, &here).await,
            _ => {}
        }
        let invoice = visit.call(Call::to(GetInvoice).param("invoice-id", &here.invoice)).await?;
        let mut lines = Vec::new();
        for detail in &invoice.invoice_details {
            collect(visit, &here, detail, &mut lines).await?;
        }
        let flavour = match visit.query.get("format") {
            "csv" => Flavour::International,
            "csv-de" => Flavour::German,
            _ => {
                let may = [visit.may(GetInvoiceReconciliation), visit.may(GetInvoiceExplanation)];
                return Self::of(visit.frame(), &here, &invoice, &lines, may).shown();
            }
        };
        let bytes = table::csv(visit.t, &lines, flavour).map_err(|error| {
            tracing::error!(%error, "a file of invoice lines could not be written");
            Trouble::Failed
        })?;
        let name = format!("{}.csv", here.invoice);
        Ok(Answer::File(Response::document("text/csv; charset=utf-8", &name, bytes)))
    }
}

/// The operator's own reconciliation file, as programs read it.
async fn reconciliation(visit: &Visit, here: &at::Invoice) -> Result<Answer, Trouble> {
    let call = Call::to(GetInvoiceReconciliation).param("invoice-id", &here.invoice);
    let name = format!("{}-reconciliation.csv", here.invoice);
    Ok(Answer::File(Response::document("text/csv; charset=utf-8", &name, visit.document(call).await?)))
}

/// How every amount came about: enough to compute it again.
async fn explanation(visit: &Visit, here: &at::Invoice) -> Result<Answer, Trouble> {
    let call = Call::to(GetInvoiceExplanation).param("invoice-id", &here.invoice);
    let name = format!("{}-explanation.json", here.invoice);
    Ok(Answer::File(Response::document("application/json", &name, visit.document(call).await?)))
}

/// The lines of one kind, page by page.
async fn collect(
    visit: &Visit,
    here: &at::Invoice,
    detail: &InvoiceDetail,
    lines: &mut Vec<Line>,
) -> Result<(), Trouble> {
    let Some(provider) = detail.billing_provider else { return Ok(()) };
    let Some(kind @ InvoiceLineItemType::BillingLineItems) = detail.invoice_line_item_type else {
        return Ok(()); // usage has lines of another shape, which the contract does not serve yet
    };
    let mut offset = 0;
    while offset < MOST {
        let call = Call::to(ListInvoiceLineItems)
            .param("invoice-id", &here.invoice)
            .query("provider", provider)
            .query("invoicelineitemtype", kind)
            .query("size", PAGE)
            .query("offset", offset);
        let page = visit.call(call).await?;
        let count = page.items.len();
        lines.extend(page.items.into_iter().map(Line::of));
        if count < PAGE {
            break;
        }
        offset += count;
    }
    Ok(())
}

/// The files that an invoice can be saved as.
fn files(t: &Texts, here: &at::Invoice, [reconciliation, explanation]: [Permit; 2]) -> Vec<Action> {
    let file = |label, format, permit| Action::link(label, link(here, &[("format", format)]), permit).minor();
    vec![
        file(t.invoice_csv(), "csv", Permit::Yes),
        file(t.invoice_csv_german(), "csv-de", Permit::Yes),
        file(t.invoice_reconciliation(), "reconciliation", reconciliation),
        file(t.invoice_explanation(), "explanation", explanation),
    ]
}

impl Invoice {
    fn of(
        frame: Frame,
        here: &at::Invoice,
        invoice: &invoice::Invoice,
        lines: &[Line],
        may: [Permit; 2],
    ) -> Self {
        let (t, f) = (frame.t, frame.f);
        let currency = invoice.currency_code.clone().unwrap_or_default();
        let period = match (invoice.billing_period_start_date, invoice.billing_period_end_date) {
            (Some(from), Some(to)) => t.period(f.day(from), f.day(to)),
            _ => String::new(),
        };
        let facts = vec![
            Fact::new(t.field_kind(), document_name(t, invoice.document_type)),
            Fact::new(t.field_date(), invoice.invoice_date.map(|at| f.day(at)).unwrap_or_default()),
            Fact::new(t.field_period(), period),
            Fact::new(t.field_total(), f.money(invoice.total_charges.unwrap_or_default(), &currency)),
            Fact::new(t.field_open(), f.money(open(invoice), &currency)),
        ];
        let row = |line: &Line| Row {
            customer: line.customer.clone(),
            what: line.what.clone(),
            kind: crate::pages::orders::charge_name(t, &line.kind),
            period: match (line.from, line.to) {
                (Some(from), Some(to)) => t.period(f.day(from), f.day(to)),
                _ => String::new(),
            },
            quantity: line.quantity.map(|quantity| f.quantity(quantity)).unwrap_or_default(),
            price: line.price.map(|price| f.money(price, &line.currency)).unwrap_or_default(),
            amount: line.amount.map(|amount| f.money(amount, &line.currency)).unwrap_or_default(),
        };
        Self {
            id: here.invoice.to_string(),
            facts: Facts { t, facts },
            rows: lines.iter().take(SHOWN).map(row).collect(),
            shares: table::shares(f, lines),
            left_out: i64::try_from(lines.len().saturating_sub(SHOWN)).unwrap_or(i64::MAX),
            files: files(t, here, may),
            frame: frame.below(at::Invoices {}.path(), t.invoices_title()),
        }
    }
}
