//! A company applies.

use contract::errors::code;
use contract::operations::CreateApplication;
use contract::resources::enrolment::EnrolmentApplication;
use kernel::Problem;
use store::Tx;
use store::operator::applications::{self, ApplicationRow, ApplicationState};

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<CreateApplication> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, EnrolmentApplication>,
    ) -> Result<Answer<EnrolmentApplication>, Fault> {
        let mut application = input.body;
        let checked = super::check(&mut application, cx.profile)?;
        super::provider_of(tx, &application, checked.kind)?;
        if cx.any_account().is_some() || applications::open_of(tx, &cx.caller.tenant)?.is_some() {
            return Err(Problem::new(
                409,
                code::UNCLASSIFIED,
                "application_exists",
                "This tenant has applied already or is a partner. Read or correct that application.",
            )
            .into());
        }
        super::refuse_duplicate(tx, cx.caller.tenant, &application)?;
        let now = cx.real_now().as_microsecond();
        let row = ApplicationRow {
            application_id: input.minted.map_or_else(|| cx.ids().ordered().to_string(), str::to_owned),
            tenant_id: cx.caller.tenant,
            state: ApplicationState::Submitted,
            version: 1,
            body: super::stored(&application)?,
            sealed: application.sealed.take(),
            reason: None,
            submitted: now,
            updated: now,
            decided: None,
        };
        applications::insert(tx, &row)?;
        let shown = super::shown(tx, cx, &row)?;
        let note = super::note(row.tenant_id, "create_partner_relationship", &shown);
        Ok(Answer::of(shown).noted(note))
    }
}
