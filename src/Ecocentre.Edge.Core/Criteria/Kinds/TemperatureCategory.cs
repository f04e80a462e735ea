using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Temperature of each space in its category: a fixed range in the heating season; out of it a fixed range where there is mechanical cooling,
/// else a range around the adaptive comfort temperature (EN 16798-1:2019, categories).</summary>
/// <remarks>Sums: slots of the heating season that hold level 1, 2, 3 and valid ones of it; the same out of the season. A room holds a level when both
/// shares do. The fact <c>mechanicalCooling</c> is 1 or 0; where the site says nothing it is taken to be there.</remarks>
public sealed class TemperatureCategory : CriterionKind
{
    private const int HeatingValid = 3, Cooling = 4, CoolingValid = 7;

    public override string Name => "temperature-category";

    public override ImmutableArray<NumberShape> Limits =>
    [
        new("heatingMin", "°C"), new("heatingMax", "°C"), new("heatingShareMin", "1"), new("coolingMin", "°C"), new("coolingMax", "°C"),
        new("coolingShareMin", "1"), new("adaptiveAboveMax", "K"), new("adaptiveBelowMax", "K"),
    ];

    public override ImmutableArray<NumberShape> Settings =>
    [
        new(BySpace.AreaShareMin, "1"), new("heatingFrom", "mmdd"), new("heatingTo", "mmdd"), new("adaptiveSlope", "1"), new("adaptiveIntercept", "°C"),
        new("adaptiveFrom", "°C"), new("adaptiveTo", "°C"), new("runningMeanAlpha", "1"), new("runningMeanDays", "d"),
    ];

    public override ImmutableArray<InputShape> Inputs =>
    [
        new("value", InputSort.BySpace), new("outdoor", InputSort.Role, Required: false), new("mechanicalCooling", InputSort.Fact, Required: false),
    ];

    public override int SumCount => 8;

    public override (string Input, int Days)? LookBack(Criterion criterion) => Adaptive.LookBack(criterion, "outdoor");

    public override void Measure(CriterionInput day, DayPart part)
    {
        var criterion = day.Criterion;
        var isHeating = Season.Contains(day.Date, criterion.SettingOf("heatingFrom"), criterion.SettingOf("heatingTo"));
        var isAdaptive = !isHeating && day.Bound.Fact("mechanicalCooling") == 0;
        var comfort = isAdaptive ? ComfortOf(day) : 0;
        Span<double> low = stackalloc double[3], high = stackalloc double[3];
        for (var level = 1; level <= 3; level++)
            (low[level - 1], high[level - 1]) = isAdaptive
                ? (comfort - criterion.LimitOf("adaptiveBelowMax", level), comfort + criterion.LimitOf("adaptiveAboveMax", level))
                : isHeating ? (criterion.LimitOf("heatingMin", level), criterion.LimitOf("heatingMax", level))
                : (criterion.LimitOf("coolingMin", level), criterion.LimitOf("coolingMax", level));
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series("value", cell));
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (!day.TryTake(counts, cell, series, slot)) continue;
                if (double.IsNaN(comfort))
                {
                    CriterionInput.Exclude(counts, Exclusion.NoReference);
                    continue;
                }
                counts.Sums[isHeating ? HeatingValid : CoolingValid]++;
                for (var level = 0; level < 3; level++)
                    if (series!.Mean[slot] >= low[level] && series.Mean[slot] <= high[level]) counts.Sums[(isHeating ? 0 : Cooling) + level]++;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period) => BySpace.Judge(period, "heatingShareMin", (cell, level) =>
    {
        var sums = period.Cells[cell].Sums;
        var heating = Share(sums[level - 1], sums[HeatingValid]);
        var cooling = Share(sums[Cooling + level - 1], sums[CoolingValid]);
        var (heatingMin, coolingMin) = (period.Criterion.LimitOf("heatingShareMin", level), period.Criterion.LimitOf("coolingShareMin", level));
        var outside = sums[HeatingValid] - sums[level - 1] + sums[CoolingValid] - sums[Cooling + level - 1];
        var allowed = (1 - heatingMin) * period.Extrapolate(sums[HeatingValid]) + (1 - coolingMin) * period.Extrapolate(sums[CoolingValid]);
        return new RoomFinding(
            Math.Min(heating, cooling), heating >= heatingMin && cooling >= coolingMin, Math.Floor((allowed - outside) * period.SlotMinutes), "min");
    });

    /// <summary>Outside of the running means for which the adaptive range is defined, its ends hold.</summary>
    private static double ComfortOf(CriterionInput day)
    {
        var mean = Adaptive.RunningMean(day, "outdoor");
        if (double.IsNaN(mean)) return double.NaN;
        var criterion = day.Criterion;
        mean = Math.Clamp(mean, criterion.SettingOf("adaptiveFrom"), criterion.SettingOf("adaptiveTo"));
        return Adaptive.Comfort(mean, criterion.SettingOf("adaptiveSlope"), criterion.SettingOf("adaptiveIntercept"));
    }

    private static double Share(double good, double valid) => valid > 0 ? good / valid : 1;
}
