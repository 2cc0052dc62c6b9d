//! A customer's orders. `billingType` narrows them to licences or usage by what their offers are.

use commerce::catalogue::Billing;
use contract::collection::Collection;
use contract::operations::ListOrders;
use contract::resources::order::Order;
use kernel::Problem;
use store::Tx;
use store::operator::orders as rows;

use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers, link};

impl Serve<ListOrders> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Order>>, Fault> {
        let customer = customers::linked(tx, cx, &input.id("customer-id")?)?;
        let wanted = wanted(input.query.get("billingType"))?;
        let orders = rows::of_customer(tx, &customer.customer_id, &customer.account_id)?;
        let mut shown: Vec<Order> = orders.iter().map(super::shown).collect::<Result<_, _>>()?;
        if let Some(wanted) = wanted {
            shown.retain(|order| order.line_items.iter().any(|line| billing(cx, line) == Some(wanted)));
        }
        let own = link::to::<ListOrders>(&[&customer.customer_id]);
        Ok(Answer::of(Collection::new(shown).at(own)))
    }
}

fn billing(cx: &Cx<'_>, line: &contract::resources::order::OrderLineItem) -> Option<Billing> {
    cx.catalogue.find(line.offer_id.as_deref()?).map(|offer| offer.billing)
}

fn wanted(word: Option<&str>) -> Result<Option<Billing>, Problem> {
    match word.map(str::to_ascii_lowercase).as_deref() {
        None | Some("" | "none") => Ok(None),
        Some("license") => Ok(Some(Billing::License)),
        Some("usage") => Ok(Some(Billing::Usage)),
        Some(_) => Err(Problem::new(
            400,
            contract::errors::code::BAD_INPUT,
            "invalid_parameter",
            "billingType must be License or Usage.",
        )),
    }
}
