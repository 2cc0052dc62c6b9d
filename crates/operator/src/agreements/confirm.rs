//! The partner reports that its customer has accepted the cloud agreement.

use contract::errors::code;
use contract::operations::ConfirmCustomerAgreement;
use contract::resources::agreement::Agreement;
use jiff::{SignedDuration, Timestamp};
use kernel::Problem;
use store::Tx;
use store::operator::agreements as rows;

use super::{Acceptance, list};
use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers};

/// A date without a time may lie in the evening of today's day elsewhere.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

impl Serve<ConfirmCustomerAgreement> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, Agreement>) -> Result<Answer<Agreement>, Fault> {
        let row = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        let given = input.body;
        let template = given.template_id.as_deref().unwrap_or_default().to_ascii_lowercase();
        let agreement = super::of_template(cx, &template)
            .map_err(|_| bad("templateId", "This cloud has no agreement with this template"))?;
        if !super::is_operators(agreement) {
            return Err(Problem::new(
                403,
                code::NO_ACCESS,
                "accepted_at_trustee",
                "The customer concludes this agreement itself, directly with the data trustee.",
            )
            .into());
        }
        if given.r#type.is_some_and(|kind| kind.as_str() != agreement.agreement_type) {
            return Err(bad("type", "It is not the template's type").into());
        }
        let agreed = date(given.date_agreed, cx)?;
        if given.sealed.is_none() {
            return Err(bad("primaryContact", "Who accepted for the customer is required").into());
        }
        let version = agreement.version.to_string();
        if rows::find(tx, &row.customer_id, &template, &version)?.is_some() {
            let text = "The customer has accepted this version of the agreement already.";
            let problem = Problem::new(409, code::AGREEMENT_CONFIRMED, "agreement_confirmed", text);
            return Err(problem.into());
        }
        let acceptance = Acceptance {
            customer: row.customer_id,
            agreement,
            agreed,
            reported_by: Some(row.account_id),
            user: cx.caller.user,
            sealed: given.sealed,
        };
        super::accept(tx, cx, acceptance)?;
        let made = rows::find(tx, &row.customer_id, &template, &version)?.ok_or_else(Problem::internal)?;
        let shown = list::shown(cx, made);
        let mut note = customers::note(&row, "agreement", "create_agreement");
        note.new = serde_json::to_string(&Agreement { sealed: None, ..shown.clone() }).ok();
        Ok(Answer::of(shown).noted(note))
    }
}

/// The day of acceptance lies not in the future.
fn date(given: Option<Timestamp>, cx: &Cx<'_>) -> Result<kernel::Micros, Problem> {
    let agreed = given.ok_or_else(|| bad("dateAgreed", "It is required"))?;
    let latest = cx.now().saturating_add(AHEAD).map_err(|_| Problem::internal())?;
    if agreed > latest {
        return Err(bad("dateAgreed", "It lies in the future"));
    }
    Ok(agreed.as_microsecond())
}

fn bad(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}.")).with(member)
}
