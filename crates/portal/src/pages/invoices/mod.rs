//! The partner's invoices: the list, and one with its lines, on the page and as a file.

pub(crate) mod list;
pub(crate) mod one;
pub(crate) mod table;

use contract::resources::invoice::{DocumentType, Invoice};
use kernel::Decimal;

use crate::gallery::Kit;
use crate::texts::Texts;

pub(crate) fn document_name(t: &Texts, document: Option<DocumentType>) -> String {
    document.and_then(|document| t.named("document", document.as_str())).unwrap_or_default()
}

/// What of an invoice is still to be paid.
pub(crate) fn open(invoice: &Invoice) -> Decimal {
    invoice.total_charges.unwrap_or_default() - invoice.paid_amount.unwrap_or_default()
}

/// An invoice for samples.
pub(crate) fn sample(kit: &Kit, paid: i64) -> Invoice {
    use contract::resources::invoice::{BillingProvider, InvoiceDetail, InvoiceLineItemType};
    Invoice {
        id: Some("Recurring-D020001IVK".to_owned()),
        invoice_date: Some(Kit::at("2018-06-01T00:00:00Z")),
        billing_period_start_date: Some(Kit::at("2018-05-01T00:00:00Z")),
        billing_period_end_date: Some(Kit::at("2018-05-31T00:00:00Z")),
        total_charges: Some(Decimal::new(123_456, 2)),
        paid_amount: Some(Decimal::new(paid, 2)),
        currency_code: kit.some("EUR"),
        document_type: Some(DocumentType::Invoice),
        invoice_details: vec![InvoiceDetail {
            invoice_line_item_type: Some(InvoiceLineItemType::BillingLineItems),
            billing_provider: Some(BillingProvider::Office),
            ..InvoiceDetail::default()
        }],
        ..Invoice::default()
    }
}
