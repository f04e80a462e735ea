using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Evidence.Leaves;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Evidence.Archive;

/// <summary>Seals what the log took, UTC day by UTC day, into the archive. What it writes is a function of the log, the days sealed before and which points
/// are kept exact: cut short anywhere, it makes the same bytes again.</summary>
/// <remarks>
/// <para>A day is sealed <see cref="SealDelay"/> after its end, up to the last sequence that was appended before then (its head). A seal covers incidents
/// and records after the head before it, windows of its own day, and windows that came late for earlier days. Windows of the next day wait for the next
/// seal, and it takes them in. Windows of days still further ahead come from a clock that was wrong; they are sealed with what they came with.</para>
/// <para>One thread at a time, any one but the gateway loop's: a day of 400 points takes some seconds of a small box. Memory is that of
/// <see cref="PointsAtOnce"/> points' day.</para>
/// </remarks>
/// <param name="isExact">Whether minutes of a series are kept bit for bit: those that criteria are fed by the minute.</param>
public sealed class DaySealer(EvidenceLog log, EvidenceArchive archive, Func<Series, bool> isExact)
{
    /// <summary>How long after its end a day is sealed: hours and local days of a day close three minutes after it, and a late reading revises minutes for
    /// a few more.</summary>
    public static readonly TimeSpan SealDelay = TimeSpan.FromMinutes(20);

    /// <summary>Points whose day is gathered at once: 100 of 1,561 windows of 88 bytes are 14 MB. The log is walked through once for each so many.</summary>
    public const int PointsAtOnce = 100;

    private DateOnly? _looked;

    /// <summary>When the next day can be sealed, as far as is known.</summary>
    public Instant DueAt(Instant now) =>
        SealedDay.Start((Newer(archive.Days.LastOrDefault()?.Day, _looked) ?? SealedDay.Of(now).AddDays(-1)).AddDays(2)) + SealDelay;

    /// <summary>Seals the oldest day that is due and has anything in it.</summary>
    /// <returns>The day, or null when none is due.</returns>
    /// <exception cref="LogUnavailableException">The log or the archive cannot be read or written now; nothing was changed.</exception>
    /// <exception cref="OperationCanceledException">Nothing was changed.</exception>
    public SealedDay? SealNext(Instant now, CancellationToken cancellation)
    {
        var before = archive.Days.LastOrDefault();
        var through = before?.Last ?? log.Tail - 1;
        var pending = before?.Pending ?? through + 1;
        // The last day that is over for long enough.
        var due = SealedDay.Of(now - SealDelay).AddDays(-1);
        var day = Next(before, _looked, through, pending);
        for (; day is { } one && one <= due; day = Next(before, one, through, pending))
        {
            var head = log.LastAppendedBefore(SealedDay.Start(one.AddDays(1)) + SealDelay, through);
            if (head > through || pending <= through && one == before?.Day.AddDays(1))
                return Seal(new Seal(one, before, through, pending, head), cancellation);
            _looked = one;
        }
        return null;
    }

    /// <summary>The day to look at after one: the next, or the one in which the log goes on if that is later.</summary>
    private DateOnly? Next(SealedDay? before, DateOnly? looked, long through, long pending)
    {
        var next = Newer(before?.Day, looked)?.AddDays(1);
        if (pending <= through && next == before?.Day.AddDays(1)) return next;
        if (log.AppendedAfter(through) is not { } at) return null;
        var day = SealedDay.Of(at - SealDelay);
        return next > day ? next : day;
    }

    private SealedDay Seal(Seal seal, CancellationToken cancellation)
    {
        try
        {
            using var writer = archive.Begin(new SealedDay
            {
                Day = seal.Day, First = seal.Through + 1, Last = seal.Head, Previous = seal.Before?.Day, Pending = 0,
                FirstLeaf = seal.Before is { } before ? before.FirstLeaf + before.LeafCount : 0,
                LeafCount = 0, Blocks = 0, Entries = 0, OtherDays = [], MinuteBlocks = 0, WindowBlocks = 0, LeavesChecksum = 0,
            });
            var pending = seal.Head + 1;
            var parts = new Parts(archive, seal.Day);
            var collection = new DayCollection();
            foreach (var points in log.Points().Order(StringComparer.Ordinal).Chunk(PointsAtOnce))
            {
                collection.Begin(points);
                foreach (var kind in new[] { PageKind.Detail, PageKind.Evidence })
                    foreach (var page in log.Walk(kind, Math.Min(seal.Pending - 1, seal.Through), seal.Head))
                    {
                        cancellation.ThrowIfCancellationRequested();
                        foreach (var entry in page)
                        {
                            if (entry.Fact is not WindowFact fact) continue;
                            var day = SealedDay.Of(fact.Aggregate.Window);
                            if (seal.Takes(entry.Sequence, day)) collection.Take(fact, day);
                            else if (seal.Leaves(entry.Sequence, day)) pending = Math.Min(pending, entry.Sequence);
                        }
                    }
                collection.Write(writer, parts.Next, isExact);
            }
            foreach (var page in log.Walk(PageKind.Evidence, seal.Through, seal.Head))
                foreach (var entry in page)
                    if (entry.Fact is not WindowFact) writer.Add(new EntryLeaf(entry.Sequence, entry.Fact));
            var sealedDay = writer.Finish(pending);
            archive.Add(sealedDay, writer.Hashes);
            log.HoldAfter(archive.SealedThrough);
            return sealedDay;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new LogUnavailableException($"The archive cannot be written: {e.Message}", e);
        }
    }

    private static DateOnly? Newer(DateOnly? left, DateOnly? right) => left is null || right > left ? right : left;
}

/// <summary>What one seal covers.</summary>
/// <param name="Before">The day sealed before, or null.</param>
/// <param name="Through">The head of the seal before.</param>
/// <param name="Pending">First sequence that waited in it, or <paramref name="Through"/> + 1.</param>
/// <param name="Head">The last sequence of this one.</param>
internal readonly record struct Seal(DateOnly Day, SealedDay? Before, long Through, long Pending, long Head)
{
    /// <summary>Whether a window is part of it.</summary>
    internal bool Takes(long sequence, DateOnly day) => sequence > Through
        ? sequence <= Head && day != Day.AddDays(1)
        : sequence >= Pending && day == Before?.Day.AddDays(1);

    /// <summary>Whether a window waits for the next.</summary>
    internal bool Leaves(long sequence, DateOnly day) => sequence > Through && sequence <= Head && day == Day.AddDays(1);
}

/// <summary>Counts the parts of a point's day.</summary>
internal sealed class Parts(EvidenceArchive archive, DateOnly sealing)
{
    private readonly Dictionary<DateOnly, Dictionary<string, int>> _known = [];

    /// <summary>The number of the next part of that point and day.</summary>
    internal int Next(string point, DateOnly day)
    {
        if (!_known.TryGetValue(day, out var counts)) _known.Add(day, counts = Count(day));
        return counts.GetValueOrDefault(point) + 1;
    }

    private Dictionary<string, int> Count(DateOnly day)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var file in archive.DaysWith(day))
        {
            if (file.Day >= sealing) continue;
            using var reader = archive.Read(file);
            foreach (var block in reader.Blocks())
                if (block.Day == day) counts[block.Series.Name] = counts.GetValueOrDefault(block.Series.Name) + 1;
        }
        return counts;
    }
}
