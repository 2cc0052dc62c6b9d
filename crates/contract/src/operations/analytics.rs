//! Analytics.

operations! {
    area "analytics" of PartnerCenter;

    /// Analyses Azure usage.
    ListAzureUsageAnalytics "list-azure-usage-analytics" Get "/partner/v1/analytics/usage/azure" ["top", "skip", "filter", "groupby", "aggregationLevel", "orderby"]
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Analyses the indirect resellers.
    ListIndirectResellerAnalytics "list-indirect-reseller-analytics" Get "/partner/v1/analytics/indirectresellers" ["top", "skip", "filter", "groupby", "aggregationLevel", "orderby"]
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Analyses referrals.
    ListReferralAnalytics "list-referral-analytics" Get "/partner/v1/analytics/referrals" ["top", "skip", "filter", "groupby", "aggregationLevel"]
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Analyses how often the partner was found.
    ListSearchAnalytics "list-search-analytics" Get "/partner/v1/analytics/search" ["top", "skip", "filter", "groupby", "aggregationLevel"]
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Analyses subscriptions.
    ListSubscriptionAnalytics "list-subscription-analytics" Get "/partner/v1/analytics/subscriptions" ["top", "skip", "filter", "aggregationLevel", "groupBy"]
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Analyses the deployment of licences.
    ListLicenseDeploymentAnalytics "list-license-deployment-analytics" Get "/partner/v1/analytics/commercial/deployment/license" ["top", "skip", "filter", "groupby", "processedDateTime"]
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Analyses the use of licences.
    ListLicenseUsageAnalytics "list-license-usage-analytics" Get "/partner/v1/analytics/commercial/usage/license" ["top", "skip", "filter", "groupby", "processedDateTime"]
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up the deployment of licences over all customers.
    ListPartnerLicenseDeployment "list-partner-license-deployment" Get "/v1/analytics/licenses/deployment" []
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up the use of licences over all customers.
    ListPartnerLicenseUsage "list-partner-license-usage" Get "/v1/analytics/licenses/usage" []
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up the deployment of a customer's licences.
    ListCustomerLicenseDeployment "list-customer-license-deployment" Get "/v1/customers/{customer-id}/analytics/licenses/deployment" []
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up the use of a customer's licences.
    ListCustomerLicenseUsage "list-customer-license-usage" Get "/v1/customers/{customer-id}/analytics/licenses/usage" []
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned
}
