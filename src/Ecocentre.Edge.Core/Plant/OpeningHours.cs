using System.Collections.Immutable;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Plant;

/// <summary>When the centre is open, in the building's local time: a weekly pattern and days on which it stays closed. Immutable; any thread.</summary>
/// <param name="Weekly">In no particular order; stretches may touch, and none reaches over midnight.</param>
/// <param name="Holidays">Local days that are closed whatever the pattern says.</param>
public sealed record OpeningHours(ImmutableArray<OpenStretch> Weekly, ImmutableArray<DateOnly> Holidays)
{
    /// <summary>Whether the centre is open at an instant. On the two days of a clock change the local clock decides: an hour that comes twice is open
    /// twice, one that is left out is not there.</summary>
    public bool IsOpen(Instant at, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(at.ToDateTimeOffset(), zone).DateTime;
        if (Holidays.Contains(DateOnly.FromDateTime(local))) return false;
        foreach (var stretch in Weekly)
            if (stretch.Day == local.DayOfWeek && local.TimeOfDay >= stretch.From && local.TimeOfDay < stretch.To) return true;
        return false;
    }
}

/// <summary>A stretch of one weekday in which the centre is open, half-open.</summary>
/// <param name="From">Since local midnight.</param>
/// <param name="To">Since local midnight, after <paramref name="From"/>, at most 24 h.</param>
public readonly record struct OpenStretch(DayOfWeek Day, TimeSpan From, TimeSpan To);
