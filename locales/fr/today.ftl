# Ce que le portail dit en français. Phrases entières ; pas de balises ; la compilation compare les langues.

today-title = Ce qui demande une action
today-nothing = Rien ne vous attend.
today-unknown = Certaines informations n’ont pas pu être consultées pour le moment.
today-agreements =
    { $count ->
        [one] Un contrat attend votre acceptation.
       *[other] { $count } contrats attendent votre acceptation.
    }
today-agreements-go = Lire et accepter
today-balance = { $amount } sont à payer à l’exploitant du cloud.
today-balance-go = Vers les factures
