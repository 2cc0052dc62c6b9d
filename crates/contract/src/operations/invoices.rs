//! Invoices, balances and service costs.

use crate::resources::invoice::{Invoice, InvoiceSummary, LicenseBasedLineItem};

operations! {
    area "invoices" of PartnerCenter;

    /// Lists the partner's invoices.
    ListInvoices "list-invoices" Get "/v1/invoices" ["size", "offset"]
        in all by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (collection Invoice); served

    /// Reads one invoice.
    GetInvoice "get-invoice" Get "/v1/invoices/{invoice-id}" []
        in all by AppUser for BILLING; Read at Operator;
        takes nothing; gives [200] (one Invoice); served

    /// Gives an invoice as a PDF document.
    GetInvoiceStatement "get-invoice-statement" Get "/v1/invoices/{invoice-id}/documents/statement" []
        in all by AppUser for BILLING; Read at Operator;
        takes nothing; gives [200] (file "application/pdf" "{invoice-id}.pdf"); planned

    /// Gives a receipt of an invoice as a PDF document.
    GetInvoiceReceiptStatement "get-invoice-receipt-statement" Get "/v1/invoices/{invoice-id}/receipts/{receipt-id}/documents/statement" []
        in [Global] by AppUser for BILLING; Read at Operator;
        takes nothing; gives [200] (file "application/pdf" "{receipt-id}.pdf"); planned

    /// Says what the partner owes in its main currency.
    GetAccountBalance "get-account-balance" Get "/v1/invoices/summary" []
        in all by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (one InvoiceSummary); served

    /// Says what the partner owes, per currency.
    ListInvoiceSummaries "list-invoice-summaries" Get "/v1/invoices/summaries" []
        in all by AppUser for BILLING; Read at Operator;
        takes nothing; gives [200] (collection InvoiceSummary); served

    /// Lists the links to the estimates of charges not yet billed.
    ListEstimateLinks "list-estimate-links" Get "/v1/invoices/estimates/links" ["currencycode"]
        in all by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Lists the lines of an invoice, of one provider and kind.
    ListInvoiceLineItems "list-invoice-line-items" Get "/v1/invoices/{invoice-id}/lineitems" ["provider", "invoicelineitemtype", "size", "offset", "seekOperation", "hasPartnerEarnedCredit", "currencycode", "period"]
        in all by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (collection LicenseBasedLineItem); served

    /// Lists the lines of an invoice, provider and kind in the path.
    ListInvoiceLineItemsLegacy "list-invoice-line-items-legacy" Get "/v1/invoices/{invoice-id}/lineitems/{billing-provider}/{invoice-line-item-type}" ["size", "offset", "seekOperation"]
        in all by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (collection LicenseBasedLineItem); served

    /// Lists the lines that the next invoice will have.
    ListUnbilledLineItems "list-unbilled-line-items" Get "/v1/invoices/unbilled/lineitems" ["provider", "invoicelineitemtype", "currencycode", "period", "size", "seekOperation", "hasPartnerEarnedCredit", "offset"]
        in all by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (collection later); planned

    /// Sums up what a customer's services cost the partner in a period.
    GetServiceCostsSummary "get-service-costs-summary" Get "/v1/customers/{customer-id}/servicecosts/{billing-period}" []
        in [Global] by AppUser for BILLING; Read at Operator;
        takes nothing; gives [200] (one later); planned

    /// Lists what a customer's services cost the partner in a period.
    ListServiceCostLineItems "list-service-cost-line-items" Get "/v1/customers/{customer-id}/servicecosts/{billing-period}/lineitems" []
        in [Global] by AppUser for BILLING; Read at Operator;
        takes nothing; gives [200] (collection later); planned
}
