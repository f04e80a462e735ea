using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The append-only log of a centre on the gateway's own disk (SQLite, write-ahead, synced at commit): what the outside is told from, and
/// the buffer while the outside is away. One transaction a step; sequence numbers are gapless from 1 and never used twice.</summary>
/// <remarks>What is appended is durable when the call returns. Appending and everything that changes the log belongs to one thread at a time;
/// reading, waiting, cursors and health may be asked from any thread. The log speaks for itself: an incident about its own doings (entries
/// given up, damage) is appended in the same transaction as the deed and needs nobody else to write it. Of an outage tells who had the facts
/// meanwhile.</remarks>
public sealed class EvidenceLog : IEvidenceReader, IDisposable
{
    // Four hours of steps: the clock was wrong for so long at most before it was set.
    private const int StepsBefore = 240;

    private readonly AppendSignal _appended = new();
    private readonly LogPlace _place;
    private readonly Outbox _outbox;
    private readonly LogKeeper _keeper;
    private readonly RecordIndex _records;

    private EvidenceLog(LogPlace place, Outbox outbox, LogKeeper keeper, Incident? lost)
    {
        (_place, _outbox, _keeper, Lost) = (place, outbox, keeper, lost);
        _appended.Reach(keeper.Head);
        _records = RecordIndex.Open(place.Path, keeper.Tail, keeper.Head, after => keeper.Reading((reader, unreadable) =>
            reader.Keys(PageKind.Evidence, after).ToArray().SelectMany(key => reader.Page(PageKind.Evidence, key, keeper.Catalog, unreadable))
                .Where(entry => entry.Sequence > after && entry.Fact is RecordFact).ToArray()));
    }

    /// <summary>The log's file; its companions lie beside it.</summary>
    public string FilePath => _place.Path;

    /// <summary>What opening found to be lost, for showing: it is in the log already. Null when nothing was.</summary>
    public Incident? Lost { get; }

    /// <inheritdoc/>
    public long Head => _keeper.Head;

    /// <inheritdoc/>
    public long Tail => _keeper.Tail;

    /// <summary>Opens a log, making it and its folder if there is none. Of a damaged one, what can be read is carried over into a new file; the
    /// damaged file is kept beside it.</summary>
    /// <param name="centre">Id of the centre; a log belongs to one.</param>
    /// <exception cref="LogRefusedException">The path is not this centre's log, or another process has it open.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let it be opened.</exception>
    public static EvidenceLog Open(string path, string centre, LogOptions options, Instant now)
    {
        if (options.BytesMax < LogOptions.BytesMaxFloor)
            throw new LogRefusedException($"The log is given {options.BytesMax} bytes. Give it at least {LogOptions.BytesMaxFloor}.");
        path = Path.GetFullPath(path);
        var place = new LogPlace(path, centre, options, EvidenceArchive.LastOf(EvidenceArchive.FolderOf(path)));
        var outbox = new Outbox();
        var (keeper, lost) = LogKeeper.Open(place, outbox, now);
        try
        {
            return new EvidenceLog(place, outbox, keeper, lost);
        }
        catch
        {
            keeper.Dispose();
            throw;
        }
    }

    /// <summary>What of these series is not as the log knows them by their names: a sentence for each. Any thread; no disk access.</summary>
    public IReadOnlyList<string> Conflicts(IEnumerable<Series> series) => [.. series.Select(_keeper.Catalog.Conflict).OfType<string>()];

    /// <summary>Names of all points that were ever declared here, the newest last. Any thread; no disk access.</summary>
    public IReadOnlyList<string> PointNames()
    {
        var catalog = _keeper.Catalog;
        string[] names = [.. catalog.Names];
        Array.Sort(Array.ConvertAll(names, catalog.NumberOf), names);
        return names;
    }

    /// <summary>Checks the site's series against what the log knows and takes in the new ones. Before the first step, and before windows of new
    /// ones.</summary>
    /// <exception cref="LogRefusedException">A point changed its unit, quantity or kind; all such points are named.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let it be written now.</exception>
    public void Declare(IEnumerable<Series> series, Instant now)
    {
        var declared = series.ToArray();
        if (Conflicts(declared) is { Count: > 0 } conflicts) throw new LogRefusedException(string.Join(Environment.NewLine, conflicts));
        if (declared.All(one => _keeper.Catalog.NumberOf(one) != 0)) return;
        Transact(now, step => step.Learn(declared));
    }

    /// <summary>Says which sinks the site has. A new one begins at the oldest entry held; one that is no longer named loses its cursor, so that it
    /// holds nothing back.</summary>
    /// <returns>What was appended about it, for showing.</returns>
    /// <exception cref="LogUnavailableException">The disk does not let it be written now; nothing has changed.</exception>
    public IReadOnlyList<Incident> Sinks(IReadOnlyCollection<string> names, Instant now)
    {
        var gone = _outbox.Lags().Where(lag => !names.Contains(lag.Sink)).ToArray();
        var incidents = Array.ConvertAll(gone, lag => new Incident(now, IncidentKind.ConfigurationChanged, lag.Sink,
            $"Sink {lag.Sink} is no longer in the site: its cursor at sequence {lag.Acknowledged} is given up, {lag.Entries} entries "
                + $"behind.", lag.Entries));
        var oldest = Tail - 1;
        var fresh = names.Where(name => !_outbox.Knows(name)).ToArray();
        var since = SinceAfter(oldest);
        foreach (var name in fresh) _outbox.Register(name, oldest, Tail, Head, since);
        foreach (var lag in gone) _outbox.Forget(lag.Sink);
        try
        {
            Transact(now, step => step.Add(Array.ConvertAll(incidents, incident => new IncidentFact(incident))));
        }
        catch (LogUnavailableException)
        {
            foreach (var name in fresh) _outbox.Forget(name);
            foreach (var lag in gone) _outbox.Register(lag.Sink, lag.Acknowledged, Tail, Head, lag.Since);
            throw;
        }
        return incidents;
    }

    /// <summary>Appends a step's facts, and what its counters stood at, in one transaction.</summary>
    /// <param name="facts">Minute windows get the lower sequences, all else the higher ones; within each the order stays. Empty is allowed.</param>
    /// <param name="carries">Replace those of the same points; other points keep theirs.</param>
    /// <returns>The sequences of these facts, durable; empty when there were none.</returns>
    /// <exception cref="LogUnavailableException">Nothing was appended; the same facts may be appended again later.</exception>
    /// <exception cref="LogRefusedException">A point changed its unit, quantity or kind. Nothing was appended.</exception>
    public SequenceRange Append(IReadOnlyList<LogFact> facts, IReadOnlyList<CounterCarry> carries, Instant now)
    {
        var range = new SequenceRange(1, 0);
        Transact(now, step =>
        {
            range = new SequenceRange(step.Head + 1, step.Head + facts.Count);
            step.Add(facts);
        }, carries);
        _records.Add(range, facts);
        return range;
    }

    /// <summary>All instruments, calibrations, swaps, and entries and corrections by hand that were ever appended here, in sequence. Any thread; no disk
    /// access.</summary>
    public IReadOnlyList<LogEntry> Records() => _records.Entries;

    /// <summary>The same of a log that another process may have open: what lies in the file beside it, which may lack the last moments. Nothing is
    /// written.</summary>
    public static IReadOnlyList<LogEntry> RecordsBeside(string path) => RecordIndex.Look(Path.GetFullPath(path)).Entries;

    /// <summary>Whether another process that runs has a log open, as far as its lock tells; without taking the lock.</summary>
    public static bool IsOpenElsewhere(string path) => LogLock.HolderOf(path) is { } holder && holder != Environment.ProcessId;

    /// <summary>Sequences of which <see cref="Records"/> knows nothing, because the copies beside the log were lost after these had left it; empty
    /// otherwise.</summary>
    public SequenceRange RecordsMissing => _records.Missing;

    /// <summary>Takes in the records of <see cref="RecordsMissing"/> from where they are still kept; other entries are passed over.</summary>
    public void LearnRecords(IEnumerable<LogEntry> older) => _records.Learn(older);

    /// <summary>Deletes what is old and delivered, and gives free space inside the file back to the disk. Appending does it by itself once an hour;
    /// this is for doing some of it at once.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be done now.</exception>
    public void Prune(Instant now)
    {
        _keeper.PruneNext();
        Transact(now, _ => { });
    }

    /// <inheritdoc/>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IReadOnlyList<LogEntry> Read(long after, int entriesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesMax, 1);
        var head = Head;
        if (after >= head) return [];
        var catalog = _keeper.Catalog;
        return _keeper.Reading((reader, unreadable) => reader.Read(new SequenceRange(after + 1, head), entriesMax, catalog, unreadable));
    }

    /// <inheritdoc/>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public WindowRun Windows(WindowQuery query) => Windows(query, after: 0);

    /// <inheritdoc/>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IncidentRun Incidents(long before, int incidentsMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(incidentsMax, 1);
        var catalog = _keeper.Catalog;
        return _keeper.Reading((reader, unreadable) => reader.Incidents(before, incidentsMax, catalog, unreadable));
    }

    /// <summary>Completes when <see cref="Head"/> lies after a sequence. Await it directly: combinators would leave the caller's context.</summary>
    public Task WaitAsync(long after, CancellationToken cancellation) => _appended.WaitAsync(after, cancellation);

    /// <summary>When the newest minute window began that stands in the last pages of minutes, or null when there is none. Numbers say nothing of how far
    /// back that is: they jump after a loss.</summary>
    /// <param name="pages">So many pages are looked through; a step has one for each 4,096 points.</param>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public Instant? NewestMinute(int pages)
    {
        var (head, catalog) = (Head, _keeper.Catalog);
        return _keeper.Reading((reader, unreadable) => reader.Keys(PageKind.Detail, reader.StepBack(PageKind.Detail, head, pages)).ToArray()
            .SelectMany(key => reader.Page(PageKind.Detail, key, catalog, unreadable)).Select(entry => entry.Fact).OfType<WindowFact>()
            .Where(fact => fact.Aggregate.Kind == WindowKind.Minute).Select(fact => (Instant?)fact.Aggregate.Window.Start).Max());
    }

    /// <summary>The minute windows that begin at an instant or later, in sequence: a revised window comes again with its higher revision.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IEnumerable<WindowFact> MinutesSince(Instant since)
    {
        var after = _keeper.Reading((reader, _) => reader.Before(PageKind.Detail, since, StepsBefore));
        while (_keeper.Reading((reader, unreadable) => reader.NextPage(PageKind.Detail, after, _keeper.Catalog, unreadable)) is { } page)
        {
            after = page.Last;
            foreach (var entry in page.Entries)
                if (entry.Fact is WindowFact { Aggregate.Kind: WindowKind.Minute } minute && minute.At >= since) yield return minute;
        }
    }

    /// <summary>All windows that begin at an instant or later, whatever their length, in sequence.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IEnumerable<WindowFact> WindowsSince(Instant since)
    {
        // Entries read at once: two steps of a thousand points.
        const int run = 2_000;
        var after = _keeper.Reading((reader, _) =>
            Math.Min(reader.Before(PageKind.Detail, since, StepsBefore), reader.Before(PageKind.Evidence, since, StepsBefore)));
        while (Read(after, run) is { Count: > 0 } entries)
        {
            after = entries[^1].Sequence;
            foreach (var entry in entries)
                if (entry.Fact is WindowFact window && window.At >= since) yield return window;
        }
    }

    /// <summary>The last confirmed register of every counter that had one, as stored with the last step.</summary>
    public IReadOnlyList<CounterCarry> Carries() => _keeper.Carries();

    /// <summary>The last sequence a sink has taken.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public long Cursor(string sink) => _outbox.Lag(sink).Acknowledged;

    /// <summary>How far a sink is behind.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public SinkLag Lag(string sink) => _outbox.Lag(sink);

    /// <summary>What waits for a sink, and for how long there is room for more. Any thread; no disk access.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public OutboxRoom Room(string sink) => OutboxRoom.Of(_outbox.Lag(sink), Health(), _keeper.BytesPerSecond);

    /// <summary>A sink has taken everything up to a sequence. Cursors only move forward. It is stored with the next step: after a crash the
    /// sink is offered the last entries again.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public void MoveCursor(string sink, long acknowledged)
    {
        var head = Head;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(acknowledged, head);
        _outbox.Move(sink, acknowledged, Tail, Head, acknowledged < head ? SinceAfter(acknowledged) : null);
        _keeper.Told();
    }

    /// <summary>How the log stands. Any thread; no disk access.</summary>
    public LogHealth Health()
    {
        var sinks = _outbox.Lags();
        var slowest = sinks.MaxBy(sink => sink.Entries);
        var counts = _keeper.Counts;
        return new LogHealth(
            Head, Tail, counts.Bytes, _place.Options.BytesMax, slowest?.Entries ?? 0, slowest?.Since, counts.Dropped,
            counts.Trouble, counts.TroubleSince, sinks, _outbox.Held);
    }

    /// <summary>Stores the cursors and closes the files. Waiters end with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _records.Close(Head);
        _keeper.Dispose();
        _appended.End(new ObjectDisposedException(nameof(EvidenceLog)));
    }

    /// <summary>Everything after a sequence stays, whoever has it, until this is called with a higher one: it is not sealed yet. Stored with the next step,
    /// as cursors are. From the first call on.</summary>
    public void HoldAfter(long sequence) => _outbox.Hold(sequence);

    /// <summary>The windows of a point among what was appended after a sequence.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    internal WindowRun Windows(WindowQuery query, long after)
    {
        var catalog = _keeper.Catalog;
        return _keeper.Reading((reader, unreadable) => new WindowSearch(query, after).Run(reader, catalog, unreadable));
    }

    /// <summary>Names of all points that ever were in the log.</summary>
    internal IEnumerable<string> Points() => _keeper.Catalog.Names;

    /// <summary>The pages of a kind whose entries lie after a sequence and up to another, in order; entries outside are left out.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    internal IEnumerable<IEnumerable<LogEntry>> Walk(PageKind kind, long after, long last)
    {
        var at = after;
        while (at < last && _keeper.Reading((reader, unreadable) => reader.NextPage(kind, at, _keeper.Catalog, unreadable)) is { } page)
        {
            at = page.Last;
            yield return page.Entries is [var first, .., var end] && first.Sequence > after && end.Sequence <= last
                ? page.Entries : page.Entries.Where(entry => entry.Sequence > after && entry.Sequence <= last);
        }
    }

    /// <summary>The last sequence after another that was appended before an instant; that other one when there is none.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    internal long LastAppendedBefore(Instant at, long after) => _keeper.Reading((reader, _) => reader.LastAppendedBefore(at, after));

    /// <summary>When the oldest entry after a sequence was appended, or null when there is none.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    internal Instant? AppendedAfter(long sequence) => _keeper.Reading((reader, _) => reader.AppendedAfter(sequence));

    /// <summary>For showing ages only: a disk that cannot be read now holds nothing up.</summary>
    private Instant? SinceAfter(long sequence)
    {
        try
        {
            return AppendedAfter(sequence);
        }
        catch (LogUnavailableException)
        {
            return null;
        }
    }

    private void Transact(Instant now, Action<LogStep> work, IReadOnlyList<CounterCarry>? carries = null)
    {
        _keeper.Transact(now, work, carries);
        _appended.Reach(Head);
    }
}
