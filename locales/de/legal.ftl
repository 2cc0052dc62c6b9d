# Was das Portal auf Deutsch sagt. Ganze Sätze, keine Auszeichnung; der Bau vergleicht die Sprachen.
gag-title = Mitteilungsverbote zu prüfen
gag-intro = Solange ein Mitteilungsverbot besteht, erfährt der Kunde nichts von einem Verlangen. Jeden Monat prüft jemand, ob es noch gilt. Es endet an seinem Tag, auch wenn niemand antwortet.
gag-none = Kein Mitteilungsverbot ist zu prüfen.
gag-authority = Behörde
gag-basis = Durch welche Anordnung
gag-asked = Gefragt seit
gag-ends = Endet
gag-demand = Verlangen
gag-found = Ergebnis
gag-found-continues = Es gilt bis zu seinem Tag weiter.
gag-found-extended = Ein neues Dokument verlängert es; das sagt eine Juristin oder ein Jurist des Treuhänders.
gag-found-ended = Es ist zu Ende: den Kunden jetzt benachrichtigen.
gag-put-off = Neues Ende
gag-put-off-hint = UTC; nur, wenn ein neues Dokument es verlängert.
gag-document = SHA-256 des neuen Dokuments
gag-document-hint = Hexadezimal; ein Dokument, das noch nicht verwendet wurde.
gag-review = Festhalten
