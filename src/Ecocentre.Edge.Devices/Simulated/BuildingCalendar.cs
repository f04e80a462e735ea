namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Days of the simulated centre: when they begin, which of them are worked on, and how many people come. Immutable; any thread.</summary>
public sealed class BuildingCalendar(TimeZoneInfo zone)
{
    // Share of the members who come on an ordinary day; Sunday first, as DayOfWeek counts. Chosen, not measured.
    private static readonly double[] Weekday = [0, 0.68, 0.77, 0.63, 0.75, 0.47, 0.03];

    public TimeZoneInfo Zone => zone;

    /// <summary>Whether the centre is closed for a public holiday of France (Code du travail, L3133-1).</summary>
    public static bool IsHoliday(DateOnly date)
    {
        switch (date.Month, date.Day)
        {
            case (1, 1) or (5, 1) or (5, 8) or (7, 14) or (8, 15) or (11, 1) or (11, 11) or (12, 25):
                return true;
        }
        // Easter Monday, Ascension, Whit Monday.
        return date.DayNumber - Easter(date.Year).DayNumber is 1 or 39 or 50;
    }

    /// <summary>Monday to Friday, and no public holiday.</summary>
    public static bool IsWorkday(DateOnly date) => date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(date);

    /// <summary>The local date of an instant.</summary>
    internal DateOnly DateOf(long milliseconds)
    {
        var utc = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return DateOnly.FromDateTime(utc.ToOffset(zone.GetUtcOffset(utc)).DateTime);
    }

    /// <summary>When a local day begins, in UTC milliseconds.</summary>
    internal long Begin(DateOnly date)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight the day begins an hour later.
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUnixTimeMilliseconds();
    }

    /// <summary>Share of the members who come, before the day's own luck.</summary>
    internal static double Attendance(DateOnly date)
    {
        if (IsHoliday(date)) return 0;
        var season = (date.Month, date.Day) switch
        {
            (8, <= 24) => 0.45,
            (7, >= 14) => 0.75,
            (12, >= 22) or (1, <= 3) => 0.35,
            _ => 1,
        };
        return Weekday[(int)date.DayOfWeek] * season;
    }

    /// <summary>Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, 2nd edition, chapter 8).</summary>
    private static DateOnly Easter(int year)
    {
        var (a, b, c) = (year % 19, year / 100, year % 100);
        var (d, e) = (b / 4, b % 4);
        var g = (8 * b + 13) / 25;
        var h = (19 * a + b - d - g + 15) % 30;
        var (i, k) = (c / 4, c % 4);
        var l = (32 + 2 * e + 2 * i - h - k) % 7;
        var m = (a + 11 * h + 19 * l) / 433;
        var month = (h + l - 7 * m + 90) / 25;
        return new DateOnly(year, month, (h + l - 7 * m + 33 * month + 19) % 32);
    }
}
