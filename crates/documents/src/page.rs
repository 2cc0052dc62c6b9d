//! The invoice as a page: one HTML file without scripts, fonts or links to anywhere, readable on screen, on paper and
//! by screen readers.

use askama::Template;
use billing::{Invoice, InvoiceLine, Subject};
use kernel::InvoiceId;

use crate::format;
use crate::words::{Language, Words};

/// One side of an invoice. Commercial data alone: companies, no persons.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// Legal name.
    pub name: String,
    /// Address, line by line.
    pub address: Vec<String>,
    /// VAT id.
    pub vat_id: Option<String>,
    /// National tax number, for the issuer.
    pub tax_number: Option<String>,
}

/// Where to pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Account holder.
    pub holder: String,
    /// IBAN.
    pub iban: String,
    /// BIC.
    pub bic: String,
}

/// What a page shows.
#[derive(Clone, Copy, Debug)]
pub struct InvoicePage<'a> {
    /// The invoice.
    pub invoice: &'a Invoice,
    /// The operator.
    pub seller: &'a Party,
    /// The partner.
    pub buyer: &'a Party,
    /// Where to pay; left out for credits and sandboxes.
    pub payment: Option<&'a Payment>,
    /// The language.
    pub language: Language,
    /// The catalogue is a sample.
    pub sample: bool,
    /// The account is a sandbox.
    pub sandbox: bool,
}

/// The page could not be written.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The template failed.
    #[error("the invoice page could not be written")]
    Template(#[from] askama::Error),
    /// A line belongs to no subscription of the invoice.
    #[error("a line of invoice {0} names no subscription")]
    Orphan(InvoiceId),
}

#[derive(Template)]
#[template(path = "invoice.html")]
struct Sheet<'a> {
    page: &'a InvoicePage<'a>,
    words: &'static Words,
    title: &'static str,
    parties: [(&'static str, &'a Party); 2],
    date: String,
    due: String,
    period: String,
    groups: Vec<Group<'a>>,
    net: String,
    vat_rate: String,
    tax: String,
    total: String,
    hint: Option<&'static str>,
    payment: Option<&'a Payment>,
}

/// The lines of one subscription.
struct Group<'a> {
    subject: &'a Subject,
    rows: Vec<Row>,
}

struct Row {
    period: String,
    reason: &'static str,
    quantity: u32,
    unit_price: String,
    computed: String,
    amount: String,
}

/// The page as UTF-8 text.
///
/// # Errors
/// [`PageError`] when the invoice is not whole.
pub fn invoice_html(page: &InvoicePage<'_>) -> Result<String, PageError> {
    let InvoicePage { invoice, language, .. } = *page;
    let words = language.words();
    let mut groups: Vec<Group<'_>> = Vec::new();
    for line in &invoice.lines {
        let subject = invoice.subject_of(line).ok_or_else(|| PageError::Orphan(invoice.number.clone()))?;
        let row = row(line, language);
        match groups.last_mut().filter(|group| group.subject.subscription == subject.subscription) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { subject, rows: vec![row] }),
        }
    }
    let text = Sheet {
        page,
        words,
        title: if invoice.is_credit() { words.credit } else { words.invoice },
        parties: [(words.from, page.seller), (words.to, page.buyer)],
        date: format::day(invoice.date, language),
        due: format::day(invoice.due, language),
        period: format::period(invoice.period, language),
        groups,
        net: format::amount(invoice.net, language),
        vat_rate: format::percent(invoice.tax_decision.rate, language),
        tax: format::amount(invoice.tax, language),
        total: format::amount(invoice.total, language),
        hint: words.tax_hint(invoice.tax_decision.category),
        payment: page.payment.filter(|_| !invoice.is_credit() && !page.sandbox),
    };
    Ok(text.render()?)
}

fn row(entry: &InvoiceLine, language: Language) -> Row {
    let (line, words) = (&entry.line, language.words());
    let basis = line.basis;
    let price = format::decimal(basis.unit_price, language);
    let sign = if line.amount.minor < 0 { "\u{2212}" } else { "" };
    let computed = if basis.days == basis.of_days {
        format!("{sign}{price} × {}", line.quantity)
    } else {
        format!("{sign}{price} × {} × {} {} {}", line.quantity, basis.days, words.days_of, basis.of_days)
    };
    Row {
        period: format::period(line.period, language),
        reason: words.charge_type(line.charge_type),
        quantity: line.quantity,
        unit_price: format::decimal(line.unit_price, language),
        computed,
        amount: format::amount(line.amount, language),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    fn render(language: Language, customer: &str, sandbox: bool) -> String {
        let invoice = sample::invoice(customer, "Buchhaltung <b>");
        let seller = Party {
            name: "Beispiel Cloud Betrieb GmbH".to_owned(),
            address: vec!["Rechenweg 1".to_owned(), "60311 Frankfurt am Main".to_owned()],
            vat_id: Some("DE136695976".to_owned()),
            tax_number: Some("013 815 08153".to_owned()),
        };
        let buyer = Party {
            name: "Partner & Söhne AG".to_owned(),
            address: vec!["Handelsgasse 2".to_owned(), "1010 Wien".to_owned()],
            vat_id: Some("ATU13585627".to_owned()),
            tax_number: None,
        };
        let (holder, iban) = ("Beispiel Cloud Betrieb GmbH".to_owned(), "DE02120300000000202051".to_owned());
        let payment = Payment { holder, iban, bic: "BYLADEM1001".to_owned() };
        invoice_html(&InvoicePage {
            invoice: &invoice,
            seller: &seller,
            buyer: &buyer,
            payment: Some(&payment),
            language,
            sample: true,
            sandbox,
        })
        .expect("a page")
    }

    #[test]
    fn the_page_in_german() {
        insta::assert_snapshot!("invoice_de", render(Language::De, "Beispiel GmbH", false));
    }

    #[test]
    fn every_language_says_its_own_words() {
        for (language, words) in [
            (Language::En, ["<html lang=\"en\">", "Reverse charge", "Seats changed", "19 of 31"]),
            (Language::De, ["<html lang=\"de\">", "Steuerschuldnerschaft", "Platzzahl", "19 von 31"]),
            (Language::Fr, ["<html lang=\"fr\">", "Autoliquidation", "postes", "19 sur 31"]),
        ] {
            let text = render(language, "Beispiel GmbH", false);
            for word in words {
                assert!(text.contains(word), "{word} is missing");
            }
        }
    }

    #[test]
    fn what_comes_from_outside_is_escaped() {
        let text = render(Language::En, "<script>alert('x')</script> & Co", false);
        assert!(!text.contains("<script") && !text.contains("<b>"), "markup got through");
        assert!(text.contains("&#38; Co") || text.contains("&amp; Co"));
        for outside in ["http:", "https:", "src=", "url(", "@import"] {
            assert!(!text.contains(outside), "the page reaches outside: {outside}");
        }
    }

    #[test]
    fn a_sandbox_invoice_names_no_account_to_pay_to() {
        let text = render(Language::En, "Beispiel", true);
        assert!(text.contains("not payable") && !text.contains("DE0212"));
    }
}
