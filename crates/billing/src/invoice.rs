//! An invoice: the lines of all of a partner's subscriptions for one billing date, with tax and sums.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{
    AccountId, Country, Currency, CustomerId, InvoiceId, Money, MoneyError, OfferId, OrderId, Period,
    SubscriptionId,
};
use serde::{Deserialize, Serialize};

use commerce::eligibility::MpnId;
use commerce::subscription::Event;
use commerce::vat::VatId;

use crate::due_date;
use crate::licence::{Line, lines_for};
use crate::tax::{TaxDecision, TaxError, decide, tax_of};

/// What an invoice says about one subscription besides amounts. All of it is commercial; no person is named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The customer.
    pub customer: CustomerId,
    /// The customer's company name.
    pub customer_name: String,
    /// The customer's domain.
    pub domain_name: String,
    /// The indirect reseller who sold it.
    pub reseller_mpn: Option<MpnId>,
    /// The order.
    pub order: OrderId,
    /// The subscription.
    pub subscription: SubscriptionId,
    /// The partner's name for it.
    pub subscription_name: String,
    /// The offer's description.
    pub subscription_description: String,
    /// The offer.
    pub offer: OfferId,
    /// The offer's lasting id.
    pub durable_offer: String,
    /// The offer's name.
    pub offer_name: String,
}

/// A subscription to be billed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billable {
    /// What the invoice says about it.
    pub subject: Subject,
    /// Everything that happened to it, in order of days.
    pub history: Vec<Event>,
}

/// What to bill.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The number this invoice gets if there is anything on it.
    pub number: &'a InvoiceId,
    /// The partner.
    pub partner: AccountId,
    /// The partner's network id.
    pub mpn: Option<MpnId>,
    /// The partner's country.
    pub country: Country,
    /// The partner's VAT id.
    pub vat_id: Option<&'a VatId>,
    /// The operator's country.
    pub seller_country: Country,
    /// The currency of the partner's account.
    pub currency: Currency,
    /// The first day of the account when nothing was billed yet; else the last billing date comes from
    /// `billed_through`.
    pub opened: Date,
    /// The last billing date, which was billed in full.
    pub billed_through: Option<Date>,
    /// The date of this bill. The day must be over.
    pub billing_date: Date,
    /// All subscriptions of the partner's customers, in the order in which they shall appear.
    pub billables: &'a [Billable],
}

/// One line with its subscription and tax.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// Place of the subscription in [`Invoice::subjects`].
    pub subject: usize,
    /// Period, quantity, price, amount.
    pub line: Line,
    /// Discounts other than those in the price.
    pub other_discount: Money,
    /// Amount less discount.
    pub subtotal: Money,
    /// The line's share of the tax.
    pub tax: Money,
    /// Subtotal and tax.
    pub total: Money,
}

/// A bill for one partner, in one currency. Once issued it never changes: it is stored as it is, and read back for
/// documents and answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Number.
    pub number: InvoiceId,
    /// The partner.
    pub partner: AccountId,
    /// The partner's network id.
    pub mpn: Option<MpnId>,
    /// Date.
    pub date: Date,
    /// When it must be paid.
    pub due: Date,
    /// The days since the last bill.
    pub period: Period,
    /// Currency.
    pub currency: Currency,
    /// The subscriptions that occur on it.
    pub subjects: Vec<Subject>,
    /// The lines, by subscription.
    pub lines: Vec<InvoiceLine>,
    /// Sum of the subtotals.
    pub net: Money,
    /// Which tax and why.
    pub tax_decision: TaxDecision,
    /// The tax on [`Self::net`], rounded once; also the sum of the lines' shares.
    pub tax: Money,
    /// Net and tax.
    pub total: Money,
}

impl Invoice {
    /// True when the partner gets money back.
    pub const fn is_credit(&self) -> bool {
        self.total.minor < 0
    }

    /// The subscription a line belongs to.
    pub fn subject_of(&self, line: &InvoiceLine) -> Option<&Subject> {
        self.subjects.get(line.subject)
    }
}

/// Why an invoice could not be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// An amount.
    #[error("an amount cannot be billed")]
    Money(#[from] MoneyError),
    /// The tax.
    #[error("the tax cannot be decided")]
    Tax(#[from] TaxError),
    /// A subscription is priced in another currency than the account's.
    #[error("subscription {subscription} is priced in {found}, the account is billed in {expected}")]
    Currency {
        /// The subscription.
        subscription: SubscriptionId,
        /// Its currency.
        found: Currency,
        /// The account's.
        expected: Currency,
    },
    /// The billing date does not lie after the last one.
    #[error("everything up to {billed_through} has been billed; {billing_date} does not lie after it")]
    AlreadyBilled {
        /// The last billing date.
        billed_through: Date,
        /// The date asked for.
        billing_date: Date,
    },
}

/// Makes the invoice of one billing date; `None` when there is nothing to bill.
///
/// # Errors
/// [`InvoiceError`]; nothing has been billed then.
pub fn assemble(request: &Request<'_>) -> Result<Option<Invoice>, InvoiceError> {
    if let Some(billed_through) = request.billed_through.filter(|billed| request.billing_date <= *billed) {
        return Err(InvoiceError::AlreadyBilled { billed_through, billing_date: request.billing_date });
    }
    let mut subjects = Vec::new();
    let mut billed = Vec::new();
    for Billable { subject, history } in request.billables {
        let lines = lines_for(history, request.billed_through, request.billing_date)?;
        if let Some(line) = lines.iter().find(|line| line.amount.currency != request.currency) {
            let (found, expected) = (line.amount.currency, request.currency);
            return Err(InvoiceError::Currency { subscription: subject.subscription, found, expected });
        }
        if !lines.is_empty() {
            billed.extend(lines.into_iter().map(|line| (subjects.len(), line)));
            subjects.push(subject.clone());
        }
    }
    if billed.is_empty() {
        return Ok(None);
    }
    let tax_decision = decide(request.seller_country, request.country, request.vat_id, request.billing_date)?;
    let (lines, net, tax) = taxed(billed, &tax_decision, request.currency)?;
    let first = request.billed_through.map_or(request.opened, |day| day.saturating_add(1.day()));
    Ok(Some(Invoice {
        number: request.number.clone(),
        partner: request.partner,
        mpn: request.mpn,
        date: request.billing_date,
        due: due_date(request.billing_date),
        period: Period::new(first.min(request.billing_date), request.billing_date)
            .unwrap_or_else(|_| Period::months_from(request.billing_date, 1)),
        currency: request.currency,
        subjects,
        lines,
        net,
        tax_decision,
        tax,
        total: net.plus(tax)?,
    }))
}

/// Spreads the tax over the lines: each gets what it adds to the tax on the running sum, so that the shares always add
/// up to the tax on the whole.
fn taxed(
    billed: Vec<(usize, Line)>,
    decision: &TaxDecision,
    currency: Currency,
) -> Result<(Vec<InvoiceLine>, Money, Money), MoneyError> {
    let (mut net, mut tax) = (Money::zero(currency), Money::zero(currency));
    let mut lines = Vec::with_capacity(billed.len());
    for (subject, line) in billed {
        let subtotal = line.amount;
        net = net.plus(subtotal)?;
        let tax_so_far = tax_of(net, decision)?;
        let share = tax_so_far.plus(tax.negated())?;
        tax = tax_so_far;
        let total = subtotal.plus(share)?;
        lines.push(InvoiceLine {
            subject,
            line,
            other_discount: Money::zero(currency),
            subtotal,
            tax: share,
            total,
        });
    }
    Ok((lines, net, tax))
}

/// The number of the `series`-th invoice of a series: `D0200` and at least five digits of base 36.
pub fn invoice_number(series: u64) -> InvoiceId {
    let mut digits = Vec::new();
    let mut rest = series;
    while rest > 0 || digits.len() < 5 {
        digits.push(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[usize::try_from(rest % 36).unwrap_or_default()]);
        rest /= 36;
    }
    let text: String = "D0200".chars().chain(digits.iter().rev().map(|digit| char::from(*digit))).collect();
    text.parse().expect("letters and digits, at most 18 of them, are an invoice id")
}

#[cfg(test)]
mod tests;
