# Was das Portal auf Deutsch sagt. Ganze Sätze; kein Markup; der Bau vergleicht die Sprachen.

invoices-title = Rechnungen
invoices-table = Rechnungen des Cloud-Betreibers an Ihre Organisation
invoices-none = Hier gibt es keine Rechnungen.
invoices-paid = bezahlt
invoice-title = Rechnung { $number }
invoice-csv = Positionen als CSV
invoice-csv-german = Positionen als CSV für deutsche Tabellenprogramme
invoice-reconciliation = Abgleichsdatei
invoice-explanation = Wie jeder Betrag entstand (JSON)
invoice-lines = Positionen der Rechnung
invoice-no-lines = Die Rechnung hat keine Positionen.
invoice-shares = Was jeder Kunde davon ausmacht
invoice-left-out =
    { $count ->
        [one] Eine weitere Position steht in der Datei.
       *[other] { $count } weitere Positionen stehen in der Datei.
    }
document-none = Beleg
document-invoice = Rechnung
document-void-note = Rechnungsstorno
document-adjustment-note = Rechnungskorrektur
