//! What is sold: offers, their categories and their prices, as one immutable value read from text files.
//!
//! Invariants: an existing [`Catalogue`] is whole. Every reference in it resolves, every licence that costs
//! something has a price in every currency from its first day on, and prices of one offer never overlap.
//! Deliberately absent: where the files lie, and rates of metered usage.

mod check;
mod parse;

pub use contract::Text;

pub use parse::{ImportError, Sources};

use jiff::civil::Date;
use kernel::{Country, Currency, Decimal, OfferId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The German cloud's catalogue as the repository holds it: sample data.
pub const GERMANY: Sources<'static> = Sources {
    offers: include_str!("../../../../catalog/germany/offers.toml"),
    categories: include_str!("../../../../catalog/germany/categories.toml"),
    prices: include_str!("../../../../catalog/germany/prices.csv"),
};

/// How often a licence is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillingCycle {
    /// Every month, in advance; usage every month, in arrears.
    Monthly,
    /// Once a year, in advance.
    Annual,
    /// Never: trials.
    None,
    /// Once.
    OneTime,
}

impl BillingCycle {
    /// The name used in files and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monthly => "monthly",
            Self::Annual => "annual",
            Self::None => "none",
            Self::OneTime => "one_time",
        }
    }

    /// Months of one charge period; `None` when there are no periods.
    pub const fn months(self) -> Option<i32> {
        match self {
            Self::Monthly => Some(1),
            Self::Annual => Some(12),
            Self::None | Self::OneTime => None,
        }
    }
}

/// What a subscription is charged for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Billing {
    /// Seats, in advance.
    License,
    /// Metered use, in arrears.
    Usage,
}

/// A group of offers on the price list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Id, e.g. `small_business`.
    pub id: String,
    /// Shown name.
    pub name: Text,
    /// Place in lists, smallest first.
    pub rank: u32,
}

/// How many subscriptions of an offer one customer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// As many as wanted.
    None,
    /// So many at a time; deleted ones free their place.
    Concurrent(u32),
    /// So many ever.
    Lifetime(u32),
}

/// How long a subscription runs before it renews or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TermLength {
    /// Whole months.
    Months(i32),
    /// Days, for trials.
    Days(i32),
    /// Until somebody ends it, for usage.
    Open,
}

/// Whose accounts may sell an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// All accounts.
    Everyone,
    /// Accounts with real customers.
    Production,
    /// Sandbox accounts.
    Sandbox,
}

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Id: a GUID, or a name for Azure.
    pub id: OfferId,
    /// The id that stays the same when the offer is reissued.
    pub durable_id: String,
    /// Shown name.
    pub name: Text,
    /// One or two sentences.
    pub description: Text,
    /// Id of its category.
    pub category: String,
    /// Product family, e.g. `office`, `azure`, `dynamics`.
    pub family: String,
    /// Id of the product it is an offer of.
    pub product_id: String,
    /// Unit in words, e.g. `Licenses`.
    pub unit_type: String,
    /// Seats or usage.
    pub billing: Billing,
    /// Cycles an order may choose, the default first.
    pub cycles: Vec<BillingCycle>,
    /// Term of one subscription.
    pub term: TermLength,
    /// Smallest quantity of one subscription.
    pub minimum_quantity: u32,
    /// Largest quantity of one subscription.
    pub maximum_quantity: u32,
    /// Offers of which a subscription must exist first; not empty for add-ons.
    pub parents: Vec<OfferId>,
    /// Free for a while, once per customer.
    pub trial: bool,
    /// Paid offers a trial can be converted to.
    pub conversion_targets: Vec<OfferId>,
    /// Offers a subscription can move up to.
    pub upgrade_targets: Vec<OfferId>,
    /// First day of sale.
    pub available_from: Date,
    /// Last day of sale, when it is known.
    pub available_until: Option<Date>,
    /// Countries of sale; empty for all that the cloud serves.
    pub countries: Vec<Country>,
    /// Which accounts may sell it.
    pub audience: Audience,
    /// Sales group, as clients see it.
    pub sales_group: String,
    /// Place in lists, smallest first.
    pub rank: u32,
    /// Renews by itself at the end of its term.
    pub auto_renewable: bool,
    /// Limit per customer.
    pub limit: Limit,
}

/// Whether an offer can be bought on a day in a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// It can.
    Available,
    /// Not before this day.
    From(Date),
    /// No longer; this was the last day.
    WithdrawnAfter(Date),
    /// Not in this country.
    NotInCountry,
}

impl Offer {
    /// True when the offer only extends another one.
    pub fn is_add_on(&self) -> bool {
        !self.parents.is_empty()
    }

    /// Whether it can be bought.
    pub fn availability(&self, country: Country, day: Date) -> Availability {
        if !self.countries.is_empty() && !self.countries.contains(&country) {
            return Availability::NotInCountry;
        }
        match self.available_until {
            Some(last) if day > last => Availability::WithdrawnAfter(last),
            _ if day < self.available_from => Availability::From(self.available_from),
            _ => Availability::Available,
        }
    }
}

/// What one unit of an offer costs for one charge period, during a span of days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// The offer.
    pub offer: OfferId,
    /// The currency.
    pub currency: Currency,
    /// The charge period the price is for.
    pub cycle: BillingCycle,
    /// First day of purchase or renewal at this price.
    pub valid_from: Date,
    /// Last such day, when it is known.
    pub valid_to: Option<Date>,
    /// What the partner pays.
    pub partner: Decimal,
    /// What the operator suggests the customer pays.
    pub retail: Decimal,
    /// What the partner pays for the same thing in the worldwide cloud, for comparison.
    pub worldwide: Decimal,
}

/// The whole price list and everything on it.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// True when ids and figures are invented; every page that shows them must say so.
    pub sample: bool,
    offers: Vec<Offer>,
    categories: Vec<Category>,
    prices: Vec<Price>,
    places: HashMap<String, usize>,
    price_index: HashMap<(usize, Currency, BillingCycle), Vec<usize>>,
}

impl Catalogue {
    /// Reads and checks the files. Nothing is imported when anything is wrong; all mistakes are told at once.
    pub fn parse(sources: &Sources<'_>) -> Result<Self, Vec<ImportError>> {
        let parts = parse::read(sources)?;
        check::whole(&parts)?;
        Ok(Self::assemble(parts))
    }

    fn assemble(parts: parse::Parts) -> Self {
        let mut offers: Vec<Offer> = parts.offers.into_iter().map(|(_, offer)| offer).collect();
        offers.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.id.cmp(&b.id)));
        let places: HashMap<String, usize> =
            offers.iter().enumerate().map(|(place, offer)| (key(offer.id.as_str()), place)).collect();
        let prices: Vec<Price> = parts.prices.into_iter().map(|(_, price)| price).collect();
        let mut price_index: HashMap<(usize, Currency, BillingCycle), Vec<usize>> = HashMap::new();
        for (index, price) in prices.iter().enumerate() {
            if let Some(place) = places.get(&key(price.offer.as_str())) {
                price_index.entry((*place, price.currency, price.cycle)).or_default().push(index);
            }
        }
        let mut categories = parts.categories;
        categories.sort_by_key(|category| category.rank);
        Self { sample: parts.sample, offers, categories, prices, places, price_index }
    }

    /// All offers, by rank.
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// All categories, by rank.
    pub fn categories(&self) -> &[Category] {
        &self.categories
    }

    /// All prices, as in the file.
    pub fn prices(&self) -> &[Price] {
        &self.prices
    }

    /// The offer with this id, in any case.
    pub fn find(&self, id: &str) -> Option<&Offer> {
        self.places.get(&key(id)).map(|place| &self.offers[*place])
    }

    /// The category with this id.
    pub fn category(&self, id: &str) -> Option<&Category> {
        self.categories.iter().find(|category| category.id == id)
    }

    /// Offers on sale in `country` on `day` to accounts of the given kind, by rank.
    pub fn on_sale(&self, country: Country, day: Date, sandbox: bool) -> impl Iterator<Item = &Offer> {
        self.offers.iter().filter(move |offer| {
            offer.availability(country, day) == Availability::Available && offer.audience.admits(sandbox)
        })
    }

    /// Add-ons of an offer, by rank, on sale or not.
    pub fn add_ons_of<'a>(&'a self, base: &'a OfferId) -> impl Iterator<Item = &'a Offer> {
        self.offers.iter().filter(move |offer| offer.parents.contains(base))
    }

    /// The price of a purchase or renewal on `day`.
    pub fn price(
        &self,
        offer: &OfferId,
        currency: Currency,
        cycle: BillingCycle,
        day: Date,
    ) -> Option<&Price> {
        let place = self.places.get(&key(offer.as_str()))?;
        let candidates = self.price_index.get(&(*place, currency, cycle))?;
        candidates.iter().map(|index| &self.prices[*index]).find(|price| price.holds_on(day))
    }
}

impl Price {
    fn holds_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|last| day <= last)
    }
}

impl Audience {
    /// True when an account of the given kind may sell the offer.
    pub const fn admits(self, sandbox: bool) -> bool {
        match self {
            Self::Everyone => true,
            Self::Production => !sandbox,
            Self::Sandbox => sandbox,
        }
    }
}

/// Offer ids are compared without regard to case, as clients write GUIDs either way.
fn key(id: &str) -> String {
    id.to_ascii_lowercase()
}

#[cfg(test)]
mod tests;
