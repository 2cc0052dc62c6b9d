//! The partner's own profiles.

use crate::resources::profile::{
    BillingProfile, LegalBusinessProfile, MpnProfile, OrganizationProfile, SupportProfile,
};

operations! {
    area "partner-profiles" of PartnerCenter;

    /// Reads the partner's organisation profile.
    GetOrganizationProfile "get-organization-profile" Get "/v1/profiles/organization" []
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one OrganizationProfile); served

    /// Replaces the partner's organisation profile.
    UpdateOrganizationProfile "update-organization-profile" Put "/v1/profiles/organization" []
        in all by AppUser for ADMINS; Change at Operator;
        takes (OrganizationProfile); gives [200] (one OrganizationProfile); served

    /// Reads the partner's legal profile.
    GetLegalBusinessProfile "get-legal-business-profile" Get "/v1/profiles/legalbusiness" ["vettingVersion"]
        in all by Both for PARTNER; Read at Operator;
        takes nothing; gives [200] (one LegalBusinessProfile); served

    /// Replaces the partner's legal profile.
    UpdateLegalBusinessProfile "update-legal-business-profile" Put "/v1/profiles/legalbusiness" []
        in all by AppUser for ADMINS; Change at Composed;
        takes (LegalBusinessProfile); gives [200] (one LegalBusinessProfile); served

    /// Reads the partner's billing profile.
    GetPartnerBillingProfile "get-partner-billing-profile" Get "/v1/profiles/billing" []
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one BillingProfile); served

    /// Replaces the partner's billing profile.
    UpdatePartnerBillingProfile "update-partner-billing-profile" Put "/v1/profiles/billing" []
        in all by AppUser for BILLING; Change at Operator;
        takes (BillingProfile); gives [200] (one BillingProfile); served

    /// Reads how the partner supports its customers.
    GetSupportProfile "get-support-profile" Get "/v1/profiles/support" []
        in [Global, Germany, UsGov] by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one SupportProfile); served

    /// Replaces how the partner supports its customers.
    UpdateSupportProfile "update-support-profile" Put "/v1/profiles/supportprofile" []
        in all by AppUser for ADMINS; Change at Operator;
        takes (SupportProfile); gives [200] (one SupportProfile); served

    /// Reads a partner's entry in the partner network, by default one's own.
    GetMpnProfile "get-mpn-profile" Get "/v1/profiles/mpn" ["mpnId"]
        in all by AppUser for PARTNER; Read at Operator;
        takes nothing; gives [200] (one MpnProfile); served
}
