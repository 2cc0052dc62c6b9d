//! Invoices and their lines. All of it is commerce: an invoice names companies, never people.

use kernel::Decimal;

use super::offer::BillingCycle;
use super::shared::{ResourceAttributes, ResourceLinks};
use crate::shape_macros::{resource, wire_enum};

wire_enum! {
    /// What a line counts. Lines without it break existing clients.
    pub enum InvoiceLineItemType {
        None = "none",
        UsageLineItems = "usage_line_items",
        BillingLineItems = "billing_line_items",
    }

    /// Whose charges a line holds. Lines without it break existing clients.
    pub enum BillingProvider {
        None = "none",
        Office = "office",
        Azure = "azure",
        AzureDataMarket = "azure_data_market",
        OneTime = "one_time",
        Marketplace = "marketplace",
        All = "all",
    }

    /// What kind of document an invoice is.
    pub enum DocumentType {
        None = "none",
        Invoice = "invoice",
        VoidNote = "void_note",
        AdjustmentNote = "adjustment_note",
    }

    /// Whether an invoice comes every month.
    pub enum InvoiceType {
        Recurring = "Recurring",
        OneTime = "OneTime",
    }

    /// Which of the unbilled periods is meant.
    pub enum BillingPeriod {
        None = "none",
        Current = "current",
        Previous = "previous",
    }
}

resource! {
    /// An invoice.
    pub struct Invoice: "Invoice" {
        commercial id: Option<String>,
        commercial invoice_date: Option<jiff::Timestamp>,
        commercial billing_period_start_date: Option<jiff::Timestamp>,
        commercial billing_period_end_date: Option<jiff::Timestamp>,
        commercial total_charges: Option<Decimal>,
        commercial paid_amount: Option<Decimal>,
        commercial currency_code: Option<String>,
        commercial currency_symbol: Option<String>,
        /// Only when one invoice is read.
        commercial pdf_download_link: Option<String>,
        commercial invoice_details: Vec<InvoiceDetail>,
        commercial amendments: Vec<Invoice>,
        commercial document_type: Option<DocumentType>,
        commercial amends_of: Option<String>,
        commercial invoice_type: Option<InvoiceType>,
        commercial links: Option<ResourceLinks>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// One kind of lines an invoice has, with the link to them.
    pub struct InvoiceDetail: "InvoiceDetail" {
        commercial invoice_line_item_type: Option<InvoiceLineItemType>,
        commercial billing_provider: Option<BillingProvider>,
        commercial links: Option<ResourceLinks>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// What a partner owes.
    pub struct InvoiceSummary: "InvoiceSummary" {
        commercial balance_amount: Option<Decimal>,
        commercial currency_code: Option<String>,
        commercial currency_symbol: Option<String>,
        commercial accounting_date: Option<jiff::Timestamp>,
        commercial first_invoice_creation_date: Option<jiff::Timestamp>,
        commercial last_payment_date: Option<jiff::Timestamp>,
        commercial last_payment_amount: Option<Decimal>,
        commercial latest_invoice_date: Option<jiff::Timestamp>,
        commercial details: Option<Vec<InvoiceSummaryDetail>>,
        commercial links: Option<ResourceLinks>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// The part of a summary that one kind of invoices makes up.
    pub struct InvoiceSummaryDetail: "InvoiceSummaryDetail" {
        commercial invoice_type: Option<InvoiceType>,
        commercial summary: Option<Box<InvoiceSummary>>,
    }

    /// A charge for licences.
    pub struct LicenseBasedLineItem: "LicenseBasedLineItem" {
        commercial partner_id: Option<String>,
        commercial customer_id: Option<String>,
        commercial customer_name: Option<String>,
        commercial mpn_id: Option<i64>,
        /// -1 when there is no second tier.
        commercial tier2_mpn_id: Option<i64>,
        commercial order_id: Option<String>,
        commercial subscription_id: Option<String>,
        commercial syndication_partner_subscription_number: Option<String>,
        commercial offer_id: Option<String>,
        commercial durable_offer_id: Option<String>,
        commercial offer_name: Option<String>,
        commercial domain_name: Option<String>,
        commercial billing_cycle_type: Option<BillingCycle>,
        commercial subscription_name: Option<String>,
        commercial subscription_description: Option<String>,
        commercial subscription_start_date: Option<jiff::Timestamp>,
        commercial subscription_end_date: Option<jiff::Timestamp>,
        commercial charge_start_date: Option<jiff::Timestamp>,
        commercial charge_end_date: Option<jiff::Timestamp>,
        commercial charge_type: Option<String>,
        commercial unit_price: Option<Decimal>,
        commercial quantity: Option<i64>,
        commercial amount: Option<Decimal>,
        commercial total_other_discount: Option<Decimal>,
        commercial subtotal: Option<Decimal>,
        commercial tax: Option<Decimal>,
        commercial total_for_customer: Option<Decimal>,
        commercial currency: Option<String>,
        commercial invoice_line_item_type: Option<InvoiceLineItemType>,
        commercial billing_provider: Option<BillingProvider>,
        commercial attributes: Option<ResourceAttributes>,
    }

    /// A charge for usage.
    pub struct UsageBasedLineItem: "UsageBasedLineItem" {
        commercial partner_id: Option<String>,
        commercial partner_name: Option<String>,
        commercial partner_billable_account_id: Option<String>,
        commercial customer_id: Option<String>,
        commercial customer_name: Option<String>,
        commercial customer_company_name: Option<String>,
        commercial domain_name: Option<String>,
        commercial mpn_id: Option<i64>,
        /// -1 when there is no second tier.
        commercial tier2_mpn_id: Option<i64>,
        commercial invoice_number: Option<String>,
        commercial order_id: Option<String>,
        commercial subscription_id: Option<String>,
        commercial subscription_name: Option<String>,
        commercial subscription_description: Option<String>,
        commercial billing_cycle_type: Option<BillingCycle>,
        commercial service_name: Option<String>,
        commercial service_type: Option<String>,
        commercial resource_guid: Option<String>,
        commercial resource_name: Option<String>,
        commercial region: Option<String>,
        commercial sku: Option<String>,
        commercial detail_line_item_id: Option<i64>,
        commercial consumed_quantity: Option<Decimal>,
        commercial included_quantity: Option<Decimal>,
        commercial overage_quantity: Option<Decimal>,
        commercial list_price: Option<Decimal>,
        commercial consumption_discount: Option<String>,
        commercial consumption_price: Option<String>,
        commercial pretax_charges: Option<Decimal>,
        commercial tax_amount: Option<Decimal>,
        commercial post_tax_total: Option<Decimal>,
        commercial pretax_effective_rate: Option<Decimal>,
        commercial post_tax_effective_rate: Option<Decimal>,
        commercial currency: Option<String>,
        commercial unit: Option<String>,
        commercial charge_start_date: Option<jiff::Timestamp>,
        commercial charge_end_date: Option<jiff::Timestamp>,
        commercial charge_type: Option<String>,
        commercial invoice_line_item_type: Option<InvoiceLineItemType>,
        commercial billing_provider: Option<BillingProvider>,
        commercial attributes: Option<ResourceAttributes>,
    }
}
