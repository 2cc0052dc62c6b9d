//! What a partner owes.

use contract::operations as op;
use contract::resources::invoice as wire;
use contract::resources::shared::ResourceLinks;
use kernel::{Currency, Money};
use store::Tx;
use store::operator::invoices::{self as rows, Balance};

use crate::{Cx, Fault, link};

/// One summary for each currency in which the partner was billed; an empty one in the account's own when it never
/// was.
pub(super) fn summaries(tx: &mut Tx, cx: &Cx<'_>) -> Result<Vec<wire::InvoiceSummary>, Fault> {
    let account = cx.account()?;
    let balances = rows::balances(tx, &account.account_id)?;
    if balances.is_empty() {
        return Ok(vec![with_detail(cx, empty(account.currency))]);
    }
    Ok(balances.iter().map(|balance| with_detail(cx, known(balance))).collect())
}

fn empty(currency: Currency) -> wire::InvoiceSummary {
    wire::InvoiceSummary {
        balance_amount: Some(Money::zero(currency).to_decimal()),
        currency_code: Some(currency.code().to_owned()),
        currency_symbol: Some(currency.symbol().to_owned()),
        ..wire::InvoiceSummary::default()
    }
}

fn known(balance: &Balance) -> wire::InvoiceSummary {
    wire::InvoiceSummary {
        balance_amount: Some(Money { minor: balance.open, currency: balance.currency }.to_decimal()),
        first_invoice_creation_date: super::day(&balance.first),
        latest_invoice_date: super::day(&balance.latest),
        ..empty(balance.currency)
    }
}

/// All invoices are recurring so far: the one part is the whole.
fn with_detail(cx: &Cx<'_>, whole: wire::InvoiceSummary) -> wire::InvoiceSummary {
    let whole = wire::InvoiceSummary { accounting_date: Some(cx.now()), ..whole };
    let part = wire::InvoiceSummaryDetail {
        invoice_type: Some(wire::InvoiceType::Recurring),
        summary: Some(Box::new(whole.clone())),
    };
    let links = ResourceLinks::to_self(link::to::<op::GetAccountBalance>(&[]));
    wire::InvoiceSummary { details: Some(vec![part]), links: Some(links), ..whole }
}
