using System.Collections.Immutable;
using System.Text.Json;
using System.Threading.Channels;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Keeps the retained <c>desks/{desk}</c> messages at the desks' states: told at once when a desk changes, and again before what was told runs
/// out (<see cref="DeskStatus.ValidUntil"/>), so that a subscriber may rely on it. Those of desks that are no longer declared are cleared.</summary>
/// <remarks>The payload is the API's (<see cref="DeskJson"/>). It keeps nothing but the newest picture: a broker that is slow or was away gets the newest
/// state of each desk, never an older one after it. At most <see cref="LivePoints.UnderWayMax"/> messages are under way at once.</remarks>
/// <param name="desks">In the order of a <see cref="Snapshot"/>.</param>
public sealed class DeskTopics(Topics topics, MqttLink link, ImmutableArray<Desk> desks)
{
    // One picture, the newest: what a slow broker has not heard is told with it.
    private readonly Channel<Snapshot> _shown = Channel.CreateBounded<Snapshot>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly DeskStatus?[] _told = new DeskStatus?[desks.Length];
    private long _shownCount, _seenCount;

    /// <summary>Ids of desks that were declared once and are no longer.</summary>
    public IReadOnlyList<string> Gone { get; init; } = [];

    /// <summary>Hands over a newer picture: at each beat, and at once when a desk changed. Any thread; returns at once.</summary>
    public void Show(Snapshot snapshot)
    {
        if (desks.IsEmpty && Gone.Count == 0) return;
        Interlocked.Increment(ref _shownCount);
        _shown.Writer.TryWrite(snapshot);
    }

    /// <summary>Every picture shown so far was told, or a newer one. Any thread.</summary>
    internal bool IsIdle => Volatile.Read(ref _seenCount) == Volatile.Read(ref _shownCount);

    /// <summary>Runs until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; await _shown.Reader.WaitToReadAsync(cancellation);)
            {
                var present = await link.WaitForConnectionAsync(0, cancellation);
                var isNew = present != connection;
                if (isNew) Array.Clear(_told);
                // What a broker does not take now is tried again with the next picture.
                if (!isNew || await ClearGoneAsync(cancellation)) connection = present;
                var seen = Volatile.Read(ref _shownCount);
                if (_shown.Reader.TryRead(out var snapshot)) await TellAsync(snapshot, cancellation);
                Volatile.Write(ref _seenCount, seen);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>The message that says a desk's state.</summary>
    public static MqttMessage Message(Topics topics, Desk desk, in DeskStatus status)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) DeskJson.Write(json, desk, status);
        return new MqttMessage(topics.Desk(desk.Id), stream.ToArray(), Retain: true);
    }

    /// <returns>False when the connection is gone; the next one begins anew.</returns>
    private async Task<bool> ClearGoneAsync(CancellationToken cancellation)
    {
        foreach (var desk in Gone)
            if (await link.PublishAsync(new MqttMessage(topics.Desk(desk), ReadOnlyMemory<byte>.Empty, Retain: true), cancellation) is not null) return false;
        return true;
    }

    private async Task TellAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        var underWay = new List<Task>(LivePoints.UnderWayMax);
        for (var desk = 0; desk < Math.Min(desks.Length, snapshot.Desks.Length) && link.IsConnected; desk++)
        {
            if (!IsDue(_told[desk], snapshot.Desks[desk], snapshot)) continue;
            underWay.Add(TellAsync(snapshot.Desks[desk], cancellation));
            if (underWay.Count < LivePoints.UnderWayMax) continue;
            var done = await Task.WhenAny(underWay);
            underWay.Remove(done);
            await done;
        }
        await Task.WhenAll(underWay);
    }

    /// <summary>Changed, or half of the time for which the told state was good has passed and it is good for longer now.</summary>
    private static bool IsDue(in DeskStatus? told, in DeskStatus status, Snapshot snapshot)
    {
        if (told is not { } last) return true;
        if (last.State != status.State || last.Sequence != status.Sequence || last.Confidence != status.Confidence) return true;
        if (status.ValidUntil <= last.ValidUntil) return false;
        return snapshot.At >= last.ObservedAt + (last.ValidUntil - last.ObservedAt) / 2;
    }

    private async Task TellAsync(DeskStatus status, CancellationToken cancellation)
    {
        if (await link.PublishAsync(Message(topics, desks[status.Desk], status), cancellation) is null) _told[status.Desk] = status;
    }
}
