# Ce que le portail dit en français. Phrases entières ; pas de balises ; la compilation compare les langues.

trouble-sign-in = Veuillez vous connecter
trouble-sign-in-advice = Vous n’êtes pas connecté, ou votre session est terminée.
trouble-forbidden = Vous n’y êtes pas autorisé
trouble-missing = Il n’y a rien ici
trouble-missing-advice = L’adresse est erronée, ou sa cible n’existe pas pour vous. Vérifiez l’adresse ou repartez de la première page.
trouble-method = Cette page n’accepte pas de formulaire
trouble-method-advice = Rien n’a été modifié. Revenez en arrière et utilisez les boutons de la page.
trouble-stale = Le formulaire n’est plus valable
trouble-stale-advice = Rien n’a été modifié. Le formulaire appartient à une autre session ou à un autre site. Revenez en arrière, rechargez la page et renvoyez-le.
trouble-failed = Une erreur est survenue
trouble-failed-advice = La cause figure dans notre journal. Réessayez dans un instant ; votre saisie est conservée. Un formulaire envoyé deux fois n’a qu’un effet.
trouble-planned = Pas encore construit
trouble-unavailable = Indisponible pour le moment
trouble-refused = Cela n’a pas fonctionné
trouble-code = Erreur { $code } de l’interface partenaire
trouble-reference = Référence pour l’assistance : { $id }
trouble-go-today = Vers la première page
advice-agreement = Demandez à l’administrateur du client d’accepter les contrats auprès du tiers de confiance, ou déclarez l’acceptation du contrat cloud sur la page du client. Commandez ensuite à nouveau.
advice-second-factor = Déconnectez-vous puis reconnectez-vous avec votre second facteur.
advice-last-administrator = Donnez d’abord le rôle d’administrateur à quelqu’un d’autre.
advice-input = Corrigez ce qui est indiqué et renvoyez le formulaire. Rien n’a été modifié.
advice-forbidden = Demandez à un administrateur de votre organisation, ou consultez la page « Ce cloud » pour savoir où cela se fait.
advice-conflict = Quelqu’un l’a modifié entre-temps, ou cela existe déjà. Rechargez la page, regardez l’état actuel et décidez à nouveau.
advice-slow-down =
    { $seconds ->
        [one] Trop de demandes : attendez une seconde et réessayez.
       *[other] Trop de demandes : attendez { $seconds } secondes et réessayez.
    }
advice-refused-answer = Le tiers de confiance a refusé la réponse de l’exploitant car elle ne correspond pas à ses registres. L’assistance peut l’examiner grâce à la référence.
advice-unavailable = Une partie du service est inaccessible. La vente continue ; ce qui a besoin des clés attend. Réessayez dans quelques minutes.
