# Ce que le portail dit en français. Phrases entières, sans balises ; la construction compare les langues.
gag-title = Interdictions d’informer à vérifier
gag-intro = Tant qu’une interdiction dure, le client n’apprend rien de la demande. Chaque mois, quelqu’un vérifie si elle vaut encore. Elle prend fin à son jour, même si personne ne répond.
gag-none = Aucune interdiction n’est à vérifier.
gag-authority = Autorité
gag-basis = Par quel ordre
gag-asked = Demandé depuis
gag-ends = Fin
gag-demand = Demande
gag-found = Résultat
gag-found-continues = Elle vaut jusqu’à son jour.
gag-found-extended = Un nouveau document la prolonge ; un juriste du fiduciaire le constate.
gag-found-ended = Elle a pris fin : informer le client maintenant.
gag-put-off = Nouvelle fin
gag-put-off-hint = UTC ; seulement si un nouveau document la prolonge.
gag-document = SHA-256 du nouveau document
gag-document-hint = En hexadécimal ; un document qui n’a pas encore servi.
gag-review = Consigner
