using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Reports.Figures;

/// <summary>What a point did over the whole period, from its windows of a day.</summary>
/// <param name="Mean">Gauges and states: mean of the days, weighted by coverage; NaN for counters.</param>
/// <param name="Sum">Counters: growth of the register.</param>
/// <param name="Coverage">By day of the period.</param>
internal sealed record PointFigure(Series Series, double Min, double Mean, double Max, double Sum, double[] Coverage)
{
    internal double KnownShare => Coverage.Length == 0 ? 0 : Coverage.Average();

    internal static PointFigure Of(Series series, IEnumerable<Aggregate> days, DateOnly first, DateOnly last, TimeZoneInfo zone)
    {
        var coverage = new double[Math.Max(0, last.DayNumber - first.DayNumber + 1)];
        double min = double.NaN, max = double.NaN, weighted = 0, weight = 0, sum = 0;
        var isKnown = false;
        foreach (var day in days)
        {
            var index = DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(day.Window.Start.ToDateTimeOffset().UtcDateTime,
                zone)).DayNumber
                - first.DayNumber;
            if (index < 0 || index >= coverage.Length) continue;
            coverage[index] = Math.Clamp(day.Coverage, 0, 1);
            isKnown = true;
            if (!double.IsNaN(day.Min)) min = double.IsNaN(min) ? day.Min : Math.Min(min, day.Min);
            if (!double.IsNaN(day.Max)) max = double.IsNaN(max) ? day.Max : Math.Max(max, day.Max);
            if (!double.IsNaN(day.Mean)) (weighted, weight) = (weighted + day.Coverage * day.Mean, weight + day.Coverage);
            if (!double.IsNaN(day.Delta)) sum += day.Delta;
        }
        return new PointFigure(
            series, min, weight > 0 ? weighted / weight : double.NaN, max, isKnown && series.Kind == PointKind.Counter ? sum : double.NaN,
                coverage);
    }
}
