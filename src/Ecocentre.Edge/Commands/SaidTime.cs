using System.Globalization;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Commands;

/// <summary>Reads a time as a person says it on the command line.</summary>
internal static class SaidTime
{
    private static readonly string[] Local = ["yyyy-MM-dd", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];

    /// <summary>With an offset as it stands, without one in the building's zone; a day alone is its noon, so that it stays that day in every zone.</summary>
    /// <exception cref="CannotRunException">It is no time.</exception>
    internal static Instant? Read(string? text, TimeZoneInfo zone)
    {
        if (text is null) return null;
        if (DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            if (text.Length == "yyyy-MM-dd".Length) local = local.AddHours(12);
            if (zone.IsInvalidTime(local)) throw new CannotRunException($"--at {text} is not there: the clocks were set forward over it.");
            return Instant.From(new DateTimeOffset(local, zone.GetUtcOffset(local)));
        }
        if (DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.fffK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.None, out var at)) return Instant.From(at);
        throw new CannotRunException($"--at {text} is no time. Write 2026-11-20, 2026-11-20T17:30 (local time of the building) or "
            + $"2026-11-20T16:30Z.");
    }
}
