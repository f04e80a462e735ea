using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Windows;

/// <summary>Days as people of the centre live them: midnight to midnight in its zone, 23, 24 or 25 hours.</summary>
public static class LocalDay
{
    /// <summary>The local day that contains the instant.</summary>
    public static Window Containing(Instant at, TimeZoneInfo zone)
    {
        return Of(DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(at.ToDateTimeOffset().UtcDateTime, zone)), zone);
    }

    /// <summary>The local day of a date.</summary>
    public static Window Of(DateOnly date, TimeZoneInfo zone)
    {
        var start = Begin(date, zone);
        return new Window(start, Begin(date.AddDays(1), zone) - start);
    }

    /// <summary>The first instant of a date. Where a zone changes its clocks at midnight, the date may begin at one o'clock, or midnight may come
    /// twice.</summary>
    private static Instant Begin(DateOnly date, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return Instant.From(new DateTimeOffset(local, offset));
    }
}
