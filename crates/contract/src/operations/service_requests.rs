//! Support tickets.

use crate::resources::service_request::{ServiceRequest, SupportTopic};

operations! {
    area "service-requests" of PartnerCenter;

    /// Lists the support tickets about a customer that the caller opened; a customer sees all about itself.
    ListCustomerServiceRequests "list-customer-service-requests" Get "/v1/customers/{customer-id}/servicerequests" []
        in [Global, Germany, UsGov] by AppUser for TICKET_READERS; Read at Operator;
        takes nothing; gives [200] (collection ServiceRequest); served

    /// Reads one support ticket.
    GetServiceRequest "get-service-request" Get "/v1/servicerequests/{servicerequest-id}" []
        in [Global, Germany, UsGov] by AppUser for TICKET_READERS; Read at Operator;
        takes nothing; gives [200] (one ServiceRequest); served

    /// Adds a note to a support ticket or changes its state.
    UpdateServiceRequest "update-service-request" Patch "/v1/servicerequests/{servicerequest-id}" []
        in [Global, Germany, UsGov] by AppUser for TICKET_WRITERS; Change at Composed;
        takes (ServiceRequest); gives [200] (one ServiceRequest); served

    /// Opens a support ticket and releases its thread to the operator's support.
    CreateServiceRequest "create-service-request" Post "/v1/servicerequests/{agent-locale}" []
        in [Global, Germany, UsGov] by AppUser for TICKET_WRITERS; Create at Composed;
        takes (ServiceRequest); gives [201] (one ServiceRequest); served

    /// Lists the topics of support tickets.
    ListSupportTopics "list-support-topics" Get "/v1/servicerequests/supporttopics" []
        in [Global, Germany, UsGov] by AppUser for READERS; Read at Operator;
        takes nothing; gives [200] (collection SupportTopic); served
}
