# Was das Portal auf Deutsch sagt. Ganze Sätze; kein Markup; der Bau vergleicht die Sprachen.

customers-title = Kunden
customers-add = Kunden anlegen
customers-count =
    { $count ->
        [one] { $count } Kunde auf dieser Seite
       *[other] { $count } Kunden auf dieser Seite
    }
customers-by = Suchen in
customers-by-company = Firma
customers-by-domain = Domäne
customers-begins = Beginnt mit
customers-filter = Kunden suchen
customers-none = Sie haben noch keine Kunden. Legen Sie den ersten an.
customers-none-found = Kein Kunde beginnt damit.
customers-all = Alle Kunden zeigen
customers-sealed = Kontaktdaten bleiben in dieser Liste versiegelt. Die Seite eines Kunden öffnet sie für Sie.
customers-part-company = Firma
customers-part-contact = Wer die Rechnungen erhält
customers-part-contact-hint = Der Datentreuhänder versiegelt diese Angaben, bevor etwas den Cloud-Betreiber erreicht.
customers-create = Kunden anlegen
customers-made = { $name } ist angelegt
customers-credentials = Erste Anmeldung des Kundenadministrators
customers-credentials-next = Geben Sie es dem Kunden auf einem sicheren Weg. Bei der ersten Anmeldung wählt der Administrator ein eigenes Passwort.
customers-to-customer = Zum Kunden
customer-back = Zurück zum Kunden
customer-company = Firma
customer-contact = Kontaktdaten
