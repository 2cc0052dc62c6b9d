//! How far the directory is with a subscription. Licences stand in the directory as soon as the order is done.

use commerce::subscription::Standing;
use contract::operations::GetSubscriptionProvisioningStatus;
use contract::resources::subscription::{ProvisioningState, SubscriptionProvisioningStatus};
use store::Tx;

use crate::{Answer, Cx, Fault, Input, Operator, Serve};

impl Serve<GetSubscriptionProvisioningStatus> for Operator {
    fn serve(
        tx: &mut Tx,
        cx: &Cx<'_>,
        input: Input<'_, ()>,
    ) -> Result<Answer<SubscriptionProvisioningStatus>, Fault> {
        let kept = super::mine(tx, cx, &input)?;
        let offer = cx.catalogue.find(&kept.row.offer_id);
        let in_directory = !matches!(kept.state.standing, Standing::Deleted { .. });
        Ok(Answer::of(SubscriptionProvisioningStatus {
            sku_id: offer.map(|offer| offer.product_id.clone()),
            status: Some(if in_directory { ProvisioningState::Success } else { ProvisioningState::None }),
            quantity: Some(if in_directory { kept.state.quantity.into() } else { 0 }),
            end_date: kept.state.commitment_end().and_then(super::instant),
            ..SubscriptionProvisioningStatus::default()
        }))
    }
}
