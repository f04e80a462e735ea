using System.Collections.Frozen;
using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>What a label profile and its kinds speak of, in every language. A profile states its titles in one language: where a title is
/// among those
/// below it is translated, any other stands as the profile wrote it.</summary>
internal static class CriterionWords
{
    /// <summary>Titles, and other sentences of profiles, by their English.</summary>
    internal static readonly FrozenDictionary<string, Phrase> Titles = Sentences(
    [
        new("Écocentre, three levels (draft): 1 commitment, 2 performing, 3 exemplary",
            "Écocentre, trois niveaux (projet) : 1 engagement, 2 performant, 3 exemplaire"),
        new("Final energy against the reference year", "Énergie finale par rapport à l’année de référence"),
        new("Final energy by floor area, modulated by use", "Énergie finale par surface, modulée selon l’usage"),
        new("Quality of the energy model", "Qualité du modèle énergétique"),
        new("Energy while nobody is there", "Énergie consommée en l’absence d’occupants"),
        new("Power at night against power while occupied", "Puissance la nuit par rapport à l’occupation"),
        new("Heating at the legal limit, and lowered in long absences", "Chauffage à la limite légale, abaissé lors des longues absences"),
        new("No cooling below 26 °C", "Pas de refroidissement en dessous de 26 °C"),
        new("Carbon of operation", "Carbone d’exploitation"),
        new("Load carried by own generation", "Consommation couverte par la production propre"),
        new("Energy for each occupied desk-hour", "Énergie par heure de poste occupé"),
        new("CO2 above outdoor air", "CO2 au-dessus de l’air extérieur"),
        new("Stuffiness (ICONE)", "Confinement (indice ICONE)"),
        new("CO2 that asks for action", "CO2 appelant une action"),
        new("Fine particles (PM2.5)", "Particules fines (PM2,5)"),
        new("Volatile organic compounds by mass", "Composés organiques volatils en masse"),
        new("Relative humidity", "Humidité relative"),
        new("Temperature in its category", "Température dans sa catégorie"),
        new("Summer overheating", "Surchauffe d’été"),
        new("Water for each person and day", "Eau par personne et par jour"),
        new("Nights in which water ran", "Nuits pendant lesquelles l’eau a coulé"),
        new("Waste for each person and year, sorted", "Déchets par personne et par an, triés"),
        new("Coverage and closure of the evidence", "Couverture et bouclage des preuves"),
        new("Integrity of the evidence", "Intégrité des preuves"),
        new("Instruments that can be traced", "Instruments traçables"),
        new("Privacy of occupancy", "Confidentialité de l’occupation"),
        new("Use of the space that is offered", "Usage de l’espace proposé"),
        new("Commuting avoided", "Trajets domicile-travail évités"),
        new("simple acceptance", "acceptation simple"),
        new("simple acceptance: the measured value is held against the limit, the uncertainty is told beside it",
            "acceptation simple : la valeur mesurée est comparée à la limite, l’incertitude est indiquée à côté"),
        new("Our own proposal for this label; no outside source", "Notre proposition pour ce label ; pas de source externe"),
    ]);

    /// <summary>What a kind asks, in a sentence, by the kind's name.</summary>
    internal static readonly FrozenDictionary<string, Phrase> Kinds = new Dictionary<string, Phrase>(StringComparer.Ordinal)
    {
        ["energy-against-reference"] = new(
            "Final energy of twelve months, brought to the climate of the reference year by a degree-day model, against the energy of "
            + "that year.",
            "Énergie finale sur douze mois, ramenée au climat de l’année de référence par un modèle de degrés-jours, comparée à l’énergie "
            + "de cette année."),
        ["modulated-intensity"] = new(
            "Final energy by floor area against an absolute target that is modulated by how much the centre is used.",
            "Énergie finale par surface, comparée à une cible absolue modulée selon l’usage du centre."),
        ["baseline-quality"] = new(
            "How well a degree-day model tells the energy that was measured: spread (CV(RMSE)) and bias (NMBE).",
            "Qualité avec laquelle un modèle de degrés-jours reproduit l’énergie mesurée : dispersion (CV(RMSE)) et biais (NMBE)."),
        ["out-of-hours"] = new(
            "Share of the energy that was used while nobody was there.", "Part de l’énergie consommée alors que personne n’était présent."),
        ["night-load"] = new(
            "Median power at night against median power while somebody is there.",
            "Puissance médiane la nuit, comparée à la puissance médiane en présence d’occupants."),
        ["heating-limits"] = new(
            "Mean temperature of occupied time in the heating season, and the share of long absences in which heating was lowered or off.",
            "Température moyenne en occupation pendant la saison de chauffe, et part des longues absences avec chauffage abaissé ou "
            + "arrêté."),
        ["cooling-above"] = new(
            "Share of the cooling time in which the room was below the temperature from which cooling is allowed.",
            "Part du temps de refroidissement pendant laquelle le local était sous la température à partir de laquelle refroidir est "
            + "permis."),
        ["operational-carbon"] = new(
            "Greenhouse gas of the energy used, by dated emission factors and floor area, against the reference.",
            "Gaz à effet de serre de l’énergie consommée, par facteurs d’émission datés et par surface, comparés à la référence."),
        ["self-consumption"] = new(
            "Share of the load that was carried by the centre’s own generation in the same quarter of an hour.",
            "Part de la consommation couverte par la production du centre dans le même quart d’heure."),
        ["energy-per-desk-hour"] = new(
            "Energy for each hour in which a desk was taken, against the reference.",
                "Énergie par heure de poste occupé, comparée à la référence."),
        ["share-within"] = new(
            "Share of the time for which each space stays within the limits; the spaces that do must stand for enough of the floor area.",
            "Part du temps pendant laquelle chaque espace reste dans les limites ; les espaces conformes doivent représenter assez de "
            + "surface."),
        ["icone"] = new(
            "Stuffiness index of each space and week, from the shares of occupied time with medium and high CO2 (0 fresh, 5 extreme).",
            "Indice de confinement de chaque espace et semaine, d’après les parts du temps occupé à CO2 moyen et élevé (0 nul, 5 "
            + "extrême)."),
        ["events-above"] = new(
            "Share of days with CO2 above the mark for long enough to ask for action, and how long the air then took to come back.",
            "Part des jours avec un CO2 au-dessus du repère assez longtemps pour appeler une action, et durée du retour à la normale."),
        ["daily-means"] = new(
            "Share of days of which the mean stays within the limit, and the mean of the whole period.",
            "Part des jours dont la moyenne respecte la limite, et moyenne de toute la période."),
        ["temperature-category"] = new(
            "Share of occupied time within the temperature range of the season; without mechanical cooling the range adapts to the "
            + "weather.",
            "Part du temps occupé dans la plage de température de la saison ; sans refroidissement mécanique, la plage s’adapte à la "
            + "météo."),
        ["degree-hours"] = new(
            "Degree-hours above comfort in summer, space by space.", "Degrés-heures au-dessus du confort en été, espace par espace."),
        ["per-person-day"] = new(
            "Amount for each person and day of presence.", "Quantité par personne et par jour de présence."),
        ["leak-nights"] = new(
            "Nights in which water ran without a pause for long enough to be a leak.",
                "Nuits où l’eau a coulé sans pause assez longtemps pour une fuite."),
        ["entered-per-person"] = new(
            "Amounts entered by hand for each person and year, how much of them was sorted, and into how many flows.",
            "Quantités saisies à la main par personne et par an, part triée et nombre de flux."),
        ["evidence-coverage"] = new(
            "How much of what should have been measured was measured, series by series, and how well differences of registers close.",
            "Part de ce qui devait être mesuré qui l’a été, série par série, et bouclage des différences d’index."),
        ["traceable-instruments"] = new(
            "Accuracy class of the meters that count, and age and certificate of the calibrations.",
            "Classe d’exactitude des compteurs retenus, âge et certificat des étalonnages."),
        ["stated"] = new("What the centre declares is held against the limits.", "Ce que le centre déclare est comparé aux limites."),
        ["use-of-space"] = new(
            "Desk-hours taken against desk-hours offered.", "Heures de poste occupées, comparées aux heures de poste proposées."),
        ["avoided-commuting"] = new(
            "Greenhouse gas of the kilometres that people did not travel, for each person and day of presence.",
            "Gaz à effet de serre des kilomètres évités, par personne et par jour de présence."),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A sentence of a profile, translated where it is a known one.</summary>
    internal static string Title(string english, Tongue tongue) => Titles.TryGetValue(english, out var phrase) ? tongue.Say(phrase)
        : english;

    /// <summary>The language the title then has, for screen readers.</summary>
    internal static string CodeOf(string english, Tongue tongue) => Titles.ContainsKey(english) ? tongue.Code : "en";

    internal static Phrase Of(VerdictLevel level) => level switch
    {
        VerdictLevel.Level1 => Vocabulary.Level1,
        VerdictLevel.Level2 => Vocabulary.Level2,
        VerdictLevel.Level3 => Vocabulary.Level3,
        VerdictLevel.NotMet => Vocabulary.NotMet,
        VerdictLevel.NotApplicable => Vocabulary.NotApplicable,
        _ => Vocabulary.Undetermined,
    };

    internal static Phrase Of(Outcome outcome) => outcome switch
    {
        Outcome.Met => Vocabulary.Met,
        Outcome.NotMet => Vocabulary.NotMet,
        _ => Vocabulary.Undetermined,
    };

    internal static Phrase Of(Exclusion reason) => reason switch
    {
        Exclusion.NoWindow => Vocabulary.NoWindow,
        Exclusion.LowCoverage => Vocabulary.LowCoverage,
        Exclusion.NoReference => Vocabulary.NoReference,
        _ => Vocabulary.Doubtful,
    };

    internal static Phrase Of(When when) => when switch
    {
        When.Occupied => Vocabulary.WhenOccupied,
        When.Unoccupied => Vocabulary.WhenUnoccupied,
        When.Open => Vocabulary.WhenOpen,
        _ => Vocabulary.WhenAlways,
    };

    internal static Phrase Of(PeriodKind kind) => kind switch
    {
        PeriodKind.Day => Vocabulary.Day,
        PeriodKind.Week => Vocabulary.Week,
        PeriodKind.Month => Vocabulary.Month,
        PeriodKind.Year => Vocabulary.Year,
        _ => Vocabulary.Rolling,
    };

    private static FrozenDictionary<string, Phrase> Sentences(Phrase[] phrases) =>
        phrases.ToFrozenDictionary(phrase => phrase.English, StringComparer.Ordinal);
}
