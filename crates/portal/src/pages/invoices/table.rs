//! The lines of an invoice: for the page, for its bars, as a file.
//!
//! Two flavours of file: international (comma, point, UTF-8) and German spreadsheet (semicolon, comma, byte-order
//! mark). A cell that a spreadsheet would take for a formula begins with an apostrophe.

use contract::resources::invoice::LicenseBasedLineItem;
use csv::{Terminator, WriterBuilder};
use jiff::Timestamp;
use kernel::Decimal;
use std::collections::BTreeMap;

use crate::format::Format;
use crate::gallery::Kit;
use crate::texts::Texts;

/// A line.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) customer: String,
    customer_id: String,
    pub(crate) what: String,
    subscription_id: String,
    pub(crate) kind: String,
    pub(crate) from: Option<Timestamp>,
    pub(crate) to: Option<Timestamp>,
    pub(crate) quantity: Option<Decimal>,
    pub(crate) price: Option<Decimal>,
    pub(crate) amount: Option<Decimal>,
    tax: Option<Decimal>,
    total: Option<Decimal>,
    pub(crate) currency: String,
}

impl Line {
    /// A line of the contract.
    pub(crate) fn of(item: LicenseBasedLineItem) -> Self {
        Self {
            customer: item.customer_name.unwrap_or_default(),
            customer_id: item.customer_id.unwrap_or_default(),
            what: item.offer_name.or(item.subscription_name).unwrap_or_default(),
            subscription_id: item.subscription_id.unwrap_or_default(),
            kind: item.charge_type.unwrap_or_default(),
            from: item.charge_start_date,
            to: item.charge_end_date,
            quantity: item.quantity.map(Decimal::from),
            price: item.unit_price,
            amount: item.subtotal.or(item.amount),
            tax: item.tax,
            total: item.total_for_customer,
            currency: item.currency.unwrap_or_default(),
        }
    }
}

/// What one customer makes up of an invoice.
pub(crate) struct Share {
    pub(crate) customer: String,
    pub(crate) amount: String,
    /// The bar's length of a hundred.
    pub(crate) length: u8,
}

/// The customers' sums, largest first; none where there is but one customer or currency is mixed.
pub(crate) fn shares(f: Format, lines: &[Line]) -> Vec<Share> {
    let mut sums: BTreeMap<(&str, &str), Decimal> = BTreeMap::new();
    let Some(currency) = lines.first().map(|line| line.currency.as_str()) else { return Vec::new() };
    for line in lines {
        *sums.entry((&line.customer_id, &line.customer)).or_default() += line.amount.unwrap_or_default();
    }
    if sums.len() < 2 || lines.iter().any(|line| line.currency != currency) {
        return Vec::new();
    }
    let mut sums: Vec<(&str, Decimal)> = sums.into_iter().map(|((_, name), sum)| (name, sum)).collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(*sum));
    let most = sums.first().map_or(Decimal::ZERO, |(_, sum)| *sum);
    let share = |(name, sum): (&str, Decimal)| {
        let part =
            if most > Decimal::ZERO { (sum.max(Decimal::ZERO) * Decimal::ONE_HUNDRED) / most } else { sum };
        let length = u8::try_from(part.round()).unwrap_or(0);
        Share { customer: name.to_owned(), amount: f.money(sum, currency), length }
    };
    sums.into_iter().map(share).collect()
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// For programs.
    International,
    /// For a German spreadsheet.
    German,
}

/// The lines as a file.
///
/// # Errors
/// When the writer fails, which it does not on memory.
pub(crate) fn csv(t: &Texts, lines: &[Line], flavour: Flavour) -> Result<Vec<u8>, csv::Error> {
    let german = flavour == Flavour::German;
    let mut out = if german { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
    let mut writer = WriterBuilder::new()
        .delimiter(if german { b';' } else { b',' })
        .terminator(Terminator::CRLF)
        .from_writer(&mut out);
    writer.write_record([
        t.field_customer(),
        t.field_customer_id(),
        t.field_offer(),
        t.field_subscription_id(),
        t.field_kind(),
        t.field_from(),
        t.field_to(),
        t.field_quantity(),
        t.field_unit_price(),
        t.field_net(),
        t.field_tax(),
        t.field_total(),
        t.field_currency(),
    ])?;
    let number = |value: Option<Decimal>| {
        let text = value.map(|value| value.to_string()).unwrap_or_default();
        if german { text.replace('.', ",") } else { text }
    };
    let day = |at: Option<Timestamp>| {
        let form = if german { "%d.%m.%Y" } else { "%Y-%m-%d" };
        at.map(|at| at.strftime(form).to_string()).unwrap_or_default()
    };
    for line in lines {
        writer.write_record([
            harmless(&line.customer),
            harmless(&line.customer_id),
            harmless(&line.what),
            harmless(&line.subscription_id),
            harmless(&line.kind),
            day(line.from),
            day(line.to),
            number(line.quantity),
            number(line.price),
            number(line.amount),
            number(line.tax),
            number(line.total),
            harmless(&line.currency),
        ])?;
    }
    writer.flush()?;
    drop(writer);
    Ok(out)
}

/// A text that no spreadsheet runs.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

/// A line for samples.
pub(crate) fn sample(kit: &Kit) -> Line {
    Line {
        customer: kit.text("Contoso GmbH"),
        customer_id: "4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04".to_owned(),
        what: kit.text("Office 365 Business Premium (sample)"),
        kind: kit.text("Cycle fee"),
        from: Some(Kit::at("2018-05-13T00:00:00Z")),
        to: Some(Kit::at("2018-05-31T00:00:00Z")),
        quantity: Some(Decimal::from(25)),
        price: Some(Decimal::new(1063, 2)),
        amount: Some(Decimal::new(16_287, 2)),
        tax: Some(Decimal::new(3095, 2)),
        total: Some(Decimal::new(19_382, 2)),
        currency: "EUR".to_owned(),
        ..Line::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::Locale;

    #[test]
    fn files_are_what_spreadsheets_of_both_kinds_read() {
        let kit = Kit { locale: Locale::En, hostile: false };
        let line = Line { customer: "=2+3\"".to_owned(), ..sample(&kit) };
        let text = |flavour| {
            let bytes = csv(kit.t(), std::slice::from_ref(&line), flavour).expect("writes");
            String::from_utf8(bytes).expect("UTF-8").lines().nth(1).map(str::to_owned)
        };
        assert_eq!(
            text(Flavour::International).as_deref(),
            Some(
                "\"'=2+3\"\"\",4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04,Office 365 Business Premium (sample),,\
                 Cycle fee,2018-05-13,2018-05-31,25,10.63,162.87,30.95,193.82,EUR"
            )
        );
        assert!(text(Flavour::German).expect("a line").contains(";13.05.2018;31.05.2018;25;10,63;162,87;"));
        let german = csv(kit.t(), &[], Flavour::German).expect("writes");
        assert!(german.starts_with(b"\xef\xbb\xbf"));
    }

    #[test]
    fn shares_add_up_and_the_largest_fills_the_bar() {
        let kit = Kit { locale: Locale::En, hostile: false };
        let other = Line {
            customer: "Fabrikam".to_owned(),
            customer_id: "b".to_owned(),
            amount: Some(Decimal::new(8144, 2)),
            ..sample(&kit)
        };
        let shares = shares(Format::of(Locale::En), &[other, sample(&kit)]);
        let shown: Vec<_> = shares.iter().map(|share| (share.amount.as_str(), share.length)).collect();
        assert_eq!(shown, [("€162.87", 100), ("€81.44", 50)]);
        assert!(super::shares(Format::of(Locale::En), &[sample(&kit)]).is_empty());
    }
}
