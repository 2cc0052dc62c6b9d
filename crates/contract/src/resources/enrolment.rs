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

    /// Whether a partner's account may act.
    pub enum AccountState {
        Pending = "pending",
        Active = "active",
        Suspended = "suspended",
    }

    /// Another status for a partner's account.
    pub enum StatusChange {
        Suspend = "suspend",
        Reinstate = "reinstate",
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

    /// A partner's commercial account, as the operator's people see it.
    pub struct PartnerAccount: "PartnerAccount" {
        commercial id: Option<String> [read_only],
        commercial company_name: Option<String> [read_only],
        commercial country: Option<String> [read_only],
        commercial csp_model: Option<CspModel> [read_only],
        commercial sandbox: Option<bool> [read_only],
        commercial mpn_id: Option<String> [read_only],
        commercial vat_id: Option<String> [read_only],
        /// A reseller's indirect provider.
        commercial provider_id: Option<String> [read_only],
        commercial status: Option<AccountState> [read_only],
        /// The latest decisions about the status, the newest first.
        commercial decisions: Option<Vec<AccountDecision>> [read_only],
        commercial created_date: Option<jiff::Timestamp> [read_only],
    }

    /// What one member of the operator's staff wants of a partner's account.
    pub struct AccountDecision: "AccountDecision" {
        commercial change: Option<StatusChange> [read_only],
        /// Why; without names of people.
        commercial reason: Option<String> [required, max(1000)],
        /// The pseudonymous id of the member of staff.
        commercial decided_by: Option<String> [read_only],
        commercial decided_date: Option<jiff::Timestamp> [read_only],
        /// When a second person had decided the same; absent while it waits for one.
        commercial effective_date: Option<jiff::Timestamp> [read_only],
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
