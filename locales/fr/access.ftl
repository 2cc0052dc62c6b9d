# Ce que le portail dit en français. Phrases entières ; pas de balises ; la compilation compare les langues.
access-title = Demandes d’accès
access-intro-customer = Personne chez { $operator } ne voit vos données privées si vous et le tiers de confiance n’acceptez pas exactement ce qui est demandé. Voici qui a demandé, et ce qu’il en est advenu.
access-intro-trustee = Des personnes de { $operator } demandent ici à voir des données privées. Les agents décident, surveillent et arrêtent.
access-request = Demande
access-row = Demande { $ticket } : { $reason }
access-note = La suite
access-pending = En attente de décisions
access-pending-table = Demandes en attente
access-pending-none = Rien n’attend.
access-running = Approuvées et en cours
access-running-table = Demandes permettant d’ouvrir quelque chose
access-running-none = Personne ne peut rien ouvrir en ce moment.
access-over = Terminées
access-over-table = Demandes terminées
access-over-none = Il n’y a encore rien ici.
access-waits = jusqu’au { $at }, il manque encore : { $who }
access-until = se termine au plus tard le { $at }
access-sentence-masked =
    { $uses ->
        [one] Quelqu’un de { $operator } demande à voir { $fields } une fois, en partie seulement, pour ce motif : { $reason }.
       *[other] Quelqu’un de { $operator } demande à voir { $fields } jusqu’à { $uses } fois, en partie seulement, pour ce motif : { $reason }.
    }
access-sentence-whole =
    { $uses ->
        [one] Quelqu’un de { $operator } demande à voir { $fields } une fois en entier, pour ce motif : { $reason }.
       *[other] Quelqu’un de { $operator } demande à voir { $fields } jusqu’à { $uses } fois en entier, pour ce motif : { $reason }.
    }
access-purpose = Selon les mots du demandeur
access-agreed = accord donné
access-not-agreed = N’a pas encore donné son accord.
access-of = { $used } sur { $most }
access-uses = Usages
access-asked = Demandé
access-begun = Commencé
access-approve = Approuver
access-deny = Refuser
access-watch = Suivre en direct
access-report = Lire le rapport
access-stop = Arrêter maintenant
access-stop-means = L’arrêt est immédiat : ce qui est en train d’être ouvert ne sort plus.
access-revoke = Retirer l’accord
access-revoke-means = Plus rien n’est ouvert par cette demande, définitivement.
access-withdraw = Abandonner la demande
access-withdraw-means = La demande se termine sans décision.
access-text = Le texte qui est signé
access-text-means = Voici la demande, mot pour mot. Les accords sont des signatures de ce texte ; changer une lettre les annule.
access-back = Retour à la demande
decide-approve = Approuver une demande
decide-deny = Refuser une demande
decide-intro = Vous approuvez en signant exactement ce texte avec la clé que le tiers de confiance a inscrite pour vous. La clé reste sur votre machine.
decide-intro-deny = Un refus n’exige pas de signature. Pour qu’il soit prouvable, signez le texte et collez la signature ; sinon, appuyez simplement sur le bouton.
decide-step-text = 1. Lire le texte et le télécharger
decide-step-sign = 2. Signer sur votre machine
decide-step-send = 3. Coller la signature
decide-download = Télécharger decision.txt
decide-in-time = Le texte contient l’heure. Signez et envoyez dans le quart d’heure, ou rechargez cette page.
decide-key = Le texte nomme cette clé à vous :
decide-signature = Signature
decide-signature-hint = Tout ce que la seconde commande affiche, avec la première et la dernière ligne.
decide-no-signature = Un accord est une signature. Collez ce que la seconde commande affiche.
watch-means = Tant que cette page est ouverte et suit, vous êtes le superviseur. Sans lui, l’accès est suspendu.
watch-over = Cet accès est terminé. Plus rien n’est ouvert.
watch-none = Rien n’a encore été ouvert.
watch-follow = Suivre automatiquement
watch-still = Ne plus suivre
watch-refresh = Regarder maintenant
watch-clear = Autoriser le prochain usage
watch-clear-means = Chaque usage attend votre autorisation.
people-title = Personnes inscrites
people-intro-customer = Ces personnes peuvent approuver ou refuser pour votre organisation. { $trustee } a vérifié chacune elle-même, à quatre yeux.
people-intro-trustee = Derrière les comptes, il y a des personnes. Un agent propose, un autre confirme ; une clé compte un jour plus tard.
people-none = Personne n’est inscrit. Sans personne inscrite, rien ne peut être approuvé.
people-table = Personnes, les plus récentes d’abord
people-person = Personne
people-propose = Proposer une personne
people-propose-intro = Vérifiez d’abord la personne vous-même. Rien ne compte avant la confirmation d’un second agent.
people-part-account = Avec un compte existant
people-part-account-means = Les personnes de l’opérateur et du tiers de confiance ont des comptes.
people-part-approver = Approbateur d’un client
people-part-approver-means = La confirmation crée un compte propre, hors de portée du partenaire.
people-account = { $name } ({ $roles })
people-nobody = personne
people-of-account = Compte
people-country = Pays du bureau
people-country-hint = Deux lettres, par exemple DE.
people-employer-hint = Nom de l’entreprise. Vide : l’organisation du compte.
people-evidence = Comment la personne a été identifiée
people-evidence-hint = Sans noms : par exemple « carte d’identité, présentée en personne à notre bureau ».
people-key-line = Clé publique
people-key-line-hint = La ligne de id_ed25519.pub. Les clés matérielles, créées avec ed25519-sk, sont les meilleures.
people-id = Pseudonyme
people-proposed = Proposée
people-confirmed = Confirmée
people-by = { $at }, par { $who }
people-keys = Clés
people-keys-table = Clés de cette personne
people-hardware = Matérielle
people-counts-from = compte à partir du { $at }
people-confirm = Confirmer
people-confirm-means = Vous êtes le second agent : ni l’auteur de la proposition, ni la personne concernée.
people-reject = Rejeter la proposition
people-reject-means = La personne n’est pas inscrite ; la clé ne pourra plus servir.
people-remove = Retirer
people-remove-means = Tout ce qui repose sur cette personne prend fin aussitôt : accords, demandes, clés.
people-add-key = Proposer une clé de plus
people-confirm-key = Confirmer la clé
people-hasten = La faire compter tout de suite
people-remove-key = Retirer la clé
enrolment-proposed = attend un second agent
enrolment-enrolled = inscrite
enrolment-removed = retirée
log-title = Journal de transparence
log-grows =
    { $minutes ->
        [one] Le journal croît et est en ordre : { $size } entrées, la plus récente il y a une minute.
       *[other] Le journal croît et est en ordre : { $size } entrées, la plus récente il y a { $minutes } minutes.
    }
log-stale = Le journal n’a pas grandi depuis plus de vingt minutes. Il s’est arrêté, ou quelqu’un l’a arrêté.
log-sealed = Le journal ne peut pas être écrit : il n’a pas encore été comparé à ses témoins, ou il est en retard sur ce qui en a été vu. Rien n’est communiqué.
log-standing = Où il en est
log-origin = Nom
log-key = Clé
log-size = Entrées
log-published = Cosigné jusqu’à
log-newest = Entrée la plus récente
log-witnesses = Témoins
log-no-witnesses = Aucun témoin n’est configuré : personne d’autre ne remarquerait une seconde version de ce journal.
log-witnesses-means = Un témoin ne signe un état que si le journal a grandi à partir du précédent.
log-cosigned = a cosigné l’état publié
log-not-cosigned = ne l’a pas cosigné
log-checkpoint = État publié
log-verify = Chacun peut vérifier tout le journal hors ligne, sans croire cette page :
log-type = Afficher
log-all = toutes les entrées
log-show = Afficher les entrées
log-entries = Entrées
log-table = Entrées, les plus récentes d’abord ; elles ne nomment personne
log-says = Ce qu’elle dit
log-none = Il n’y a pas de telle entrée.
log-about-customer = à propos d’un client
log-belongs = se rapporte à { $index }
log-older = Entrées plus anciennes
statistics-title = Statistique des ouvertures
statistics-finding =
    { $uses ->
        [one] Des personnes de { $operator } ont ouvert une fois quelque chose.
       *[other] Des personnes de { $operator } ont ouvert { $uses } fois quelque chose.
    }
statistics-intro = Ces nombres sont comptés dans le journal de transparence à chaque ouverture de la page. Personne ne les saisit.
statistics-none = Personne de l’opérateur n’a rien demandé.
statistics-staff = Par les personnes de l’opérateur
statistics-staff-table = Demandes et usages par mois et motif
statistics-month = Mois
statistics-reason = Motif
statistics-asked = Demandés
statistics-denied = Refusés
statistics-begun = Commencés
statistics-stopped = Arrêtés avant terme
statistics-refused = Usages refusés
statistics-compared = Comparaison
statistics-own = Par les partenaires et clients eux-mêmes
statistics-own-table = Ouvertures avec accord, par mois
statistics-by-customers = Par les clients
nav-access = Demandes d’accès
nav-reports = Rapports d’accès
nav-people = Personnes inscrites
nav-log = Journal
nav-statistics = Statistique
done-access-approve = Votre accord compte.
done-access-deny = La demande est refusée.
done-access-stop = L’accès est arrêté. Plus rien n’est ouvert.
done-access-revoke = L’accord est retiré. Plus rien n’est ouvert.
done-access-withdraw = La demande est abandonnée.
done-access-clear = Le prochain usage est autorisé.
done-proposed = La personne est proposée. Un second agent doit confirmer.
today-requests =
    { $count ->
        [one] Une demande attend des décisions.
       *[other] { $count } demandes attendent des décisions.
    }
today-requests-go = Voir les demandes
today-running =
    { $count ->
        [one] Un accès peut être utilisé en ce moment.
       *[other] { $count } accès peuvent être utilisés en ce moment.
    }
today-running-go = Surveiller
wish-title = En attente d’un second officier
wish-intro = Ce qui fait entrer quelqu’un demande deux officiers qui veulent la même chose. C’est fait dès qu’un autre accomplit le même acte dans les sept jours.
wish-none = Rien n’attend.
wish-what = Acte
wish-who = Demandé par
wish-withdraw = Retirer
duty-title = De service
duty-intro = Une urgence est approuvée par deux officiers de service. Il faut deux officiers pour fixer un service, un seul pour y mettre fin.
duty-none = Personne n’est de service : aucune urgence ne peut être approuvée.
duty-officer = Officier
duty-from = De
duty-until = Jusqu’à
duty-now = maintenant
duty-time-hint = UTC, 31 jours au plus.
duty-set = Mettre de service
duty-end = Mettre fin au service
shares-title = Parts de la clé racine
shares-intro = Si la clé de cette installation est perdue, certaines de ces personnes la rétablissent ensemble, en présence d’un auditeur. Deux officiers font un jeu avec treuhand shares make.
shares-line = Il en faut { $needed } sur { $of }. Fait le { $made }.
shares-short = Trop peu d’entre elles sont encore inscrites : personne ne pourrait rétablir la clé racine. Faites un nouveau jeu.
shares-number = Part
shares-holder = Détenteur
shares-left = parti
shares-none = Personne ne détient de part ici. Si le fichier de clé est perdu, plus rien ne s’ouvre ; un autre service de clés partage sa racine à sa façon.
