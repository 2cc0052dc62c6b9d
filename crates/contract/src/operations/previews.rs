//! What something would cost, before it is done. Nothing is written, nothing is promised beyond the present prices.

use crate::resources::order::Order;
use crate::resources::preview::ChargePreview;
use crate::resources::subscription::Subscription;

operations! {
    area "previews" of Treuhand;

    /// Says what an order would cost and when: the lines that the next invoice would have.
    PreviewOrder "preview-order" Post "/treuhand/v1/customers/{customer-id}/order-previews" []
        in none by Both for SELLERS; Read at Operator;
        takes (Order); gives [200] (one ChargePreview); served

    /// Says what a change of a subscription would cost or give back, and when.
    PreviewSubscriptionChange "preview-subscription-change" Post "/treuhand/v1/customers/{customer-id}/subscriptions/{subscription-id}/change-previews" []
        in none by Both for SELLERS; Read at Operator;
        takes (Subscription); gives [200] (one ChargePreview); served
}
