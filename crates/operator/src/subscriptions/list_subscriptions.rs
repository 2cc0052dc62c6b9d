//! A customer's subscriptions: all, those of an order, or those that one partner has on record.

use contract::collection::Collection;
use contract::operations::ListSubscriptions;
use contract::resources::subscription::Subscription;
use store::Tx;

use super::book;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers, link};

impl Serve<ListSubscriptions> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<Subscription>>, Fault> {
        let customer = customers::linked(tx, cx, &input.id("customer-id")?)?;
        let mut all = book::of_customer(tx, &customer.customer_id, &customer.account_id)?;
        if let Some(order) = input.query.get("order_id") {
            all.retain(|one| one.row.order_id.as_str().eq_ignore_ascii_case(order));
        }
        if let Some(mpn_id) = input.query.get("mpn_id") {
            all.retain(|one| one.row.partner_on_record.as_deref() == Some(mpn_id));
        }
        let shown = all.iter().map(|one| super::shown(cx, one)).collect();
        let own = link::to::<ListSubscriptions>(&[&customer.customer_id]);
        Ok(Answer::of(Collection::new(shown).at(own)))
    }
}
