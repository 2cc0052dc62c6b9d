//! Orders: placing one makes subscriptions, all of them or none.
//!
//! Deliberately absent: carts, one-time products and cancelling software, which come with the whole catalogue.

mod create_order;
mod get_order;
mod list_orders;
mod update_order;

use commerce::catalogue::BillingCycle;
use commerce::eligibility::MpnId;
use commerce::order::{Buyer, DraftLine, OrderDraft, OrderPlan, SandboxLimits};
use commerce::subscription::Subscription;
use contract::errors::code;
use contract::operations as op;
use contract::profile::AgreementRole;
use contract::resources::offer::BillingCycle as WireCycle;
use contract::resources::order as wire;
use contract::resources::shared::Link;
use jiff::Timestamp;
use kernel::{OrderId, Problem, SubscriptionId};
use store::Tx;
use store::operator::customers::CustomerRow;
use store::operator::orders::{self as rows, OrderRow, OrderState};

use crate::accounts::Limits;
use crate::agreements::accepted;
use crate::subscriptions::book::{self, Owner};
use crate::{Cx, Fault, Input, catalogue, customers, link};

/// The order of the path, of a customer that the caller may look at.
fn mine<B>(tx: &mut Tx, cx: &Cx<'_>, input: &Input<'_, B>) -> Result<OrderRow, Fault> {
    let customer = customers::linked(tx, cx, &input.id("customer-id")?)?;
    let missing = || {
        let text = "There is no such order of this customer.";
        Problem::new(404, code::ORDER_MISSING, "order_missing", text)
    };
    let id: OrderId = input.path.get("order-id").unwrap_or_default().parse().map_err(|_| missing())?;
    let order = rows::find(tx, &id, &customer.customer_id)?.ok_or_else(missing)?;
    if order.account_id == customer.account_id { Ok(order) } else { Err(missing().into()) }
}

/// An account's limits as the rules know them: there, none is none; here, 0 is.
pub(crate) fn sandbox_limits(limits: Limits) -> SandboxLimits {
    let limit = |most: u32| (most > 0).then_some(most);
    SandboxLimits {
        customers: limit(limits.customers),
        subscriptions_per_customer: limit(limits.subscriptions_per_customer),
        seats_per_subscription: limit(limits.seats_per_subscription),
    }
}

/// What the rules want to know of a customer and the caller's account. `subscriptions` are all it ever had.
pub(crate) fn buyer<'a>(
    cx: &Cx<'_>,
    customer: &CustomerRow,
    accepted: &'a [AgreementRole],
    subscriptions: &'a [Subscription],
) -> Result<Buyer<'a>, Problem> {
    let account = cx.account()?;
    Ok(Buyer {
        country: customer.country,
        currency: account.currency,
        today: cx.today(),
        sandbox: account.sandbox,
        needed: &AgreementRole::ALL,
        accepted,
        subscriptions,
        limits: sandbox_limits(Limits::of(account, cx.profile)),
    })
}

/// An order as the rules read it.
pub(crate) fn draft(body: &wire::Order) -> Result<OrderDraft, Problem> {
    Ok(OrderDraft {
        cycle: body.billing_cycle.and_then(catalogue::wanted_cycle),
        lines: body.line_items.iter().map(draft_line).collect::<Result<_, _>>()?,
    })
}

/// A line as the rules read it.
fn draft_line(line: &wire::OrderLineItem) -> Result<DraftLine, Problem> {
    let bad = |text: &str| Problem::new(400, code::BAD_INPUT, "bad_line", text);
    let number = u32::try_from(line.line_item_number.unwrap_or(0));
    let quantity = u32::try_from(line.quantity.unwrap_or(0));
    let parent = line.parent_subscription_id.as_deref().map(str::parse::<SubscriptionId>).transpose();
    Ok(DraftLine {
        number: number.map_err(|_| bad("lineItemNumber must be a whole number from 0 on."))?,
        offer: line.offer_id.clone().ok_or_else(|| bad("Every line needs an offerId."))?,
        quantity: quantity.map_err(|_| bad("quantity must be a whole number from 0 on."))?,
        friendly_name: line.friendly_name.clone().filter(|name| !name.trim().is_empty()),
        parent: parent.map_err(|_| bad("parentSubscriptionId must be the id of a subscription."))?,
        partner_on_record: line.partner_id_on_record.as_deref().map(str::parse::<MpnId>).transpose()?,
    })
}

/// Makes the planned subscriptions and answers the lines, numbered from `first` on.
fn carry_out(
    tx: &mut Tx,
    cx: &Cx<'_>,
    customer: &CustomerRow,
    order: &OrderId,
    plan: &OrderPlan<'_>,
    first: i64,
) -> Result<Vec<wire::OrderLineItem>, Fault> {
    let mut lines = Vec::with_capacity(plan.lines.len());
    for line in &plan.lines {
        let id = SubscriptionId(cx.ids().ordered());
        let (state, event) = line.subscription(id, order);
        let partner_on_record = line.partner_on_record.map(|mpn_id| mpn_id.to_string());
        let owner = Owner {
            customer: customer.customer_id,
            account: customer.account_id,
            partner_on_record: partner_on_record.clone(),
            created: cx.now().as_microsecond(),
        };
        book::add(tx, &state, &event, owner)?;
        lines.push(wire::OrderLineItem {
            line_item_number: Some(first + i64::from(line.number)),
            offer_id: Some(line.offer.id.to_string()),
            subscription_id: Some(id.to_string()),
            parent_subscription_id: line.parent.map(|parent| parent.to_string()),
            friendly_name: Some(line.friendly_name.clone()),
            quantity: Some(line.quantity.into()),
            transaction_type: Some(wire::LineTransactionType::New),
            partner_id_on_record: partner_on_record,
            links: Some(wire::OrderLineItemLinks {
                subscription: Some(Link::get(link::to::<op::GetSubscription>(&[&customer.customer_id, &id]))),
                ..wire::OrderLineItemLinks::default()
            }),
            ..wire::OrderLineItem::default()
        });
    }
    Ok(lines)
}

/// Lines as the row keeps them.
fn lines_json(lines: &[wire::OrderLineItem]) -> Result<String, Problem> {
    serde_json::to_string(lines).map_err(|_| Problem::internal())
}

/// Lines as the row kept them.
fn lines_of(row: &OrderRow) -> Result<Vec<wire::OrderLineItem>, Problem> {
    serde_json::from_str(&row.lines).map_err(|error| {
        tracing::error!(order = %row.order_id, %error, "an order's lines cannot be read");
        Problem::internal()
    })
}

/// An order in the form of the contract.
fn shown(row: &OrderRow) -> Result<wire::Order, Problem> {
    Ok(wire::Order {
        id: Some(row.order_id.to_string()),
        reference_customer_id: Some(row.reference_customer_id.clone()),
        billing_cycle: WireCycle::parse(&row.billing_cycle),
        transaction_type: Some(wire::OrderTransactionType::UserPurchase),
        line_items: lines_of(row)?,
        currency_code: Some(row.currency.code().to_owned()),
        currency_symbol: Some(row.currency.symbol().to_owned()),
        creation_date: Timestamp::from_microsecond(row.created).ok(),
        status: Some(match row.status {
            OrderState::Completed => wire::OrderStatus::Completed,
            OrderState::Pending => wire::OrderStatus::Pending,
            OrderState::Cancelled => wire::OrderStatus::Cancelled,
        }),
        links: Some(wire::OrderLinks {
            self_: Some(Link::get(link::to::<op::GetOrder>(&[&row.customer_id, &row.order_id]))),
            ..wire::OrderLinks::default()
        }),
        ..wire::Order::default()
    })
}

/// The cycle's name in the row.
const fn cycle_name(cycle: BillingCycle) -> &'static str {
    catalogue::billing_cycle(cycle).as_str()
}
