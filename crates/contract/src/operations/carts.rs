//! Carts.

operations! {
    area "carts" of PartnerCenter;

    /// Puts items into a new cart.
    CreateCart "create-cart" Post "/v1/customers/{customer-id}/carts" []
        in all by Both for SELLERS; Create at Operator;
        takes later; gives [201] (one later); planned

    /// Replaces the items of a cart.
    UpdateCart "update-cart" Put "/v1/customers/{customer-id}/carts/{cart-id}" []
        in [Global] by Both for SELLERS; Change at Operator;
        takes later; gives [201] (one later); planned

    /// Buys what is in a cart, one order per group.
    CheckoutCart "checkout-cart" Post "/v1/customers/{customer-id}/carts/{cart-id}/checkout" []
        in all by Both for SELLERS; Act at Operator;
        takes nothing; gives [201] (one later); planned
}
