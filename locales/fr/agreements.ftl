# Ce que le portail dit en français. Phrases entières ; pas de balises ; la compilation compare les langues.

agreements-title = Contrats de votre organisation
agreements-intro = Avant la première commande, votre organisation accepte les contrats avec l’exploitant du cloud et, directement, le contrat avec le tiers de confiance. Personne d’autre ne peut accepter ce dernier pour vous.
agreements-table = Contrats de ce cloud
agreements-agreement = Contrat
agreements-party = Avec
agreements-version = Version
agreements-accepted = Accepté
agreements-on = accepté le { $day }
agreements-missing = pas encore accepté
agreements-own-act = le client l’accepte lui-même
agreements-open = À accepter
agreements-read = Lisez chaque contrat avant de l’accepter.
agreements-accept = Accepter
agreements-accept-one = { $title }, version { $version }
agreements-declare = En acceptant, vous déclarez pouvoir engager { $organisation }.
agreements-none-chosen = Cochez les contrats que vous acceptez.
agreements-all = Tous les contrats sont acceptés.
agreements-of-customer = Contrats du client
agreements-attest = Déclarer l’acceptation
agreements-attest-means = Déclarez ici que votre client a accepté le contrat cloud et son complément : qui, et quand. Le nom est scellé.
agreements-trustee-direct = Le client conclut lui-même le contrat avec le tiers de confiance, { $trustee } : son administrateur l’accepte dans ce portail.
agreements-cloud-done = Le contrat cloud est accepté.
