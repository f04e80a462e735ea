using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;
using Microsoft.Data.Sqlite;

namespace Ecocentre.Edge.Outputs.Evidence;

/// <summary>Changes the log: one transaction at a time, wholly or not at all, and back on its feet after whatever the disk did.</summary>
/// <remarks>Changing is for one thread at a time; what is published (<see cref="Head"/> and the like) may be read from any.</remarks>
internal sealed class LogKeeper : IDisposable
{
    // Deleting once an hour touches each leaf of the file once; deleting with every step would rewrite it sixty times.
    private static readonly TimeSpan PrunePeriod = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly LogPlace _place;
    private readonly Outbox _outbox;
    private readonly LogLock _lock;
    private readonly SequenceGuard _guard;
    private readonly Dictionary<string, CounterCarry> _carries = new(StringComparer.Ordinal);
    private readonly UnreadablePages _unreadable = new();
    private readonly AppendRate _rate = new();
    private LogWriter? _writer;
    private volatile LogReaders _readers;
    private volatile SeriesCatalog _catalog;
    private volatile LogCounts _counts;
    private long _head;
    private long _tail;
    private Instant _now;
    private Instant? _prunedAt;
    private Incident? _untold;
    private volatile string? _damage;
    private bool _disposed;

    private LogKeeper(LogPlace place, Outbox outbox, LogLock held, SequenceGuard guard, OpenedLog opened)
    {
        (_place, _outbox, _lock, _guard) = (place, outbox, held, guard);
        (_writer, _readers, _catalog) = (opened.Writer, opened.Readers, opened.Content.Catalog);
        (_head, _tail) = (opened.Head, opened.Content.Tail ?? opened.Head + 1);
        _counts = new LogCounts(opened.Writer.BytesUsed, 0, null, null);
        foreach (var carry in opened.Content.Standing.Carries) _carries[carry.Point] = carry;
        foreach (var cursor in opened.Content.Cursors)
            if (cursor.Sink == Outbox.HeldName) outbox.Hold(cursor.Acknowledged);
            else outbox.Register(cursor.Sink, cursor.Acknowledged, _tail, _head, cursor.Since);
        _untold = opened.Told ? null : opened.Lost;
    }

    public long Head => Volatile.Read(ref _head);

    public long Tail => Volatile.Read(ref _tail);

    /// <summary>Read after <see cref="Head"/>: what is published with a head can be unpacked with the catalog of that moment or a later one.</summary>
    public SeriesCatalog Catalog => _catalog;

    public LogCounts Counts => _counts;

    /// <summary>Bytes of pages appended a second; NaN while that is not known.</summary>
    public double BytesPerSecond => _rate.BytesPerSecond;

    /// <exception cref="LogRefusedException">The path is not this centre's log, or another process has it open.</exception>
    /// <exception cref="LogUnavailableException">The disk does not let it be opened.</exception>
    public static (LogKeeper Keeper, Incident? Lost) Open(LogPlace place, Outbox outbox, Instant now)
    {
        var held = LogLock.Take(place.Path);
        SequenceGuard? guard = null;
        LogKeeper? keeper = null;
        try
        {
            guard = SequenceGuard.Open(place.Path, place.Centre);
            guard.Learn(place.Sealed);
            var opened = OpenedLog.Open(place, guard, now);
            keeper = new LogKeeper(place, outbox, held, guard, opened) { _now = now };
            if (!opened.Told) keeper.Transact(now, _ => { });
            return (keeper, opened.Lost);
        }
        catch (Exception e)
        {
            keeper?.Dispose();
            guard?.Dispose();
            held.Dispose();
            if (LogTrouble.IsOfDisk(e)) throw LogTrouble.Unavailable(place.Path, e);
            throw;
        }
    }

    /// <summary>Reads with a connection of its own. Finding damage, salvages the log and reads once more.</summary>
    /// <exception cref="LogUnavailableException">The disk does not let it be read now.</exception>
    public T Reading<T>(Func<LogReader, UnreadablePages, T> read)
    {
        try
        {
            try
            {
                return _readers.With(reader => read(reader, _unreadable));
            }
            catch (SqliteException e) when (LogTrouble.IsDamage(e))
            {
                Mend(e.Message);
            }
            catch (ObjectDisposedException) when (_damage is not null)
            {
                // Another thread found the damage first; this one waits for it.
                Mend(null);
            }
            return _readers.With(reader => read(reader, _unreadable));
        }
        catch (Exception e) when (LogTrouble.IsOfDisk(e))
        {
            throw LogTrouble.Unavailable(_place.Path, e);
        }
    }

    public IReadOnlyList<CounterCarry> Carries()
    {
        lock (_gate) return [.. _carries.Values];
    }

    /// <summary>Sinks were told of more.</summary>
    public void Told()
    {
        if (_outbox.Told() is { } told) _readers.Newest.Forget(told);
    }

    /// <summary>The next transaction deletes what is old and delivered.</summary>
    public void PruneNext()
    {
        lock (_gate) _prunedAt = null;
    }

    /// <summary>Does some work in one transaction, durable when this returns.</summary>
    /// <exception cref="LogUnavailableException">Nothing was changed; the same may be tried again later.</exception>
    public void Transact(Instant now, Action<LogStep> work, IReadOnlyList<CounterCarry>? carries = null)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                Recover(now);
                try
                {
                    Attempt(now, work, carries ?? [], diskFull: false);
                }
                catch (SqliteException e) when (LogTrouble.IsFull(e))
                {
                    _writer!.TryCheckpoint();
                    Attempt(now, work, carries ?? [], diskFull: true);
                }
            }
            catch (Exception e) when (LogTrouble.IsOfDisk(e))
            {
                var unavailable = LogTrouble.Unavailable(_place.Path, e);
                _counts = _counts with { Trouble = unavailable.Message, TroubleSince = _counts.TroubleSince ?? now };
                if (LogTrouble.IsDamage(e)) _damage = e.Message;
                _writer?.Dispose();
                _writer = null;
                throw unavailable;
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _readers.Dispose();
            if (_writer is not null) Close(_writer);
            _guard.Dispose();
            _lock.Dispose();
        }
    }

    private void Mend(string? damage)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            _damage ??= damage;
            Recover(_now);
        }
    }

    /// <summary>Opens the file again after trouble; a damaged one is salvaged, and one that was deleted under the running gateway begun anew.</summary>
    private void Recover(Instant now)
    {
        if (!File.Exists(_place.Path)) _damage = "deleted";
        if (_damage is { } damage)
        {
            // All connections go first: as long as one is open, SQLite believes its shared picture of the files and not the files.
            _writer?.Dispose();
            _writer = null;
            _readers.Dispose();
            var opened = OpenedLog.Open(_place, _guard, now, File.Exists(_place.Path) ? damage : null);
            _untold = opened.Told ? _untold : opened.Lost;
            (_writer, _readers, _catalog, _damage) = (opened.Writer, opened.Readers, opened.Content.Catalog, null);
            Volatile.Write(ref _tail, opened.Content.Tail ?? opened.Head + 1);
            Volatile.Write(ref _head, opened.Head);
        }
        if (_writer is not null) return;
        _writer = new LogWriter(LogFile.OpenForWriting(_place, ours: true));
        // A small transaction first: as long as the disk refuses it, the step itself need not be packed again and again.
        _writer.Begin();
        _writer.DeleteBeyond(_head, _catalog.Count);
        _writer.SaveStanding(Standing(_head, [.. _carries.Values], clean: false).Encode(_catalog));
        _writer.Commit();
    }

    private void Attempt(Instant now, Action<LogStep> work, IReadOnlyList<CounterCarry> carries, bool diskFull)
    {
        var writer = _writer!;
        var step = new LogStep(writer, _catalog, _head, now);
        var merged = Merge(carries);
        var prune = !(now >= _prunedAt && now - _prunedAt < PrunePeriod);
        var allHave = _outbox.AllHave();
        LogCounts counts;
        PageRow?[] oldest;
        writer.Begin();
        try
        {
            if (_untold is { } lost) step.Add([new IncidentFact(lost)]);
            work(step);
            if (_unreadable.Report(now) is { } unreadable) step.Add([new IncidentFact(unreadable)]);
            var expired = prune && Pruning.Expire(step, _place.Options, allHave);
            if (diskFull) Pruning.MakeRoomOnFullDisk(step, _place.Options, allHave);
            var given = Pruning.MakeRoom(step, _place.Options, allHave);
            step.Add([.. Pruning.Report(given, _place.Options, _outbox.Cursors(), now)]);
            var appended = step.PendingBytes;
            step.Flush();
            writer.SaveStanding(Standing(step.Head, merged, clean: false).Encode(step.Catalog));
            _guard.Reserve(step.Head);
            oldest = [writer.Oldest(PageKind.Detail), writer.Oldest(PageKind.Evidence)];
            counts = new LogCounts(writer.BytesUsed, _counts.Dropped + given.Sum(row => row.Key.Range.Count), null, null);
            writer.Commit();
            _rate.Note(now, appended);
            if (expired) _prunedAt = now;
        }
        catch
        {
            writer.Rollback();
            throw;
        }
        _unreadable.Told();
        (_untold, _now) = (null, now);
        foreach (var carry in merged) _carries[carry.Point] = carry;
        _guard.Know(step.Head);
        (_catalog, _counts) = (step.Catalog, counts);
        Volatile.Write(ref _tail, oldest.Min(row => row?.Key.Range.First) ?? step.Head + 1);
        Volatile.Write(ref _head, step.Head);
        _outbox.Grow(_tail, _head, now);
        // Before anybody is woken.
        if (_outbox.Told() is not null) _readers.Newest.Renew(step.Windows);
        Shrink(writer, prune);
    }

    /// <summary>Gives free pages back to the disk: at once when the file is larger than it may be, else when it was much fuller once.</summary>
    private void Shrink(LogWriter writer, bool prune)
    {
        var bytes = writer.BytesOnDisk;
        // A fifth of the file free is worth the writing; less will be used again.
        var wasFuller = prune && bytes - writer.BytesUsed > Math.Max(bytes / 5, LogFile.AheadBytesMax);
        if (!wasFuller && bytes <= _place.Options.BytesMax - LogFile.AheadBytesMax) return;
        try
        {
            // 1,024 pages (4 MB) each time, so that a step stays short.
            writer.Run("PRAGMA incremental_vacuum(1024)");
        }
        catch (SqliteException)
        {
            // The step itself is durable; a disk that refuses this shows its trouble with the next one.
        }
    }

    private List<CounterCarry> Merge(IReadOnlyList<CounterCarry> carries)
    {
        var named = carries.Select(carry => carry.Point).ToHashSet(StringComparer.Ordinal);
        return [.. carries, .. _carries.Values.Where(carry => !named.Contains(carry.Point))];
    }

    private LogStanding Standing(long head, List<CounterCarry> carries, bool clean) =>
        new(head, clean, _outbox.Cursors(), carries);

    private void Close(LogWriter writer)
    {
        try
        {
            writer.Begin();
            writer.SaveStanding(Standing(_head, [.. _carries.Values], clean: true).Encode(_catalog));
            writer.Commit();
            writer.CheckpointOnClose();
        }
        catch (SqliteException)
        {
            // The last cursors are not stored: their sinks are offered some entries again.
        }
        writer.Dispose();
    }
}

/// <summary>What is counted of the log as it goes. See <see cref="LogHealth"/>.</summary>
internal sealed record LogCounts(long Bytes, long Dropped, string? Trouble, Instant? TroubleSince);
