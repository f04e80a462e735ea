using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>The whole past of a centre for those who ask: from the archive what is sealed, from the log the rest. Any thread.</summary>
/// <remarks>Minutes of sealed days are rounded to what their blocks declare. Where a day's file is damaged, the log is asked as far as it still has that
/// day. Reading on in sequence (<see cref="Read"/>) is the log's own.</remarks>
public sealed class EvidenceHistory(EvidenceLog log, EvidenceArchive archive) : IEvidenceReader
{
    /// <inheritdoc/>
    public long Head => log.Head;

    /// <inheritdoc/>
    public long Tail => log.Tail;

    /// <inheritdoc/>
    public IReadOnlyList<LogEntry> Read(long after, int entriesMax) => log.Read(after, entriesMax);

    /// <inheritdoc/>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public WindowRun Windows(WindowQuery query)
    {
        var through = archive.SealedThrough;
        var search = new ArchiveSearch(archive, query);
        var sealedRun = Reading(search.Run);
        // What the archive's run leaves out is left to the next question; the log need not look for it.
        var recent = log.Windows(sealedRun.Next is { } next ? query with { To = next } : query, search.IsWhole ? through : 0);
        var end = recent.Next ?? sealedRun.Next;
        var windows = new SortedList<long, WindowFact>();
        foreach (var fact in sealedRun.Windows.Concat(recent.Windows))
            if (!(fact.At >= end)
                && (!windows.TryGetValue(fact.At.UnixMilliseconds, out var known) || known.Aggregate.Revision <= fact.Aggregate.Revision))
                windows[fact.At.UnixMilliseconds] = fact;
        return windows.Count <= query.WindowsMax
            ? new WindowRun([.. windows.Values], end)
            : new WindowRun([.. windows.Values.Take(query.WindowsMax)], windows.Values[query.WindowsMax].At);
    }

    /// <inheritdoc/>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IncidentRun Incidents(long before, int incidentsMax)
    {
        var recent = log.Incidents(before, incidentsMax);
        if (recent.Next is not null || recent.Incidents.Count == incidentsMax) return recent;
        var found = new List<LogEntry>(recent.Incidents);
        if (found.Count > 0) before = found[^1].Sequence;
        return Reading(() =>
        {
            foreach (var day in archive.Days.Reverse())
            {
                if (day.First >= before || day.Entries == 0) continue;
                foreach (var entry in Entries(day).Where(e => e.Fact is IncidentFact && e.Sequence < before).Reverse())
                {
                    if (found.Count == incidentsMax) return new IncidentRun(found, found[^1].Sequence);
                    found.Add(entry);
                }
            }
            return new IncidentRun(found, null);
        });
    }

    /// <summary>UTC days of which windows were sealed, ascending.</summary>
    public IReadOnlyList<DateOnly> SealedDays() => [.. archive.Days.SelectMany(day => day.OtherDays.Append(day.Day)).Distinct().Order()];

    /// <summary>Everything that was sealed up to this sequence is in the archive; windows of the day that runs may be in the log alone.</summary>
    public long SealedThrough => archive.SealedThrough;

    /// <summary>The sealed windows that belong to a UTC day, those that came late too. A window that was revised comes again, with its higher
    /// revision.</summary>
    /// <param name="feeds">Which length of each point.</param>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IReadOnlyList<WindowFact> SealedWindows(DateOnly day, ILookup<string, WindowKind> feeds) => Reading(() =>
    {
        var facts = new List<WindowFact>();
        foreach (var file in archive.DaysWith(day))
        {
            try
            {
                using var reader = archive.Read(file);
                foreach (var block in reader.Blocks())
                    foreach (var kind in block.Day == day ? feeds[block.Series.Name] : [])
                    {
                        if (kind == WindowKind.Minute) facts.AddRange(reader.Minutes(block));
                        facts.AddRange(reader.Windows(block, kind));
                    }
            }
            catch (InvalidDataException e)
            {
                archive.Note(e);
            }
        }
        return facts;
    });

    /// <summary>Incidents and records that were sealed with a UTC day, in sequence.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IReadOnlyList<LogEntry> SealedEntries(DateOnly day) => Reading(() => archive.Find(day) is { } file ? [.. Entries(file)] : Array.Empty<LogEntry>());

    private IEnumerable<LogEntry> Entries(SealedDay day)
    {
        try
        {
            using var reader = archive.Read(day);
            return [.. reader.Entries()];
        }
        catch (InvalidDataException e)
        {
            archive.Note(e);
            return [];
        }
    }

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogUnavailableException($"The archive cannot be read: {e.Message}", e);
        }
    }
}
