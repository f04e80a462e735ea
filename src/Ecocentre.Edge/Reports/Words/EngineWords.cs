using System.Text;
using System.Text.RegularExpressions;

namespace Ecocentre.Edge.Reports.Words;

/// <summary>The sentences that judging writes into verdicts. They are sealed in English; a report in another language tells them over where
/// it knows every
/// sentence of a text, and else shows the text as it was sealed.</summary>
internal static class EngineWords
{
    /// <summary>English as the kinds write it, with holes.</summary>
    internal static readonly Phrase[] All =
    [
        new("Only {0} % of what should be known is known, {1} % are needed.",
            "Seuls {0} % de ce qui devrait être connu le sont ; il en faut {1} %."),
        new("Nothing was measured yet.", "Rien n’a encore été mesuré."),
        new("Worst of {0} spaces; those that hold a level must stand for {1} % of the floor area.",
            "Le pire de {0} espaces ; ceux qui tiennent un niveau doivent représenter {1} % de la surface."),
        new("Too little is known of {0}.", "Trop peu est connu de {0}."),
        new("Left out for want of a declared area: {0}.", "Écartés faute de surface déclarée : {0}."),
        new("{0} of {1} kWh while nobody was there.", "{0} kWh sur {1} en l’absence d’occupants."),
        new("Median {0} kW at night, {1} kW while occupied.", "Médiane {0} kW la nuit, {1} kW en occupation."),
        new("{0} of {1} nights.", "{0} nuits sur {1}."),
        new("{0} of {1} desk-hours.", "{0} heures de poste sur {1}."),
        new("{0} kWh for {1} occupied desk-hours.", "{0} kWh pour {1} heures de poste occupées."),
        new("{0} kg CO2e of {1} kWh electricity and {2} kWh gas.", "{0} kg CO2e pour {1} kWh d’électricité et {2} kWh de gaz."),
        new("{0} kg CO2e avoided in {1} person-days of {2} km.", "{0} kg CO2e évités en {1} journées-personnes de {2} km."),
        new("{0} of {1} kWh generated were used here ({2} %), of a load of {3} kWh.",
            "{0} kWh sur {1} produits ont été consommés ici ({2} %), pour une consommation de {3} kWh."),
        new("{0} events on {1} days of rooms; the longest took {2} min.",
            "{0} épisodes sur {1} jours-locaux ; le plus long a duré {2} min."),
        new("{0} instruments: {1}.", "{0} instruments : {1}."),
        new("{0} series, the least known {1} %; registers close within {2} %.",
            "{0} séries, la moins connue à {1} % ; les index bouclent à {2} % près."),
        new("Mean {0} °C in occupied time of the heating season; {1} of {2} long absences let the building cool or the heating rest.",
            "Moyenne {0} °C en occupation pendant la saison de chauffe ; {1} longues absences sur {2} ont laissé refroidir le bâtiment ou "
            + "reposer le chauffage."),
        new("Cooling ran in {0} room slots, in {1} of them below the mark.",
            "Refroidissement en marche pendant {0} créneaux de local, dont {1} sous le repère."),
        new("{0} kWh, {1} kWh at the reference's climate, against {2} kWh.",
            "{0} kWh, soit {1} kWh au climat de référence, contre {2} kWh."),
        new("Not adjusted to climate: no degree-days of the reference are declared.",
            "Non ajusté au climat : aucun degré-jour de la référence n’est déclaré."),
        new("Heating {0} kWh per degree-day below {1} °C, {2} of {3}.", "Chauffage {0} kWh par degré-jour sous {1} °C, {2} sur {3}."),
        new("Cooling {0} kWh per degree-day above {1} °C, {2} of {3}.",
            "Refroidissement {0} kWh par degré-jour au-dessus de {1} °C, {2} sur {3}."),
        new("{0} days, {1} parameters, adjusted R² {2}: monthly CV(RMSE) {3} %, NMBE {4} %, daily CV(RMSE) {5} %.",
            "{0} jours, {1} paramètres, R² ajusté {2} : CV(RMSE) mensuel {3} %, NMBE {4} %, CV(RMSE) journalier {5} %."),
        new("{0} days, {1} parameters, adjusted R² {2}: daily CV(RMSE) {3} %.", "{0} jours, {1} paramètres, R² ajusté {2} : CV(RMSE) journalier {3} %."),
        new("Too few months ({0}) for their spread.", "Trop peu de mois ({0}) pour leur dispersion."),
        new("{0} hours are too few for a model.", "{0} heures sont trop peu pour un modèle."),
        new("{0} hours, {1} parameters of time of week and temperature: CV(RMSE) {2} %, NMBE {3} %.",
            "{0} heures, {1} paramètres d’heure de la semaine et de température : CV(RMSE) {2} %, NMBE {3} %."),
        new("Too few days for a model.", "Trop peu de jours pour un modèle."),
        new("{0} kWh/m² a year against {1}: {2} for use at an occupancy of {3} %.",
            "{0} kWh/m² par an contre {1} : {2} pour l’usage, à une occupation de {3} %."),
        new("For {0} h the weather before was not known and the stricter bound held.",
            "Pendant {0} h, la météo précédente n’était pas connue et la borne la plus stricte a été retenue."),
        new("Nothing was entered.", "Rien n’a été saisi."),
        new("{0} entries of {1} flows: nothing.", "{0} saisies de {1} flux : rien."),
        new("{0} entries of {1} flows: {2}, {3} % of it sorted.", "{0} saisies de {1} flux : {2}, dont {3} % triés."),
        new("{0} for {1} person-days.", "{0} pour {1} journées-personnes."),
        new("opening hours as declared", "horaires d’ouverture déclarés"),
        new("presence measured in {0} slots (seen {1} % of a slot, coverage {2} %), opening hours in {3}",
            "présence mesurée dans {0} créneaux (vue {1} % d’un créneau, couverture {2} %), horaires d’ouverture dans {3}"),
        new("the rest of the period goes on like the part so far", "le reste de la période continue comme la part écoulée"),
        new("{0} needs {1}: no such point; {2}", "{0} demande {1} : aucun point de ce genre ; {2}"),
        new("{0} needs {1}: no such point.", "{0} demande {1} : aucun point de ce genre."),
        new("{0} needs points of the role {1}: the site names none.", "{0} demande des points du rôle {1} : le site n’en nomme aucun."),
        new("{0} needs the declared fact {1}: the site states none.", "{0} demande la donnée déclarée {1} : le site n’en indique aucune."),
        new("{0} = {1}.", "{0} = {1}."),
    ];

    private static readonly (Regex Pattern, Phrase Phrase)[] Patterns = [.. All.Select(phrase => (PatternOf(phrase.English), phrase))];

    /// <summary>A text of a verdict in the report's language.</summary>
    /// <param name="code">The language it then has.</param>
    internal static string Tell(string text, Tongue tongue, out string code)
    {
        code = "en";
        if (tongue.Language == Language.English || Over(text, tongue) is not { } told) return text;
        code = tongue.Code;
        return told;
    }

    /// <summary>Sentence by sentence, null when one is not known.</summary>
    private static string? Over(string text, Tongue tongue)
    {
        var told = new StringBuilder();
        var rest = text.Trim();
        while (rest.Length > 0)
        {
            var (match, phrase) = Patterns.Select(p => (Match: p.Pattern.Match(rest), p.Phrase)).FirstOrDefault(m => m.Match.Success);
            if (match is null) return null;
            if (told.Length > 0) told.Append(' ');
            told.Append(tongue.Say(phrase, [.. match.Groups.Values.Skip(1).Select(g => Decimal(g.Value))]));
            rest = rest[match.Length..].TrimStart();
        }
        return told.ToString();
    }

    /// <summary>A number with the decimal sign of the language, or that there is none; anything else as it stands.</summary>
    private static string Decimal(string value) =>
        value == "unknown" ? "inconnu" : Regex.IsMatch(value, @"^-?\d+\.\d+$") ? value.Replace('.', ',') : value;

    /// <summary>A whole sentence: the last one, or one that another follows.</summary>
    private static Regex PatternOf(string english)
    {
        var literal = Regex.Replace(Regex.Escape(english), @"\\\{(\d)}", "(.+?)");
        return new Regex($"^{literal}(?=$| [A-Z0-9])", RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }
}
