//! What a customer has accepted.

use contract::collection::Collection;
use contract::operations::ListCustomerAgreements;
use contract::resources::agreement::{Agreement, AgreementType};
use jiff::Timestamp;
use store::Tx;
use store::operator::agreements::{self as rows, AgreementRow};

use crate::{Answer, Cx, Fault, Input, Operator, Serve, customers};

impl Serve<ListCustomerAgreements> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<Collection<Agreement>>, Fault> {
        let wanted = super::wanted(input.query.get("agreementType"))?;
        let customer = customers::mine(tx, cx, &input.id("customer-id")?)?;
        let items = rows::of_customer(tx, &customer.customer_id)?
            .into_iter()
            .map(|row| shown(cx, row))
            .filter(|agreement| wanted.is_none_or(|wanted| agreement.r#type == Some(wanted)));
        Ok(Answer::of(Collection::new(items.collect())))
    }
}

/// An acceptance as it is shown.
pub(super) fn shown(cx: &Cx<'_>, row: AgreementRow) -> Agreement {
    Agreement {
        user_id: row.user_id.map(|id| id.to_string()),
        date_agreed: Timestamp::from_microsecond(row.date_agreed).ok(),
        agreement_link: super::of_template(cx, &row.template_id).ok().map(super::text_link),
        template_id: Some(row.template_id),
        r#type: AgreementType::parse(&row.kind),
        sealed: row.sealed,
        ..Agreement::default()
    }
}
