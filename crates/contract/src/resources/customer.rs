//! Customers of a partner.

use super::shared::{CustomerAddress, ResourceAttributes, ResourceLinks};
use crate::shape::Type;
use crate::shape_macros::{bare_shape, resource, wire_enum};

wire_enum! {
    /// What the partner is to the customer. Only `none` can be written.
    pub enum RelationshipToPartner {
        None = "none",
        Reseller = "reseller",
        Advisor = "advisor",
        Syndication = "syndication",
        MicrosoftSupport = "microsoft_support",
        Unknown = "unknown",
    }

    /// The special status under which a customer buys.
    pub enum CustomerQualification {
        None = "none",
        Education = "education",
        Nonprofit = "nonprofit",
        GovernmentCommunityCloud = "governmentcommunitycloud",
    }
}

bare_shape! {
    /// A customer's qualification as a bare word.
    pub fn customer_qualification: "CustomerQualification" = Type::Enum(CustomerQualification::SHAPE);
}

resource! {
    /// A customer of a partner.
    pub struct Customer: "Customer" {
        /// The customer's tenant id.
        commercial id: Option<String> [read_only],
        commercial commerce_id: Option<String> [read_only],
        commercial company_profile: Option<CustomerCompanyProfile> [required],
        commercial billing_profile: Option<CustomerBillingProfile> [required],
        commercial relationship_to_partner: Option<RelationshipToPartner>,
        /// Only when one customer is read.
        commercial allow_delegated_access: Option<bool> [read_only],
        /// Only in the answer to the creation; made by the trustee.
        secret user_credentials: Option<UserCredentials> [read_only],
        commercial custom_domains: Option<Vec<String>>,
        /// Settable by indirect providers only: the indirect reseller.
        commercial associated_partner_id: Option<String> [max(64)],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// The company behind a customer.
    pub struct CustomerCompanyProfile: "CustomerCompanyProfile" sealed "company-profile" / "contact" {
        commercial tenant_id: Option<String> [read_only],
        /// The customer's first domain, under the cloud's own suffix.
        commercial domain: Option<String> [required, max(253)],
        /// Taken from the billing profile when left out.
        commercial company_name: Option<String> [max(100)],
        commercial organization_registration_number: Option<String> [max(64)],
        commercial address: Option<CustomerAddress>,
        contact email: Option<String> [max(254)],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Who receives a customer's bills; never a payment matter of the partner's own bill.
    pub struct CustomerBillingProfile: "CustomerBillingProfile" sealed "billing-profile" / "contact" {
        commercial id: Option<String> [read_only],
        contact first_name: Option<String> [max(50)],
        contact last_name: Option<String> [max(50)],
        contact email: Option<String> [max(254)],
        commercial culture: Option<String> [max(20)],
        commercial language: Option<String> [max(20)],
        commercial company_name: Option<String> [max(100)],
        commercial default_address: Option<CustomerAddress>,
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// The first sign-in of a new customer's administrator, shown once.
    pub struct UserCredentials: "UserCredentials" {
        secret user_name: Option<String>,
        secret password: Option<String>,
    }

    /// A link with which an existing company accepts a partner as its reseller.
    pub struct CustomerRelationshipRequest: "CustomerRelationshipRequest" {
        commercial url: Option<String> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }
}
