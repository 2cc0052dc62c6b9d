//! Reading the catalogue's files, strictly: an unknown member, a bad number or a wrong date is an error with its
//! file and line.

use jiff::civil::Date;
use kernel::{Country, Currency, Decimal, OfferId};
use serde::Deserialize;
use std::fmt;
use toml::Spanned;

use super::{Audience, Billing, BillingCycle, Category, Limit, Offer, Price, TermLength, Text};

/// The texts of the three files.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// `offers.toml`.
    pub offers: &'a str,
    /// `categories.toml`.
    pub categories: &'a str,
    /// `prices.csv`.
    pub prices: &'a str,
}

/// One mistake in one file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ImportError {
    /// The file's name.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u64,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

pub(super) const OFFERS: &str = "offers.toml";
pub(super) const CATEGORIES: &str = "categories.toml";
pub(super) const PRICES: &str = "prices.csv";

/// What the files hold, each entry with its line, before the parts are held against each other.
pub(super) struct Parts {
    pub(super) sample: bool,
    pub(super) offers: Vec<(u64, Offer)>,
    pub(super) categories: Vec<Category>,
    pub(super) prices: Vec<(u64, Price)>,
}

pub(super) fn read(sources: &Sources<'_>) -> Result<Parts, Vec<ImportError>> {
    let mut errors = Vec::new();
    let categories = keep(&mut errors, read_categories(sources.categories));
    let offers = keep(&mut errors, read_offers(sources.offers));
    let prices = keep(&mut errors, read_prices(sources.prices));
    match (categories, offers, prices) {
        (Some(categories), Some((sample, offers)), Some(prices)) => {
            Ok(Parts { sample, offers, categories, prices })
        }
        _ => Err(errors),
    }
}

fn keep<T>(errors: &mut Vec<ImportError>, result: Result<T, Vec<ImportError>>) -> Option<T> {
    result.map_err(|mut found| errors.append(&mut found)).ok()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CategoryFile {
    category: Vec<Category>,
}

fn read_categories(text: &str) -> Result<Vec<Category>, Vec<ImportError>> {
    let file: CategoryFile =
        toml::from_str(text).map_err(|error| vec![toml_error(CATEGORIES, text, &error)])?;
    Ok(file.category)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferFile {
    sample: bool,
    offer: Vec<OfferRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfferRow {
    id: Spanned<String>,
    durable_id: String,
    name: Text,
    description: Text,
    category: String,
    family: String,
    product_id: String,
    unit_type: String,
    billing: Billing,
    cycles: Vec<BillingCycle>,
    term: TermLength,
    quantity: [u32; 2],
    #[serde(default)]
    parents: Vec<OfferId>,
    #[serde(default)]
    trial: bool,
    #[serde(default)]
    conversion_targets: Vec<OfferId>,
    #[serde(default)]
    upgrade_targets: Vec<OfferId>,
    available_from: String,
    available_until: Option<String>,
    #[serde(default)]
    countries: Vec<Country>,
    audience: Audience,
    sales_group: String,
    rank: u32,
    #[serde(default)]
    auto_renewable: bool,
    limit: Limit,
}

/// The sample mark and the offers, each with its line.
type OfferList = (bool, Vec<(u64, Offer)>);

fn read_offers(text: &str) -> Result<OfferList, Vec<ImportError>> {
    let file: OfferFile = toml::from_str(text).map_err(|error| vec![toml_error(OFFERS, text, &error)])?;
    let mut errors = Vec::new();
    let mut offers = Vec::with_capacity(file.offer.len());
    for row in file.offer {
        let line = line_at(text, row.id.span().start);
        match offer(row) {
            Ok(offer) => offers.push((line, offer)),
            Err(message) => errors.push(ImportError { file: OFFERS, line, message }),
        }
    }
    if errors.is_empty() { Ok((file.sample, offers)) } else { Err(errors) }
}

fn offer(row: OfferRow) -> Result<Offer, String> {
    Ok(Offer {
        id: row.id.into_inner().parse().map_err(|error: kernel::IdError| error.to_string())?,
        durable_id: row.durable_id,
        name: row.name,
        description: row.description,
        category: row.category,
        family: row.family,
        product_id: row.product_id,
        unit_type: row.unit_type,
        billing: row.billing,
        cycles: row.cycles,
        term: row.term,
        minimum_quantity: row.quantity[0],
        maximum_quantity: row.quantity[1],
        parents: row.parents,
        trial: row.trial,
        conversion_targets: row.conversion_targets,
        upgrade_targets: row.upgrade_targets,
        available_from: date("available_from", &row.available_from)?,
        available_until: row.available_until.map(|text| date("available_until", &text)).transpose()?,
        countries: row.countries,
        audience: row.audience,
        sales_group: row.sales_group,
        rank: row.rank,
        auto_renewable: row.auto_renewable,
        limit: row.limit,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PriceRow {
    offer: String,
    currency: String,
    cycle: BillingCycle,
    valid_from: String,
    valid_to: String,
    partner: String,
    retail: String,
    worldwide: String,
}

fn read_prices(text: &str) -> Result<Vec<(u64, Price)>, Vec<ImportError>> {
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let mut errors = Vec::new();
    let mut prices = Vec::new();
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) => return Err(vec![csv_error(&error, 1)]),
    };
    let mut record = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Err(error) => errors.push(csv_error(&error, reader.position().line())),
            Ok(true) => {
                let line = record.position().map_or(0, csv::Position::line);
                match record
                    .deserialize(Some(&headers))
                    .map_err(|error| reason(&error))
                    .and_then(|row| price(&row))
                {
                    Ok(price) => prices.push((line, price)),
                    Err(message) => errors.push(ImportError { file: PRICES, line, message }),
                }
            }
        }
    }
    if errors.is_empty() { Ok(prices) } else { Err(errors) }
}

fn price(row: &PriceRow) -> Result<Price, String> {
    let amount = |column: &str, text: &str| -> Result<Decimal, String> {
        match Decimal::from_str_exact(text) {
            Ok(value) if value > Decimal::ZERO => Ok(value),
            Ok(_) => Err(format!("{column} must be more than nothing")),
            Err(_) => Err(format!("{column} '{text}' is not a decimal number")),
        }
    };
    Ok(Price {
        offer: row.offer.parse().map_err(|error: kernel::IdError| error.to_string())?,
        currency: row.currency.parse::<Currency>().map_err(|error| error.to_string())?,
        cycle: row.cycle,
        valid_from: date("valid_from", &row.valid_from)?,
        valid_to: if row.valid_to.is_empty() { None } else { Some(date("valid_to", &row.valid_to)?) },
        partner: amount("partner", &row.partner)?,
        retail: amount("retail", &row.retail)?,
        worldwide: amount("worldwide", &row.worldwide)?,
    })
}

fn date(member: &str, text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| format!("{member} '{text}' is not a date such as 2017-07-01"))
}

fn toml_error(file: &'static str, text: &str, error: &toml::de::Error) -> ImportError {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    ImportError { file, line, message: error.message().to_owned() }
}

fn csv_error(error: &csv::Error, line: u64) -> ImportError {
    let line = error.position().map_or(line, csv::Position::line);
    ImportError { file: PRICES, line, message: reason(error) }
}

/// The cause without the crate's own account of lines and bytes.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} columns, the header has {expected_len}")
        }
        _ => error.to_string(),
    }
}

fn line_at(text: &str, offset: usize) -> u64 {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count() as u64
}
