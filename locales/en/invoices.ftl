# What the portal says in English. Whole sentences; no markup; the build compares the languages.

invoices-title = Invoices
invoices-table = Invoices of the cloud operator to your organisation
invoices-none = There are no invoices here.
invoices-paid = paid
invoice-title = Invoice { $number }
invoice-csv = Lines as CSV
invoice-csv-german = Lines as CSV for German spreadsheets
invoice-reconciliation = Reconciliation file
invoice-explanation = How every amount came about (JSON)
invoice-lines = Lines of the invoice
invoice-no-lines = The invoice has no lines.
invoice-shares = What each customer makes up of it
invoice-left-out =
    { $count ->
        [one] One more line is in the file.
       *[other] { $count } more lines are in the file.
    }
document-none = document
document-invoice = invoice
document-void-note = cancellation of an invoice
document-adjustment-note = correction of an invoice
