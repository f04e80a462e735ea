using System.Collections.Immutable;
using Ecocentre.Edge.Criteria;

namespace Ecocentre.Edge.Reports.Figures;

/// <summary>The verdicts of a pack in the order a reader wants: the label over the longest period judged, and every criterion by month.
/// Immutable.</summary>
internal sealed record ReportLabel
{
    // A year and the month before it fit the width of a page.
    private const int MonthsMax = 13;

    /// <summary>The label over the longest period that lies in the pack; null when none was judged.</summary>
    public required LabelVerdict? Whole { get; init; }

    /// <summary>By criterion, of <see cref="Whole"/>.</summary>
    public required ImmutableDictionary<string, Verdict> ByCriterion { get; init; }

    /// <summary>The last months judged, in order.</summary>
    public required ImmutableArray<Period> Months { get; init; }

    /// <summary>By criterion and month.</summary>
    public required ImmutableDictionary<(string Criterion, Period Month), Verdict> ByMonth { get; init; }

    /// <summary>The label of each of the months.</summary>
    public required ImmutableArray<LabelVerdict> MonthLabels { get; init; }

    /// <summary>Verdicts that later ones took the place of.</summary>
    public required ImmutableArray<Verdict> Superseded { get; init; }

    /// <summary>Verdicts by other profiles or of criteria that the profile does not have.</summary>
    public required int OtherCount { get; init; }

    internal static ReportLabel Of(ReportSource source)
    {
        var profile = source.Profile;
        var ids = profile.Criteria.Select(c => c.Id).ToHashSet(StringComparer.Ordinal);
        var own = source.Verdicts.Where(v => ids.Contains(v.Criterion) && v.Profile == profile.FullName).ToArray();
        // The highest revision counts; of two with the same, the later record.
        var newest = own.Index().GroupBy(v => (v.Item.Criterion, v.Item.Period))
            .Select(g => g.MaxBy(v => (v.Item.Revision, v.Index)).Item).ToArray();
        var inside = newest.Where(v => v.Period.First >= source.First && v.Period.Last <= source.Last).ToArray();
        var whole = inside.GroupBy(v => v.Period).OrderByDescending(g => g.Key.DayCount).ThenBy(g => g.Key.Kind).ThenByDescending(g =>
            g.Key.Last)
            .FirstOrDefault();
        var months = inside.Where(v => v.Period.Kind == PeriodKind.Month).GroupBy(v => v.Period)
            .OrderBy(g => g.Key.First).TakeLast(MonthsMax).ToArray();
        var kept = newest.ToHashSet(ReferenceEqualityComparer.Instance);
        return new ReportLabel
        {
            Whole = whole is null ? null : Label(profile, whole),
            ByCriterion = (whole ?? Enumerable.Empty<Verdict>()).ToImmutableDictionary(v => v.Criterion, StringComparer.Ordinal),
            Months = [.. months.Select(m => m.Key)],
            ByMonth = months.SelectMany(m => m).ToImmutableDictionary(v => (v.Criterion, v.Period)),
            MonthLabels = [.. months.Select(m => Label(profile, m))],
            Superseded = [.. own.Where(v => !kept.Contains(v))],
            OtherCount = source.Verdicts.Length - own.Length,
        };
    }

    private static LabelVerdict Label(LabelProfile profile, IGrouping<Period, Verdict> verdicts) => LabelVerdict.Of(profile, verdicts.Key,
        [.. verdicts]);
}
