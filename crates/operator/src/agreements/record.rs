//! The trustee tells that a customer itself has accepted an agreement.
//!
//! Who signed and how stays at the trustee; here arrive kind, version and date. Telling it twice changes nothing.

use contract::errors::{self, code};
use contract::operations::RecordAcceptance;
use contract::resources::agreement::AcceptanceAct;
use kernel::{CustomerId, Problem, UserId};
use store::Tx;
use store::operator::customers;

use super::Acceptance;
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve};

impl Serve<RecordAcceptance> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, AcceptanceAct>,
    ) -> Result<Answer<AcceptanceAct>, Fault> {
        let act = input.body;
        let id: CustomerId = read(act.customer_id.as_deref(), "customerId")?;
        let user: UserId = read(act.user_id.as_deref(), "userId")?;
        let customer = customers::find_any(tx, &id)?
            .ok_or_else(|| errors::not_found("There is no such customer of this cloud."))?;
        let template = act.template_id.as_deref().unwrap_or_default().to_ascii_lowercase();
        let agreement = super::of_template(cx, &template)?;
        if act.version.as_deref() != Some(agreement.version.to_string().as_str()) {
            return Err(bad("version", "It is not the version of this cloud's agreement").into());
        }
        let agreed = act.date_agreed.ok_or_else(|| bad("dateAgreed", "It is required"))?;
        let acceptance = Acceptance {
            customer: id,
            agreement,
            agreed: agreed.as_microsecond(),
            reported_by: None,
            user: Some(user),
            sealed: None,
        };
        super::accept(tx, cx, acceptance)?;
        let note = Note {
            partner: Some(customer.account_id),
            new: serde_json::to_string(&act).ok(),
            ..crate::customers::note(&customer, "agreement", "create_agreement")
        };
        Ok(Answer::of(act).noted(note))
    }
}

fn read<T: std::str::FromStr>(given: Option<&str>, member: &str) -> Result<T, Problem> {
    given.and_then(|text| text.parse().ok()).ok_or_else(|| bad(member, "A GUID is needed"))
}

fn bad(member: &str, why: &str) -> Problem {
    Problem::new(400, code::BAD_PROPERTY, "bad_property", format!("{member}: {why}.")).with(member)
}
