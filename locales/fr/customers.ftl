# Ce que le portail dit en français. Phrases entières ; pas de balises ; la compilation compare les langues.

customers-title = Clients
customers-add = Ajouter un client
customers-count =
    { $count ->
        [one] { $count } client sur cette page
       *[other] { $count } clients sur cette page
    }
customers-by = Chercher dans
customers-by-company = Société
customers-by-domain = Domaine
customers-begins = Commence par
customers-filter = Chercher des clients
customers-none = Vous n’avez pas encore de clients. Ajoutez le premier.
customers-none-found = Aucun client ne commence ainsi.
customers-all = Afficher tous les clients
customers-sealed = Les coordonnées restent scellées dans cette liste. La page d’un client les ouvre pour vous.
customers-part-company = Société
customers-part-contact = Qui reçoit les factures
customers-part-contact-hint = Le tiers de confiance scelle ces données avant que quoi que ce soit n’atteigne l’exploitant du cloud.
customers-create = Créer le client
customers-made = { $name } est créé
customers-credentials = Première connexion de l’administrateur du client
customers-credentials-next = Transmettez-le au client par un moyen sûr. À la première connexion, l’administrateur choisit son propre mot de passe.
customers-to-customer = Vers le client
customer-back = Retour au client
customer-company = Société
customer-contact = Coordonnées
