using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Summer overheating of each space: degree-hours above a comfort temperature that follows the weather within two bounds (an analogue of the
/// RE2020 indicator, measured instead of simulated; EN 15251:2007 annex F method B for the weights).</summary>
/// <remarks>Sums: K·h above. At night (<c>nightFrom</c> to <c>nightTo</c>, hours) the lower bound holds. Without a known running mean the lower bound
/// holds by day too, which is the stricter side, and the text says for how many hours.</remarks>
public sealed class DegreeHours : CriterionKind
{
    public override string Name => "degree-hours";

    public override ImmutableArray<NumberShape> Limits => [new("degreeHoursMax", "K·h")];

    public override ImmutableArray<NumberShape> Settings =>
    [
        new(BySpace.AreaShareMin, "1"), new("comfortFrom", "°C"), new("comfortTo", "°C"), new("comfortAbove", "K"), new("nightFrom", "h"),
        new("nightTo", "h"), new("seasonFrom", "mmdd"), new("seasonTo", "mmdd"), new("adaptiveSlope", "1"), new("adaptiveIntercept", "°C"),
        new("runningMeanAlpha", "1"), new("runningMeanDays", "d"),
    ];

    public override ImmutableArray<InputShape> Inputs => [new("value", InputSort.BySpace), new("outdoor", InputSort.Role, Required: false)];

    public override int SumCount => 2;

    /// <summary>Weight of a temperature outside of a range in K: its distance from it (EN 15251:2007 annex F, method B).</summary>
    public static double Weight(double temperature, double min, double max) => Math.Max(0, Math.Max(temperature - max, min - temperature));

    public override (string Input, int Days)? LookBack(Criterion criterion) => Adaptive.LookBack(criterion, "outdoor");

    public override void Measure(CriterionInput day, DayPart part)
    {
        var criterion = day.Criterion;
        if (!Season.Contains(day.Date, criterion.SettingOf("seasonFrom"), criterion.SettingOf("seasonTo"))) return;
        var (low, high) = (criterion.SettingOf("comfortFrom"), criterion.SettingOf("comfortTo"));
        var adaptive = Adaptive.Comfort(day, "outdoor") + criterion.SettingOf("comfortAbove");
        var byDay = double.IsNaN(adaptive) ? low : Math.Clamp(adaptive, low, high);
        var (nightFrom, nightTo) = (criterion.SettingOf("nightFrom"), criterion.SettingOf("nightTo"));
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series("value", cell));
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (!day.TryTake(counts, cell, series, slot)) continue;
                var hour = day.LocalTime(slot).Hour;
                var isNight = hour >= nightFrom || hour < nightTo;
                counts.Sums[0] += Weight(series!.Mean[slot], double.NegativeInfinity, isNight ? low : byDay) * day.SlotHours;
                if (!isNight && double.IsNaN(adaptive)) counts.Sums[1] += day.SlotHours;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var finding = BySpace.Judge(period, "degreeHoursMax", (cell, level) =>
        {
            var max = period.Criterion.LimitOf("degreeHoursMax", level);
            var sum = period.Cells[cell].Sums[0];
            return new RoomFinding(sum, !(sum > max), max - sum, "K·h");
        });
        var unknown = period.Cells.Select(c => c.Sums[1]).DefaultIfEmpty().Max();
        return unknown == 0 ? finding : finding with
        {
            Text = Say($"For {unknown} h the weather before was not known and the stricter bound held. {finding.Text}"),
        };
    }
}
