using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Daily means of a quantity in each space: the share of days under a limit, and the mean of the days over the period (WHO 2021 for particles;
/// RESET, WELL for occupied hours).</summary>
/// <remarks>Sums: days that hold level 1, 2, 3; days that are valid; the sum of their means. A day is valid when enough of its slots are
/// (<c>dayCoverageMin</c>). Over a criterion's occupied time the mean is that of occupied slots.</remarks>
public sealed class DailyMeans : CriterionKind
{
    private const int ValidDays = 3, SumOfMeans = 4;

    public override string Name => "daily-means";

    public override ImmutableArray<NumberShape> Limits =>
        [new("dayShareMin", "1"), new("valueMax", "*"), new("periodMeanMax", "*", Required: false)];

    public override ImmutableArray<NumberShape> Settings => [new(BySpace.AreaShareMin, "1"), new("dayCoverageMin", "1")];

    public override ImmutableArray<InputShape> Inputs => [new("value", InputSort.BySpace)];

    public override int SumCount => 5;

    public override void Measure(CriterionInput day, DayPart part)
    {
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series("value", cell));
            var sum = 0.0;
            for (var slot = 0; slot < day.ElapsedCount; slot++)
                if (day.TryTake(counts, cell, series, slot)) sum += series!.Mean[slot];
            if (counts.Valid == 0 || counts.Coverage < day.Criterion.SettingOf("dayCoverageMin")) continue;
            var mean = sum / counts.Valid;
            counts.Sums[ValidDays] = 1;
            counts.Sums[SumOfMeans] = mean;
            for (var level = 1; level <= 3; level++)
                if (!(mean > day.Criterion.LimitOf("valueMax", level))) counts.Sums[level - 1] = 1;
        }
    }

    public override Finding Judge(CriterionPeriod period) => BySpace.Judge(period, "dayShareMin", (cell, level) =>
    {
        var sums = period.Cells[cell].Sums;
        var share = sums[level - 1] / sums[ValidDays];
        var mean = sums[SumOfMeans] / sums[ValidDays];
        var min = period.Criterion.LimitOf("dayShareMin", level);
        return new RoomFinding(
            share, !(share < min) && !(mean > period.Criterion.LimitOf("periodMeanMax", level)),
            Math.Floor((1 - min) * period.Extrapolate(sums[ValidDays]) - (sums[ValidDays] - sums[level - 1])), "days");
    });
}
