namespace Ecocentre.Edge.Reports.Words;

/// <summary>What the gateway says of itself and its devices while it runs: troubles, faults of devices, incidents. English as it is written there,
/// with holes.</summary>
internal static class ConditionWords
{
    internal static readonly Phrase[] All =
    [
        new("Does not answer on {0}; last good reading: never. {1}", "Ne répond pas sur {0} ; jamais de bonne mesure. {1}"),
        new("Does not answer on {0}; last good reading: {1}. {2}", "Ne répond pas sur {0} ; dernière bonne mesure : {1}. {2}"),
        new("The clock is not synchronised; readings are questionable.", "L’horloge n’est pas synchronisée ; les mesures sont douteuses."),
        new("Changes of desks are told but not stored: {0}", "Les changements de postes sont transmis mais pas enregistrés : {0}"),
        new("Checkpoints are not signed: {0}", "Les points de contrôle ne sont pas signés : {0}"),
        new("Nobody is let in: {0}", "Personne n’est admis : {0}"),
        new("Since {0}: {1} {2} entries wait.", "Depuis {0} : {1} {2} entrées attendent."),
        new("Damaged: {0}", "Endommagé : {0}"),
        new("{0} does not answer and is probed only now and then.", "{0} ne répond pas et n’est interrogé que de temps en temps."),
        new("{0} on {1} does not answer. {2}", "{0} sur {1} ne répond pas. {2}"),
        new("{0} on {1} does not answer.", "{0} sur {1} ne répond pas."),
        new("{0} on {1} answers again.", "{0} sur {1} répond de nouveau."),
        new("{0} on {1} complains of nothing any more.", "{0} sur {1} ne se plaint plus de rien."),
        new("{0} of desk {1} changes like a sensor again.", "{0} du poste {1} se comporte de nouveau comme un capteur."),
        new("{0} of desk {1} says the same for longer than anybody sits, or changes faster than anybody moves; it is not believed.",
            "{0} du poste {1} dit la même chose plus longtemps que quiconque ne reste assis, ou change plus vite que quiconque ne bouge ; "
            + "il n’est pas cru."),
        new("The clock is synchronised; readings are good from now on.", "L’horloge est synchronisée ; les mesures sont bonnes à partir de maintenant."),
        new("The clock was set from {0} to {1}.", "L’horloge a été réglée de {0} à {1}."),
        new("Version {0} started with {1} points on {2} buses; configuration {3}.",
            "La version {0} a démarré avec {1} points sur {2} bus ; configuration {3}."),
        new("Stopped in good order after {0}.", "Arrêt en bon ordre après {0}."),
        new("Nothing was judged from {0} to {1}; {2} readings of that time are in no window.",
            "Rien n’a été jugé de {0} à {1} ; {2} relevés de ce temps ne sont dans aucune fenêtre."),
        new("No minute was stored from {0} to {1}: no gateway ran, or it ended before it could store them.",
            "Aucune minute n’a été enregistrée de {0} à {1} : aucune passerelle ne tournait, ou elle s’est arrêtée avant de pouvoir les enregistrer."),
        new("{0} readings came after their minute could no longer change and are refused.",
            "{0} relevés sont arrivés après que leur minute ne pouvait plus changer et sont refusés."),
        new("{0} readings are ahead of the gateway's clock and are refused.", "{0} relevés sont en avance sur l’horloge de la passerelle et sont refusés."),
        new("A poll on {0} had not ended after {1} s: the bus was connected anew.",
            "Une interrogation sur {0} n’était pas finie après {1} s : le bus a été reconnecté."),
        new("The head of the evidence cannot be signed: {0}", "La tête des preuves ne peut pas être signée : {0}"),
        new("The head of the evidence is signed again; it was not since {0}.", "La tête des preuves est de nouveau signée ; elle ne l’était plus depuis {0}."),
        new("Nothing can be sealed: {0}", "Rien ne peut être scellé : {0}"),
        new("Nothing could be sealed from {0} to {1}; nothing is lost by it.", "Rien n’a pu être scellé de {0} à {1} ; rien n’est perdu."),
    ];
}
