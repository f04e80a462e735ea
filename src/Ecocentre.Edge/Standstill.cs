using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>Time in which nothing at all was measured although the gateway ran: its process or its machine was stopped, and went on as if nothing had been. No
/// device is to blame for those minutes, so the gateway says it.</summary>
internal static class Standstill
{
    /// <summary>A hole within two minutes shows in their coverage; a whole minute without anything needs a word.</summary>
    internal static readonly TimeSpan Min = TimeSpan.FromMinutes(1);

    /// <summary>The earliest reading from an instant on: buses that went on reading stood still no longer than until then.</summary>
    internal static Instant? FirstAfter(Instant from, Instant? known, ReadOnlySpan<Reading> readings)
    {
        foreach (var reading in readings)
            if (reading.At >= from && (known is null || reading.At < known)) known = reading.At;
        return known;
    }

    /// <param name="beat">The last beat.</param>
    /// <param name="heard">The first reading after it, if any.</param>
    /// <returns>What is to be told, or null while no whole minute lies between.</returns>
    internal static Incident? Between(Instant beat, Instant? heard, Instant now)
    {
        var until = heard is { } at && at < now ? at : now;
        if (until - beat < Min) return null;
        var minute = Window.Containing(beat, Min);
        var first = minute.Start == beat ? beat : minute.End;
        return until < first + Min ? null : new Incident(now, IncidentKind.Gap, "gateway",
            $"Nothing was measured from {beat} to {until}: the process stood still, or its machine did.", (until - beat).TotalMinutes);
    }
}
