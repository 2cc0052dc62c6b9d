//! Who supports a subscription: the partner itself until it names a reseller.

use contract::operations::GetSubscriptionSupportContact;
use contract::resources::shared::ResourceLinks;
use contract::resources::subscription::SupportContact;
use store::Tx;

use super::book::Kept;
use crate::{Answer, Cx, Fault, Input, Operator, Serve, link};

impl Serve<GetSubscriptionSupportContact> for Operator {
    fn serve(tx: &mut Tx, cx: &Cx<'_>, input: Input<'_, ()>) -> Result<Answer<SupportContact>, Fault> {
        let kept = super::mine(tx, cx, &input)?;
        Ok(Answer::of(shown(cx, &kept)?))
    }
}

/// The support contact as it stands.
pub(super) fn shown(cx: &Cx<'_>, kept: &Kept) -> Result<SupportContact, Fault> {
    let stored = kept.row.support_contact.as_deref().and_then(|json| serde_json::from_str(json).ok());
    let account = cx.account()?;
    let contact = stored.unwrap_or_else(|| SupportContact {
        support_tenant_id: Some(kept.row.account_id.to_string()),
        support_mpn_id: account.mpn_id.clone(),
        name: Some(account.company_name.clone()),
        ..SupportContact::default()
    });
    let own = link::to::<GetSubscriptionSupportContact>(&[&kept.row.customer_id, &kept.row.subscription_id]);
    Ok(SupportContact { links: Some(ResourceLinks::to_self(own)), ..contact })
}
