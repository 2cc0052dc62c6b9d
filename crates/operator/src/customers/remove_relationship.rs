//! The end of a partner's relationship with a customer, asked for by the partner.

use contract::errors::code;
use contract::operations::RemoveResellerRelationship;
use contract::resources::customer::{Customer, RelationshipToPartner};
use kernel::Problem;
use store::Tx;
use store::operator::customers::{self, CustomerRow, Relationship};

use crate::subscriptions::book;
use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<RemoveResellerRelationship> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Customer>) -> Result<Answer<Customer>, Fault> {
        let row = super::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        if input.body.relationship_to_partner != Some(RelationshipToPartner::None) {
            return Err(super::bad("relationshipToPartner", "Only none can be written").into());
        }
        if row.sandbox {
            let text = "In a sandbox, delete the customer instead.";
            return Err(Problem::new(400, code::NOT_IN_ENVIRONMENT, "not_in_sandbox", text).into());
        }
        let subscriptions = book::of_customer(tx, &row.customer_id, &row.account_id)?;
        if subscriptions.iter().any(|kept| kept.state.is_active()) {
            let text =
                "The customer has active subscriptions with this partner. Suspend or cancel them first.";
            return Err(Problem::new(400, code::BAD_INPUT, "subscriptions_active", text).into());
        }
        customers::end_relationship(tx, &row.account_id, &row.customer_id, cx.now().as_microsecond())?;
        let note = super::note(&row, "customer", "remove_partner_customer_relationship");
        let row = CustomerRow { relationship: Relationship::None, ..row };
        Ok(Answer::of(super::shown(&row)?).noted(note))
    }
}
