//! The applicant corrects an application that nobody has decided. Approvals start anew.

use contract::operations::UpdateApplication;
use contract::resources::enrolment::EnrolmentApplication;
use store::Tx;
use store::operator::applications;

use crate::{Answer, Cx, Fault, Input, Operator, Serve, etag};

impl Serve<UpdateApplication> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, EnrolmentApplication>,
    ) -> Result<Answer<EnrolmentApplication>, Fault> {
        let id = input.path.get("application-id").unwrap_or_default();
        let row = super::load_open(tx, cx, id)?;
        let mut application = input.body;
        let tag = etag::sent(input.if_match, application.attributes.as_ref());
        etag::check(tag, super::TAG, row.version)?;
        let checked = super::check(&mut application, cx.profile)?;
        super::provider_of(tx, &application, checked.kind)?;
        super::refuse_duplicate(tx, row.tenant_id, &application)?;
        let body = super::stored(&application)?;
        let now = cx.real_now().as_microsecond();
        applications::correct(tx, id, &body, application.sealed.as_deref(), now)?;
        let row = super::load(tx, cx, id)?;
        let shown = super::shown(tx, cx, &row)?;
        let note = super::note(row.tenant_id, "update_partner_relationship", &shown);
        Ok(Answer::of(shown).noted(note))
    }
}
