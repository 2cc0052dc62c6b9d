//! Texts to read and to keep.

operations! {
    area "documents" of Treuhand;

    /// Gives an agreement's text to whoever may have to accept it.
    GetAgreementText "get-agreement-text" Get "/treuhand/v1/agreementtemplates/{agreement-template-id}/text" ["language"]
        in none by Both for READERS; Read at Operator;
        takes nothing; gives [200] (file "text/plain; charset=utf-8" "agreement-{agreement-template-id}.txt"); served

    /// Gives an invoice's lines as the licence reconciliation file, a CSV.
    GetInvoiceReconciliation "get-invoice-reconciliation" Get "/treuhand/v1/invoices/{invoice-id}/reconciliation.csv" []
        in none by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (file "text/csv; charset=utf-8" "{invoice-id}.csv"); served

    /// Gives an invoice with the basis of every amount, as JSON: enough to compute it again offline.
    GetInvoiceExplanation "get-invoice-explanation" Get "/treuhand/v1/invoices/{invoice-id}/explanation.json" []
        in none by Both for BILLING; Read at Operator;
        takes nothing; gives [200] (file "application/json; charset=utf-8" "{invoice-id}.json"); served
}
