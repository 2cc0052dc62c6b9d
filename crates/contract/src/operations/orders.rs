//! Orders.

use crate::resources::order::Order;

operations! {
    area "orders" of PartnerCenter;

    /// Lists a customer's orders.
    ListOrders "list-orders" Get "/v1/customers/{customer-id}/orders" ["billingType", "include_price"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection Order); served

    /// Places an order for a customer.
    CreateOrder "create-order" Post "/v1/customers/{customer-id}/orders" []
        in [Global, China, UsGov] by Both for SELLERS; Create at Operator;
        takes (Order); gives [201] (one Order); served

    /// Reads one order.
    GetOrder "get-order" Get "/v1/customers/{customer-id}/orders/{order-id}" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one Order); served

    /// Changes an order's billing cycle, adds an add-on or cancels.
    UpdateOrder "update-order" Patch "/v1/customers/{customer-id}/orders/{order-id}" []
        in all by Both for SELLERS; Change at Operator;
        takes (Order); gives [200] (one Order); served

    /// Lists the links that activate what a line of an order bought.
    ListOrderLineItemActivationLinks "list-order-line-item-activation-links" Get "/v1/customers/{customer-id}/orders/{order-id}/lineitems/{line-item-number}/activationlinks" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned
}
