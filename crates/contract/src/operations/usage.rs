//! Usage, budgets, utilisation and prices of meters.

operations! {
    area "usage" of PartnerCenter;

    /// Sums up the usage of all customers, with budgets.
    GetPartnerUsageSummary "get-partner-usage-summary" Get "/v1/usagesummary" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists the customers' usage of the month.
    ListCustomerUsageRecords "list-customer-usage-records" Get "/v1/customers/usagerecords" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up a customer's usage of the month.
    GetCustomerUsageSummary "get-customer-usage-summary" Get "/v1/customers/{customer-id}/usagesummary" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists a customer's usage of the month by subscription.
    ListSubscriptionUsageRecords "list-subscription-usage-records" Get "/v1/customers/{customer-id}/subscriptions/usagerecords" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up a subscription's usage of the month.
    GetSubscriptionUsageSummary "get-subscription-usage-summary" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/usagesummary" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists a subscription's usage of the month by service.
    ListSubscriptionResourceMonthlyUsage "list-subscription-resource-monthly-usage" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/usagerecords/resources" []
        in [Global, Germany, UsGov] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists a subscription's usage of the month by meter.
    ListMeterUsageRecords "list-meter-usage-records" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/meterusagerecords" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists a subscription's usage of the month by resource.
    ListResourceUsageRecords "list-resource-usage-records" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/resourceusagerecords" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads a customer's spending budget.
    GetUsageBudget "get-usage-budget" Get "/v1/customers/{customer-id}/usagebudget" []
        in [Global, Germany, UsGov] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Sets or removes a customer's spending budget.
    UpdateUsageBudget "update-usage-budget" Patch "/v1/customers/{customer-id}/usagebudget" []
        in [Global, Germany, UsGov] by Both for ADMINS; Change at Operator;
        takes later; gives [200] (one later); planned

    /// Lists what a subscription's resources consumed, by hour or day.
    ListAzureUtilizationRecords "list-azure-utilization-records" Get "/v1/customers/{customer-id}/subscriptions/{subscription-id}/utilizations/azure" ["start_time", "end_time", "granularity", "show_details", "size", "seek_operation"]
        in [Global, Germany, UsGov] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200, 204] (collection later); planned

    /// Gives the prices of Azure meters.
    GetAzureRatecard "get-azure-ratecard" Get "/v1/ratecards/azure" ["currency", "region"]
        in [Global, Germany, UsGov] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Gives the prices of Azure meters for partner shared services.
    GetAzureSharedRatecard "get-azure-shared-ratecard" Get "/v1/ratecards/azure-shared" ["currency", "region"]
        in [Global, Germany, UsGov] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned
}
