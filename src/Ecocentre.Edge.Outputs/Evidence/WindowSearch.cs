using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Finds the windows of one point without unpacking every page in between: a window is appended soon after its end, or with the first
/// steps after a time in which nothing could be appended.</summary>
/// <remarks>Used once.</remarks>
/// <param name="after">What was appended up to this sequence is not looked at.</param>
internal sealed class WindowSearch(WindowQuery query, long after = 0)
{
    // Longer than the longest usual silence of a table and the few minutes a window waits for late readings together, so that what comes later than
    // this comes after a silence.
    private static readonly TimeSpan Arrival = TimeSpan.FromMinutes(20);

    // Evidence comes each quarter of an hour, minutes each minute; a minute more for a slow step.
    private static readonly TimeSpan EvidenceSilence = TimeSpan.FromMinutes(16), DetailSilence = TimeSpan.FromMinutes(2);

    // What was kept while the log could not be written (20,000 facts) fills five pages; some more for a restart's incidents.
    private const int PagesAfterSilence = 8;

    // Four hours of minutes: as far as the clock may have been wrong before it was set.
    private const int PagesAstray = 240;

    private readonly SortedList<long, WindowFact> _found = [];
    private readonly PageKind _pages = query.Kind == WindowKind.Minute ? PageKind.Detail : PageKind.Evidence;

    // Windows of interest begin before this.
    private Instant _to = query.To;

    internal WindowRun Run(LogReader reader, SeriesCatalog catalog, UnreadablePages unreadable)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.WindowsMax, 1);
        var from = reader.StepBack(_pages, reader.SeekBefore(_pages, query.From), _pages == PageKind.Detail ? PagesAstray : PagesAstray / 15);
        // Whether there was a silence before the first of them is not known.
        var (unpacked, afterSilence, beyond) = (0, after > from ? PagesAfterSilence : 0, 0);
        from = Math.Max(from, after);
        Instant? before = null;
        foreach (var key in reader.Keys(_pages, from))
        {
            if (before is { } last && (key.At < last || key.At - last > Silence)) afterSilence = PagesAfterSilence;
            before = key.At;
            if (key.At > _to + LengthMax + Arrival && afterSilence == 0)
            {
                if (++beyond > PagesAstray) break;
                continue;
            }
            beyond = 0;
            var due = afterSilence > 0 || key.At >= query.From && key.At - Boundary(key.At) <= Arrival && !IsFound(Boundary(key.At));
            if (afterSilence > 0) afterSilence--;
            if (!due) continue;
            if (unpacked++ == LogReader.SearchedPagesMax) return Ended(Boundary(key.At - Arrival - LengthMax));
            Take(reader.Page(_pages, key, catalog, unreadable));
        }
        return Ended(null);
    }

    private TimeSpan Silence => _pages == PageKind.Detail ? DetailSilence : EvidenceSilence;

    // A local day of 25 hours is the longest.
    private TimeSpan LengthMax => query.Kind == WindowKind.Day ? TimeSpan.FromHours(25) : Length;

    private TimeSpan Length => query.Kind switch
    {
        WindowKind.Minute => TimeSpan.FromMinutes(1),
        WindowKind.QuarterHour => TimeSpan.FromMinutes(15),
        _ => TimeSpan.FromHours(1),
    };

    /// <summary>Where the newest window of the kind ends that has ended by then.</summary>
    private Instant Boundary(Instant at) =>
        query.Kind == WindowKind.Day ? LocalDay.Containing(at, query.Zone).Start : Window.Containing(at, Length).Start;

    /// <summary>Whether the window that ends there was found already. Minutes may still be revised; longer windows never are.</summary>
    private bool IsFound(Instant end) =>
        query.Kind != WindowKind.Minute && _found.Count > 0 && _found.GetValueAtIndex(_found.Count - 1).Aggregate.Window.End >= end;

    private void Take(LogEntry[] entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Fact is not WindowFact fact || fact.Aggregate.Kind != query.Kind || fact.At < query.From || fact.At >= _to) continue;
            if (!string.Equals(fact.Series.Name, query.Point, StringComparison.Ordinal)) continue;
            var start = fact.At.UnixMilliseconds;
            if (!_found.TryGetValue(start, out var known) || known.Aggregate.Revision <= fact.Aggregate.Revision) _found[start] = fact;
        }
        // One more than wanted says where the next run begins; what begins after it is left to that run.
        if (_found.Count > query.WindowsMax) _to = new Instant(_found.GetKeyAtIndex(query.WindowsMax) + 1);
    }

    private WindowRun Ended(Instant? next)
    {
        if (next is { } reached)
        {
            // So long a search that found nothing still gets on.
            if (reached <= query.From) reached = query.From + LengthMax;
            _to = reached < _to ? reached : _to;
            next = _to;
        }
        var windows = _found.Values.Where(fact => fact.At < _to).Take(query.WindowsMax + 1).ToList();
        if (windows.Count <= query.WindowsMax) return new WindowRun(windows, next);
        next = windows[^1].At;
        windows.RemoveAt(windows.Count - 1);
        return new WindowRun(windows, next);
    }
}
