//! The add-ons of a subscription.

use contract::collection::Collection;
use contract::operations::ListSubscriptionAddons;
use contract::resources::subscription::Subscription;
use store::Tx;

use super::book;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<ListSubscriptionAddons> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<Collection<Subscription>>, Fault> {
        let base = super::mine(tx, cx, &input)?;
        let all = book::of_customer(tx, &base.row.customer_id, &base.row.account_id)?;
        let add_ons = all.iter().filter(|one| one.row.parent_id == Some(base.row.subscription_id));
        let shown = add_ons.map(|one| super::shown(cx, one)).collect();
        let own = link::to::<ListSubscriptionAddons>(&[&base.row.customer_id, &base.row.subscription_id]);
        Ok(Answer::of(Collection::new(shown).at(own)))
    }
}
