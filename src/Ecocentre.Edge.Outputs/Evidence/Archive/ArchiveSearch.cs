using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Finds the windows of one point in the archive: of each day its own file, and those in which windows came late.</summary>
/// <remarks>Used once.</remarks>
internal sealed class ArchiveSearch(EvidenceArchive archive, WindowQuery query)
{
    /// <summary>Days looked through for one question, two years: some seconds of a small box. Then the asker is told where to ask on.</summary>
    internal const int DaysMax = 732;

    // A local day of 25 hours is the longest window; it ends at most this much after it began.
    private static readonly TimeSpan LengthMax = TimeSpan.FromHours(25);

    private readonly SortedList<long, WindowFact> _found = [];

    /// <summary>False when a day that was looked for cannot be read.</summary>
    internal bool IsWhole { get; private set; } = true;

    /// <exception cref="IOException">The disk does not let it be read.</exception>
    internal WindowRun Run()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(query.WindowsMax, 1);
        var looked = 0;
        foreach (var (day, files) in DaysBetween(SealedDay.Of(query.From), SealedDay.Of(query.To + LengthMax)))
        {
            var next = SealedDay.Start(day) - LengthMax;
            if (looked++ >= DaysMax && next > query.From) return new WindowRun(Until(next), next);
            foreach (var file in files) Take(file, day);
            // Windows of one length end in the order in which they begin: what later days hold begins later.
            if (_found.Count > query.WindowsMax) return new WindowRun([.. _found.Values.Take(query.WindowsMax)], _found.Values[query.WindowsMax].At);
        }
        return new WindowRun([.. _found.Values], null);
    }

    private List<WindowFact> Until(Time.Instant end) => [.. _found.Values.Where(fact => fact.At < end)];

    /// <summary>Days in order, each with the files that hold windows of it.</summary>
    private SortedDictionary<DateOnly, List<SealedDay>> DaysBetween(DateOnly from, DateOnly to)
    {
        var between = new SortedDictionary<DateOnly, List<SealedDay>>();
        foreach (var file in archive.Days)
        {
            Note(file.Day, file);
            foreach (var other in file.OtherDays) Note(other, file);
        }
        return between;

        void Note(DateOnly day, SealedDay file)
        {
            if (day < from || day > to || file.WindowBlocks == 0 && file.MinuteBlocks == 0) return;
            if (!between.TryGetValue(day, out var files)) between.Add(day, files = []);
            files.Add(file);
        }
    }

    private void Take(SealedDay file, DateOnly day)
    {
        try
        {
            using var reader = archive.Read(file);
            foreach (var block in reader.Blocks(query.Point))
            {
                if (block.Day != day) continue;
                if (query.Kind == WindowKind.Minute) Take(reader.Minutes(block));
                Take(reader.Windows(block, query.Kind));
            }
        }
        catch (InvalidDataException e)
        {
            // The rest stays readable; health says what is not.
            archive.Note(e);
            IsWhole = false;
        }
    }

    private void Take(IReadOnlyList<WindowFact> windows)
    {
        foreach (var fact in windows)
        {
            if (fact.At < query.From || fact.At >= query.To) continue;
            var start = fact.At.UnixMilliseconds;
            if (!_found.TryGetValue(start, out var known) || known.Aggregate.Revision <= fact.Aggregate.Revision) _found[start] = fact;
        }
    }
}
