//! Special statuses under which customers buy.

operations! {
    area "qualification" of PartnerCenter;

    /// Reads a customer's qualification as one word.
    GetCustomerQualification "get-customer-qualification" Get "/v1/customers/{customer-id}/qualification" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] scalar; planned

    /// Sets a customer's qualification.
    UpdateCustomerQualification "update-customer-qualification" Put "/v1/customers/{customer-id}/qualification" ["code"]
        in [Global] by AppUser for SELLERS; Change at Operator;
        takes later; gives [200] scalar; planned

    /// Lists a customer's qualifications with their vetting state.
    ListCustomerQualifications "list-customer-qualifications" Get "/v1/customers/{customer-id}/qualifications" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (array later); planned

    /// Asks for a qualification of a customer.
    CreateCustomerQualification "create-customer-qualification" Post "/v1/customers/{customer-id}/qualifications" ["code"]
        in [Global] by AppUser for SELLERS; Create at Operator;
        takes later; gives [201] (one later); planned

    /// Lists the partner's validation codes for government customers.
    ListValidationCodes "list-validation-codes" Get "/v1/customers/all/validations" []
        in [Global] by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (array later); planned

    /// Reads how a customer is validated for the government cloud.
    GetCustomerValidation "get-customer-validation" Get "/v1/customers/{customer-id}/validations" []
        in none by Both for PARTNER; Read at Operator;
        takes nothing; gives [200, 201] (one later); planned
}
