//! A change of an order: one more add-on line, or another billing cycle for all its subscriptions.

use commerce::catalogue::BillingCycle;
use commerce::order::{OrderDraft, plan};
use contract::errors::code;
use contract::operations::UpdateOrder;
use contract::resources::order::{Order, OrderLineItem, OrderStatus};
use kernel::Problem;
use store::Tx;
use store::operator::orders::{self as rows, OrderRow};

use super::{accepted, buyer, carry_out, draft_line, lines_json, lines_of, shown};
use crate::catalogue::wanted_cycle;
use crate::subscriptions::book;
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve, customers, jobs};

impl Serve<UpdateOrder> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Order>) -> Result<Answer<Order>, Fault> {
        let customer = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        jobs::settle(tx, cx, &customer)?;
        let mut row = super::mine(tx, cx, &input)?;
        let before = plain(&row)?;
        if input.body.status == Some(OrderStatus::Cancelled) {
            return Err(suspend_instead().into());
        }
        unchanged_cycle(&row, &input.body)?;
        let mut lines = lines_of(&row)?;
        let wanted = add_ons(&lines, &input.body)?;
        if wanted.is_empty() {
            return Ok(Answer::of(shown(&row)?));
        }
        let kept = book::of_customer(tx, &customer.customer_id, &customer.account_id)?;
        let subscriptions: Vec<_> = kept.into_iter().map(|one| one.state).collect();
        let accepted = accepted(cx, &customer);
        let cycle = lines_cycle(&row);
        let draft = OrderDraft { cycle, lines: wanted };
        let plan = plan(&draft, cx.catalogue, &buyer(cx, &customer, &accepted, &subscriptions)?)?;
        let first = i64::try_from(lines.len()).map_err(|_| Problem::internal())?;
        lines.extend(carry_out(tx, cx, &customer, &row.order_id, &plan, first)?);
        row.lines = lines_json(&lines)?;
        rows::update(tx, &row)?;
        let note = Note {
            old: Some(before),
            new: Some(plain(&row)?),
            ..customers::note(&customer, "order", "update_order")
        };
        Ok(Answer::of(shown(&row)?).noted(note))
    }
}

fn plain(row: &OrderRow) -> Result<String, Problem> {
    String::from_utf8(contract::wire::to_bytes(&shown(row)?)?).map_err(|_| Problem::internal())
}

fn lines_cycle(row: &OrderRow) -> Option<BillingCycle> {
    contract::resources::offer::BillingCycle::parse(&row.billing_cycle).and_then(wanted_cycle)
}

/// The cycle of running terms is not changed in this edition; asking for the present one is no change.
fn unchanged_cycle(row: &OrderRow, body: &Order) -> Result<(), Problem> {
    let wanted = body.billing_cycle.and_then(wanted_cycle);
    if wanted.is_none() || wanted == lines_cycle(row) {
        return Ok(());
    }
    let text =
        "The billing cycle of a running order cannot be changed yet; it stays until the subscriptions renew.";
    Err(Problem::new(501, code::UNCLASSIFIED, "planned", text))
}

/// The lines of the body that are not in the order yet: add-ons, numbered anew from 0.
fn add_ons(present: &[OrderLineItem], body: &Order) -> Result<Vec<commerce::order::DraftLine>, Problem> {
    let is_new = |line: &&OrderLineItem| {
        line.subscription_id.is_none()
            && (line.parent_subscription_id.is_some()
                || present.iter().all(|known| known.line_item_number != line.line_item_number))
    };
    let mut drafts = body.line_items.iter().filter(is_new).map(draft_line).collect::<Result<Vec<_>, _>>()?;
    for (number, draft) in (0..).zip(&mut drafts) {
        if draft.parent.is_none() {
            let text = "An order grows by add-ons only: name the base in parentSubscriptionId, or place a new order.";
            return Err(Problem::new(400, code::ADDON_MISFIT, "add_on_does_not_fit", text));
        }
        draft.number = number;
    }
    Ok(drafts)
}

fn suspend_instead() -> Problem {
    let text = "Orders of subscriptions are not cancelled; suspend or delete the subscriptions instead.";
    Problem::new(400, code::SUSPEND_INSTEAD, "suspend_instead", text)
}
