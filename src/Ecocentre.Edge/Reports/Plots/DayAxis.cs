using System.Globalization;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>Days along the foot of a plot: months over long periods, days over short ones.</summary>
internal static class DayAxis
{
    // A label of a day or month needs so many pixels.
    private const double LabelWidth = 44;

    // Up to two months days are read, beyond it months.
    private const int DaysMax = 62;

    /// <summary>Widest column of a day: a week does not fill the paper.</summary>
    internal const double DayWidthMax = 30;

    internal static double DayWidth(int days, double width) => Math.Min(DayWidthMax, width / Math.Max(1, days));

    /// <summary>Where labels stand (the left edge of their day) and what they say.</summary>
    internal static IEnumerable<(double X, string Text)> Ticks(DateOnly first, int days, double left, double dayWidth, Tongue tongue)
    {
        if (days > DaysMax)
        {
            var every = Math.Max(1, (int)Math.Ceiling(LabelWidth / (dayWidth * 30)));
            for (var date = new DateOnly(first.Year, first.Month, 1); date.DayNumber < first.DayNumber + days; date = date.AddMonths(1))
                if (date >= first && (date.Month - 1) % every == 0)
                    yield return (left + (date.DayNumber - first.DayNumber) * dayWidth, date.Month == 1 ? $"{date.Year}"
                        : tongue.ShortMonth(date.Month));
            yield break;
        }
        var step = Math.Max(1, (int)Math.Ceiling(LabelWidth / dayWidth));
        for (var day = 0; day < days; day += step)
        {
            var date = first.AddDays(day);
            yield return (left + day * dayWidth, string.Create(CultureInfo.InvariantCulture,
                $"{date.Day} {tongue.ShortMonth(date.Month)}"));
        }
    }
}
