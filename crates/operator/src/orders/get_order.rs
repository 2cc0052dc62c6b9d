//! One order.

use contract::operations::GetOrder;
use contract::resources::order::Order;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetOrder> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Order>, Fault> {
        let row = super::mine(tx, cx, &input)?;
        Ok(Answer::of(super::shown(&row)?))
    }
}
