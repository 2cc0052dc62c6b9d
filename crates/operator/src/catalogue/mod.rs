//! The catalogue as the contract shows it: offers and categories of one country, in the caller's language.
//!
//! Deliberately absent: prices. The contract's offers have none; they stand on the price list.

mod get_offer;
mod list_offer_addons;
mod list_offer_categories;
mod list_offers;

use commerce::catalogue::{Billing, BillingCycle, Category, Limit, Offer};
use contract::errors::{self, code};
use contract::operations as op;
use contract::query::Query;
use contract::resources::offer as wire;
use contract::resources::shared::{Link, ResourceLinks};
use kernel::{Country, Problem};

use crate::{Cx, link};

/// The country that every call of the catalogue names.
///
/// # Errors
/// 400 when it is missing or no country; 403 when this cloud does not sell there.
fn country(cx: &Cx<'_>, query: &Query) -> Result<Country, Problem> {
    let country: Country = query.get("country").unwrap_or_default().parse().map_err(|_| {
        let text = "Name the customer's country, e.g. ?country=DE.";
        Problem::new(400, code::BAD_INPUT, "country_required", text)
    })?;
    if cx.profile.sells_in(country) {
        return Ok(country);
    }
    let text =
        format!("This cloud sells to customers in the EU, EFTA and the United Kingdom, not in {country}.");
    Err(Problem::new(403, code::COUNTRY_NOT_ENROLLED, "country_not_eligible", text))
}

/// The offer of the path, if it is or was sold in `country`.
fn offer_of<'c>(cx: &'c Cx<'_>, id: Option<&str>, country: Country) -> Result<&'c Offer, Problem> {
    cx.catalogue
        .find(id.unwrap_or_default())
        .filter(|offer| offer.countries.is_empty() || offer.countries.contains(&country))
        .ok_or_else(|| errors::not_found("There is no such offer in this country."))
}

/// An offer in the form of the contract.
fn shown(cx: &Cx<'_>, offer: &Offer, country: Country, locale: &str) -> Result<wire::Offer, Problem> {
    let sandbox = cx.account()?.sandbox;
    let on_sale = cx.catalogue.on_sale(country, cx.today(), sandbox).any(|other| other.id == offer.id);
    let (limit_unit_of_measure, limit) = limit(offer.limit);
    Ok(wire::Offer {
        id: Some(offer.id.to_string()),
        name: Some(offer.name.get(locale).to_owned()),
        description: Some(offer.description.get(locale).to_owned()),
        minimum_quantity: Some(offer.minimum_quantity.into()),
        maximum_quantity: Some(offer.maximum_quantity.into()),
        rank: Some(offer.rank.into()),
        uri: Some(link::to::<op::GetOffer>(&[&offer.id])),
        locale: Some(locale.to_owned()),
        country: Some(country.to_string()),
        category: cx.catalogue.category(&offer.category).map(|found| category(found, country, locale)),
        limit_unit_of_measure: Some(limit_unit_of_measure),
        limit: Some(limit),
        prerequisite_offers: offer.parents.iter().map(ToString::to_string).collect(),
        is_add_on: Some(offer.is_add_on()),
        has_add_ons: Some(cx.catalogue.add_ons_of(&offer.id).next().is_some()),
        is_available_for_purchase: Some(on_sale),
        billing: Some(billing_type(offer.billing)),
        supported_billing_cycles: offer.cycles.iter().copied().map(billing_cycle).collect(),
        is_auto_renewable: Some(offer.auto_renewable),
        is_internal: Some(false),
        upgrade_target_offers: offer.upgrade_targets.iter().map(ToString::to_string).collect(),
        conversion_target_offers: offer.conversion_targets.iter().map(ToString::to_string).collect(),
        sales_group_id: Some(offer.sales_group.clone()),
        is_trial: Some(offer.trial),
        product: Some(wire::OfferProduct {
            id: Some(offer.product_id.clone()),
            name: Some(offer.name.get(locale).to_owned()),
            unit: Some(offer.unit_type.clone()),
        }),
        unit_type: Some(offer.unit_type.clone()),
        links: Some(links(offer, country)),
        ..wire::Offer::default()
    })
}

fn links(offer: &Offer, country: Country) -> wire::OfferLinks {
    let own = format!("{}?country={country}", link::to::<op::GetOffer>(&[&offer.id]));
    wire::OfferLinks { self_: Some(Link::get(own)), ..wire::OfferLinks::default() }
}

/// A category in the form of the contract.
fn category(category: &Category, country: Country, locale: &str) -> wire::OfferCategory {
    wire::OfferCategory {
        id: Some(category.id.clone()),
        name: Some(category.name.get(locale).to_owned()),
        rank: Some(category.rank.into()),
        locale: Some(locale.to_owned()),
        country: Some(country.to_string()),
        links: Some(ResourceLinks::default()),
        ..wire::OfferCategory::default()
    }
}

const fn limit(limit: Limit) -> (wire::LimitUnitOfMeasure, i64) {
    match limit {
        Limit::None => (wire::LimitUnitOfMeasure::None, 0),
        Limit::Concurrent(most) => (wire::LimitUnitOfMeasure::Concurrent, most as i64),
        Limit::Lifetime(most) => (wire::LimitUnitOfMeasure::LifeTime, most as i64),
    }
}

/// How an offer is charged, in the words of the contract.
pub(crate) const fn billing_type(billing: Billing) -> wire::BillingType {
    match billing {
        Billing::License => wire::BillingType::License,
        Billing::Usage => wire::BillingType::Usage,
    }
}

/// A cycle in the words of the contract.
pub(crate) const fn billing_cycle(cycle: BillingCycle) -> wire::BillingCycle {
    match cycle {
        BillingCycle::Monthly => wire::BillingCycle::Monthly,
        BillingCycle::Annual => wire::BillingCycle::Annual,
        BillingCycle::None => wire::BillingCycle::None,
        BillingCycle::OneTime => wire::BillingCycle::OneTime,
    }
}

/// A cycle that a caller asks for; `unknown` asks for nothing.
pub(crate) const fn wanted_cycle(cycle: wire::BillingCycle) -> Option<BillingCycle> {
    match cycle {
        wire::BillingCycle::Unknown => None,
        wire::BillingCycle::Monthly => Some(BillingCycle::Monthly),
        wire::BillingCycle::Annual => Some(BillingCycle::Annual),
        wire::BillingCycle::None => Some(BillingCycle::None),
        wire::BillingCycle::OneTime => Some(BillingCycle::OneTime),
    }
}
