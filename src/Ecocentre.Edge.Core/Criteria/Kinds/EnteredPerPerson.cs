using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Amounts entered by hand (waste by flow) for each person and year, the share of it that was sorted, and how many flows were proven.</summary>
/// <remarks>The role bound to <c>amounts</c> names the entry points of all flows, that bound to <c>sorted</c> those that count as sorted. Only entries of
/// kind amount are added; a corrected entry counts as corrected. People are declared (<c>people</c>). Nothing is expected of the single day; a
/// period without any entry is undetermined.</remarks>
public sealed class EnteredPerPerson : CriterionKind
{
    public override string Name => "entered-per-person";

    public override ImmutableArray<NumberShape> Limits =>
        [new("perPersonYearMax", "*"), new("sortedShareMin", "1", Required: false), new("flowsMin", "1", Required: false)];

    public override ImmutableArray<InputShape> Inputs =>
        [new("amounts", InputSort.Records), new("sorted", InputSort.Records, Required: false), new("people", InputSort.Fact)];

    public override int SumCount => 0;

    public override void Measure(CriterionInput day, DayPart part)
    {
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var zone = period.Centre.Zone;
        var (from, to) = (LocalDay.Of(period.Period.First, zone).Start, LocalDay.Of(period.Period.Last, zone).End);
        var sortedPoints = PointsOf(period, "sorted");
        var (total, sorted, flows, count) = (0.0, 0.0, 0, 0);
        foreach (var point in PointsOf(period, "amounts"))
        {
            HandEntry[] entries = [.. period.Records.Entries(point, from, to).Where(e => e.Kind == Plant.EntryKind.Amount)];
            var sum = entries.Sum(e => e.Value);
            total += sum;
            count += entries.Length;
            if (sortedPoints.Contains(point)) sorted += sum;
            if (entries.Length > 0) flows++;
        }
        var yearShare = (double)period.Days.Count / Period.Containing(PeriodKind.Rolling, period.Period.Last).DayCount;
        var value = count == 0 ? double.NaN : total / period.Bound.Fact("people") / yearShare;
        var unit = period.Criterion.Limits["perPersonYearMax"].Unit;
        return Whole(period, value, unit, level => All(
            Compare(period.Criterion, "perPersonYearMax", level, value),
            Compare(period.Criterion, "sortedShareMin", level, count == 0 ? double.NaN : sorted / total),
            Compare(period.Criterion, "flowsMin", level, count == 0 ? double.NaN : flows))) with
        {
            Text = count == 0 ? "Nothing was entered."
                : total == 0 ? Say($"{count} entries of {flows} flows: nothing.")
                : Say($"{count} entries of {flows} flows: {total:0.#}, {100 * sorted / total:0.#} % of it sorted."),
        };
    }

    private static ImmutableArray<string> PointsOf(CriterionPeriod period, string input) =>
        period.Criterion.Inputs.TryGetValue(input, out var role) ? period.Centre.Roles.GetValueOrDefault(role, []) : [];
}
