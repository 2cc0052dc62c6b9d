//! One application, for its applicant and for the operator's people.

use contract::operations::GetApplication;
use contract::resources::enrolment::EnrolmentApplication;
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetApplication> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<EnrolmentApplication>, Fault> {
        let row = super::load(tx, cx, input.path.get("application-id").unwrap_or_default())?;
        Ok(Answer::of(super::shown(tx, cx, &row)?))
    }
}
