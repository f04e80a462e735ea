using System.Collections.Frozen;
using System.Globalization;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>How a number of a profile is written.</summary>
internal enum NumberForm : byte
{
    /// <summary>With its unit.</summary>
    Plain,

    /// <summary>0 to 1, written in hundredths.</summary>
    Share,

    /// <summary>Month and day as in 1001.</summary>
    DayOfYear,

    /// <summary>A year, written without a gap.</summary>
    Year,
}

/// <summary>The limits and settings that kinds declare: what each is called and how its number is written.</summary>
internal static class NumberWords
{
    internal static readonly FrozenDictionary<string, (Phrase Phrase, NumberForm Form)> All = Table();

    /// <summary>What a limit or setting is called; its own name where this table does not know it.</summary>
    internal static string Name(string name, Tongue tongue) => All.TryGetValue(name, out var known) ? tongue.Say(known.Phrase) : name;

    /// <summary>A number of that limit or setting with its unit.</summary>
    internal static string Value(string name, double value, string unit, Tongue tongue)
    {
        if (double.IsNaN(value)) return Tongue.Unknown;
        switch (All.TryGetValue(name, out var known) ? known.Form : NumberForm.Plain)
        {
            case NumberForm.Share when unit is "1" or "": return tongue.Share(value, 2);
            case NumberForm.Year: return value.ToString("0", CultureInfo.InvariantCulture);
            // 1001 is the first of October.
            case NumberForm.DayOfYear when (int)value / 100 is >= 1 and <= 12: return tongue.DayOfYear((int)value / 100, (int)value % 100);
            default: return tongue.Amount(value, unit);
        }
    }

    private static FrozenDictionary<string, (Phrase, NumberForm)> Table()
    {
        var table = new Dictionary<string, (Phrase, NumberForm)>(StringComparer.Ordinal);
        void Share(string name, string english, string french) => table.Add(name, (new Phrase(english, french), NumberForm.Share));
        void Plain(string name, string english, string french) => table.Add(name, (new Phrase(english, french), NumberForm.Plain));
        void Date(string name, string english, string french) => table.Add(name, (new Phrase(english, french), NumberForm.DayOfYear));

        Share("savingMin", "saving, at least", "économie, au moins");
        Share("ratioMax", "ratio, at most", "rapport, au plus");
        Share("monthlyCvMax", "spread of months, CV(RMSE), at most", "dispersion mensuelle, CV(RMSE), au plus");
        Share("monthlyBiasMax", "bias of months, NMBE, at most", "biais mensuel, NMBE, au plus");
        Share("dailyCvMax", "spread of days, CV(RMSE), at most", "dispersion journalière, CV(RMSE), au plus");
        Share("hourlyCvMax", "spread of hours, CV(RMSE), at most", "dispersion horaire, CV(RMSE), au plus");
        Share("hourlyBiasMax", "bias of hours, NMBE, at most", "biais horaire, NMBE, au plus");
        Share("shareMax", "share, at most", "part, au plus");
        Plain("meanMax", "mean, at most", "moyenne, au plus");
        Share("setbackShareMin", "share of absences with setback, at least", "part des absences avec abaissement, au moins");
        Share("reductionMin", "reduction, at least", "réduction, au moins");
        Share("selfSufficiencyMin", "share carried by own generation, at least", "part couverte par la production propre, au moins");
        Plain("aboveOutdoorMax", "above outdoor air, at most", "au-dessus de l’air extérieur, au plus");
        Share("shareMin", "share of time, at least", "part du temps, au moins");
        Plain("iconeMax", "ICONE index, at most", "indice ICONE, au plus");
        Share("dayShareMax", "share of days, at most", "part des jours, au plus");
        Plain("responseMinutesMax", "time to come back, at most", "durée de retour, au plus");
        Plain("valueMax", "value, at most", "valeur, au plus");
        Plain("valueMin", "value, at least", "valeur, au moins");
        Share("dayShareMin", "share of days, at least", "part des jours, au moins");
        Plain("periodMeanMax", "mean of the period, at most", "moyenne de la période, au plus");
        Plain("heatingMin", "heating season, at least", "saison de chauffe, au moins");
        Plain("heatingMax", "heating season, at most", "saison de chauffe, au plus");
        Share("heatingShareMin", "share of time in the heating season, at least", "part du temps en saison de chauffe, au moins");
        Plain("coolingMin", "outside of the heating season, at least", "hors saison de chauffe, au moins");
        Plain("coolingMax", "outside of the heating season, at most", "hors saison de chauffe, au plus");
        Share("coolingShareMin", "share of time outside of the heating season, at least", "part du temps hors saison de chauffe, au moins");
        Plain("adaptiveAboveMax", "above the adaptive temperature, at most", "au-dessus de la température adaptative, au plus");
        Plain("adaptiveBelowMax", "below the adaptive temperature, at most", "au-dessous de la température adaptative, au plus");
        Plain("degreeHoursMax", "degree-hours, at most", "degrés-heures, au plus");
        Plain("perPersonDayMax", "for each person and day, at most", "par personne et par jour, au plus");
        Plain("perPersonDayMin", "for each person and day, at least", "par personne et par jour, au moins");
        Plain("nightsMax", "nights, at most", "nuits, au plus");
        Plain("perPersonYearMax", "for each person and year, at most", "par personne et par an, au plus");
        Share("sortedShareMin", "share sorted, at least", "part triée, au moins");
        Plain("flowsMin", "flows sorted, at least", "flux triés, au moins");
        Share("coverageMin", "coverage, at least", "couverture, au moins");
        Share("closureMax", "gap between registers and intervals, at most", "écart entre index et intervalles, au plus");
        Plain("meterClassMin", "rank of the meter’s class (2: MID B), at least", "rang de la classe du compteur (2 : MID B), au moins");
        Plain("calibrationMonthsMax", "age of the calibration, at most", "âge de l’étalonnage, au plus");
        Plain("certificateMin", "certificates (1: each), at least", "certificats (1 : chacun), au moins");
        Plain("firstMin", "first declared number, at least", "premier nombre déclaré, au moins");
        Plain("secondMin", "second declared number, at least", "deuxième nombre déclaré, au moins");
        Plain("thirdMax", "third declared number, at most", "troisième nombre déclaré, au plus");
        Share("useMin", "use, at least", "usage, au moins");

        Share("dayCoverageMin", "known share of a day, at least", "part connue d’un jour, au moins");
        Share("lineSaving", "saving the line leads to", "économie visée par la droite");
        table.Add("lineYear", (new Phrase("year the line leads to", "année visée par la droite"), NumberForm.Year));
        Plain("heatingBalanceFrom", "heating balance searched from", "seuil de chauffage cherché à partir de");
        Plain("heatingBalanceTo", "heating balance searched to", "seuil de chauffage cherché jusqu’à");
        Plain("coolingBalanceFrom", "cooling balance searched from", "seuil de refroidissement cherché à partir de");
        Plain("coolingBalanceTo", "cooling balance searched to", "seuil de refroidissement cherché jusqu’à");
        Plain("temperaturePieces", "pieces of the temperature scale", "tronçons de l’échelle de température");
        Plain("balanceStep", "step of the search", "pas de la recherche");
        Share("useFixed", "fixed part of use", "part fixe de l’usage");
        Share("useByPresence", "part of use by presence", "part de l’usage selon la présence");
        Share("useByHours", "part of use by hours", "part de l’usage selon les heures");
        Plain("nightFrom", "night from", "nuit de");
        Plain("nightTo", "night to", "nuit à");
        Date("heatingFrom", "heating season from", "saison de chauffe du");
        Date("heatingTo", "heating season to", "saison de chauffe au");
        Plain("shortAbsenceHours", "a long absence is from", "longue absence à partir de");
        Plain("longAbsenceHours", "a very long absence is from", "très longue absence à partir de");
        Plain("shortMark", "to be reached in a long absence", "à atteindre lors d’une longue absence");
        Plain("longMark", "to be reached in a very long absence", "à atteindre lors d’une très longue absence");
        Share("offShareMin", "heating counts as off for a share of at least", "chauffage considéré arrêté pour une part d’au moins");
        Plain("heatingOnMin", "heating counts as on from", "chauffage considéré en marche à partir de");
        Plain("coolingOnMin", "cooling counts as on from", "refroidissement considéré en marche à partir de");
        Plain("mark", "mark", "repère");
        Share("areaShareMin", "share of the floor area that must hold, at least", "part de la surface devant respecter, au moins");
        Plain("outdoorDefault", "outdoor air where it is not measured", "air extérieur s’il n’est pas mesuré");
        Plain("mediumMark", "medium from", "moyen à partir de");
        Plain("highMark", "high from", "élevé à partir de");
        Plain("weekHoursMin", "occupied hours of a week that counts, at least", "heures occupées d’une semaine retenue, au moins");
        Share("weeksShareMin", "share of weeks that must hold, at least", "part des semaines devant respecter, au moins");
        Plain("eventMinutesMin", "length of an event, at least", "durée d’un épisode, au moins");
        Plain("adaptiveFrom", "adaptive from a running mean of", "adaptatif à partir d’une moyenne glissante de");
        Plain("adaptiveTo", "adaptive to a running mean of", "adaptatif jusqu’à une moyenne glissante de");
        Plain("adaptiveSlope", "slope of the adaptive temperature", "pente de la température adaptative");
        Plain("adaptiveIntercept", "adaptive temperature at 0 °C", "température adaptative à 0 °C");
        Plain("runningMeanAlpha", "weight of yesterday in the running mean", "poids de la veille dans la moyenne glissante");
        Plain("runningMeanDays", "days of the running mean", "jours de la moyenne glissante");
        Plain("comfortFrom", "comfort, lowest bound", "confort, borne basse");
        Plain("comfortTo", "comfort, highest bound", "confort, borne haute");
        Plain("comfortAbove", "comfort above the adaptive temperature", "confort au-dessus de la température adaptative");
        Date("seasonFrom", "season from", "saison du");
        Date("seasonTo", "season to", "saison au");
        Plain("personDayHours", "hours of a person-day", "heures d’une journée-personne");
        Plain("factor", "factor of the unit", "facteur d’unité");
        Plain("runMinutesMin", "water without a pause, at least", "eau sans pause, au moins");
        Plain("flowMin", "flow over", "débit supérieur à");
        Share("seriesShareMin", "share of series that must hold, at least", "part des séries devant respecter, au moins");
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
