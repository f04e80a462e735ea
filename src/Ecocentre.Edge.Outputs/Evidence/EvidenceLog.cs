using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>The append-only log of a centre on the gateway's own disk (SQLite, write-ahead, synced at commit): what the outside is told from, and
/// the buffer while the outside is away. One transaction a step; sequence numbers are gapless from 1 and never used twice.</summary>
/// <remarks>What is appended is durable when the call returns. Appending and everything that changes the log belongs to one thread at a time;
/// reading, waiting, cursors and health may be asked from any thread. The log speaks for itself: an incident about its own doings is
/// appended in the same transaction as the deed, and only returned for showing.</remarks>
public sealed class EvidenceLog : IEvidenceReader, IDisposable
{
    // Deleting once an hour touches each leaf of the file once; deleting with every step would rewrite it sixty times.
    private static readonly TimeSpan PrunePeriod = TimeSpan.FromHours(1);

    // Four hours of steps: the clock was wrong for so long at most before it was set.
    private const int StepsBefore = 240;

    private readonly Lock _gate = new();
    private readonly AppendSignal _appended = new();
    private readonly Outbox _outbox = new();
    private readonly Dictionary<string, CounterCarry> _carries = new(StringComparer.Ordinal);
    private readonly Dictionary<long, UnreadablePage> _unreadable = [];
    private readonly LogOptions _options;
    private readonly LogLock _lock;
    private readonly LogReaders _readers;
    private LogWriter? _writer;
    private volatile SeriesCatalog _catalog = SeriesCatalog.Empty;
    private Instant? _prunedAt;
    private long _head;
    private long _tail = 1;
    private long _bytes;
    private long _dropped;
    private (string Text, Instant At)? _trouble;
    private bool _disposed;

    private EvidenceLog(string path, string centre, LogOptions options, LogLock held)
    {
        FilePath = path;
        Centre = centre;
        _options = options;
        _lock = held;
        _readers = new LogReaders(path);
    }

    /// <summary>The log's file; its companions lie beside it.</summary>
    public string FilePath { get; }

    /// <summary>Id of the centre whose log it is.</summary>
    public string Centre { get; }

    /// <inheritdoc/>
    public long Head => Volatile.Read(ref _head);

    /// <inheritdoc/>
    public long Tail => Volatile.Read(ref _tail);

    /// <summary>Opens a log, making it and its folder if there is none.</summary>
    /// <exception cref="LogRefusedException">The path is not this centre's log, or another process has it open.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let it be opened.</exception>
    public static EvidenceLog Open(string path, string centre, LogOptions options, Instant now)
    {
        if (options.BytesMax < LogOptions.BytesMaxFloor)
            throw new LogRefusedException($"The log is given {options.BytesMax} bytes. Give it at least {LogOptions.BytesMaxFloor}.");
        var held = LogLock.Take(path);
        EvidenceLog? log = null;
        try
        {
            log = new EvidenceLog(path, centre, options, held);
            log.Connect();
            return log;
        }
        catch (SqliteException e)
        {
            log?.Dispose();
            held.Dispose();
            throw LogTrouble.Unavailable(path, e);
        }
        catch
        {
            log?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>Checks the site's series against what the log knows and takes in the new ones. Once, before the first step.</summary>
    /// <exception cref="LogRefusedException">A point changed its unit, quantity or kind; all such points are named.</exception>
    public void Declare(IEnumerable<Series> series, Instant now)
    {
        var declared = series.ToArray();
        var conflicts = declared.Select(_catalog.Conflict).OfType<string>().ToArray();
        if (conflicts.Length > 0) throw new LogRefusedException(string.Join(Environment.NewLine, conflicts));
        if (declared.All(one => _catalog.NumberOf(one) != 0)) return;
        Transact(now, step =>
        {
            foreach (var one in declared) step.Learn(one);
        });
    }

    /// <summary>Says which sinks the site has. A new one begins at the oldest entry held; one that is no longer named loses its cursor, so that it
    /// holds nothing back.</summary>
    /// <returns>What was appended about it, for showing.</returns>
    public IReadOnlyList<Incident> Sinks(IReadOnlyCollection<string> names, Instant now)
    {
        var incidents = new List<Incident>();
        foreach (var lag in _outbox.Lags().Where(lag => !names.Contains(lag.Sink)))
        {
            _outbox.Forget(lag.Sink);
            incidents.Add(new Incident(now, IncidentKind.ConfigurationChanged, lag.Sink,
                $"Sink {lag.Sink} is no longer in the site: its cursor at sequence {lag.Acknowledged} is given up, {lag.Entries} entries before the head."));
        }
        var oldest = Tail - 1;
        foreach (var name in names.Where(name => !_outbox.Knows(name)))
            _outbox.Register(name, oldest, Head, _readers.With(reader => reader.AppendedAfter(oldest)));
        Transact(now, step => step.Add([.. incidents.Select(incident => new IncidentFact(incident))]));
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
        return range;
    }

    /// <summary>Deletes what is old and delivered, and gives free space inside the file back to the disk. Appending does it by itself once an hour;
    /// this is for doing it at once.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be done now.</exception>
    public void Prune(Instant now)
    {
        _prunedAt = null;
        Transact(now, _ => { });
    }

    /// <inheritdoc/>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IReadOnlyList<LogEntry> Read(long after, int entriesMax)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesMax, 1);
        // The head before the catalog: whatever is published with a head can be read with the catalog of that moment or a later one.
        var head = Head;
        if (after >= head) return [];
        return Reading((reader, unreadable) => reader.Read(after, entriesMax, head, _catalog, unreadable));
    }

    /// <summary>Completes when <see cref="Head"/> lies after a sequence. Await it directly: combinators would leave the caller's context.</summary>
    public Task WaitAsync(long after, CancellationToken cancellation) => _appended.WaitAsync(after, cancellation);

    /// <summary>The minute windows that begin at an instant or later, in sequence: a revised window comes again with its higher revision.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public IEnumerable<WindowFact> MinutesSince(Instant since)
    {
        var after = Reading((reader, _) => reader.DetailBefore(since, StepsBefore));
        while (Reading((reader, unreadable) => reader.NextDetail(after, _catalog, unreadable)) is { } page)
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
        var after = Reading((reader, _) => reader.DetailBefore(since, StepsBefore));
        while (Read(after, run) is { Count: > 0 } entries)
        {
            after = entries[^1].Sequence;
            foreach (var entry in entries)
                if (entry.Fact is WindowFact window && window.At >= since) yield return window;
        }
    }

    /// <summary>The last confirmed register of every counter that had one, as stored with the last step.</summary>
    public IReadOnlyList<CounterCarry> Carries()
    {
        lock (_gate) return [.. _carries.Values];
    }

    /// <summary>The last sequence a sink has taken.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public long Cursor(string sink) => _outbox.Lag(sink).Acknowledged;

    /// <summary>How far a sink is behind.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public SinkLag Lag(string sink) => _outbox.Lag(sink);

    /// <summary>A sink has taken everything up to a sequence. Cursors only move forward. It is stored with the next step: after a crash the
    /// sink is offered the last entries again.</summary>
    /// <exception cref="InvalidOperationException">No such sink is registered.</exception>
    public void MoveCursor(string sink, long acknowledged)
    {
        var head = Head;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(acknowledged, head);
        Instant? since = null;
        try
        {
            if (acknowledged < head) since = Reading((reader, _) => reader.AppendedAfter(acknowledged));
        }
        catch (LogUnavailableException)
        {
            // The age shown stays that of the entry before; the cursor itself is not to wait for the disk.
        }
        _outbox.Move(sink, acknowledged, head, since);
    }

    /// <summary>How the log stands. Any thread; no disk access.</summary>
    public LogHealth Health()
    {
        var sinks = _outbox.Lags();
        var slowest = sinks.MaxBy(sink => sink.Entries);
        lock (_gate)
        {
            return new LogHealth(_head, _tail, _bytes, _options.BytesMax, slowest?.Entries ?? 0, slowest?.Since, _dropped,
                _trouble?.Text, _trouble?.At, sinks);
        }
    }

    /// <summary>Stores the cursors and closes the files. Waiters end with <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            if (_writer is not null) Close(_writer);
            _writer = null;
            _readers.Dispose();
            _lock.Dispose();
        }
        _appended.End(new ObjectDisposedException(nameof(EvidenceLog)));
    }

    private void Connect()
    {
        _writer = new LogWriter(LogFile.OpenForWriting(FilePath, Centre, _options.BytesMax));
        var found = _readers.With(LogContent.Read);
        _catalog = found.Catalog;
        foreach (var carry in found.Standing.Carries) _carries[carry.Point] = carry;
        _head = Math.Max(found.Standing.Head, found.Head);
        _tail = found.Tail ?? _head + 1;
        _bytes = _writer.BytesUsed;
        _appended.Reach(_head);
        foreach (var (sink, acknowledged) in found.Standing.Cursors)
            _outbox.Register(sink, acknowledged, _head, _readers.With(reader => reader.AppendedAfter(acknowledged)));
    }

    private T Reading<T>(Func<LogReader, List<UnreadablePage>, T> read)
    {
        var unreadable = new List<UnreadablePage>();
        try
        {
            return _readers.With(reader => read(reader, unreadable));
        }
        catch (SqliteException e)
        {
            throw LogTrouble.Unavailable(FilePath, e);
        }
        finally
        {
            if (unreadable.Count > 0)
                lock (_gate)
                    foreach (var page in unreadable) _unreadable[page.Row.Key.Range.Last] = page;
        }
    }

    private void Transact(Instant now, Action<LogStep> work, IReadOnlyList<CounterCarry>? carries = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                Attempt(now, work, carries ?? []);
                _trouble = null;
            }
            catch (SqliteException e)
            {
                var unavailable = LogTrouble.Unavailable(FilePath, e);
                _trouble = (unavailable.Message, _trouble?.At ?? now);
                throw unavailable;
            }
        }
        _appended.Reach(Head);
    }

    private void Attempt(Instant now, Action<LogStep> work, IReadOnlyList<CounterCarry> carries)
    {
        _writer ??= new LogWriter(LogFile.OpenForWriting(FilePath, Centre, _options.BytesMax));
        var step = new LogStep(_writer, _catalog, _head, now);
        var merged = Merge(carries);
        var prune = !(now - _prunedAt < PrunePeriod && now >= _prunedAt);
        _writer.Begin();
        var dropped = 0L;
        try
        {
            work(step);
            var done = !prune || Pruning.Expire(step, _options, _outbox.AllHave());
            var given = Pruning.MakeRoom(step, _options, _outbox.AllHave());
            dropped = given.Sum(row => row.Key.Range.Count);
            step.Add([.. Pruning.Report(given, _options, _outbox.Lags(), now)]);
            step.Flush();
            _writer.SaveStanding(Standing(step, merged, clean: false).Encode(step.Catalog));
            _writer.Commit();
            if (prune && done) _prunedAt = now;
        }
        catch
        {
            _writer.Rollback();
            throw;
        }
        Publish(step, merged, dropped, now);
    }

    private void Publish(LogStep step, List<CounterCarry> carries, long dropped, Instant now)
    {
        foreach (var carry in carries) _carries[carry.Point] = carry;
        _catalog = step.Catalog;
        _dropped += dropped;
        _bytes = _writer!.BytesUsed;
        var oldest = new[] { _writer.Oldest(PageKind.Detail), _writer.Oldest(PageKind.Evidence) };
        Volatile.Write(ref _tail, oldest.Min(row => row?.Key.Range.First) ?? step.Head + 1);
        Volatile.Write(ref _head, step.Head);
        _outbox.Grow(_tail, _head, now);
    }

    private List<CounterCarry> Merge(IReadOnlyList<CounterCarry> carries)
    {
        var named = carries.Select(carry => carry.Point).ToHashSet(StringComparer.Ordinal);
        return [.. carries, .. _carries.Values.Where(carry => !named.Contains(carry.Point))];
    }

    private LogStanding Standing(LogStep step, List<CounterCarry> carries, bool clean) =>
        new(step.Head, clean, [.. _outbox.Lags().Select(lag => KeyValuePair.Create(lag.Sink, lag.Acknowledged))], carries);

    private void Close(LogWriter writer)
    {
        try
        {
            writer.Begin();
            var step = new LogStep(writer, _catalog, _head, default);
            writer.SaveStanding(Standing(step, [.. _carries.Values], clean: true).Encode(_catalog));
            writer.Commit();
        }
        catch (SqliteException)
        {
            // The last cursors are not stored: their sinks are offered some entries again.
        }
        writer.Dispose();
    }
}
