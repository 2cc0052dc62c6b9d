//! A partner's own profiles. A partner's legal and invoice address is commercial; the persons in it are not.

use super::shared::{Address, Contact, ResourceAttributes, ResourceLinks};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// How far the trustee and the operator are with checking a company.
    pub enum VettingStatus {
        None = "none",
        Pending = "pending",
        Authorized = "authorized",
        Rejected = "rejected",
    }

    /// Which step of the check is under way.
    pub enum VettingSubStatus {
        None = "none",
        Entry = "entry",
        EmailOwnership = "email_ownership",
        EmailDomain = "email_domain",
        EmploymentVerification = "employment_verification",
        Decision = "decision",
        Other = "other",
        BusinessVerification = "business_verification",
    }
}

resource! {
    /// The partner as a legal person.
    pub struct LegalBusinessProfile: "LegalBusinessProfile"
        sealed "partner-legal-business-profile" / "contact"
    {
        commercial company_name: Option<String> [max(100)],
        commercial address: Option<Address>,
        contact primary_contact: Option<Contact>,
        commercial company_approver_address: Option<Address>,
        contact company_approver_email: Option<String> [max(254)],
        commercial vetting_status: Option<VettingStatus> [read_only],
        commercial vetting_sub_status: Option<VettingSubStatus> [read_only],
        commercial profile_type: Option<String> [read_only],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// The partner as an organisation of the directory.
    pub struct OrganizationProfile: "OrganizationProfile" sealed "partner-organization-profile" / "contact" {
        commercial id: Option<String> [read_only],
        commercial company_name: Option<String> [max(100)],
        commercial default_address: Option<Address>,
        commercial tenant_id: Option<String> [read_only],
        commercial domain: Option<String> [read_only],
        contact email: Option<String> [max(254)],
        commercial language: Option<String> [max(20)],
        commercial culture: Option<String> [max(20)],
        commercial profile_type: Option<String> [read_only],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Where the partner's own bills go.
    pub struct BillingProfile: "BillingProfile" sealed "partner-billing-profile" / "contact" {
        commercial company_name: Option<String> [max(100)],
        commercial address: Option<Address>,
        contact primary_contact: Option<Contact>,
        commercial purchase_order_number: Option<String> [max(64)],
        commercial tax_id: Option<String> [max(32)],
        commercial billing_currency: Option<String> [read_only],
        commercial profile_type: Option<String> [read_only],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Where the partner's customers get help.
    pub struct SupportProfile: "PartnerSupportProfile" sealed "partner-support-profile" / "contact" {
        contact email: Option<String> [max(254)],
        contact telephone: Option<String> [max(64)],
        commercial website: Option<String> [max(2048)],
        commercial profile_type: Option<String> [read_only],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// The partner in the partner network.
    pub struct MpnProfile: "MpnProfile" {
        commercial partner_name: Option<String> [max(100)],
        commercial mpn_id: Option<String> [max(16)],
        commercial profile_type: Option<String> [read_only],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }
}
