# Was das Portal auf Deutsch sagt. Ganze Sätze; kein Markup; der Bau vergleicht die Sprachen.

agreements-title = Verträge Ihrer Organisation
agreements-intro = Vor der ersten Bestellung nimmt Ihre Organisation die Verträge mit dem Cloud-Betreiber an und, unmittelbar, den Vertrag mit dem Datentreuhänder. Den Treuhandvertrag kann niemand anderes für Sie annehmen.
agreements-table = Verträge dieser Cloud
agreements-agreement = Vertrag
agreements-party = Mit
agreements-version = Fassung
agreements-accepted = Angenommen
agreements-on = angenommen am { $day }
agreements-missing = noch nicht angenommen
agreements-own-act = nimmt der Kunde selbst an
agreements-open = Anzunehmen
agreements-read = Lesen Sie jeden Vertrag, bevor Sie ihn annehmen.
agreements-accept = Annehmen
agreements-accept-one = { $title }, Fassung { $version }
agreements-declare = Mit der Annahme erklären Sie, dass Sie { $organisation } verpflichten dürfen.
agreements-none-chosen = Kreuzen Sie die Verträge an, die Sie annehmen.
agreements-all = Alle Verträge sind angenommen.
agreements-of-customer = Verträge des Kunden
agreements-attest = Annahme vermerken
agreements-attest-means = Vermerken Sie hier, dass Ihr Kunde den Cloud-Vertrag mit seiner Ergänzung angenommen hat: wer und wann. Der Name wird versiegelt.
agreements-trustee-direct = Den Vertrag mit dem Datentreuhänder, { $trustee }, schließt der Kunde selbst: Sein Administrator nimmt ihn in diesem Portal an.
agreements-cloud-done = Der Cloud-Vertrag ist angenommen.
