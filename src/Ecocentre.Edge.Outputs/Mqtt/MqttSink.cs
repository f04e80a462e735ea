using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Tells the log to an MQTT broker, and on to the database behind it when the site wants its word
/// (<see cref="MqttOptions.Acknowledge"/>).</summary>
/// <remarks>The link is the caller's to start, after this was made, and to dispose of, after this. What arrives on the link is taken by
/// this sink alone. An entry offered again after it was accepted is sent again, and its acknowledgement awaited again.</remarks>
public sealed class MqttSink : ISink
{
    // The packet around a payload: fixed header 5, packet id 2, property length 4, three user properties of at most 32 bytes, and spare.
    private const int PacketOverheadBytes = 128;

    private readonly Topics _topics;
    private readonly MqttLink _link;
    private readonly MqttOptions _options;
    private readonly TimeProvider _time;
    private readonly AwaitedAcknowledgements _awaited = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly Task _listening;
    private MqttSinkHealth _health;

    public MqttSink(Topics topics, MqttLink link, MqttOptions options, TimeProvider time)
    {
        (_topics, _link, _options, _time) = (topics, link, options, time);
        link.Subscribe(topics.Replay);
        if (options.Acknowledge == MqttAcknowledge.Database) link.Subscribe(topics.Ack);
        _listening = ListenAsync(_ending.Token);
    }

    public string Name { get; init; } = "mqtt";

    /// <summary>Called with the first and last sequence of each replay requested; returns at once. Both are at least 1 and in order; the
    /// log may not reach that far, either way.</summary>
    public Action<long, long> Replay { get; init; } = static (_, _) => { };

    /// <summary>How long a delivery waits for a connection that is not there, before it says so.</summary>
    public TimeSpan ConnectionWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    public MqttSinkHealth Health
    {
        get { lock (_gate) return _health; }
    }

    public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        // A replay that could not be passed on is a bug, and would end the listening unseen.
        if (_listening.IsFaulted) await _listening;
        var range = new SequenceRange(entries.Span[0].Sequence, entries.Span[^1].Sequence);
        // What the database acknowledged late is not sent again.
        var missing = _awaited.Missing(range);
        if (missing.Count > 0 && !await IsConnectedAsync(cancellation))
            return Delivery.RetryLater(_link.Trouble ?? "The broker is not connected.");

        var log = new LogMessages(_topics, PayloadBytesMax());
        var messages = log.Write(entries.Span, missing);
        var awaitsDatabase = _options.Acknowledge == MqttAcknowledge.Database;
        if (awaitsDatabase)
        {
            foreach (var part in missing) _awaited.Await(part);
            foreach (var sequence in log.TooLong) _awaited.Add(new SequenceRange(sequence, sequence));
        }
        if (await SendAsync(messages, cancellation) is { } trouble) return Delivery.RetryLater(trouble);
        if (awaitsDatabase && !await IsAcknowledgedAsync(range, cancellation)) return Delivery.RetryLater(Unacknowledged(range));
        _awaited.Forget(range);
        return log.TooLong.Count == 0
            ? Delivery.Accepted
            : Delivery.Rejected($"Its line is longer than a message may be ({PayloadBytesMax()} bytes).", log.TooLong);
    }

    public async ValueTask DisposeAsync()
    {
        _ending.Cancel();
        await _listening;
    }

    private int PayloadBytesMax() => _link.PacketBytesMax is { } packet
        ? Math.Clamp(packet - PacketOverheadBytes - _topics.Log.Length, 0, _options.BatchBytesMax)
        : _options.BatchBytesMax;

    private async ValueTask<bool> IsConnectedAsync(CancellationToken cancellation)
    {
        if (_link.IsConnected) return true;
        using var patience = new CancellationTokenSource(ConnectionWaitMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _link.WaitForConnectionAsync(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private async ValueTask<string?> SendAsync(IReadOnlyList<MqttMessage> messages, CancellationToken cancellation)
    {
        var sending = new Task<string?>[messages.Count];
        for (var i = 0; i < sending.Length; i++) sending[i] = _link.PublishAsync(messages[i], cancellation).AsTask();
        string? trouble = null;
        var results = await Task.WhenAll(sending);
        for (var i = 0; i < results.Length; i++)
        {
            trouble ??= results[i];
            var bytes = messages[i].Payload.Length;
            if (results[i] is null)
                Count(health => health with { MessagesSent = health.MessagesSent + 1, BytesSent = health.BytesSent + bytes });
        }
        return trouble;
    }

    private async ValueTask<bool> IsAcknowledgedAsync(SequenceRange range, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_options.AcknowledgeTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await _awaited.WaitAsync(range, either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    private string Unacknowledged(SequenceRange range)
    {
        var missing = _awaited.Missing(range).Sum(part => part.Count);
        return $"The database has not acknowledged {missing} of {range.Count} entries within {_options.AcknowledgeTimeout.TotalSeconds} s; " +
            "is an ingest running?";
    }

    private async Task ListenAsync(CancellationToken ending)
    {
        try
        {
            while (await _link.Incoming.WaitToReadAsync(ending))
                while (_link.Incoming.TryRead(out var message)) Hear(message);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Disposed.
        }
    }

    private void Hear(MqttMessage message)
    {
        // A retained request would be answered again after every reconnection.
        if (message.Retain) Count(health => health with { Malformed = health.Malformed + 1 });
        else if (message.Topic == _topics.Ack && Acknowledgement.TryRead(message.Payload, out var acknowledgement))
        {
            var isNews = _awaited.Add(new SequenceRange(acknowledgement.First, acknowledgement.Last));
            Count(health => isNews
                ? health with { Acknowledged = health.Acknowledged + 1 }
                : health with { AcknowledgedBefore = health.AcknowledgedBefore + 1 });
        }
        else if (message.Topic == _topics.Replay && ReplayRequest.TryRead(message.Payload, out var request))
        {
            Count(health => health with { Replays = health.Replays + 1 });
            Replay(request.From, request.To);
        }
        else Count(health => health with { Malformed = health.Malformed + 1 });
    }

    private void Count(Func<MqttSinkHealth, MqttSinkHealth> change)
    {
        lock (_gate) _health = change(_health);
    }
}
