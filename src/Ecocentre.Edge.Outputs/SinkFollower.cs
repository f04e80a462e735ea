using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs;

/// <summary>Tells one sink from the log: batch after batch behind its cursor, again until it is taken, and only then further.</summary>
/// <remarks>The cursor never runs ahead of acceptance. What the sink refuses for good is set apart in a file beside the log, with an incident.
/// <see cref="RunAsync"/> runs once; the other members may be called from any thread.</remarks>
public sealed class SinkFollower : IAsyncDisposable
{
    // 1 MiB of line protocol: far below what any broker or database takes at once, and 2,000 windows of about 320 bytes fit.
    private const int BatchBytesMax = 1 << 20;
    private const int WindowBytes = 320;
    private const int IncidentBytes = 200;

    // Some ten minutes of a thousand points: within these a revision follows its window, wherever the clock was set meanwhile.
    private const int RevisionsSoughtMax = 20_000;

    private readonly ISink _sink;
    private readonly EvidenceLog _log;
    private readonly FollowerSurroundings _surroundings;
    private readonly Backoff _backoff;
    private readonly RejectedEntries _rejected;
    private readonly ReplayRequests _replays = new();
    private readonly Lock _gate = new();
    private CancellationTokenSource? _idle;
    private (string Text, Instant Since)? _trouble;
    private long _delivered;
    private long _setApart;

    /// <param name="sink">Owned by the follower; its name is registered with the log (<see cref="EvidenceLog.Sinks"/>).</param>
    /// <param name="jitter">This follower's own.</param>
    public SinkFollower(ISink sink, EvidenceLog log, FollowerSurroundings surroundings, Random jitter)
    {
        _sink = sink;
        _log = log;
        _surroundings = surroundings;
        _backoff = new Backoff(surroundings.Time, jitter);
        _rejected = new RejectedEntries(log.FilePath, sink.Name);
    }

    /// <summary>Name of the sink and of its cursor.</summary>
    public string Name => _sink.Name;

    /// <summary>How the sink is doing.</summary>
    public FollowerHealth Health
    {
        get
        {
            lock (_gate) return new FollowerHealth(_log.Lag(Name), _delivered, _setApart, _trouble?.Text, _trouble?.Since);
        }
    }

    /// <summary>Asks for a range to be delivered again, in between and without moving the cursor, as far as the log reaches. What lies after the
    /// cursor comes anyway.</summary>
    /// <returns>False when so many ranges wait already that this one is not taken.</returns>
    public bool Replay(long from, long to)
    {
        var range = new SequenceRange(Math.Max(from, _log.Tail), Math.Min(to, _log.Cursor(Name)));
        if (range.IsEmpty) return true;
        if (!_replays.TryAdd(range)) return false;
        lock (_gate) _idle?.Cancel();
        return true;
    }

    /// <summary>Follows the log until cancelled; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                var replayed = await ReplayBatchAsync(cancellation);
                var followed = await FollowBatchAsync(cancellation);
                if (!replayed && !followed) await IdleAsync(cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ChannelClosedException)
        {
            // The gateway loop has ended and takes no more incidents: what was refused now is refused, and reported, after the restart.
        }
    }

    /// <summary>Disposes of the sink, after <see cref="RunAsync"/> has ended.</summary>
    public ValueTask DisposeAsync() => _sink.DisposeAsync();

    /// <returns>True when there was something to deliver, taken or not.</returns>
    private async ValueTask<bool> FollowBatchAsync(CancellationToken cancellation)
    {
        if (await ReadAsync(_log.Cursor(Name), long.MaxValue, cancellation) is not { Count: > 0 } batch) return false;
        if (await DeliverAsync(batch, cancellation)) _log.MoveCursor(Name, batch[^1].Sequence);
        return true;
    }

    private async ValueTask<bool> ReplayBatchAsync(CancellationToken cancellation)
    {
        if (_replays.Peek() is not { } range) return false;
        var batch = await ReadAsync(range.First - 1, range.Last, cancellation);
        if (batch is null) return true;
        if (batch.Count == 0) _replays.Done(range.First, range.Last);
        else if (await DeliverAsync(batch, cancellation)) await ReplayedAsync(batch, range, cancellation);
        return true;
    }

    private async ValueTask ReplayedAsync(List<LogEntry> batch, SequenceRange range, CancellationToken cancellation)
    {
        try
        {
            var revisions = batch[^1].Sequence >= range.Last ? RevisionsAfter(batch) : null;
            _replays.Done(range.First, batch[^1].Sequence);
            if (revisions is { } again) _replays.TryAdd(again);
        }
        catch (LogUnavailableException e)
        {
            // Not done: the batch is sent once more.
            await TroubleAsync(e.Message, null, cancellation);
        }
    }

    /// <summary>Windows just sent again have taken the place of their revisions, where those lie after the range: these are to be sent again, too.</summary>
    /// <param name="sent">The end of a range.</param>
    private SequenceRange? RevisionsAfter(List<LogEntry> sent)
    {
        // A window is stored some seconds after its end and revised for as long as a reading may be late; two minutes more are room for a busy machine.
        var final = sent.Max(entry => entry.Fact.At) + _surroundings.Limits.LateMax + TimeSpan.FromMinutes(3);
        var (after, cursor, last) = (sent[^1].Sequence, _log.Cursor(Name), 0L);
        for (var left = RevisionsSoughtMax; left > 0 && after < cursor;)
        {
            var entries = _log.Read(after, _surroundings.Limits.BatchEntriesMax);
            if (entries.Count == 0) break;
            foreach (var entry in entries.TakeWhile(entry => entry.Sequence <= cursor))
                if (entry.Fact is not WindowFact window) continue;
                else if (window.Aggregate.Revision > 0) last = entry.Sequence;
                else if (window.At > final) left = 0;
            (after, left) = (entries[^1].Sequence, left - entries.Count);
        }
        return last == 0 ? null : new SequenceRange(sent[^1].Sequence + 1, last);
    }

    private async ValueTask IdleAsync(CancellationToken cancellation)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        lock (_gate) _idle = idle;
        try
        {
            if (_replays.Count == 0) await _log.WaitAsync(_log.Cursor(Name), idle.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // A replay was asked for.
        }
        finally
        {
            lock (_gate) _idle = null;
        }
    }

    /// <returns>Consecutive entries, none when there are none, or null when the log cannot be read now.</returns>
    private async ValueTask<List<LogEntry>?> ReadAsync(long after, long last, CancellationToken cancellation)
    {
        try
        {
            return Batch(_log.Read(after, _surroundings.Limits.BatchEntriesMax), last);
        }
        catch (LogUnavailableException e)
        {
            await TroubleAsync(e.Message, null, cancellation);
            return null;
        }
    }

    private static List<LogEntry> Batch(IReadOnlyList<LogEntry> entries, long last)
    {
        var batch = new List<LogEntry>(entries.Count);
        var bytes = 0;
        foreach (var entry in entries)
        {
            // A hole in the log ends a batch: what a sink gets is consecutive.
            if (entry.Sequence > last || (batch.Count > 0 && entry.Sequence != batch[^1].Sequence + 1)) break;
            bytes += entry.Fact switch
            {
                IncidentFact incident => IncidentBytes + 2 * incident.Incident.Text.Length,
                RecordFact record => IncidentBytes + 2 * record.Json.Length,
                _ => WindowBytes,
            };
            if (bytes > BatchBytesMax && batch.Count > 0) break;
            batch.Add(entry);
        }
        return batch;
    }

    /// <returns>True when the sink has taken, or refused for good, every entry.</returns>
    private async ValueTask<bool> DeliverAsync(List<LogEntry> batch, CancellationToken cancellation)
    {
        var delivery = await OfferAsync(batch, cancellation);
        var refused = 0;
        if (delivery.Outcome == DeliveryOutcome.Rejected)
        {
            try
            {
                refused = await SetApartAsync(batch, delivery, cancellation);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                delivery = Delivery.RetryLater($"{_rejected.FilePath}: refused entries cannot be set apart ({e.Message}).");
            }
        }
        if (delivery.Outcome == DeliveryOutcome.RetryLater)
        {
            await TroubleAsync(delivery.Reason ?? "no reason given", delivery.RetryAfter, cancellation);
            return false;
        }
        _backoff.Reset();
        lock (_gate)
        {
            _trouble = null;
            _delivered += batch.Count - refused;
            _setApart += refused;
        }
        return true;
    }

    private async ValueTask<Delivery> OfferAsync(List<LogEntry> batch, CancellationToken cancellation)
    {
        try
        {
            return await _sink.DeliverAsync(batch.ToArray(), cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            return Delivery.RetryLater($"{e.GetType().Name}: {e.Message}");
        }
    }

    /// <returns>How many entries were refused.</returns>
    private async ValueTask<int> SetApartAsync(List<LogEntry> batch, Delivery delivery, CancellationToken cancellation)
    {
        var named = delivery.RejectedSequences is { } sequences ? sequences.ToHashSet() : null;
        var refused = batch.FindAll(entry => named is null || named.Contains(entry.Sequence));
        if (refused.Count == 0) return 0;
        var reason = delivery.Reason ?? "no reason given";
        var now = _surroundings.Now();
        _rejected.Add(refused, reason, now);
        // An incident about a refused incident about a refusal would never end.
        if (refused.TrueForAll(entry => entry.Fact is IncidentFact { Incident.Kind: IncidentKind.EntryRejected })) return refused.Count;
        var which = refused.Count == 1
            ? $"sequence {refused[0].Sequence}"
            : $"{refused.Count} entries in the sequences {refused[0].Sequence}..{refused[^1].Sequence}";
        var text = $"{Name} refused {which}: {reason} They are kept in {Path.GetFileName(_rejected.FilePath)}.";
        await _surroundings.Incidents.WriteAsync(new Incident(now, IncidentKind.EntryRejected, Name, text, refused.Count), cancellation);
        return refused.Count;
    }

    private async ValueTask TroubleAsync(string reason, TimeSpan? told, CancellationToken cancellation)
    {
        lock (_gate) _trouble = (reason, _trouble?.Since ?? _surroundings.Now());
        await _backoff.WaitAsync(told, cancellation);
    }
}
