//! Deleting a customer, which only a sandbox can do. The trustee ends the tenant.

use contract::errors::code;
use contract::operations::DeleteSandboxCustomer;
use kernel::Problem;
use store::Tx;
use store::operator::customers;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<DeleteSandboxCustomer> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<()>, Fault> {
        let row = super::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        if !row.sandbox {
            let text =
                "Customers are deleted in a sandbox only. Elsewhere, end the relationship with the customer.";
            return Err(Problem::new(400, code::NOT_IN_ENVIRONMENT, "sandbox_only", text).into());
        }
        customers::delete(tx, &row.customer_id, cx.now().as_microsecond())?;
        let mut note = super::note(&row, "customer", "delete_tip_customer");
        note.old = Some(row.company.clone());
        Ok(Answer::nothing().noted(note))
    }
}
