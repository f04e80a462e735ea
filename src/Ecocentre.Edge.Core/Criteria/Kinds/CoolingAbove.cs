using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Share of the time the cooling runs for which a room is still below the mark from which cooling is allowed.</summary>
/// <remarks>Sums: slots with cooling, of these below the mark. The cooling is a state, a power or a counter; it runs from <c>coolingOnMin</c>
/// on.</remarks>
public sealed class CoolingAbove : CriterionKind
{
    public override string Name => "cooling-above";

    public override ImmutableArray<NumberShape> Limits => [new("shareMax", "1")];

    public override ImmutableArray<NumberShape> Settings => [new("mark", "°C"), new("coolingOnMin", "*")];

    public override ImmutableArray<InputShape> Inputs => [new("value", InputSort.BySpace), new("cooling", InputSort.Role)];

    public override int SumCount => 2;

    public override void Measure(CriterionInput day, DayPart part)
    {
        var cooling = day.Series("cooling");
        var (onMin, mark) = (day.Criterion.SettingOf("coolingOnMin"), day.Criterion.SettingOf("mark"));
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series("value", cell));
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (!day.TryTake(counts, cell, series, slot)) continue;
                if (cooling is null || cooling.Coverage[slot] <= 0)
                {
                    CriterionInput.Exclude(counts, Exclusion.NoReference);
                    continue;
                }
                var amount = double.IsNaN(cooling.Mean[slot]) ? cooling.Delta[slot] : cooling.Mean[slot];
                if (!(amount >= onMin)) continue;
                counts.Sums[0]++;
                if (series!.Mean[slot] < mark) counts.Sums[1]++;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var (on, below) = (period.Cells.Sum(c => c.Sums[0]), period.Cells.Sum(c => c.Sums[1]));
        var share = on > 0 ? below / on : 0;
        var worst = period.Cells.Select((c, i) => (c.Sums[1], i)).DefaultIfEmpty().MaxBy(c => c.Item1);
        return Whole(period, share, "1", level => Compare(
            period.Criterion, "shareMax", level, share,
            Math.Floor((period.Criterion.LimitOf("shareMax", level) * period.Extrapolate(on) - below) * period.SlotMinutes), "min")) with
        {
            Cause = worst.Item1 > 0 ? period.NameOf(worst.i) : null,
            Text = Say($"Cooling ran in {on} room slots, in {below} of them below the mark."),
        };
    }
}
