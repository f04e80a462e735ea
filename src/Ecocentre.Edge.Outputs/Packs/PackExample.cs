using System.Globalization;
using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Packs;

/// <summary>A verdict that a person can reckon again from one file with one formula: carbon of operation, from one meter of electricity under one
/// factor.</summary>
/// <param name="Point">Its windows are the file.</param>
/// <param name="From">First start of a window of 15 minutes that counts, as it stands in the file.</param>
/// <param name="Until">First start that does not.</param>
/// <param name="Factor">kg CO2e for each kWh.</param>
/// <param name="AreaSquareMetres">Floor area.</param>
/// <param name="YearShare">Share of a year of twelve months that the period is, as a division.</param>
internal sealed record PackExample(
    string Criterion, string Period, string Point, string From, string Until, double Factor, double AreaSquareMetres, string YearShare, double Value)
{
    private const string Kind = "operational-carbon", Input = "electricity", Gas = "gas", Table = "carbon";

    /// <summary>For a spreadsheet with the file opened in columns A to J; with commas between arguments.</summary>
    internal string Formula => string.Create(CultureInfo.InvariantCulture,
        $"=SUMIFS(I:I,A:A,\"15m\",B:B,\">={From}\",B:B,\"<{Until}\")*{Factor}/{AreaSquareMetres}/({YearShare})");

    /// <summary>The same for a shell.</summary>
    internal string Awk => string.Create(CultureInfo.InvariantCulture,
        $"awk -F, '$1 == \"15m\" && $2 >= \"{From}\" && $2 < \"{Until}\" {{ s += $9 }} END {{ print s * {Factor} / {AreaSquareMetres} / ({YearShare}) }}' "
        + $"{PackNames.Windows(Point)}");

    /// <returns>Null when none of the verdicts can be reckoned in so simple a way.</returns>
    internal static PackExample? Find(LabelProfile profile, CentreFacts facts, IEnumerable<Verdict> verdicts)
    {
        foreach (var verdict in verdicts.OrderByDescending(v => v.Revision).ThenBy(v => v.Period.DayCount))
        {
            if (double.IsNaN(verdict.Finding.Value) || profile.Criteria.FirstOrDefault(c => c.Id == verdict.Criterion) is not { } criterion) continue;
            if (criterion.Kind.Name != Kind || verdict.Profile != profile.FullName) continue;
            var points = criterion.Inputs.TryGetValue(Input, out var role) ? facts.Roles.GetValueOrDefault(role, []) : [];
            var gas = criterion.Inputs.TryGetValue(Gas, out var gasRole) ? facts.Roles.GetValueOrDefault(gasRole, []) : [];
            var table = profile.Factors.GetValueOrDefault(Table);
            var (first, last) = (table?.On(Input, verdict.Period.First), table?.On(Input, verdict.Period.Last));
            if (points.Length != 1 || gas.Length > 0 || first is null || first != last || double.IsNaN(facts.AreaSquareMetres)) continue;
            var year = Criteria.Period.Containing(PeriodKind.Rolling, verdict.Period.Last).DayCount;
            return new PackExample(
                verdict.Criterion, verdict.Period.Name, points[0], Start(LocalDay.Of(verdict.Period.First, facts.Zone).Start),
                Start(LocalDay.Of(verdict.Period.Last, facts.Zone).End), first.Value, facts.AreaSquareMetres,
                string.Create(CultureInfo.InvariantCulture, $"{verdict.Period.DayCount}/{year}"), verdict.Finding.Value);
        }
        return null;
    }

    private static string Start(Time.Instant at) => at.ToDateTimeOffset().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
