using System.Collections.Immutable;

namespace Ecocentre.Edge.Criteria.Kinds;

/// <summary>Stuffiness of each space by week: ICONE (CSTB; French decree 2012-14), 0 none to 5 extreme, rounded to the nearest whole number.</summary>
/// <remarks>
/// <para>ICONE = 2.5 / lg 2 × lg (1 + f1 + 3 f2), f1 the share of occupied values over the medium mark and up to the high mark, f2 that over the high
/// mark. The two marks are settings: the official text does not say on which side exactly 1000 and 1700 ppm lie; here they are still the lower
/// side.</para>
/// <para>Sums: slots over the medium and not over the high mark, slots over the high mark. Weeks are gathered from the days; weeks with less occupied
/// time than <c>weekHoursMin</c> do not count. The period's value of a room is the percentile <c>weeksShareMin</c> of its weeks.</para>
/// </remarks>
public sealed class Icone : CriterionKind
{
    // The factor and the weight of very stuffy air are the index's definition (source: facts of the decree's annex, see the profile).
    private const double Factor = 2.5, HighWeight = 3;

    public override string Name => "icone";

    public override ImmutableArray<NumberShape> Limits => [new("iconeMax", "1")];

    public override ImmutableArray<NumberShape> Settings =>
        [new("mediumMark", "ppm"), new("highMark", "ppm"), new("weekHoursMin", "h"), new("weeksShareMin", "1"), new(BySpace.AreaShareMin, "1")];

    public override ImmutableArray<InputShape> Inputs => [new("value", InputSort.BySpace)];

    public override int SumCount => 2;

    /// <summary>The index before rounding.</summary>
    /// <param name="medium">Share of values over the medium and not over the high mark, 0 to 1.</param>
    /// <param name="high">Share of values over the high mark, 0 to 1.</param>
    public static double Index(double medium, double high) => Factor / Math.Log10(2) * Math.Log10(1 + medium + HighWeight * high);

    public override void Measure(CriterionInput day, DayPart part)
    {
        var (medium, high) = (day.Criterion.SettingOf("mediumMark"), day.Criterion.SettingOf("highMark"));
        for (var cell = 0; cell < part.Cells.Length; cell++)
        {
            var (counts, series) = (part.Cells[cell], day.Series("value", cell));
            for (var slot = 0; slot < day.ElapsedCount; slot++)
            {
                if (!day.TryTake(counts, cell, series, slot)) continue;
                var value = series!.Mean[slot];
                if (value > high) counts.Sums[1]++;
                else if (value > medium) counts.Sums[0]++;
            }
        }
    }

    public override Finding Judge(CriterionPeriod period)
    {
        var rounded = new double[period.Cells.Length];
        for (var cell = 0; cell < rounded.Length; cell++) rounded[cell] = OfRoom(period, cell);
        return BySpace.Judge(period, "iconeMax", (cell, level) =>
        {
            var max = period.Criterion.LimitOf("iconeMax", level);
            return new RoomFinding(rounded[cell], double.IsNaN(max) || rounded[cell] <= max, max - rounded[cell], "1");
        });
    }

    /// <summary>The percentile of a room's weeks, rounded; over a day, or where no week was occupied for long enough, of what there is.</summary>
    private static double OfRoom(CriterionPeriod period, int cell)
    {
        var weeks = new List<double>();
        var week = new CellPart(2);
        var all = period.Cells[cell];
        for (var i = 0; i < period.Days.Count; i++)
        {
            week.Add(period.Days[i].Cells[cell]);
            var isLast = i == period.Days.Count - 1 || period.Days[i].Date.DayOfWeek == DayOfWeek.Sunday;
            if (!isLast) continue;
            if (week.Valid * period.SlotMinutes >= period.Criterion.SettingOf("weekHoursMin") * 60) weeks.Add(Rounded(week));
            week.Clear();
        }
        if (weeks.Count == 0) return all.Valid == 0 ? double.NaN : Rounded(all);
        weeks.Sort();
        // Nearest rank: the smallest week that so many weeks do not exceed.
        var rank = (int)Math.Ceiling(period.Criterion.SettingOf("weeksShareMin") * weeks.Count);
        return weeks[Math.Clamp(rank, 1, weeks.Count) - 1];
    }

    private static double Rounded(CellPart part) =>
        Math.Round(Index(part.Sums[0] / part.Valid, part.Sums[1] / part.Valid), MidpointRounding.AwayFromZero);
}
