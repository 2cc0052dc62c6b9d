//! What the story leaves behind: invoices to read and to reconcile, and the customer as each side sees it.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use billing::Invoice;
use client::Call;
use contract::operations as op;
use documents::{InvoicePage, Language, Party, invoice_html};

use super::Story;
use super::deal::{CANARY, Sale};
use super::joining::Partner;

/// Writes the documents and makes the two checks that matter: the partner reads the canary, the operator's files
/// do not hold it.
pub async fn write(story: &mut Story<'_>, partner: &Partner, sale: &Sale) -> Result<()> {
    let files = invoices(story, partner).await?;
    story.step("The invoices, line by line", &files);
    let read = Call::to(op::GetCustomer).param("customer-id", &sale.customer);
    let customer = partner.app.call(read).await?.value;
    let seen = serde_json::to_string_pretty(&customer)?;
    ensure!(seen.contains(CANARY), "the rightful partner does not see its customer's contact");
    save(&story.out.join("customer-as-the-partner-sees-it.json"), seen.as_bytes())?;
    let mut shows = vec![format!("'{CANARY}' is in the partner's answer")];
    let Some(files) = &story.operator_files else {
        story.step("The partner reads its customer's contact", &shows);
        return Ok(());
    };
    let hits = search(files, "operator.db")?;
    ensure!(hits == 0, "the operator's files hold the contact's name {hits} times");
    shows.push("and 0 times in the operator's database and its write-ahead log".to_owned());
    story.step("The partner reads its customer's contact; the operator's files do not hold it", &shows);
    Ok(())
}

/// Each invoice as the reconciliation file and as a page.
async fn invoices(story: &Story<'_>, partner: &Partner) -> Result<Vec<String>> {
    let list = partner.app.call(Call::to(op::ListInvoices)).await?.value.items;
    ensure!(!list.is_empty(), "there is no invoice");
    let mut lines = Vec::new();
    for invoice in list {
        let id = invoice.id.context("an invoice without an id")?;
        let csv = Call::to(op::GetInvoiceReconciliation).param("invoice-id", &id);
        let csv = partner.app.document(csv).await?.value;
        let explained = Call::to(op::GetInvoiceExplanation).param("invoice-id", &id);
        let explained = partner.app.document(explained).await?.value;
        let whole: Invoice =
            serde_json::from_slice(&explained).context("the explanation is not an invoice")?;
        let page = page(&whole)?;
        for (ending, bytes) in
            [("csv", csv.as_ref()), ("json", explained.as_ref()), ("html", page.as_bytes())]
        {
            save(&story.out.join(format!("{id}.{ending}")), bytes)?;
        }
        let total = invoice.total_charges.unwrap_or_default();
        let currency = invoice.currency_code.unwrap_or_default();
        lines.push(format!("{id}: {total} {currency}, {} lines ({id}.html, .csv, .json)", whole.lines.len()));
    }
    Ok(lines)
}

fn page(invoice: &Invoice) -> Result<String> {
    let profile = contract::profile::germany();
    let seller = Party {
        name: profile.operator.clone(),
        address: vec!["Musterstraße 1".to_owned(), "60311 Frankfurt am Main".to_owned()],
        vat_id: None,
        tax_number: Some("sample".to_owned()),
    };
    let buyer = Party {
        name: "Hafenkante Digital GmbH".to_owned(),
        address: vec!["Kajen 3".to_owned(), "20459 Hamburg".to_owned()],
        vat_id: Some("DE136695976".to_owned()),
        tax_number: None,
    };
    Ok(invoice_html(&InvoicePage {
        invoice,
        seller: &seller,
        buyer: &buyer,
        payment: None,
        language: Language::of("de-DE"),
        sample: true,
        sandbox: true,
    })?)
}

fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// How often the canary stands in the files whose names begin so.
fn search(folder: &Path, begins: &str) -> Result<usize> {
    let mut hits = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with(begins) {
            let bytes = std::fs::read(&path)?;
            hits += bytes.windows(CANARY.len()).filter(|window| *window == CANARY.as_bytes()).count();
        }
    }
    Ok(hits)
}
