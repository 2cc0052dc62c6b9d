//! Names the company that supports a subscription: the partner itself or one of its resellers.

use commerce::subscription::support_contact;
use contract::operations::UpdateSubscriptionSupportContact;
use contract::resources::subscription::SupportContact;
use kernel::{AccountId, Problem};
use store::Tx;
use store::operator::accounts;

use super::book;
use crate::{Answer, Cx, Fault, Input, Note, Operator, Serve, customers};

impl Serve<UpdateSubscriptionSupportContact> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, SupportContact>,
    ) -> Result<Answer<SupportContact>, Fault> {
        let customer = customers::mine_to_change(tx, cx, &input.id("customer-id")?)?;
        let mut kept = super::mine(tx, cx, &input)?;
        let wanted = input.body.support_tenant_id.as_deref().and_then(|id| id.parse::<AccountId>().ok());
        let company = wanted.map(|id| accounts::find(tx, &id)).transpose()?.flatten();
        let account = cx.account()?;
        let itself = wanted == Some(account.account_id);
        let reseller = company.as_ref().is_some_and(|found| found.provider_id == Some(account.account_id));
        support_contact(itself, reseller)?;
        let company = company.ok_or_else(Problem::internal)?; // both cases above found an account
        let contact = SupportContact {
            support_tenant_id: Some(company.account_id.to_string()),
            support_mpn_id: company.mpn_id,
            name: Some(company.company_name),
            ..SupportContact::default()
        };
        let json = contract::wire::to_bytes(&contact)?;
        kept.row.support_contact = String::from_utf8(json).ok();
        let state = kept.state.clone();
        book::change(tx, &mut kept, state, &[])?;
        let note = customers::note(&customer, "subscription", "update_subscription_support_contact");
        Ok(Answer::of(super::get_support_contact::shown(cx, &kept)?).noted(Note { ..note }))
    }
}
