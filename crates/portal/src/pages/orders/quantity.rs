//! Step two: how much of an offer, how often it is charged, under which name.

use askama::Template;
use client::Call;
use contract::operations::{CreateOrder, GetOffer};
use contract::resources::offer::Offer;
use contract::{Operation, Party, Spec};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::orders::{cycle_name, offers};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Choice, Field, Kind};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/orders/quantity.html")]
pub(crate) struct Quantity {
    frame: Frame,
    name: String,
    description: String,
    to: String,
    country: String,
    fields: Vec<Field>,
    onwards: Action,
}

impl Page for Quantity {
    type At = at::Quantity;
    const CALLS: &'static [&'static Spec] = &[GetOffer::SPEC, CreateOrder::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let here = at::Quantity {
            customer: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
            offer: Kit::id("031C9E47-4802-4248-838E-778FB1D2CC05"),
        };
        let typed = if kit.hostile { "quantity=%22%3Cscript%3E&name=%3Cscript%3E" } else { "quantity=25" };
        let frame = kit.frame(Party::Partner, "/portal/customers");
        let form = Form::parse(typed.as_bytes());
        vec![Self::of(frame, &here, &kit.text("DE"), &offers::sample(kit, "x"), &form)]
    }

    async fn load(visit: &Visit, here: at::Quantity) -> Result<Answer, Trouble> {
        let country = offers::country(visit, here.customer).await?;
        let call = Call::to(GetOffer).param("offer-id", &here.offer).query("country", &country);
        let offer = visit.call(call).await?;
        Self::of(visit.frame(), &here, &country, &offer, &visit.query).shown()
    }
}

impl Quantity {
    fn of(frame: Frame, here: &at::Quantity, country: &str, offer: &Offer, typed: &Form) -> Self {
        let t = frame.t;
        let (least, most) = (offer.minimum_quantity.unwrap_or(1), offer.maximum_quantity.unwrap_or(1));
        let quantity = typed.given("quantity").unwrap_or_else(|| least.to_string());
        let chosen = typed.get("cycle");
        let cycles = offer.supported_billing_cycles.iter().enumerate().map(|(place, cycle)| Choice {
            value: cycle.as_str().to_owned(),
            label: cycle_name(t, Some(*cycle)),
            chosen: if chosen.is_empty() { place == 0 } else { cycle.as_str() == chosen },
        });
        let fields = vec![
            Field::line("quantity", t.field_quantity(), quantity, 9)
                .of(Kind::Number(least, most))
                .hint(t.field_quantity_hint(offers::range(&frame, offer))),
            Field::choice("cycle", t.field_cycle(), Kind::Radios(cycles.collect())),
            Field::line("name", t.field_friendly_name(), typed.get("name"), 128)
                .hint(t.field_friendly_name_hint())
                .optional(t),
        ];
        let place = at::OrderCheck { customer: here.customer, offer: here.offer.clone() };
        let up = link(&at::Offers { customer: here.customer }, &[("country", country)]);
        Self {
            name: offer.name.clone().unwrap_or_default(),
            description: offer.description.clone().unwrap_or_default(),
            to: place.path(),
            country: country.to_owned(),
            fields,
            onwards: Action::button(t.order_to_check(), Permit::Yes),
            frame: frame.below(up, t.order_offers()),
        }
    }
}
