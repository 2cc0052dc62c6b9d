//! Subscriptions.

use super::offer::{BillingCycle, BillingType};
use super::shared::{Link, ResourceAttributes, ResourceLinks};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// Where a subscription stands. Existing clients know no other words and stop at one.
    pub enum SubscriptionStatus {
        None = "none",
        Active = "active",
        Suspended = "suspended",
        Deleted = "deleted",
        Pending = "pending",
    }

    /// What was bought.
    pub enum ContractType {
        Subscription = "subscription",
        ProductKey = "productKey",
        RedemptionCode = "redemptionCode",
    }

    /// How far the directory is with a subscription.
    pub enum ProvisioningState {
        None = "none",
        Success = "success",
        Pending = "pending",
        Failed = "failed",
    }

    /// How much a refund gives back.
    pub enum RefundType {
        Partial = "Partial",
        Full = "Full",
    }

    /// Whether an Azure subscription is registered for reservations.
    pub enum RegistrationState {
        Registered = "registered",
        Registering = "registering",
        NotRegistered = "notregistered",
    }
}

resource! {
    /// A subscription of a customer.
    ///
    /// A change sends the whole resource; which member differs decides what happens.
    pub struct Subscription: "Subscription" {
        commercial id: Option<String> [read_only],
        commercial offer_id: Option<String> [read_only],
        commercial entitlement_id: Option<String> [read_only],
        commercial offer_name: Option<String> [read_only],
        commercial friendly_name: Option<String> [max(128)],
        commercial quantity: Option<i64>,
        commercial unit_type: Option<String> [read_only],
        commercial parent_subscription_id: Option<String> [read_only],
        commercial creation_date: Option<jiff::Timestamp> [read_only],
        commercial effective_start_date: Option<jiff::Timestamp> [read_only],
        commercial commitment_end_date: Option<jiff::Timestamp> [read_only],
        commercial status: Option<SubscriptionStatus>,
        commercial auto_renew_enabled: Option<bool>,
        commercial billing_type: Option<BillingType> [read_only],
        /// Changed on the order; another value than the present one is refused (2054).
        commercial billing_cycle: Option<BillingCycle>,
        commercial has_purchasable_addons: Option<bool> [read_only],
        commercial is_trial: Option<bool> [read_only],
        commercial is_microsoft_product: Option<bool> [read_only],
        commercial publisher_name: Option<String> [read_only],
        commercial actions: Option<Vec<String>> [read_only],
        /// The MPN id of the partner on record.
        commercial partner_id: Option<String> [max(16)],
        commercial suspension_reasons: Option<Vec<String>> [read_only],
        commercial contract_type: Option<ContractType> [read_only],
        commercial refund_options: Option<Vec<RefundOption>> [read_only],
        commercial links: Option<SubscriptionLinks> [read_only],
        commercial order_id: Option<String> [read_only],
        commercial term_duration: Option<String> [read_only],
        commercial renewal_term_duration: Option<String> [max(16)],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Where a subscription leads.
    pub struct SubscriptionLinks: "SubscriptionLinks" {
        commercial offer: Option<Link>,
        commercial parent_subscription: Option<Link>,
        commercial product: Option<Link>,
        commercial sku: Option<Link>,
        commercial availability: Option<Link>,
        commercial activation_links: Option<Link>,
        commercial self_ as "self": Option<Link>,
        commercial next: Option<Link>,
        commercial previous: Option<Link>,
    }

    /// A way to get money back.
    pub struct RefundOption: "RefundOption" {
        commercial r#type: Option<RefundType>,
        commercial expires_after: Option<jiff::Timestamp>,
    }

    /// What the directory knows of a subscription.
    pub struct SubscriptionProvisioningStatus: "SubscriptionProvisioningStatus" {
        commercial sku_id: Option<String>,
        commercial status: Option<ProvisioningState>,
        commercial quantity: Option<i64>,
        commercial end_date: Option<jiff::Timestamp>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// Whether a subscription may carry reservations.
    pub struct SubscriptionRegistrationStatus: "SubscriptionRegistrationStatus" {
        commercial subscription_id: Option<String>,
        commercial status: Option<RegistrationState>,
    }

    /// The company that supports a subscription's users. A company's name, not a person's.
    pub struct SupportContact: "SupportContact" {
        commercial support_tenant_id: Option<String> [required, guid],
        commercial support_mpn_id: Option<String> [max(16)],
        commercial name: Option<String> [max(100)],
        commercial links: Option<ResourceLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// An Azure subscription's entitlement.
    pub struct AzureEntitlement: "AzureEntitlement" {
        commercial id: Option<String>,
        commercial friendly_name: Option<String>,
        commercial status: Option<String>,
        commercial subscription_id: Option<String>,
    }
}
