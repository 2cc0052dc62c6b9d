//! Step three: the order in words with prices, dates and the lines of the next invoice; then it is placed.
//!
//! The figures are the operator's own preview. Where it gives none, the page says so instead of reckoning itself.

use askama::Template;
use client::Call;
use contract::operations::{CreateOrder, GetOffer, PreviewOrder};
use contract::resources::offer::{BillingCycle, Offer};
use contract::resources::order::{Order, OrderLineItem};
use contract::resources::preview::ChargePreview;
use contract::{Operation, Party, Spec};

use crate::form::Form;
use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::orders::{Charges, cycle_name, offers};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Action, Fact, Facts, Problem};
use crate::permit::Permit;
use crate::trouble::Trouble;
use crate::visit::{Visit, link};

#[derive(Template)]
#[template(path = "pages/orders/check.html")]
pub(crate) struct OrderCheck {
    frame: Frame,
    problem: Problem,
    facts: Facts,
    charges: Option<Charges>,
    once: String,
    place: Action,
    change: String,
}

impl Page for OrderCheck {
    type At = at::OrderCheck;
    const CALLS: &'static [&'static Spec] = &[GetOffer::SPEC, CreateOrder::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let here = at::OrderCheck {
            customer: Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04"),
            offer: Kit::id("031C9E47-4802-4248-838E-778FB1D2CC05"),
        };
        let frame = || kit.frame(Party::Partner, "/portal/customers");
        let wanted = Wanted {
            country: kit.text("DE"),
            quantity: 25,
            cycle: Some(BillingCycle::Annual),
            name: kit.some("Sales"),
        };
        let offer = offers::sample(kit, "x");
        let problem = || Problem::none(kit.t());
        let mut priced =
            Self::of(frame(), &here, &wanted, &offer, None, problem(), Permit::Yes, String::new());
        priced.charges = Some(Charges::sample(kit, &frame()));
        let refusal = client::Refusal {
            status: 403,
            code: 13_605,
            description: kit.text("The customer must first accept the agreements of this cloud."),
            ..client::Refusal::default()
        };
        let refused = Problem::refused(kit.t(), &refusal);
        let no = Permit::No(kit.t().order_not_possible());
        vec![priced, Self::of(frame(), &here, &wanted, &offer, None, refused, no, String::new())]
    }

    async fn load(visit: &Visit, here: at::OrderCheck) -> Result<Answer, Trouble> {
        let once = visit.fresh_id();
        Self::made(visit, &here, Problem::none(visit.t), once).await?.shown()
    }

    async fn act(visit: &Visit, here: at::OrderCheck, form: Form) -> Result<Answer, Trouble> {
        let body = Wanted::read(visit, &here).await?.order(&here);
        let call = Call::to(CreateOrder)
            .param("customer-id", here.customer)
            .request_id(visit.id_of(&form))
            .body(&body);
        match visit.call(call).await {
            Ok(order) => {
                let id = order.id.and_then(|id| id.parse().ok());
                Ok(Answer::Go(match id {
                    Some(order) => {
                        link(&at::Order { customer: here.customer, order }, &[("done", "ordered")])
                    }
                    None => at::Customer { customer: here.customer }.path(),
                }))
            }
            Err(trouble) => {
                let (problem, status) = Problem::of(visit.t, trouble)?;
                let once = visit.next_id(&form, status);
                Self::made(visit, &here, problem, once).await?.shown_as(status)
            }
        }
    }
}

/// What the address says is wanted.
struct Wanted {
    country: String,
    quantity: i64,
    cycle: Option<BillingCycle>,
    name: Option<String>,
}

impl Wanted {
    async fn read(visit: &Visit, here: &at::OrderCheck) -> Result<Self, Trouble> {
        Ok(Self {
            country: offers::country(visit, here.customer).await?,
            quantity: visit.query.get("quantity").parse().unwrap_or(0), // refused by the contract
            cycle: BillingCycle::parse(visit.query.get("cycle")),
            name: visit.query.given("name"),
        })
    }

    fn order(&self, here: &at::OrderCheck) -> Order {
        Order {
            reference_customer_id: Some(here.customer.to_string()),
            billing_cycle: self.cycle,
            line_items: vec![OrderLineItem {
                line_item_number: Some(0),
                offer_id: Some(here.offer.to_string()),
                quantity: Some(self.quantity),
                friendly_name: self.name.clone(),
                ..OrderLineItem::default()
            }],
            ..Order::default()
        }
    }
}

impl OrderCheck {
    async fn made(
        visit: &Visit,
        here: &at::OrderCheck,
        problem: Problem,
        once: String,
    ) -> Result<Self, Trouble> {
        let wanted = Wanted::read(visit, here).await?;
        let offer = Call::to(GetOffer).param("offer-id", &here.offer).query("country", &wanted.country);
        let offer = visit.call(offer).await?;
        let (preview, problem, may) = if visit.may(PreviewOrder).allows() {
            let call = Call::to(PreviewOrder).param("customer-id", here.customer).body(&wanted.order(here));
            match (visit.call(call).await, problem.what.is_some()) {
                (Ok(preview), _) => (Some(preview), problem, Permit::Yes),
                (Err(_), true) => (None, problem, Permit::Yes),
                (Err(trouble), false) => {
                    let (problem, _) = Problem::of(visit.t, trouble)?;
                    (None, problem, Permit::No(visit.t.order_not_possible()))
                }
            }
        } else {
            (None, problem, Permit::Yes)
        };
        Ok(Self::of(visit.frame(), here, &wanted, &offer, preview.as_ref(), problem, may, once))
    }

    #[expect(clippy::too_many_arguments, reason = "everything the page shows, named at its callers")]
    fn of(
        frame: Frame,
        here: &at::OrderCheck,
        wanted: &Wanted,
        offer: &Offer,
        preview: Option<&ChargePreview>,
        problem: Problem,
        may: Permit,
        once: String,
    ) -> Self {
        let t = frame.t;
        let quantity = wanted.quantity.to_string();
        let facts = vec![
            Fact::new(t.field_offer(), offer.name.clone().unwrap_or_default()),
            Fact::new(t.field_quantity(), frame.f.whole(wanted.quantity)),
            Fact::new(t.field_cycle(), cycle_name(t, wanted.cycle)),
            Fact::new(t.field_friendly_name(), wanted.name.clone().unwrap_or_default()),
        ];
        let back = at::Quantity { customer: here.customer, offer: here.offer.clone() };
        let back = link(
            &back,
            &[
                ("country", &wanted.country),
                ("quantity", &quantity),
                ("cycle", wanted.cycle.map_or("", BillingCycle::as_str)),
                ("name", wanted.name.as_deref().unwrap_or_default()),
            ],
        );
        Self {
            problem,
            facts: Facts { t, facts },
            charges: preview.map(|preview| Charges::of(&frame, preview)),
            once,
            place: Action::button(t.order_place(), may),
            frame: frame.below(back.clone(), t.order_change()),
            change: back,
        }
    }
}
