//! A customer's company profile.

use contract::operations::GetCustomerCompanyProfile;
use contract::resources::customer::CustomerCompanyProfile;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetCustomerCompanyProfile> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<CustomerCompanyProfile>, Fault> {
        let row = super::mine(tx, cx, &input.id("customer-id")?)?;
        Ok(Answer::of(super::company_shown(&row)?))
    }
}
