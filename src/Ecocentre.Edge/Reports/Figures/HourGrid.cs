using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Reports.Figures;

/// <summary>Means of a point by local day and hour of the local clock. The hour that comes twice when clocks go back is one cell, the mean
/// of both; the one
/// that is left out in spring is not there, which is no gap.</summary>
internal sealed class HourGrid
{
    internal const int Hours = 24;

    private readonly double[] _sums, _weights;
    private readonly bool[] _isLeftOut;

    private HourGrid(DateOnly first, int days)
    {
        (First, Days) = (first, days);
        (_sums, _weights, _isLeftOut) = (new double[days * Hours], new double[days * Hours], new bool[days * Hours]);
    }

    internal DateOnly First { get; }

    internal int Days { get; }

    /// <summary>NaN in a gap.</summary>
    internal double this[int day, int hour] => _sums[day * Hours + hour] / _weights[day * Hours + hour];

    /// <summary>The local clock does not show that hour on that day.</summary>
    internal bool IsLeftOut(int day, int hour) => _isLeftOut[day * Hours + hour];

    internal IEnumerable<double> Known => Enumerable.Range(0, _sums.Length).Where(i => _weights[i] > 0).Select(i => _sums[i] / _weights[i]);

    /// <summary>Share of the hours that are known, 0 to 1.</summary>
    internal double KnownShare => _weights.Length == 0 ? 0 : (double)_weights.Count(w => w > 0) / _isLeftOut.Count(isLeftOut => !isLeftOut);

    /// <param name="hours">Windows of an hour, in any order; those outside of the days are passed over.</param>
    /// <param name="coverageMin">An hour with less is a gap.</param>
    internal static HourGrid Of(IEnumerable<Aggregate> hours, DateOnly first, DateOnly last, TimeZoneInfo zone, double coverageMin)
    {
        var grid = new HourGrid(first, Math.Max(0, last.DayNumber - first.DayNumber + 1));
        foreach (var hour in hours)
        {
            if (double.IsNaN(hour.Mean) || !(hour.Coverage >= coverageMin) || hour.Coverage <= 0) continue;
            var local = TimeZoneInfo.ConvertTimeFromUtc(hour.Window.Start.ToDateTimeOffset().UtcDateTime, zone);
            var day = DateOnly.FromDateTime(local).DayNumber - first.DayNumber;
            if (day < 0 || day >= grid.Days) continue;
            grid._sums[day * Hours + local.Hour] += hour.Coverage * hour.Mean;
            grid._weights[day * Hours + local.Hour] += hour.Coverage;
        }
        for (var day = 0; day < grid.Days; day++)
            for (var hour = 0; hour < Hours; hour++)
                grid._isLeftOut[day * Hours + hour] = zone.IsInvalidTime(first.AddDays(day).ToDateTime(new TimeOnly(hour, 0)));
        return grid;
    }
}
