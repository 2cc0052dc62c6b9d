//! Step one: what the customer can order, by category.

use askama::Template;
use client::Call;
use contract::operations::{CreateOrder, GetCustomer, ListOfferCategories, ListOffers};
use contract::resources::offer::{Offer, OfferCategory};
use contract::{Operation, Party, Spec};
use kernel::CustomerId;

use crate::frame::{Entry, Frame};
use crate::gallery::Kit;
use crate::pages::orders::cycle_name;
use crate::pages::{Answer, Page, Place, at};
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

struct Row {
    name: String,
    description: String,
    range: String,
    cycles: String,
    trial: bool,
    href: String,
}

#[derive(Template)]
#[template(path = "pages/orders/offers.html")]
pub(crate) struct Offers {
    frame: Frame,
    shelves: Vec<Entry>,
    shelf: String,
    rows: Vec<Row>,
}

impl Page for Offers {
    type At = at::Offers;
    const CALLS: &'static [&'static Spec] = &[ListOffers::SPEC, ListOfferCategories::SPEC, CreateOrder::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let customer = Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04");
        let shelf = |id: &str, name: &str| OfferCategory {
            id: Some(id.to_owned()),
            name: kit.some(name),
            ..OfferCategory::default()
        };
        let shelves = [shelf("enterprise", "Enterprise"), shelf("trial", "Trial")];
        let page = |offers: &[Offer], chosen| {
            Self::of(kit.frame(Party::Partner, "/portal/customers"), customer, "DE", &shelves, offers, chosen)
        };
        vec![page(&[sample(kit, "enterprise")], ""), page(&[], "trial")]
    }

    async fn load(visit: &Visit, here: at::Offers) -> Result<Answer, Trouble> {
        let country = country(visit, here.customer).await?;
        let (shelves, offers) = tokio::try_join!(
            visit.call(Call::to(ListOfferCategories).query("country", &country)),
            visit.call(Call::to(ListOffers).query("country", &country)),
        )?;
        let chosen = visit.query.get("category");
        Self::of(visit.frame(), here.customer, &country, &shelves.items, &offers.items, chosen).shown()
    }
}

/// The customer's country: from the address, else from the customer itself, whose contact data that opens.
pub(super) async fn country(visit: &Visit, customer: CustomerId) -> Result<String, Trouble> {
    if let Some(country) = visit.query.given("country") {
        return Ok(country);
    }
    let found = visit.call(Call::to(GetCustomer).param("customer-id", customer)).await?;
    let address = found.billing_profile.and_then(|profile| profile.default_address);
    Ok(address
        .and_then(|address| address.country)
        .unwrap_or_else(|| visit.house.profile.home_country.code().to_owned()))
}

impl Offers {
    fn of(
        frame: Frame,
        customer: CustomerId,
        country: &str,
        shelves: &[OfferCategory],
        offers: &[Offer],
        chosen: &str,
    ) -> Self {
        let t = frame.t;
        let mut shelves: Vec<&OfferCategory> = shelves.iter().collect();
        shelves.sort_by_key(|shelf| shelf.rank);
        let of_shelf = |id: &str| {
            let same = |offer: &&Offer| {
                let category = offer.category.as_ref().and_then(|category| category.id.as_deref());
                category == Some(id) && is_orderable(offer)
            };
            offers.iter().filter(same).collect::<Vec<_>>()
        };
        let filled = |shelf: &&&OfferCategory| shelf.id.as_deref().is_some_and(|id| !of_shelf(id).is_empty());
        let first = shelves.iter().find(filled).and_then(|shelf| shelf.id.clone()).unwrap_or_default();
        let chosen = if chosen.is_empty() { first } else { chosen.to_owned() };
        let here = at::Offers { customer };
        let entries = shelves.iter().map(|shelf| {
            let id = shelf.id.as_deref().unwrap_or_default();
            Entry {
                href: link(&here, &[("country", country), ("category", id)]),
                label: shelf.name.clone().unwrap_or_else(|| id.to_owned()),
                here: id == chosen,
            }
        });
        let rows = of_shelf(&chosen).into_iter().filter_map(|offer| {
            let place = at::Quantity { customer, offer: offer.id.as_deref()?.parse().ok()? };
            Some(Row {
                name: offer.name.clone().unwrap_or_default(),
                description: offer.description.clone().unwrap_or_default(),
                range: range(&frame, offer),
                cycles: cycles(&frame, offer),
                trial: offer.is_trial == Some(true),
                href: link(&place, &[("country", country)]),
            })
        });
        let rows = rows.collect();
        Self {
            shelves: entries.collect(),
            shelf: shelves
                .iter()
                .find(|shelf| shelf.id.as_deref() == Some(&chosen))
                .and_then(|shelf| shelf.name.clone())
                .unwrap_or_default(),
            rows,
            frame: frame.below(at::Customer { customer }.path(), t.customer_back()),
        }
    }
}

/// Add-ons belong to a subscription and are not on the shelves.
fn is_orderable(offer: &Offer) -> bool {
    offer.is_add_on != Some(true) && offer.is_available_for_purchase != Some(false)
}

pub(super) fn range(frame: &Frame, offer: &Offer) -> String {
    let (least, most) = (offer.minimum_quantity.unwrap_or(1), offer.maximum_quantity.unwrap_or(1));
    if least == most {
        frame.f.whole(least)
    } else {
        frame.t.range(frame.f.whole(least), frame.f.whole(most))
    }
}

pub(super) fn cycles(frame: &Frame, offer: &Offer) -> String {
    let names = offer.supported_billing_cycles.iter().map(|cycle| cycle_name(frame.t, Some(*cycle)));
    names.collect::<Vec<_>>().join(", ")
}

/// An offer for samples.
pub(super) fn sample(kit: &Kit, category: &str) -> Offer {
    use contract::resources::offer::BillingCycle::{Annual, Monthly};
    Offer {
        id: Some("031C9E47-4802-4248-838E-778FB1D2CC05".to_owned()),
        name: kit.some("Office 365 Business Premium (sample)"),
        description: kit.some("Mail, files and programs for up to 300 people."),
        minimum_quantity: Some(1),
        maximum_quantity: Some(300),
        category: Some(OfferCategory { id: Some(category.to_owned()), ..OfferCategory::default() }),
        supported_billing_cycles: vec![Monthly, Annual],
        is_trial: Some(true),
        ..Offer::default()
    }
}
