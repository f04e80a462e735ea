using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Reports.Figures;

/// <summary>Mean power of a quarter of an hour.</summary>
/// <param name="Quarter">Of the local clock, 0 to 95; on the day clocks go back four of them come twice.</param>
internal readonly record struct QuarterLoad(DateOnly Date, int Quarter, double Kilowatts);

/// <summary>The load of the centre by quarters of an hour: the growth of its main registers. A quarter counts when every register was known
/// in it and in
/// the quarter before: after a gap the register counts at once what went through it all the while.</summary>
/// <param name="Quarters">By time.</param>
/// <param name="Expected">Quarters of all days.</param>
internal sealed record LoadSeries(IReadOnlyList<QuarterLoad> Quarters, int Expected)
{
    internal const int QuartersOfDay = 96;

    private const double QuartersOfHour = 4;

    internal double KnownShare => Expected == 0 ? 0 : (double)Quarters.Count / Expected;

    /// <param name="meters">Of each register its windows of a quarter of an hour, by start.</param>
    internal static LoadSeries Of(
        IReadOnlyList<IEnumerable<Aggregate>> meters, DateOnly first, DateOnly last, TimeZoneInfo zone, double coverageMin)
    {
        var (start, end) = (LocalDay.Of(first, zone).Start, LocalDay.Of(last, zone).End);
        var length = TimeSpan.FromMinutes(15);
        var count = (int)Math.Max(0, (end - start) / length);
        // Index 0 is the quarter before the first day: it only tells whether the first one follows a gap.
        var (sums, known) = (new double[count + 1], new int[count + 1]);
        foreach (var meter in meters)
            foreach (var window in meter)
            {
                var index = (int)((window.Window.Start - start) / length) + 1;
                if (window.Window.Start < start - length || index < 0 || index > count || !(window.Coverage >= coverageMin)
                    || double.IsNaN(window.Delta)) continue;
                sums[index] += window.Delta;
                known[index]++;
            }
        // Where the pack begins with the first day nothing is known of the quarter before it.
        if (known[0] == 0) known[0] = meters.Count;
        var quarters = new List<QuarterLoad>(count);
        for (var index = 1; index <= count && meters.Count > 0; index++)
        {
            if (known[index] < meters.Count || known[index - 1] < meters.Count) continue;
            var local = TimeZoneInfo.ConvertTimeFromUtc((start + (index - 1) * length).ToDateTimeOffset().UtcDateTime, zone);
            quarters.Add(new QuarterLoad(
                DateOnly.FromDateTime(local), (int)(local.TimeOfDay / length), QuartersOfHour * sums[index]));
        }
        return new LoadSeries(quarters, count);
    }

    /// <summary>Days on which people work here: open by the declared hours, or Monday to Friday where none are declared.</summary>
    internal static bool IsWorkingDay(DateOnly date, OpeningHours opening) =>
        !opening.Holidays.Contains(date) && (opening.Weekly.IsEmpty
            ? date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) : opening.Weekly
                .Any(stretch => stretch.Day == date.DayOfWeek));
}
