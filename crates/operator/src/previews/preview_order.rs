//! What an order would cost. It is checked like the order itself, so what is refused here would be refused there.

use commerce::order::{OrderDraft, plan};
use contract::operations::PreviewOrder;
use contract::resources::order::Order;
use contract::resources::preview::ChargePreview;
use kernel::{OrderId, Problem, SubscriptionId};
use store::Tx;

use super::{Previewed, lines_for, shown};
use crate::agreements::accepted;
use crate::orders::{buyer, draft};
use crate::subscriptions::book;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers, jobs};

impl Serve<PreviewOrder> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Order>) -> Result<Answer<ChargePreview>, Fault> {
        let customer = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        let draft: OrderDraft = draft(&input.body)?;
        let kept = book::of_customer(tx, &customer.customer_id, &customer.account_id)?;
        let subscriptions: Vec<_> = kept.into_iter().map(|one| one.state).collect();
        let accepted = accepted(cx, &customer);
        let plan = plan(&draft, cx.catalogue, &buyer(cx, &customer, &accepted, &subscriptions)?)?;
        let next = jobs::next_bill(tx, cx.account()?)?;
        let nowhere: OrderId = "preview".parse().map_err(|_| Problem::internal())?;
        let mut all = Vec::with_capacity(plan.lines.len());
        for line in &plan.lines {
            let (after, event) = line.subscription(SubscriptionId(cx.ids().ordered()), &nowhere);
            let history = vec![event];
            let lines = lines_for(&history, &next)?;
            all.push(Previewed { offer: line.offer, after, history, lines });
        }
        Ok(Answer::of(shown(plan.currency, &next, &all, input.locale)?))
    }
}
