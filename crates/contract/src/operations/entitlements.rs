//! What customers own.

use crate::resources::subscription::AzureEntitlement;

operations! {
    area "entitlements" of PartnerCenter;

    /// Lists the Azure subscriptions under an Azure plan.
    ListAzureEntitlements "list-azure-entitlements" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/azureentitlements" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection AzureEntitlement); planned

    /// Lists what a customer owns from one-time purchases.
    ListEntitlements "list-entitlements" Get "/v1/customers/{customer-id}/entitlements" ["entitlementType", "showExpiry"]
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads the details of a reserved instance that a customer owns.
    GetReservationArtifact "get-reservation-artifact" Get "/v1/customers/{customer-id}/artifacts/{artifact-type}/groups/{group-id}/lineitems/{line-item-id}/resource/{resource-id}" []
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned
}
