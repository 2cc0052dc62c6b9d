//! Places an order: checked as a whole, then made as a whole.

use commerce::order::plan;
use contract::operations::{CreateOrder, GetOrder};
use contract::resources::order::{Order, OrderLineItem};
use kernel::OrderId;
use store::Tx;
use store::operator::orders::{self as rows, OrderRow, OrderState};

use super::{accepted, buyer, carry_out, cycle_name, draft, lines_json, shown};
use crate::{Answer, Cx, Event, Fault, Input, Note, Operator, Serve, customers, jobs, link};

impl Serve<CreateOrder> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Order>) -> Result<Answer<Order>, Fault> {
        let customer = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        let draft = draft(&input.body)?;
        let kept = jobs::settled(tx, cx, &customer)?;
        let subscriptions: Vec<_> = kept.into_iter().map(|one| one.state).collect();
        let accepted = accepted(cx, &customer);
        let plan = plan(&draft, cx.catalogue, &buyer(cx, &customer, &accepted, &subscriptions)?)?;
        let order_id: OrderId =
            cx.ids().ordered().to_string().parse().map_err(|_| kernel::Problem::internal())?;
        let lines = carry_out(tx, cx, &customer, &order_id, &plan, 0)?;
        let row = OrderRow {
            order_id,
            customer_id: customer.customer_id,
            account_id: customer.account_id,
            reference_customer_id: customer.customer_id.to_string(),
            billing_cycle: cycle_name(plan.cycle).to_owned(),
            currency: plan.currency,
            status: OrderState::Completed,
            lines: lines_json(&lines)?,
            created: cx.now().as_microsecond(),
        };
        rows::insert(tx, &row)?;
        let order = shown(&row)?;
        Ok(answer(&customer, &row, order, &lines)?)
    }
}

fn answer(
    customer: &store::operator::customers::CustomerRow,
    row: &OrderRow,
    order: Order,
    lines: &[OrderLineItem],
) -> Result<Answer<Order>, kernel::Problem> {
    let new =
        String::from_utf8(contract::wire::to_bytes(&order)?).map_err(|_| kernel::Problem::internal())?;
    let note = Note { new: Some(new), ..customers::note(customer, "order", "create_order") };
    let own = link::to::<GetOrder>(&[&row.customer_id, &row.order_id]);
    let mut answer = Answer::of(order).noted(note).located(own);
    for line in lines {
        let subscription = line.links.as_ref().and_then(|links| links.subscription.as_ref());
        if let Some(uri) = subscription.and_then(|link| link.uri.clone()) {
            answer = answer.event(Event {
                partner: None,
                name: "subscription-updated",
                resource_uri: uri,
                resource_name: "subscription",
            });
        }
    }
    Ok(answer)
}
