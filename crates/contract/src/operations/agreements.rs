//! Agreements of customers and compliance of resellers.

use crate::resources::agreement::{
    Agreement, AgreementDocument, AgreementMetaData, AgreementSignatureStatus,
    DirectSignedCustomerAgreementStatus,
};

operations! {
    area "agreements" of PartnerCenter;

    /// Lists the agreements that customers must accept.
    ListAgreementMetadata "list-agreement-metadata" Get "/v1/agreements" ["agreementType"]
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (collection AgreementMetaData); served

    /// Lists the agreements that a customer has accepted.
    ListCustomerAgreements "list-customer-agreements" Get "/v1/customers/{customer-id}/agreements" ["agreementType"]
        in [Global] by AppUser for PARTNER; Read at Composed;
        takes nothing; gives [200] (collection Agreement); served

    /// Reports that a customer has accepted an agreement.
    ConfirmCustomerAgreement "confirm-customer-agreement" Post "/v1/customers/{customer-id}/agreements" []
        in [Global] by AppUser for SELLERS; Create at Composed;
        takes (Agreement); gives [201] (one Agreement); served

    /// Says whether a customer signed the agreement directly.
    GetDirectSignStatus "get-direct-sign-status" Get "/v1/customers/{customer-id}/directSignedMicrosoftCustomerAgreementStatus" []
        in [Global] by AppUser for PARTNER; Read at Composed;
        takes nothing; gives [200] (one DirectSignedCustomerAgreementStatus); planned

    /// Gives the links to an agreement's text.
    GetAgreementTemplateDocument "get-agreement-template-document" Get "/v1/agreementtemplates/{agreement-template-id}/document" ["language", "country"]
        in [Global] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one AgreementDocument); served

    /// Says whether an indirect reseller has signed the partner agreement.
    GetResellerAgreementStatus "get-reseller-agreement-status" Get "/v1/compliance/{program-name}/agreementstatus" ["mpnId", "tenantId"]
        in [Global, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one AgreementSignatureStatus); planned
}
