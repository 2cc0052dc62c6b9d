//! An order as it was placed, and what it made.

use askama::Template;
use client::Call;
use contract::operations::GetOrder;
use contract::resources::order;
use contract::{Operation, Party, Spec};
use kernel::CustomerId;

use crate::frame::Frame;
use crate::gallery::Kit;
use crate::pages::orders::{cycle_name, status_name};
use crate::pages::{Answer, Page, Place, at};
use crate::parts::{Fact, Facts};
use crate::trouble::Trouble;
use crate::visit::Visit;

struct Row {
    name: String,
    quantity: String,
    href: String,
}

#[derive(Template)]
#[template(path = "pages/orders/receipt.html")]
pub(crate) struct Receipt {
    frame: Frame,
    facts: Facts,
    rows: Vec<Row>,
}

impl Page for Receipt {
    type At = at::Order;
    const CALLS: &'static [&'static Spec] = &[GetOrder::SPEC];

    fn samples(kit: &Kit) -> Vec<Self> {
        let customer = Kit::id("4d3cf487-70f4-4e1e-9ff1-b2bfce8d9f04");
        vec![Self::of(kit.frame(Party::Partner, "/portal/customers"), customer, &super::sample(kit))]
    }

    async fn load(visit: &Visit, here: at::Order) -> Result<Answer, Trouble> {
        let call = Call::to(GetOrder).param("customer-id", here.customer).param("order-id", &here.order);
        let order = visit.call(call).await?;
        Self::of(visit.frame(), here.customer, &order).shown()
    }
}

impl Receipt {
    fn of(frame: Frame, customer: CustomerId, order: &order::Order) -> Self {
        let (t, f) = (frame.t, frame.f);
        let facts = vec![
            Fact::new(t.field_order(), order.id.clone().unwrap_or_default()),
            Fact::new(t.field_date(), order.creation_date.map(|at| f.time(at)).unwrap_or_default()),
            Fact::new(t.field_cycle(), cycle_name(t, order.billing_cycle)),
            Fact::new(t.field_status(), status_name(t, order.status)),
        ];
        let rows = order.line_items.iter().map(|line| Row {
            name: line.friendly_name.clone().or_else(|| line.offer_id.clone()).unwrap_or_default(),
            quantity: line.quantity.map(|quantity| f.whole(quantity)).unwrap_or_default(),
            href: line
                .subscription_id
                .as_deref()
                .and_then(|id| id.parse().ok())
                .map(|subscription| at::Subscription { customer, subscription }.path())
                .unwrap_or_default(),
        });
        Self {
            facts: Facts { t, facts },
            rows: rows.collect(),
            frame: frame.below(at::Customer { customer }.path(), t.customer_back()),
        }
    }
}
