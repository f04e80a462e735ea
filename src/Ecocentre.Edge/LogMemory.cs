using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge;

/// <summary>Gives a starting gateway what the log remembers of earlier runs.</summary>
internal static class LogMemory
{
    /// <summary>Looks up in the archive the records whose copies beside the log were lost after they had left it. A day that cannot be read is passed
    /// over.</summary>
    internal static void RecallRecords(EvidenceLog log, EvidenceArchive archive)
    {
        if (log.RecordsMissing is not { IsEmpty: false } missing) return;
        log.LearnRecords(archive.Days.Where(day => day.Entries > 0 && day.Last >= missing.First && day.First <= missing.Last).SelectMany(Entries));

        IReadOnlyList<LogEntry> Entries(SealedDay day)
        {
            try
            {
                using var reader = archive.Read(day);
                return [.. reader.Entries()];
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                return [];
            }
        }
    }

    /// <summary>Tells the gateway of exchanges whose new device has not been heard yet.</summary>
    internal static void AnnounceSwaps(Gateway gateway, EvidenceLog log, ImmutableArray<Point> points)
    {
        var carries = log.Carries().ToDictionary(carry => carry.Point, StringComparer.Ordinal);
        foreach (var swap in log.Records().Select(entry => SwapRecord.From((RecordFact)entry.Fact)).OfType<SwapRecord>())
            foreach (var point in points.Where(p => p.Device == swap.Device && p.Quantity.Kind == PointKind.Counter))
                if (carries.TryGetValue(point.Name, out var carry) && swap.When >= carry.At) gateway.AnnounceSwap(point.Id, swap.When);
    }

    // A box without a battery clock starts with the time it last saved, hours old at the worst (fake-hwclock saves hourly); it comes through what
    // was stored since a second time.
    private static readonly TimeSpan ClockBehindMax = TimeSpan.FromHours(6);

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    // A page of the log holds so many windows at most.
    private const int PointsPerPage = 4_096;

    /// <summary>What is told at a start about the minutes of which nothing was stored, because no gateway ran or the last one ended without a word; null when
    /// there are none. A clock that stands before the newest minute says nothing of how long it was.</summary>
    /// <param name="newest">Start of the newest stored minute, from <see cref="Restore"/>.</param>
    internal static Incident? GapBefore(Instant now, Instant? newest)
    {
        if (newest is not { } start) return null;
        var (from, to) = (start + Minute, Window.Containing(now, Minute).Start);
        return from >= to ? null : new Incident(now, IncidentKind.Gap, "gateway",
            $"No minute was stored from {from} to {to}: no gateway ran, or it ended before it could store them.", (to - from).TotalMinutes);
    }

    /// <param name="pointCount">Points of the site.</param>
    /// <returns>Start of the newest minute that the log holds, or null when it holds none.</returns>
    /// <exception cref="LogUnavailableException">The disk does not let the log be read.</exception>
    internal static Instant? Restore(Gateway gateway, EvidenceLog log, int pointCount, TimeZoneInfo zone, Instant now)
    {
        // The newest stored minute lies among the last few steps of all points, wherever the clock stands now.
        if (log.NewestMinute(pages: 4 * (1 + pointCount / PointsPerPage)) is not { } newest)
        {
            gateway.Restore([], log.Carries(), now);
            return null;
        }
        var since = Gateway.RestoreSince(newest, zone, GatewayLimits.Default);
        var lived = newest - ClockBehindMax;
        gateway.Restore(log.WindowsSince(lived < since ? lived : since), log.Carries(), now, since);
        return newest;
    }
}
