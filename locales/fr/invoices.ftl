# Ce que le portail dit en français. Phrases entières ; pas de balises ; la compilation compare les langues.

invoices-title = Factures
invoices-table = Factures de l’exploitant du cloud à votre organisation
invoices-none = Il n’y a pas de factures ici.
invoices-paid = payée
invoice-title = Facture { $number }
invoice-csv = Lignes en CSV
invoice-csv-german = Lignes en CSV pour tableurs allemands
invoice-reconciliation = Fichier de rapprochement
invoice-explanation = Comment chaque montant est calculé (JSON)
invoice-lines = Lignes de la facture
invoice-no-lines = La facture n’a pas de lignes.
invoice-shares = La part de chaque client
invoice-left-out =
    { $count ->
        [one] Une ligne de plus figure dans le fichier.
       *[other] { $count } lignes de plus figurent dans le fichier.
    }
document-none = document
document-invoice = facture
document-void-note = annulation de facture
document-adjustment-note = rectification de facture
