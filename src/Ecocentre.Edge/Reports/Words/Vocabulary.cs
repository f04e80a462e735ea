namespace Ecocentre.Edge.Reports.Words;

/// <summary>What a report says of itself: its headings, heads of tables, legends and sentences. <see cref="CriterionWords"/>,
/// <see cref="NumberWords"/>,
/// <see cref="IncidentWords"/> and <see cref="EngineWords"/> hold what others say.</summary>
internal static class Vocabulary
{
    // Title
    internal static readonly Phrase Report = new("Evidence report", "Rapport de preuves");
    internal static readonly Phrase FromTo = new("{0} to {1}", "du {0} au {1}");
    internal static readonly Phrase Contents = new("Contents", "Sommaire");
    internal static readonly Phrase AboutPack = new("The pack this report was made of", "Le dossier dont ce rapport est tiré");
    internal static readonly Phrase Centre = new("Centre", "Centre");
    internal static readonly Phrase PeriodWord = new("Period", "Période");
    internal static readonly Phrase ZoneWord = new("Time zone of all times", "Fuseau de toutes les heures");
    internal static readonly Phrase ProfileWord = new("Label profile", "Profil du label");
    internal static readonly Phrase PackWord = new("Pack", "Dossier");
    internal static readonly Phrase PackHash = new("SHA-256 of the pack", "SHA-256 du dossier");
    internal static readonly Phrase PackMadeBy = new("Pack made by", "Dossier produit par");
    internal static readonly Phrase MadeBy = new("Report made by", "Rapport produit par");
    internal static readonly Phrase MadeAt = new("Report made on", "Rapport produit le");
    internal static readonly Phrase CheckpointWord = new("Checkpoint (signed head of the log)",
        "Point de contrôle (tête signée du journal)");
    internal static readonly Phrase FingerprintWord = new("Fingerprint of the key", "Empreinte de la clé");
    internal static readonly Phrase TimeStamped = new("with a time stamp of another authority (RFC 3161)",
        "avec l’horodatage d’une autre autorité (RFC 3161)");
    internal static readonly Phrase KeyKnown = new(
        "The key that the reader brought along is the one of this pack, or a replaced one in its chain.",
        "La clé apportée par le lecteur est celle de ce dossier, ou une clé remplacée de sa chaîne.");
    internal static readonly Phrase KeyOpen = new(
        "The key was taken from the pack itself. Compare its fingerprint with one got in another way: from the centre, an earlier pack, "
        + "the broker.",
        "La clé provient du dossier lui-même. Comparez son empreinte à une autre source : le centre, un dossier antérieur, le courtier "
        + "MQTT.");
    internal static readonly Phrase Verified = new("The pack verifies", "Le dossier est vérifié");
    internal static readonly Phrase NotSettled = new(
        "Nothing in the pack is wrong, and not all of it could be settled by this program",
        "Rien dans le dossier n’est faux, mais ce programme n’a pas pu tout trancher");
    internal static readonly Phrase VerifiedText = new(
        "Right before this report was made, every digest, root and signature was reckoned again, and every verdict was judged again from "
        + "its windows, with the "
        + "same result.",
        "Juste avant la production de ce rapport, chaque empreinte, racine et signature a été recalculée et chaque verdict rejugé d’après "
        + "ses fenêtres, avec le "
        + "même résultat.");
    internal static readonly Phrase ChecksTable = new("What was checked", "Ce qui a été contrôlé");
    internal static readonly Phrase RemarksWord = new("What to know beside it", "À savoir en outre");
    internal static readonly Phrase NotVerified = new("This pack does NOT verify", "Ce dossier n’est PAS vérifié");
    internal static readonly Phrase NotVerifiedText = new(
        "Something in the pack was changed, is missing or cannot be checked ({0} faults). No figure of this report may be relied upon.",
        "Quelque chose dans le dossier a été modifié, manque ou ne peut être contrôlé ({0} défauts). Aucun chiffre de ce rapport n’est "
        + "fiable.");
    internal static readonly Phrase NotVerifiedBanner = new(
        "PACK DOES NOT VERIFY – figures cannot be relied upon", "DOSSIER NON VÉRIFIÉ – chiffres non fiables");
    internal static readonly Phrase FaultsFound = new("What verifying found", "Ce que la vérification a trouvé");
    internal static readonly Phrase MoreFaults = new("and {0} more", "et {0} de plus");
    internal static readonly Phrase PageOf = new("page", "page");

    // Label
    internal static readonly Phrase LabelHeading = new("The label on one page", "Le label en une page");
    internal static readonly Phrase NoPeriod = new(
        "No period that lies in the pack has ended and been judged.", "Aucune période comprise dans le dossier n’est terminée et jugée.");
    internal static readonly Phrase LabelSentence = new("Over {0} ({1}), by {2}:", "Sur {0} ({1}), selon {2} :");
    internal static readonly Phrase HeldBack = new("Held back from the next level by", "Retenu du niveau suivant par");
    internal static readonly Phrase LabelRule = new(
        "The worst mandatory criterion caps the label, and of the applicable others at least {0} must reach a level. What is undetermined "
        + "never counts as met.",
        "Le pire critère obligatoire plafonne le label, et parmi les autres critères applicables au moins {0} doivent atteindre un niveau. "
        + "Ce qui est indéterminé ne compte jamais comme atteint.");
    internal static readonly Phrase Criterion = new("Criterion", "Critère");
    internal static readonly Phrase Must = new("Must", "Obl.");
    internal static readonly Phrase MustLong = new("mandatory", "obligatoire");
    internal static readonly Phrase OptionalLong = new("not mandatory", "non obligatoire");
    internal static readonly Phrase Verdict = new("Verdict", "Verdict");
    internal static readonly Phrase Value = new("Value", "Valeur");
    internal static readonly Phrase Limits123 = new("Limits of level 1 / 2 / 3", "Limites des niveaux 1 / 2 / 3");
    internal static readonly Phrase Known = new("Known", "Connu");
    internal static readonly Phrase Cause = new("Costs most", "Pèse le plus");
    internal static readonly Phrase ByMonth = new("Levels by month", "Niveaux par mois");
    internal static readonly Phrase ByMonthLegend = new(
        "1, 2, 3: level held; ✗: not met; ?: undetermined; –: not applicable; blank: not judged over months.",
        "1, 2, 3 : niveau atteint ; ✗ : non atteint ; ? : indéterminé ; – : sans objet ; vide : pas de jugement mensuel.");
    internal static readonly Phrase LabelWord = new("Label", "Label");
    internal static readonly Phrase OtherVerdicts = new(
        "{0} verdicts of the pack were given by other versions of the profile and are not shown.",
        "{0} verdicts du dossier, rendus selon d’autres versions du profil, ne sont pas montrés.");

    // Verdicts
    internal static readonly Phrase Level1 = new("Level 1", "Niveau 1");
    internal static readonly Phrase Level2 = new("Level 2", "Niveau 2");
    internal static readonly Phrase Level3 = new("Level 3", "Niveau 3");
    internal static readonly Phrase NotMet = new("Not met", "Non atteint");
    internal static readonly Phrase Undetermined = new("Undetermined", "Indéterminé");
    internal static readonly Phrase NotApplicable = new("Not applicable", "Sans objet");
    internal static readonly Phrase Met = new("Met", "Atteint");
    internal static readonly Phrase Day = new("day", "jour");
    internal static readonly Phrase Week = new("week", "semaine");
    internal static readonly Phrase Month = new("month", "mois");
    internal static readonly Phrase Year = new("year", "année");
    internal static readonly Phrase Rolling = new("twelve months", "douze mois");
    internal static readonly Phrase NoWindow = new("no window came", "aucune fenêtre");
    internal static readonly Phrase LowCoverage = new("too little coverage", "couverture insuffisante");
    internal static readonly Phrase NoReference = new("nothing to compare with", "référence inconnue");
    internal static readonly Phrase Doubtful = new("doubtful", "douteux");
    internal static readonly Phrase WhenAlways = new("at all times", "en tout temps");
    internal static readonly Phrase WhenOccupied = new("while occupied", "en occupation");
    internal static readonly Phrase WhenUnoccupied = new("while not occupied", "hors occupation");
    internal static readonly Phrase WhenOpen = new("in opening hours", "aux heures d’ouverture");

    // Criteria
    internal static readonly Phrase CriteriaHeading = new("Criterion by criterion", "Critère par critère");
    internal static readonly Phrase NotJudged = new("Not judged over {0}.", "Pas de jugement sur {0}.");
    internal static readonly Phrase JudgedOver = new(
        "Judged {0}, in steps of {1} min, over {2}; {3}.", "Jugé {0}, par pas de {1} min, sur {2} ; {3}.");
    internal static readonly Phrase SpaceBySpace = new("space by space", "espace par espace");
    internal static readonly Phrase WholeCentre = new("for the centre as one", "pour le centre entier");
    internal static readonly Phrase Limit = new("Limit", "Limite");
    internal static readonly Phrase Source = new("Source (how sure)", "Source (sûreté)");
    internal static readonly Phrase SureLegend = new(
        "A: read in the official text. B: read in a secondary source. C: general knowledge, not confirmed. D: computed. ours: the label’s "
        + "own proposal.",
        "A : lu dans le texte officiel. B : lu dans une source secondaire. C : connaissance générale, non confirmée. D : calculé. ours : "
        + "proposition du label.");
    internal static readonly Phrase MethodNumbers = new("Numbers of the method", "Nombres de la méthode");
    internal static readonly Phrase Found = new("What was found", "Ce qui a été constaté");
    internal static readonly Phrase Level = new("Level", "Niveau");
    internal static readonly Phrase DecidedBy = new("Decided by", "Décidé par");
    internal static readonly Phrase Headroom = new("Headroom", "Marge");
    internal static readonly Phrase Outcome = new("Outcome", "Résultat");
    internal static readonly Phrase Reported = new("to be reported", "à déclarer");
    internal static readonly Phrase CoverageWord = new("Coverage", "Couverture");
    internal static readonly Phrase CoverageText = new(
        "{0} of {1} expected slots are valid, {2}; {3} are needed.", "{0} créneaux valides sur {1} attendus, soit {2} ; il en faut {3}.");
    internal static readonly Phrase CoverageBySpace = new(
        "Space by space, and so weighed.", "Pesé espace par espace.");
    internal static readonly Phrase Excluded = new("Excluded", "Exclus");
    internal static readonly Phrase OccupiedWord = new("Occupied", "Occupé");
    internal static readonly Phrase Uncertainty = new("Instrument", "Instrument");
    internal static readonly Phrase UncertaintyText = new("± {0} at the limit of level 1", "± {0} à la limite du niveau 1");
    internal static readonly Phrase DecisionRule = new("Decision rule", "Règle de décision");
    internal static readonly Phrase CauseLong = new("What costs most", "Ce qui pèse le plus");
    internal static readonly Phrase InWords = new("In words", "En clair");
    internal static readonly Phrase Factors = new("Factors", "Facteurs");
    internal static readonly Phrase Revised = new("Revision {0}: late evidence changed an earlier verdict.",
        "Révision {0} : des preuves tardives ont modifié un verdict.");
    internal static readonly Phrase PointCount = new("points: {0}", "points : {0}");
    internal static readonly Phrase NotDeclared = new("not declared here", "non déclaré ici");
    internal static readonly Phrase FedBy = new("Fed by", "Alimenté par");
    internal static readonly Phrase SealedIn = new("as sealed, in English", "tel que scellé, en anglais");

    // Air
    internal static readonly Phrase AirHeading = new("Air, space by space", "Air, espace par espace");
    internal static readonly Phrase AirIntro = new(
        "A column is a day, a row an hour of the local clock; hatched hours are gaps (under {0} of the hour known).",
        "Une colonne est un jour, une ligne une heure locale ; les heures hachurées sont des lacunes (moins de {0} de l’heure connue).");
    internal static readonly Phrase Co2Title = new("CO2, {0}", "CO2, {0}");
    internal static readonly Phrase CarpetDescription = new(
        "{0} days by hour: lowest {1}, median {2}, highest {3}; {4} of the hours known.",
        "{0} jours par heure : minimum {1}, médiane {2}, maximum {3} ; {4} des heures connues.");
    internal static readonly Phrase CarpetCaption = new(
        "CO2 in {0} by hour, in ppm. Point {1}, instrument {2}; {3} of the hours known.",
        "CO2 dans {0} par heure, en ppm. Point {1}, instrument {2} ; {3} des heures connues.");
    internal static readonly Phrase AirTable = new("Air and temperature by space, all hours",
        "Air et température par espace, toutes heures");
    internal static readonly Phrase NoCo2 = new("No point of the pack tells CO2.", "Aucun point du dossier ne mesure le CO2.");

    // Energy
    internal static readonly Phrase EnergyHeading = new("Energy", "Énergie");
    internal static readonly Phrase SignatureTitle = new("Energy signature", "Signature énergétique");
    internal static readonly Phrase SignatureCaption = new(
        "Energy of each day against its outdoor mean. {0} days with at least 90 % of the quarter hours known; points {1}; outdoor {2}.",
        "Énergie de chaque jour selon la moyenne extérieure. {0} jours connus à au moins 90 % des quarts d’heure ; points {1} ; extérieur "
        + "{2}.");
    internal static readonly Phrase SignatureDescription = new(
        "{0} days: {1} to {2} a day, at {3} to {4} outdoors.", "{0} jours : de {1} à {2} par jour, pour {3} à {4} à l’extérieur.");
    internal static readonly Phrase OutdoorMeanAxis = new("outdoor mean of the day, °C", "moyenne extérieure du jour, °C");
    internal static readonly Phrase WorkingDays = new("working days", "jours ouvrés");
    internal static readonly Phrase OtherDays = new("other days", "autres jours");
    internal static readonly Phrase DegreeDayLine = new("degree-day model", "modèle de degrés-jours");
    internal static readonly Phrase ProfileTitle = new("Load profile", "Profil de charge");
    internal static readonly Phrase ProfileCaption = new(
        "Load by quarter of an hour: median (line) and 10 to 90 % of the days (band). {0} of the quarter hours known; the first quarter "
        + "after a gap is left out, "
        + "because a register then counts the gap at once. Points {1}.",
        "Charge par quart d’heure : médiane (trait) et 10 à 90 % des jours (bande). {0} des quarts d’heure connus ; le premier quart "
        + "après une lacune est écarté, "
        + "car l’index compte alors toute la lacune. Points {1}.");
    internal static readonly Phrase ProfileDescription = new(
        "Median load of working days {0} to {1}, of other days {2} to {3}.",
            "Charge médiane des jours ouvrés de {0} à {1}, des autres jours de {2} à {3}.");
    internal static readonly Phrase LocalTimeAxis = new("local time", "heure locale");
    internal static readonly Phrase DurationTitle = new("Load duration", "Monotone de charge");
    internal static readonly Phrase DurationCaption = new(
        "For which share of the time the load was at least so high. {0} quarter hours of {1}.",
        "Pendant quelle part du temps la charge a été au moins aussi élevée. {0} quarts d’heure sur {1}.");
    internal static readonly Phrase DurationDescription = new("Highest {0}, half of the time at least {1}, lowest {2}.",
        "Maximum {0}, la moitié du temps au moins {1}, minimum {2}.");
    internal static readonly Phrase ShareOfTimeAxis = new("share of the time", "part du temps");
    internal static readonly Phrase CountersTable = new("Growth of the registers over the period", "Progression des index sur la période");
    internal static readonly Phrase RoleWord = new("Role", "Rôle");
    internal static readonly Phrase Growth = new("Growth", "Progression");
    internal static readonly Phrase NoCounters = new("No register of the pack has a role in the label.",
        "Aucun index du dossier n’a de rôle dans le label.");

    // Plots
    internal static readonly Phrase NothingToPlot = new("nothing known", "rien de connu");
    internal static readonly Phrase GapWord = new("gap", "lacune");
    internal static readonly Phrase NothingKnown = new("nothing known", "rien de connu");

    // Coverage
    internal static readonly Phrase CoverageHeading = new("Coverage", "Couverture");
    internal static readonly Phrase CalendarTitle = new("Coverage calendar", "Calendrier de couverture");
    internal static readonly Phrase CalendarCaption = new(
        "Share of each day that is backed by good readings, by quantity; in brackets the number of points, on the right the mean of the "
        + "period.",
        "Part de chaque jour étayée par de bons relevés, par grandeur ; entre parenthèses le nombre de points, à droite la moyenne de la "
        + "période.");
    internal static readonly Phrase PointsTable = new("Every point with its figures and coverage",
        "Chaque point, ses chiffres et sa couverture");
    internal static readonly Phrase PointsLeftOut = new(
        "{0} more points are in the pack, in the folder windows.", "{0} autres points sont dans le dossier, sous windows.");
    internal static readonly Phrase Point = new("Point", "Point");
    internal static readonly Phrase Place = new("Place", "Lieu");
    internal static readonly Phrase Device = new("Device", "Appareil");
    internal static readonly Phrase Unit = new("Unit", "Unité");
    internal static readonly Phrase Min = new("Min", "Min");
    internal static readonly Phrase Mean = new("Mean", "Moy.");
    internal static readonly Phrase Max = new("Max", "Max");

    // Desks
    internal static readonly Phrase DesksHeading = new("Use of desks", "Usage des postes");
    internal static readonly Phrase DesksIntro = new(
        "Share of the desks offered that were taken, in %, over a usual week. Only cells of at least {0} desks are shown, and never a "
        + "single desk: no person’s "
        + "presence can be read from this.",
        "Part des postes proposés qui étaient occupés, en %, sur une semaine type. Seules les cellules d’au moins {0} postes sont "
        + "montrées, jamais un poste seul : "
        + "la présence d’une personne ne peut en être déduite.");
    internal static readonly Phrase DeskTitle = new("Use of desks, {0}", "Usage des postes, {0}");
    internal static readonly Phrase DeskCaption = new("{0}: {1} desks, {2} taken over all hours; {3} of the hours known.",
        "{0} : {1} postes, {2} occupés sur toutes les heures ; {3} des heures connues.");
    internal static readonly Phrase CentreCell = new("Whole centre", "Centre entier");
    internal static readonly Phrase DeskDescription = new("{0} of {1} desks taken on average.", "{0} de {1} postes occupés en moyenne.");
    internal static readonly Phrase NoDesks = new("No cell of the pack has enough desks to be shown.",
        "Aucune cellule du dossier n’a assez de postes pour être montrée.");

    // Instruments
    internal static readonly Phrase InstrumentsHeading = new("Instruments and calibrations", "Instruments et étalonnages");
    internal static readonly Phrase InstrumentType = new("Maker and type", "Fabricant et type");
    internal static readonly Phrase Serial = new("Serial number", "Numéro de série");
    internal static readonly Phrase SerialTold = new("the device says {0}", "l’appareil dit {0}");
    internal static readonly Phrase AccuracyClass = new("Class", "Classe");
    internal static readonly Phrase Installed = new("Installed", "Posé");
    internal static readonly Phrase Calibrated = new("Calibrated", "Étalonné");
    internal static readonly Phrase ValidUntil = new("valid until", "valable jusqu’au");
    internal static readonly Phrase Certificate = new("Certificate", "Certificat");
    internal static readonly Phrase NoInstruments = new("No instrument is declared in the pack.",
        "Aucun instrument n’est déclaré dans le dossier.");
    internal static readonly Phrase Interventions = new("Calibrations and exchanges in the period",
        "Étalonnages et remplacements de la période");
    internal static readonly Phrase Calibration = new("calibration", "étalonnage");
    internal static readonly Phrase Swap = new("exchange", "remplacement");
    internal static readonly Phrase NoInterventions = new("None.", "Aucun.");
    internal static readonly Phrase Target = new("target", "cible");
    internal static readonly Phrase CorrectionBy = new("corrected by", "corrigé de");
    internal static readonly Phrase OldNew = new("{0}: {1} → {2}", "{0} : {1} → {2}");

    // Incidents
    internal static readonly Phrase IncidentsHeading = new("Incidents", "Incidents");
    internal static readonly Phrase IncidentsIntro = new(
        "What weakened the evidence, or ended such a time: {0} incidents.",
            "Ce qui a affaibli les preuves, ou mis fin à un tel moment : {0} incidents.");
    internal static readonly Phrase ByKind = new("Incidents by kind", "Incidents par genre");
    internal static readonly Phrase IncidentList = new("Incidents, newest first", "Incidents, du plus récent au plus ancien");
    internal static readonly Phrase Kind = new("Kind", "Genre");
    internal static readonly Phrase Count = new("Count", "Nombre");
    internal static readonly Phrase FirstTime = new("First", "Premier");
    internal static readonly Phrase LastTime = new("Last", "Dernier");
    internal static readonly Phrase When = new("When", "Quand");
    internal static readonly Phrase Subject = new("Subject", "Sujet");
    internal static readonly Phrase Text = new("Text, as sealed", "Texte, tel que scellé");
    internal static readonly Phrase IncidentsLeftOut = new("{0} older incidents are in the pack, in incidents.csv.",
        "{0} incidents plus anciens sont dans le dossier, dans incidents.csv.");
    internal static readonly Phrase NoIncidents = new("None in the period.", "Aucun sur la période.");

    // Entries
    internal static readonly Phrase EntriesHeading = new("Entries by hand and corrections", "Saisies manuelles et corrections");
    internal static readonly Phrase EntriesTable = new("Entries and corrections", "Saisies et corrections");
    internal static readonly Phrase NoEntries = new("Nothing was entered by hand in the period.", "Aucune saisie manuelle sur la période.");
    internal static readonly Phrase Number = new("No.", "N°");
    internal static readonly Phrase Author = new("Who", "Qui");
    internal static readonly Phrase Document = new("Document", "Pièce");
    internal static readonly Phrase Remark = new("Remark", "Remarque");
    internal static readonly Phrase CorrectedBy = new("corrected by {0}", "corrigée par {0}");
    internal static readonly Phrase Corrects = new("corrects {0}: {1}", "corrige {0} : {1}");

    // Check by hand
    internal static readonly Phrase CheckHeading = new("How to check by hand", "Comment vérifier à la main");
    internal static readonly Phrase CheckIntro = new(
        "This report is a convenience: what counts is the pack. Nothing of the following needs our program, but for the last step.",
        "Ce rapport n’est qu’une commodité : c’est le dossier qui compte. Rien de ce qui suit ne demande notre programme, sauf la "
        + "dernière étape.");
    internal static readonly Phrase CheckPack = new(
        "See that you hold the pack this report was made of: its SHA-256 stands on the title page.",
        "Assurez-vous de tenir le dossier dont ce rapport est tiré : son SHA-256 figure sur la page de titre.");
    internal static readonly Phrase CheckSums = new(
        "Unpack it and see that no file was changed.", "Décompressez-le et vérifiez qu’aucun fichier n’a été modifié.");
    internal static readonly Phrase CheckSignature = new(
        "See that the list of sums was signed by the centre’s key.", "Vérifiez que la liste des sommes est signée par la clé du centre.");
    internal static readonly Phrase CheckKey = new(
        "See that the key is the centre’s: compare its fingerprint with the one you got in another way.",
        "Vérifiez que la clé est celle du centre : comparez son empreinte à celle obtenue par un autre moyen.");
    internal static readonly Phrase CheckVerdict = new(
        "Reckon a verdict again: open verdicts.csv and the windows of its points (folder windows) in a spreadsheet and follow README.txt "
        + "in the pack.",
        "Recalculez un verdict : ouvrez verdicts.csv et les fenêtres de ses points (dossier windows) dans un tableur et suivez "
        + "LISEZMOI.txt du dossier.");
    internal static readonly Phrase CheckAll = new(
        "Or let the program do it all at once; it names what differs and where.",
            "Ou laissez le programme tout faire ; il nomme ce qui diffère et où.");
    internal static readonly Phrase CheckpointText = new(
        "The signed head of the log the pack was cut from. A later log of this centre must hold it:",
        "La tête signée du journal dont le dossier est tiré. Tout journal ultérieur de ce centre doit la contenir :");
    internal static readonly Phrase ReadWith = new(
        "Instants are local times of the centre. A window is half-open: its start belongs to it, its end does not. Coverage is the share "
        + "of time that is backed "
        + "by good readings; nothing is interpolated.",
        "Les instants sont en heure locale du centre. Une fenêtre est semi-ouverte : son début lui appartient, pas sa fin. La couverture "
        + "est la part du temps étayée "
        + "par de bons relevés ; rien n’est interpolé.");
}
