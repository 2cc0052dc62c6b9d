# Was das Portal auf Deutsch sagt. Ganze Sätze; kein Markup; der Bau vergleicht die Sprachen.

trouble-sign-in = Bitte melden Sie sich an
trouble-sign-in-advice = Sie sind nicht angemeldet, oder Ihre Sitzung ist beendet.
trouble-forbidden = Das dürfen Sie nicht
trouble-missing = Hier ist nichts
trouble-missing-advice = Die Adresse ist falsch, oder das Ziel ist für Sie nicht vorhanden. Prüfen Sie die Adresse oder beginnen Sie auf der ersten Seite.
trouble-method = Diese Seite nimmt kein Formular an
trouble-method-advice = Es wurde nichts geändert. Gehen Sie zurück und benutzen Sie die Knöpfe der Seite.
trouble-stale = Das Formular gilt nicht mehr
trouble-stale-advice = Es wurde nichts geändert. Das Formular gehört zu einer anderen Sitzung oder einer anderen Website. Gehen Sie zurück, laden Sie die Seite neu und senden Sie es noch einmal.
trouble-failed = Etwas ist fehlgeschlagen
trouble-failed-advice = Die Ursache steht in unserem Protokoll. Versuchen Sie es gleich noch einmal; Ihre Eingaben bleiben erhalten. Ein doppelt gesendetes Formular wirkt nur einmal.
trouble-planned = Noch nicht gebaut
trouble-unavailable = Zurzeit nicht verfügbar
trouble-refused = Das hat nicht geklappt
trouble-code = Fehler { $code } der Partnerschnittstelle
trouble-reference = Kennung für die Unterstützung: { $id }
trouble-go-today = Zur ersten Seite
advice-agreement = Bitten Sie den Administrator des Kunden, die Verträge beim Datentreuhänder anzunehmen, oder vermerken Sie die Annahme des Cloud-Vertrags auf der Seite des Kunden. Bestellen Sie danach noch einmal.
advice-second-factor = Melden Sie sich ab und mit Ihrem zweiten Faktor wieder an.
advice-last-administrator = Geben Sie zuerst jemand anderem die Administratorrolle.
advice-input = Korrigieren Sie das Genannte und senden Sie das Formular noch einmal. Es wurde nichts geändert.
advice-forbidden = Fragen Sie einen Administrator Ihrer Organisation, oder sehen Sie auf der Seite „Diese Cloud“ nach, wo das erledigt wird.
advice-conflict = Jemand hat es inzwischen geändert, oder es ist schon vorhanden. Laden Sie die Seite neu, sehen Sie sich den jetzigen Stand an und entscheiden Sie neu.
advice-slow-down =
    { $seconds ->
        [one] Zu viele Anfragen: Warten Sie eine Sekunde und versuchen Sie es noch einmal.
       *[other] Zu viele Anfragen: Warten Sie { $seconds } Sekunden und versuchen Sie es noch einmal.
    }
advice-refused-answer = Der Datentreuhänder hat die Antwort des Betreibers abgelehnt, weil sie nicht zu seinen Büchern passt. Die Unterstützung kann dem mit der Kennung nachgehen.
advice-unavailable = Ein Teil des Dienstes ist nicht erreichbar. Der Verkauf geht weiter; was die Schlüssel braucht, wartet. Versuchen Sie es in einigen Minuten noch einmal.
