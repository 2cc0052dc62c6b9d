//! One ticket, for its author's side.

use contract::operations::GetServiceRequest;
use contract::resources::service_request::ServiceRequest;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetServiceRequest> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<ServiceRequest>, Fault> {
        let row = super::seen(tx, cx, input.path.get("servicerequest-id").unwrap_or_default())?;
        Ok(Answer::of(super::shown(cx, &row, input.locale)))
    }
}
