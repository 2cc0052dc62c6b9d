//! Deleting a customer, which only a sandbox can do. The trustee ends the tenant.

use commerce::subscription::{Change, Event, Standing, Subscription};
use contract::errors::code;
use contract::operations::DeleteSandboxCustomer;
use kernel::Problem;
use store::Tx;
use store::operator::customers::{self, CustomerRow};

use crate::subscriptions::book;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, jobs};

impl Serve<DeleteSandboxCustomer> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<()>, Fault> {
        let row = super::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        if !row.sandbox {
            let text =
                "Customers are deleted in a sandbox only. Elsewhere, end the relationship with the customer.";
            return Err(Problem::new(400, code::NOT_IN_ENVIRONMENT, "sandbox_only", text).into());
        }
        jobs::settle(tx, cx, &row)?;
        end_subscriptions(tx, cx, &row)?;
        customers::delete(tx, &row.customer_id, cx.now().as_microsecond())?;
        let mut note = super::note(&row, "customer", "delete_tip_customer");
        note.old = Some(row.company.clone());
        Ok(Answer::nothing().noted(note))
    }
}

/// Nothing of a deleted customer runs on or is charged after today; add-ons go with their base.
fn end_subscriptions(tx: &mut Tx, cx: &Cx<'_>, row: &CustomerRow) -> Result<(), Fault> {
    let all = book::of_customer(tx, &row.customer_id, &row.account_id)?;
    for mut kept in all.into_iter().filter(|kept| kept.state.parent.is_none() && !kept.state.is_deleted()) {
        let day = cx.today();
        let next = Subscription { standing: Standing::Deleted { on: day }, ..kept.state.clone() };
        book::change(tx, &mut kept, next, &[Event { day, change: Change::Deleted }])?;
    }
    Ok(())
}
