# Was das Portal auf Deutsch sagt. Ganze Sätze; kein Markup; der Bau vergleicht die Sprachen.

today-title = Was jemanden braucht
today-nothing = Nichts wartet auf Sie.
today-unknown = Einiges konnte zurzeit nicht nachgesehen werden.
today-agreements =
    { $count ->
        [one] Ein Vertrag wartet auf Ihre Annahme.
       *[other] { $count } Verträge warten auf Ihre Annahme.
    }
today-agreements-go = Lesen und annehmen
today-balance = { $amount } sind an den Cloud-Betreiber zu zahlen.
today-balance-go = Zu den Rechnungen
