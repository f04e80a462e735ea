namespace Ecocentre.Edge.Reports.Figures;

/// <summary>A day of the energy signature.</summary>
/// <param name="OutdoorCelsius">Mean of the day.</param>
internal readonly record struct SignatureDay(DateOnly Date, double OutdoorCelsius, double KilowattHours, bool IsWorkingDay)
{
    // Directive 2008/50/EC, annex I: 90 % data capture. With less of a day its sum would stand too low in the plot.
    private const double KnownMin = 0.9;

    /// <summary>The days of which enough quarters of the load and the outdoor mean are known; the missing quarters count as the mean of the
    /// known.</summary>
    internal static IReadOnlyList<SignatureDay> Of(LoadSeries load, IReadOnlyDictionary<DateOnly, double> outdoor, Func<DateOnly,
        bool> isWorkingDay)
    {
        var days = new List<SignatureDay>();
        foreach (var day in load.Quarters.GroupBy(quarter => quarter.Date))
        {
            if (!outdoor.TryGetValue(day.Key, out var mean) || double.IsNaN(mean)) continue;
            var known = day.Count();
            if (known < KnownMin * LoadSeries.QuartersOfDay) continue;
            days.Add(new SignatureDay(day.Key, mean, 24 * day.Average(quarter => quarter.Kilowatts), isWorkingDay(day.Key)));
        }
        return days;
    }
}
