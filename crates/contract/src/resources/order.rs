//! Orders.

use std::collections::BTreeMap;

use super::offer::BillingCycle;
use super::shared::{Link, ResourceAttributes};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// Where an order stands; the ordinal numbers are documented.
    pub enum OrderStatus {
        Unknown = "unknown",
        Completed = "completed",
        Pending = "pending",
        Cancelled = "cancelled",
    }

    /// Who caused an order. Written in PascalCase, an exception of the contract.
    pub enum OrderTransactionType {
        UserPurchase = "UserPurchase",
        SystemPurchase = "SystemPurchase",
        SystemBilling = "SystemBilling",
    }

    /// What a line of an order does. The first word is written as in the examples.
    pub enum LineTransactionType {
        New = "New",
        Renew = "renew",
        AddQuantity = "addQuantity",
        RemoveQuantity = "removeQuantity",
        Cancel = "cancel",
        Convert = "convert",
        CustomerCredit = "customerCredit",
    }

    /// Whether what a line orders was delivered.
    pub enum LineProvisioningState {
        Fulfilled = "Fulfilled",
        Unfulfilled = "Unfulfilled",
        PrefulfillmentPending = "PrefulfillmentPending",
    }
}

resource! {
    /// An order.
    pub struct Order: "Order" {
        commercial id: Option<String> [read_only],
        commercial alternate_id: Option<String> [read_only],
        commercial reference_customer_id: Option<String>,
        commercial billing_cycle: Option<BillingCycle>,
        commercial transaction_type: Option<OrderTransactionType> [read_only],
        commercial line_items: Vec<OrderLineItem> [required],
        commercial currency_code: Option<String> [read_only],
        commercial currency_symbol: Option<String> [read_only],
        commercial creation_date: Option<jiff::Timestamp> [read_only],
        /// Only `cancelled` can be written, and only in the sandbox.
        commercial status: Option<OrderStatus>,
        commercial links: Option<OrderLinks> [read_only],
        commercial attributes: Option<ResourceAttributes>,
    }

    /// One line of an order.
    pub struct OrderLineItem: "OrderLineItem" {
        /// Counts from 0.
        commercial line_item_number: Option<i64> [required],
        commercial offer_id: Option<String> [required, max(128)],
        commercial subscription_id: Option<String> [max(64)],
        /// The subscription that an add-on belongs to.
        commercial parent_subscription_id: Option<String> [max(64)],
        commercial friendly_name: Option<String> [max(128)],
        commercial quantity: Option<i64> [required],
        commercial term_duration: Option<String> [max(16)],
        commercial transaction_type: Option<LineTransactionType> [read_only],
        /// The MPN id of the indirect reseller.
        commercial partner_id_on_record: Option<String> [max(16)],
        commercial provisioning_context: Option<BTreeMap<String, String>>,
        commercial renews_to: Option<RenewsTo>,
        commercial links: Option<OrderLineItemLinks> [read_only],
    }

    /// Under which term a line is renewed.
    pub struct RenewsTo: "RenewsTo" {
        commercial term_duration: Option<String> [max(16)],
    }

    /// Where an order leads.
    pub struct OrderLinks: "OrderLinks" {
        commercial provisioning_status: Option<Link>,
        commercial self_ as "self": Option<Link>,
    }

    /// Where a line leads.
    pub struct OrderLineItemLinks: "OrderLineItemLinks" {
        commercial provisioning_status: Option<Link>,
        commercial sku: Option<Link>,
        commercial subscription: Option<Link>,
        commercial activation_links: Option<Link>,
    }

    /// How far the delivery of one line is.
    pub struct OrderLineItemProvisioningStatus: "OrderLineItemProvisioningStatus" {
        commercial line_item_number: Option<i64>,
        commercial status: Option<LineProvisioningState>,
        commercial quantity_provisioning_information: Vec<QuantityProvisioningStatus>,
    }

    /// How far the delivery of some pieces of a line is.
    pub struct QuantityProvisioningStatus: "QuantityProvisioningStatus" {
        commercial quantity: Option<i64>,
        commercial status: Option<String>,
    }
}
