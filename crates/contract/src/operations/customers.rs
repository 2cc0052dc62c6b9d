//! Customers of a partner.

use crate::resources::customer::{Customer, CustomerBillingProfile, CustomerCompanyProfile};

operations! {
    area "customers" of PartnerCenter;

    /// Lists the partner's customers, filtered by name, domain or indirect reseller.
    ListCustomers "list-customers" Get "/v1/customers" ["size", "filter", "offset", "seekOperation"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection Customer); served

    /// Creates a customer with its tenant and first administrator.
    CreateCustomer "create-customer" Post "/v1/customers" []
        in [Global, China, UsGov] by Both for SELLERS; Create at Composed;
        takes (Customer); gives [201] (one Customer); served

    /// Reads one customer.
    GetCustomer "get-customer" Get "/v1/customers/{customer-id}" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one Customer); served

    /// Ends the partner's relationship with a customer.
    RemoveResellerRelationship "remove-reseller-relationship" Patch "/v1/customers/{customer-id}" []
        in [Global] by AppUser for SELLERS; Change at Composed;
        takes (Customer); gives [200] (one Customer); served

    /// Adds a domain that the customer has proved to own.
    AddVerifiedDomain "add-verified-domain" Post "/v1/customers/{customer-id}/verifieddomain" []
        in all by Both for SELLERS; Create at Composed;
        takes later; gives [201] (one later); planned

    /// Reads a customer's company profile.
    GetCustomerCompanyProfile "get-customer-company-profile" Get "/v1/customers/{customer-id}/profiles/company" []
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one CustomerCompanyProfile); served

    /// Reads a customer's billing profile.
    GetCustomerBillingProfile "get-customer-billing-profile" Get "/v1/customers/{customer-id}/profiles/billing" []
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one CustomerBillingProfile); served

    /// Replaces a customer's billing profile, under its etag.
    UpdateCustomerBillingProfile "update-customer-billing-profile" Put "/v1/customers/{customer-id}/profiles/billing" []
        in all by Both for SELLERS; Change at Composed;
        takes (CustomerBillingProfile); gives [200] (one CustomerBillingProfile); served

    /// Lists the services that the partner manages for a customer.
    ListManagedServices "list-managed-services" Get "/v1/customers/{customer-id}/managedservices" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection later); planned
}
