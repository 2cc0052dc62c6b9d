//! Our own API of enrolment (`/enrollment/v1`): a company applies to become a partner. The tenant, its first
//! administrator and the check of the company are the trustee's; the operator decides the commercial status.

use super::shared::{Address, Contact, ResourceAttributes};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// How a partner sells.
    pub enum CspModel {
        Direct = "direct",
        IndirectProvider = "indirect_provider",
        IndirectReseller = "indirect_reseller",
    }

    /// Where an application stands.
    pub enum EnrolmentStatus {
        Draft = "draft",
        Submitted = "submitted",
        /// One of two pairs of eyes has approved.
        InApproval = "in_approval",
        Approved = "approved",
        Rejected = "rejected",
        Withdrawn = "withdrawn",
    }

    /// What a member of the operator's staff decides.
    pub enum Verdict {
        Approve = "approve",
        Reject = "reject",
    }
}

resource! {
    /// A company's application to become a partner of this cloud.
    pub struct EnrolmentApplication: "EnrolmentApplication" sealed "enrolment-application" / "contact" {
        commercial id: Option<String> [read_only],
        /// The tenant the trustee opened for the applicant; also its account id.
        commercial tenant_id: Option<String> [read_only],
        commercial company_name: Option<String> [required, max(100)],
        /// ISO 3166-1 alpha-2.
        commercial country: Option<String> [required, max(2)],
        commercial address: Option<Address> [required],
        commercial vat_id: Option<String> [max(32)],
        commercial organization_registration_number: Option<String> [max(64)],
        commercial mpn_id: Option<String> [required, max(16)],
        commercial csp_model: Option<CspModel> [required],
        /// The version of the programme terms that the applicant accepts.
        commercial programme_terms_version: Option<String> [max(32)],
        commercial programme_terms_accepted: Option<bool>,
        /// An indirect reseller that is authorised already joins under the agreement it has.
        commercial already_authorized_reseller: Option<bool>,
        /// The indirect provider that an indirect reseller works with: its account id.
        commercial provider_id: Option<String> [guid],
        /// A sandbox account for building and testing.
        commercial sandbox: Option<bool>,
        contact primary_contact: Option<Contact> [required],
        contact company_approver_email: Option<String> [max(254)],
        commercial billing_currency: Option<String> [max(3)],
        commercial culture: Option<String> [max(20)],
        commercial status: Option<EnrolmentStatus> [read_only],
        commercial submitted_date: Option<jiff::Timestamp> [read_only],
        commercial decided_date: Option<jiff::Timestamp> [read_only],
        /// Why it was rejected, or what is missing.
        commercial reason: Option<String> [read_only],
        commercial decisions: Option<Vec<EnrolmentDecision>> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// What one member of the operator's staff decided.
    pub struct EnrolmentDecision: "EnrolmentDecision" {
        commercial verdict: Option<Verdict> [required],
        commercial reason: Option<String> [max(1000)],
        /// The pseudonymous id of the member of staff.
        commercial decided_by: Option<String> [read_only],
        commercial decided_date: Option<jiff::Timestamp> [read_only],
    }
}
