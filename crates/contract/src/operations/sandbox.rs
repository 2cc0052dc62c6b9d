//! What only a sandbox can do.

operations! {
    area "sandbox" of PartnerCenter;

    /// Activates a marketplace subscription of a sandbox.
    ActivateSandboxSubscription "activate-sandbox-subscription" Post "/v1/customers/{customer-id}/subscriptions/{subscription-id}/activate" []
        in [Global] by Both for SELLERS; Act at Operator;
        takes later; gives [200] (one later); planned

    /// Deletes a customer of a sandbox with everything of it.
    DeleteSandboxCustomer "delete-sandbox-customer" Delete "/v1/customers/{customer-id}" []
        in all by Both for SELLERS; Delete at Composed;
        takes nothing; gives [204] nothing; served
}
