//! One of the operator's people refuses, with a reason that the applicant reads.

use contract::operations::RejectApplication;
use contract::resources::enrolment::{EnrolmentApplication, EnrolmentDecision, Verdict};
use store::Tx;
use store::operator::applications::{self, ApplicationState};

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<RejectApplication> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, EnrolmentDecision>,
    ) -> Result<Answer<EnrolmentApplication>, Fault> {
        if input.body.verdict.is_some_and(|verdict| verdict != Verdict::Reject) {
            return Err(super::bad("verdict", "Approvals have a path of their own.").into());
        }
        let reason = input.body.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        let reason = reason.ok_or_else(|| super::missing("reason"))?;
        let id = input.path.get("application-id").unwrap_or_default();
        super::load_open(tx, cx, id)?;
        let now = cx.real_now().as_microsecond();
        applications::set_state(tx, id, ApplicationState::Rejected, Some(reason), now)?;
        let row = super::load(tx, cx, id)?;
        let shown = super::shown(tx, cx, &row)?;
        let note = super::note(row.tenant_id, "remove_partner_relationship", &shown);
        Ok(Answer::of(shown).noted(note))
    }
}
