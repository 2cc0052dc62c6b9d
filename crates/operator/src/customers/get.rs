//! One customer.

use contract::operations::GetCustomer;
use contract::resources::customer::Customer;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetCustomer> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Customer>, Fault> {
        let row = super::mine(tx, cx, &input.id("customer-id")?)?;
        Ok(Answer::of(super::shown(&row)?))
    }
}
