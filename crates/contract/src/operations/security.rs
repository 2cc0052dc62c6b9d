//! How well the partner's sign-ins are protected.

operations! {
    area "security" of PartnerCenter;

    /// Lists portal sign-ins of the partner's people without a second factor.
    ListPortalRequestsWithoutMfa "list-portal-requests-without-mfa" Get "/v1/nonMfaCompliantPartnerPrincipals" []
        in [Global] by AppUser for GLOBAL_ADMIN; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Lists API calls with how their tokens were won.
    ListPartnerRequests "list-partner-requests" Get "/v1/partnerRequests" []
        in [Global] by AppUser for GLOBAL_ADMIN; Read at Trustee;
        takes nothing; gives [200] (collection later); planned

    /// Sums up per app how many calls came with a second factor.
    ListApplicationMfaStatus "list-application-mfa-status" Get "/v1/applicationmfaadoptionstatus" ["startDate", "endDate"]
        in [Global] by AppUser for GLOBAL_ADMIN; Read at Trustee;
        takes nothing; gives [200] (array later); planned
}
