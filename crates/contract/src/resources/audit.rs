//! The audit trail of a partner's account. Audit records hold no private members: `userPrincipalName` is the
//! pseudonymous user id at the operator and is filled in by the gateway.

use super::shared::{KeyValue, ResourceAttributes};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// How an audited operation ended.
    pub enum AuditStatus {
        Succeeded = "succeeded",
        Failed = "failed",
        Progress = "progress",
        Decline = "decline",
    }

    /// What an audited operation was about.
    pub enum AuditResource {
        Undefined = "undefined",
        Customer = "customer",
        CustomerUser = "customer_user",
        Order = "order",
        Subscription = "subscription",
        License = "license",
        ThirdPartyAddOn = "third_party_add_on",
        MpnAssociation = "mpn_association",
        Transfer = "transfer",
        Application = "application",
        ApplicationCredential = "application_credential",
        PartnerUser = "partner_user",
        PartnerRelationship = "partner_relationship",
        PartnerCustomerDap = "partner_customer_dap",
        Referral = "referral",
        SoftwareKey = "software_key",
        SoftwareDownloadLink = "software_download_link",
        CreditLimit = "credit_limit",
        Invoice = "invoice",
        Agreement = "agreement",
    }

    /// The documented operations of the audit trail.
    pub enum AuditOperation {
        Undefined = "undefined",
        UpdateCustomerQualification = "update_customer_qualification",
        UpdateSubscription = "update_subscription",
        UpgradeSubscription = "upgrade_subscription",
        ConvertTrialSubscription = "convert_trial_subscription",
        AddCustomer = "add_customer",
        UpdateCustomerBillingProfile = "update_customer_billing_profile",
        UpdateCustomerPartnerContractCompanyName = "update_customer_partner_contract_company_name",
        UpdateCustomerSpendingBudget = "update_customer_spending_budget",
        DeleteCustomer = "delete_customer",
        RemovePartnerCustomerRelationship = "remove_partner_customer_relationship",
        CreateOrder = "create_order",
        UpdateOrder = "update_order",
        CreateCustomerUser = "create_customer_user",
        DeleteCustomerUser = "delete_customer_user",
        UpdateCustomerUser = "update_customer_user",
        UpdateCustomerUserLicenses = "update_customer_user_licenses",
        ResetCustomerUserPassword = "reset_customer_user_password",
        UpdateCustomerUserPrincipalName = "update_customer_user_principal_name",
        RestoreCustomerUser = "restore_customer_user",
        CreateMpnAssociation = "create_mpn_association",
        UpdateMpnAssociation = "update_mpn_association",
        UpdateSfbCustomerUserLicenses = "update_sfb_customer_user_licenses",
        UpdateTransfer = "update_transfer",
        CreatePartnerRelationship = "create_partner_relationship",
        RegisterApplication = "register_application",
        UnregisterApplication = "unregister_application",
        AddApplicationCredential = "add_application_credential",
        RemoveApplicationCredential = "remove_application_credential",
        CreatePartnerUser = "create_partner_user",
        UpdatePartnerUser = "update_partner_user",
        CreateSelfServePolicy = "create_self_serve_policy",
        UpdateSelfServePolicy = "update_self_serve_policy",
        DeleteSelfServePolicy = "delete_self_serve_policy",
        RemovePartnerRelationship = "remove_partner_relationship",
        DeleteTipCustomer = "delete_tip_customer",
        CreateRelatedReferral = "create_related_referral",
        UpdateRelatedReferral = "update_related_referral",
        CreateReferral = "create_referral",
        UpdateReferral = "update_referral",
        GetSoftwareKey = "get_software_key",
        GetSoftwareDownloadLink = "get_software_download_link",
        IncreaseSpendingLimit = "increase_spending_limit",
        ReadyInvoice = "ready_invoice",
        CreateAgreement = "create_agreement",
        ExtendRelationship = "extend_relationship",
        CreateTransfer = "create_transfer",
        DapAdminRelationshipApproved = "dap_admin_relationship_approved",
        DapAdminRelationshipTerminated = "dap_admin_relationship_terminated",
    }
}

resource! {
    /// One line of the audit trail.
    pub struct AuditRecord: "AuditRecord" {
        commercial id: Option<String>,
        commercial partner_id: Option<String>,
        commercial customer_id: Option<String>,
        commercial customer_name: Option<String>,
        /// At the operator the pseudonymous user id.
        commercial user_principal_name: Option<String>,
        commercial application_id: Option<String>,
        commercial resource_type: Option<AuditResource>,
        /// JSON text, without private members.
        commercial resource_old_value: Option<String>,
        /// JSON text with PascalCase names, without private members.
        commercial resource_new_value: Option<String>,
        commercial operation_type: Option<AuditOperation>,
        commercial original_correlation_id: Option<String>,
        commercial operation_date: Option<jiff::Timestamp>,
        commercial operation_status: Option<AuditStatus>,
        commercial customized_data: Vec<KeyValue>,
        commercial attributes: Option<ResourceAttributes>,
    }
}
