//! Agreements between a customer and the cloud's operator. The customer's agreement with the trustee is a matter of
//! the trustee's own API (`trustee`).

use super::shared::{Contact, ResourceAttributes};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// The kinds of agreements: the two that the public contract names, then what this cloud adds. Lists show the
    /// additions only to callers that ask for every kind.
    pub enum AgreementType {
        MicrosoftCloudAgreement = "MicrosoftCloudAgreement",
        MicrosoftCustomerAgreement = "MicrosoftCustomerAgreement",
        /// What the cloud agreement adds for residency, trustee and access.
        OnlineServicesTermsSupplement = "OnlineServicesTermsSupplement",
        /// The customer's own agreement with the data trustee.
        DataTrusteeAgreement = "DataTrusteeAgreement",
    }
}

resource! {
    /// An agreement that exists in this cloud, before anybody accepts it.
    pub struct AgreementMetaData: "AgreementMetaData" {
        commercial template_id: Option<String> [guid],
        commercial agreement_type: Option<AgreementType>,
        commercial agreement_link: Option<String>,
        /// Grows with each version of the text.
        commercial version_rank: Option<i64>,
    }

    /// A customer's acceptance of an agreement.
    pub struct Agreement: "Agreement" sealed "agreement" / "contact" {
        /// The pseudonymous id of the partner's user who confirmed it.
        commercial user_id: Option<String> [read_only],
        /// Who accepted it at the customer.
        contact primary_contact: Option<Contact> [required],
        commercial date_agreed: Option<jiff::Timestamp> [required],
        commercial template_id: Option<String> [required, guid],
        commercial r#type: Option<AgreementType> [required],
        commercial agreement_link: Option<String> [read_only],
    }

    /// Where the text of an agreement can be read and fetched.
    pub struct AgreementDocument: "AgreementDocument" {
        commercial country: Option<String>,
        commercial language: Option<String>,
        commercial display_uri: Option<String>,
        commercial download_uri: Option<String>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Whether the customer signed the customer agreement directly.
    pub struct DirectSignedCustomerAgreementStatus: "DirectSignedCustomerAgreementStatus" {
        commercial is_signed: Option<bool>,
    }

    /// What the trustee tells the operator: a customer itself accepted an agreement. Who and how stays there.
    pub struct AcceptanceAct: "AcceptanceAct" {
        commercial customer_id: Option<String> [required, guid],
        commercial template_id: Option<String> [required, guid],
        /// The version of the text, by its date.
        commercial version: Option<String> [required, max(32)],
        /// The pseudonymous id of the accepting user.
        commercial user_id: Option<String> [required, guid],
        commercial date_agreed: Option<jiff::Timestamp> [required],
    }

    /// Whether the partner signed its own agreement.
    pub struct AgreementSignatureStatus: "AgreementSignatureStatus" {
        commercial is_agreement_signed: Option<bool>,
    }
}
