//! Incidents of services.

operations! {
    area "service-health" of PartnerCenter;

    /// Lists the incidents of a customer's services.
    ListCustomerServiceIncidents "list-customer-service-incidents" Get "/v1/customers/{customer-id}/serviceincidents/office" ["filter"]
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists the incidents of all services.
    ListServiceIncidents "list-service-incidents" Get "/v1/serviceincidents/office" ["filter"]
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Counts the incidents of all services.
    CountServiceIncidents "count-service-incidents" Get "/v1/serviceincidents/office/count" ["filter"]
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] scalar; planned
}
