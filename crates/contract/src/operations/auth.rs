//! Tokens and consents of apps.

use crate::resources::trustee::TokenResponse;

operations! {
    area "auth" of PartnerCenter;

    /// Gives a token to an app, alone or for a signed-in user.
    GetAadToken "get-aad-token" Post "/{tenant-id}/oauth2/token" []
        in all by Anonymous for NONE; Act at Trustee;
        takes later; gives [200] (one TokenResponse); served

    /// Exchanges a directory token for a partner token, as clients of April 2018 do.
    GeneratePartnerToken "generate-partner-token" Post "/generatetoken" []
        in all by Both for PARTNER; Act at Trustee;
        takes later; gives [200] (one TokenResponse); served

    /// Lets a control panel vendor's app act for a customer.
    CreateApplicationConsent "create-application-consent" Post "/v1/customers/{customer-id}/applicationconsents" []
        in all by AppUser for ADMINS; Create at Trustee;
        takes later; gives [201] (one later); planned

    /// Takes an app's consent for a customer away.
    DeleteApplicationConsent "delete-application-consent" Delete "/v1/customers/{customer-id}/applicationconsents/{application-id}" []
        in all by AppUser for ADMINS; Delete at Trustee;
        takes nothing; gives [204] nothing; planned
}
