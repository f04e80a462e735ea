using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Days of energy with the weather beside them, as several kinds keep them: sum 0 is the energy, sum 1 counts the days that are whole enough
/// for a model; a day's values are its energy and its outdoor mean.</summary>
/// <remarks>The growth of a register over a gap belongs to the first window after it, so that sums are exact whatever was missed; only single days are
/// not. A day enters a model when at least <c>dayCoverageMin</c> of it is known (CalTRACK 2.0 2.2.1.3).</remarks>
internal static class EnergyDays
{
    internal const int SumCount = 2;

    internal static ImmutableArray<InputShape> Inputs => [new("energy", InputSort.Role), new("outdoor", InputSort.Role, Required: false)];

    internal static NumberShape DayCoverageMin => new("dayCoverageMin", "1");

    internal static void Measure(CriterionInput day, DayPart part)
    {
        var (counts, energy, outdoor) = (part.Cells[0], day.Series("energy"), day.Series("outdoor"));
        var (sum, degrees, known) = (0.0, 0.0, 0);
        for (var slot = 0; slot < day.ElapsedCount; slot++)
        {
            day.TryTake(counts, 0, energy, slot);
            if (energy is not null && !double.IsNaN(energy.Delta[slot])) sum += energy.Delta[slot];
            if (outdoor is null || outdoor.Coverage[slot] <= 0 || double.IsNaN(outdoor.Mean[slot])) continue;
            (degrees, known) = (degrees + outdoor.Mean[slot], known + 1);
        }
        counts.Sums[0] = sum;
        if (!day.IsWhole || counts.Coverage < day.Criterion.SettingOf("dayCoverageMin")) return;
        counts.Sums[1] = 1;
        var isKnown = known >= day.Criterion.SettingOf("dayCoverageMin") * day.SlotCount;
        counts.Values = [sum, isKnown ? degrees / known : double.NaN];
    }

    /// <summary>The days that a model may be fitted to.</summary>
    internal static (DateOnly Date, double Energy, double Outdoor)[] Of(CriterionPeriod period) =>
    [
        .. period.Days.Where(d => d.Cells[0].Values is [_, not double.NaN, ..]).Select(d => (d.Date, d.Cells[0].Values[0], d.Cells[0].Values[1])),
    ];

    internal static DegreeDayModel? Fit(CriterionPeriod period, (DateOnly Date, double Energy, double Outdoor)[] days) =>
        DegreeDayModel.Fit([.. days.Select(d => (d.Energy, d.Outdoor))], BalanceGrid.Of(period.Criterion));
}
