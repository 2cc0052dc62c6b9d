//! The licence reconciliation file: the documented columns in the documented order, dates and numbers as in the
//! United States, whatever the language of its reader, because programs read it.

use billing::{Invoice, InvoiceLine, Subject};
use commerce::catalogue::BillingCycle;
use jiff::civil::Date;
use std::borrow::Cow;

/// The columns, in order.
pub const LICENSE_COLUMNS: [&str; 28] = [
    "PartnerId",
    "CustomerId",
    "CustomerName",
    "MpnId",
    "ResellerMpnId",
    "OrderId",
    "SubscriptionId",
    "Syndication_Partner_Subscription_Number",
    "OfferId",
    "DurableOfferId",
    "OfferName",
    "SubscriptionStartDate",
    "SubscriptionEndDate",
    "ChargeStartDate",
    "ChargeEndDate",
    "ChargeType",
    "UnitPrice",
    "Quantity",
    "Amount",
    "TotalOtherDiscount",
    "Subtotal",
    "Tax",
    "TotalForCustomer",
    "Currency",
    "DomainName",
    "SubscriptionName",
    "SubscriptionDescription",
    "BillingCycleType",
];

/// The file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// The writer failed.
    #[error("the reconciliation file could not be written")]
    Write(#[from] csv::Error),
    /// The buffer could not be taken back.
    #[error("the reconciliation file could not be finished")]
    Finish,
    /// A line belongs to no subscription of the invoice.
    #[error("a line of invoice {0} names no subscription")]
    Orphan(kernel::InvoiceId),
}

/// The file as UTF-8 text with CRLF line ends.
///
/// # Errors
/// [`CsvError`] when the invoice is not whole.
pub fn license_csv(invoice: &Invoice) -> Result<Vec<u8>, CsvError> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(LICENSE_COLUMNS)?;
    for line in &invoice.lines {
        let subject = invoice.subject_of(line).ok_or_else(|| CsvError::Orphan(invoice.number.clone()))?;
        writer.write_record(row(invoice, line, subject).iter().map(|cell| cell.as_bytes()))?;
    }
    writer.into_inner().map_err(|_| CsvError::Finish)
}

fn row<'a>(invoice: &Invoice, entry: &InvoiceLine, subject: &'a Subject) -> [Cow<'a, str>; 28] {
    let line = &entry.line;
    // -1 stands for "none", as in the original files.
    let mpn =
        |id: Option<commerce::eligibility::MpnId>| id.map_or_else(|| "-1".to_owned(), |id| id.to_string());
    [
        invoice.partner.to_string().into(),
        subject.customer.to_string().into(),
        plain(&subject.customer_name),
        mpn(invoice.mpn).into(),
        mpn(subject.reseller_mpn).into(),
        subject.order.as_str().into(),
        subject.subscription.to_string().into(),
        subject.subscription.to_string().into(),
        subject.offer.as_str().into(),
        plain(&subject.durable_offer),
        plain(&subject.offer_name),
        start_of(line.term.first()).into(),
        end_of(line.term.last()).into(),
        start_of(line.period.first()).into(),
        end_of(line.period.last()).into(),
        line.charge_type.name().into(),
        line.unit_price.to_string().into(),
        line.quantity.to_string().into(),
        line.amount.to_decimal().to_string().into(),
        entry.other_discount.to_decimal().to_string().into(),
        entry.subtotal.to_decimal().to_string().into(),
        entry.tax.to_decimal().to_string().into(),
        entry.total.to_decimal().to_string().into(),
        invoice.currency.code().into(),
        plain(&subject.domain_name),
        plain(&subject.subscription_name),
        plain(&subject.subscription_description),
        cycle(line.cycle).into(),
    ]
}

const fn cycle(cycle: BillingCycle) -> &'static str {
    match cycle {
        BillingCycle::Monthly => "Monthly",
        BillingCycle::Annual => "Annual",
        BillingCycle::None => "None",
        BillingCycle::OneTime => "OneTime",
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front.
fn plain(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}").into() } else { text.into() }
}

/// Both days of a period count: it begins with its first minute …
fn start_of(day: Date) -> String {
    format!("{}/{}/{} 0:00", day.month(), day.day(), day.year())
}

/// … and ends with its last.
fn end_of(day: Date) -> String {
    format!("{}/{}/{} 23:59", day.month(), day.day(), day.year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn the_reconciliation_file() {
        let invoice = sample::invoice("Beispiel & Söhne GmbH", "Buchhaltung, \"alt\"");
        let text = String::from_utf8(license_csv(&invoice).expect("a file")).expect("UTF-8");
        insta::assert_snapshot!("license_csv", text.replace("\r\n", "\n"));
        assert!(text.ends_with("\r\n"));
    }

    #[test]
    fn the_columns_add_up_to_the_invoice() {
        let invoice = sample::invoice("Beispiel", "Buchhaltung");
        let file = license_csv(&invoice).expect("a file");
        let mut reader = csv::Reader::from_reader(file.as_slice());
        let mut sums = [kernel::Decimal::ZERO; 3];
        for record in reader.records() {
            let record = record.expect("a record");
            for (sum, column) in sums.iter_mut().zip([20, 21, 22]) {
                *sum += record[column].parse::<kernel::Decimal>().expect("an amount");
            }
        }
        assert_eq!(sums, [invoice.net, invoice.tax, invoice.total].map(kernel::Money::to_decimal));
    }

    #[test]
    fn no_cell_is_a_formula() {
        let invoice = sample::invoice("=HYPERLINK(\"http://x\")", "@SUM(1)");
        let text = String::from_utf8(license_csv(&invoice).expect("a file")).expect("UTF-8");
        assert!(text.contains("'=HYPERLINK") && text.contains(",'@SUM(1),"));
        assert!(!text.contains(",=") && !text.contains(",\"=") && !text.contains(",@"));
    }
}
