# Was das Portal auf Deutsch sagt. Ganze Sätze; kein Markup; der Bau vergleicht die Sprachen.
access-title = Zugriffsanträge
access-intro-customer = Niemand von { $operator } sieht Ihre privaten Daten, wenn nicht Sie und der Datentreuhänder genau dem zustimmen, was beantragt ist. Hier steht, wer gefragt hat und was daraus wurde.
access-intro-trustee = Leute von { $operator } beantragen hier, private Daten zu sehen. Beauftragte entscheiden, sehen zu und stoppen.
access-request = Antrag
access-row = Antrag { $ticket }: { $reason }
access-note = Was als Nächstes kommt
access-pending = Warten auf Entscheidungen
access-pending-table = Anträge, die warten
access-pending-none = Es wartet nichts.
access-running = Genehmigt und laufend
access-running-table = Anträge, mit denen etwas geöffnet werden kann
access-running-none = Im Augenblick kann niemand etwas öffnen.
access-over = Abgeschlossen
access-over-table = Anträge, die abgeschlossen sind
access-over-none = Hier steht noch nichts.
access-waits = bis { $at }, es fehlt noch: { $who }
access-until = endet spätestens { $at }
access-sentence-masked =
    { $uses ->
        [one] Jemand von { $operator } möchte { $fields } einmal sehen, nur teilweise, aus diesem Grund: { $reason }.
       *[other] Jemand von { $operator } möchte { $fields } bis zu { $uses }-mal sehen, nur teilweise, aus diesem Grund: { $reason }.
    }
access-sentence-whole =
    { $uses ->
        [one] Jemand von { $operator } möchte { $fields } einmal ganz sehen, aus diesem Grund: { $reason }.
       *[other] Jemand von { $operator } möchte { $fields } bis zu { $uses }-mal ganz sehen, aus diesem Grund: { $reason }.
    }
access-purpose = In den Worten dessen, der fragt
access-agreed = zugestimmt
access-not-agreed = Hat noch nicht zugestimmt.
access-of = { $used } von { $most }
access-uses = Nutzungen
access-asked = Beantragt
access-begun = Begonnen
access-approve = Genehmigen
access-deny = Ablehnen
access-watch = Live zusehen
access-report = Den Bericht lesen
access-stop = Jetzt stoppen
access-stop-means = Stoppen wirkt sofort: Was in diesem Augenblick geöffnet wird, geht nicht mehr hinaus.
access-revoke = Zustimmung zurücknehmen
access-revoke-means = Mit diesem Antrag wird nichts mehr geöffnet, endgültig.
access-withdraw = Antrag zurückziehen
access-withdraw-means = Der Antrag endet ohne Entscheidung.
access-text = Der Text, der signiert wird
access-text-means = Das ist der Antrag, Wort für Wort. Genehmigungen sind Signaturen darüber; wird ein Buchstabe geändert, gelten sie nicht mehr.
access-back = Zurück zum Antrag
decide-approve = Einen Antrag genehmigen
decide-deny = Einen Antrag ablehnen
decide-intro = Sie genehmigen, indem Sie genau diesen Text mit dem Schlüssel signieren, den der Datentreuhänder für Sie aufgenommen hat. Der Schlüssel bleibt auf Ihrem Rechner.
decide-intro-deny = Eine Ablehnung braucht keine Signatur. Soll sie beweisbar sein, signieren Sie den Text und fügen die Signatur ein; sonst drücken Sie nur den Knopf.
decide-step-text = 1. Den Text lesen und herunterladen
decide-step-sign = 2. Auf Ihrem Rechner signieren
decide-step-send = 3. Die Signatur einfügen
decide-download = decision.txt herunterladen
decide-in-time = Im Text steht die Zeit. Signieren und senden Sie innerhalb einer Viertelstunde, sonst laden Sie diese Seite neu.
decide-key = Der Text nennt diesen Schlüssel von Ihnen:
decide-signature = Signatur
decide-signature-hint = Alles, was der zweite Befehl ausgibt, mit der ersten und der letzten Zeile.
decide-no-signature = Eine Genehmigung ist eine Signatur. Fügen Sie ein, was der zweite Befehl ausgibt.
watch-means = Solange diese Seite offen ist und folgt, führen Sie die Aufsicht. Ohne Aufsicht ruht der Zugriff.
watch-over = Dieser Zugriff ist vorbei. Es wird nichts mehr geöffnet.
watch-none = Es wurde noch nichts geöffnet.
watch-follow = Von selbst folgen
watch-still = Nicht mehr folgen
watch-refresh = Jetzt nachsehen
watch-clear = Nächste Nutzung freigeben
watch-clear-means = Jede Nutzung wartet, bis Sie sie freigeben.
people-title = Aufgenommene Personen
people-intro-customer = Diese Personen können für Ihre Organisation genehmigen oder ablehnen. { $trustee } hat jede selbst geprüft, unter vier Augen.
people-intro-trustee = Hinter Konten stehen Personen. Ein Beauftragter schlägt vor, ein anderer bestätigt; ein Schlüssel zählt einen Tag später.
people-none = Niemand ist aufgenommen. Ohne aufgenommene Person kann niemand etwas genehmigen.
people-table = Personen, die neuesten zuerst
people-person = Person
people-propose = Eine Person vorschlagen
people-propose-intro = Prüfen Sie die Person zuerst selbst. Nichts zählt, bis ein zweiter Beauftragter bestätigt hat.
people-part-account = Schon mit Konto
people-part-account-means = Leute des Betreibers und des Treuhänders haben Konten.
people-part-approver = Freigebender eines Kunden
people-part-approver-means = Die Bestätigung legt ein eigenes Konto an, außer Reichweite des Partners.
people-account = { $name } ({ $roles })
people-nobody = niemand
people-of-account = Konto
people-country = Land des Büros
people-country-hint = Zwei Buchstaben, zum Beispiel DE.
people-employer-hint = Name des Unternehmens. Leer: die Organisation des Kontos.
people-evidence = Wie die Person geprüft wurde
people-evidence-hint = Ohne Namen: zum Beispiel „Personalausweis, persönlich in unserem Büro vorgelegt“.
people-key-line = Öffentlicher Schlüssel
people-key-line-hint = Die eine Zeile aus id_ed25519.pub. Am besten sind Schlüssel in Hardware, erzeugt mit ed25519-sk.
people-id = Pseudonym
people-proposed = Vorgeschlagen
people-confirmed = Bestätigt
people-by = { $at }, durch { $who }
people-keys = Schlüssel
people-keys-table = Schlüssel dieser Person
people-hardware = In Hardware
people-counts-from = zählt ab { $at }
people-confirm = Bestätigen
people-confirm-means = Sie sind der zweite Beauftragte: weder wer vorgeschlagen hat, noch um wen es geht.
people-reject = Vorschlag verwerfen
people-reject-means = Die Person wird nicht aufgenommen; der Schlüssel ist verbraucht.
people-remove = Entfernen
people-remove-means = Alles, was auf dieser Person beruht, endet sofort: Genehmigungen, Anträge, Schlüssel.
people-add-key = Einen weiteren Schlüssel vorschlagen
people-confirm-key = Schlüssel bestätigen
people-hasten = Sofort zählen lassen
people-remove-key = Schlüssel entfernen
enrolment-proposed = wartet auf einen zweiten Beauftragten
enrolment-enrolled = aufgenommen
enrolment-removed = entfernt
log-title = Transparenz-Log
log-grows =
    { $minutes ->
        [one] Das Log wächst und ist in Ordnung: { $size } Einträge, der neueste vor einer Minute.
       *[other] Das Log wächst und ist in Ordnung: { $size } Einträge, der neueste vor { $minutes } Minuten.
    }
log-stale = Das Log ist seit mehr als zwanzig Minuten nicht gewachsen. Es steht, oder jemand hält es an.
log-sealed = In das Log darf nicht geschrieben werden: Es ist noch nicht mit seinen Zeugen verglichen, oder es steht hinter dem, was von ihm gesehen wurde. Nichts wird herausgegeben.
log-standing = Wo es steht
log-origin = Name
log-key = Schlüssel
log-size = Einträge
log-published = Mitsigniert bis
log-newest = Neuester Eintrag
log-witnesses = Zeugen
log-no-witnesses = Es ist kein Zeuge eingerichtet: Niemand anderes würde eine zweite Fassung dieses Logs bemerken.
log-witnesses-means = Ein Zeuge signiert einen Stand nur, wenn das Log aus dem vorigen gewachsen ist.
log-cosigned = hat den veröffentlichten Stand mitsigniert
log-not-cosigned = hat ihn nicht mitsigniert
log-checkpoint = Veröffentlichter Stand
log-verify = Jeder kann das ganze Log offline prüfen, ohne dieser Seite zu glauben:
log-type = Anzeigen
log-all = alle Einträge
log-show = Einträge anzeigen
log-entries = Einträge
log-table = Einträge, die neuesten zuerst; sie nennen niemanden
log-says = Was er sagt
log-none = Es gibt keinen solchen Eintrag.
log-about-customer = über einen Kunden
log-belongs = gehört zu { $index }
log-older = Ältere Einträge
statistics-title = Statistik der Öffnungen
statistics-finding =
    { $uses ->
        [one] Leute von { $operator } haben einmal etwas geöffnet.
       *[other] Leute von { $operator } haben { $uses }-mal etwas geöffnet.
    }
statistics-intro = Diese Zahlen werden bei jedem Aufruf aus dem Transparenz-Log gezählt. Niemand tippt sie ein.
statistics-none = Niemand vom Betreiber hat etwas beantragt.
statistics-staff = Durch Leute des Betreibers
statistics-staff-table = Anträge und Nutzungen nach Monat und Grund
statistics-month = Monat
statistics-reason = Grund
statistics-asked = Beantragt
statistics-denied = Abgelehnt
statistics-begun = Begonnen
statistics-stopped = Vorzeitig gestoppt
statistics-refused = Verweigerte Nutzungen
statistics-compared = Im Vergleich
statistics-own = Durch Partner und Kunden selbst
statistics-own-table = Öffnungen mit Einverständnis, nach Monat
statistics-by-customers = Durch Kunden
nav-access = Zugriffsanträge
nav-reports = Zugriffsberichte
nav-people = Aufgenommene Personen
nav-log = Log
nav-statistics = Statistik
done-access-approve = Ihre Genehmigung zählt.
done-access-deny = Der Antrag ist abgelehnt.
done-access-stop = Der Zugriff ist gestoppt. Es wird nichts mehr geöffnet.
done-access-revoke = Die Zustimmung ist zurückgenommen. Es wird nichts mehr geöffnet.
done-access-withdraw = Der Antrag ist zurückgezogen.
done-access-clear = Die nächste Nutzung ist freigegeben.
done-proposed = Die Person ist vorgeschlagen. Ein zweiter Beauftragter muss bestätigen.
today-requests =
    { $count ->
        [one] Ein Antrag wartet auf Entscheidungen.
       *[other] { $count } Anträge warten auf Entscheidungen.
    }
today-requests-go = Die Anträge ansehen
today-running =
    { $count ->
        [one] Ein Zugriff kann gerade genutzt werden.
       *[other] { $count } Zugriffe können gerade genutzt werden.
    }
today-running-go = Zusehen
wish-title = Wartet auf eine zweite Person
wish-intro = Was jemanden einlässt, verlangt zwei Treuhänder, die dasselbe wollen. Es geschieht, sobald eine andere Person innerhalb von sieben Tagen dasselbe tut.
wish-none = Nichts wartet.
wish-what = Handlung
wish-who = Gewünscht von
wish-withdraw = Zurücknehmen
duty-title = Im Dienst
duty-intro = Einen Notfall genehmigen zwei Treuhänder, die im Dienst sind. Einen Dienst setzen zwei, beenden kann ihn eine Person.
duty-none = Niemand ist im Dienst: kein Notfall kann genehmigt werden.
duty-officer = Treuhänder
duty-from = Von
duty-until = Bis
duty-now = jetzt
duty-time-hint = UTC, höchstens 31 Tage.
duty-set = Zum Dienst einteilen
duty-end = Dienst beenden
shares-title = Anteile am Wurzelschlüssel
shares-intro = Geht der Schlüssel dieser Installation verloren, bringen einige dieser Personen ihn gemeinsam zurück, in Gegenwart einer prüfenden Person. Zwei Treuhänder machen einen Satz mit treuhand shares make.
shares-line = { $needed } von { $of } sind nötig. Gemacht am { $made }.
shares-short = Zu wenige von ihnen sind noch eingetragen: niemand könnte den Wurzelschlüssel zurückbringen. Machen Sie einen neuen Satz.
shares-number = Anteil
shares-holder = Wer ihn hat
shares-left = ausgeschieden
shares-none = Niemand hat hier einen Anteil. Geht die Schlüsseldatei verloren, öffnet sich nichts mehr; ein anderer Schlüsseldienst teilt seine Wurzel auf eigene Weise.
