//! Support tickets.

operations! {
    area "service-requests" of PartnerCenter;

    /// Lists a customer's support tickets.
    ListCustomerServiceRequests "list-customer-service-requests" Get "/v1/customers/{customer-id}/servicerequests" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Reads one support ticket.
    GetServiceRequest "get-service-request" Get "/v1/servicerequests/{servicerequest-id}" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Adds a note to a support ticket or changes its state.
    UpdateServiceRequest "update-service-request" Patch "/v1/servicerequests/{servicerequest-id}" []
        in [Global, Germany, UsGov] by AppUser for HELPERS_AND_SELLERS; Change at Composed;
        takes later; gives [200] (one later); planned

    /// Opens a support ticket and releases its thread to the operator's support.
    CreateServiceRequest "create-service-request" Post "/v1/servicerequests/{agent-locale}" []
        in [Global, Germany, UsGov] by AppUser for HELPERS_AND_SELLERS; Create at Composed;
        takes later; gives [201] (one later); planned

    /// Lists the topics of support tickets.
    ListSupportTopics "list-support-topics" Get "/v1/servicerequests/supporttopics" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned
}
