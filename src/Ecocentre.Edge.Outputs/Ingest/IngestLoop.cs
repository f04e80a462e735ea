using System.Buffers;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Ingest;

/// <summary>Brings the logs of all centres from the broker into the database, and tells each gateway what the database has taken.</summary>
/// <remarks>
/// <para>It may die at any moment: a range is acknowledged only after the database answered for all of it (stored, or refused for good and
/// kept in the file of this ingest), and a gateway that waits for acknowledgements sends again what stays without one. Writing twice is
/// harmless.</para>
/// <para>While the database is away it keeps up to <see cref="IngestOptions.PendingBytesMax"/> and drops what comes beyond,
/// unacknowledged. Malformed messages are set apart, neither written nor acknowledged. Any number of ingests may run, alone or as a
/// group.</para>
/// <para><see cref="RunAsync"/> runs once; the other members may be called from any thread. The link is the caller's to dispose of.</para>
/// </remarks>
public sealed class IngestLoop
{
    // Malformed messages remembered, so that one sent again and again is set apart once.
    private const int ComplaintsKnownMax = 256;

    private readonly MqttLink _link;
    private readonly InfluxWriter _writer;
    private readonly IngestOptions _options;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly PendingMessages _pending;
    private readonly RejectedFile _rejected;
    private readonly ArrayBufferWriter<byte> _lines = new();
    private readonly Queue<int> _complaints = new();
    private readonly Lock _gate = new();
    private IngestHealth _health = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null);

    /// <param name="link">Not started yet; with a session that the broker keeps, nothing is missed over a restart.</param>
    /// <param name="time">For waits, and for the time of what is set apart.</param>
    /// <param name="jitter">Spreads the tries of several ingests; this loop's own.</param>
    public IngestLoop(MqttLink link, InfluxWriter writer, IngestOptions options, TimeProvider time, Random jitter)
    {
        (_link, _writer, _options, _time) = (link, writer, options, time);
        _backoff = new Backoff(time, jitter);
        _pending = new PendingMessages(options, time);
        _rejected = new RejectedFile(options, time);
    }

    /// <summary>How it is doing.</summary>
    public IngestHealth Health
    {
        get
        {
            var (messages, bytes) = _pending.Size;
            lock (_gate) return _health with { PendingMessages = messages, PendingBytes = bytes };
        }
    }

    /// <summary>Subscribes, starts the link and works until cancelled; ends quietly then. What is in memory at the end is not
    /// acknowledged.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _link.Subscribe(_options.Group is { } group ? Topics.EveryLogShared(group) : Topics.EveryLog);
        _link.Start();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var receiving = ReceiveAsync(ending.Token);
        var writing = WriteAsync(ending.Token);
        // Neither ends by itself except by a bug, or when the link is disposed of: then the other has nothing left to do.
        await Task.WhenAny(receiving, writing);
        ending.Cancel();
        await EndAsync(receiving, ending.Token);
        await EndAsync(writing, ending.Token);
    }

    /// <summary>Asks a gateway to send a range of its log again, for a database that lost its past.</summary>
    /// <param name="centre">Id of the centre.</param>
    /// <param name="from">First sequence wanted, at least 1.</param>
    /// <param name="to">Last sequence wanted, included; the gateway answers as far as its log reaches.</param>
    /// <returns>Null when the broker took the request, else why not.</returns>
    public ValueTask<string?> RequestReplayAsync(string centre, long from, long to, CancellationToken cancellation) =>
        _link.PublishAsync(new MqttMessage(new Topics(centre).Replay, new ReplayRequest(from, to).ToJson()), cancellation);

    private static async Task EndAsync(Task work, CancellationToken ending)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        while (await _link.Incoming.WaitToReadAsync(cancellation))
            while (_link.Incoming.TryRead(out var message)) Take(message);
    }

    private void Take(MqttMessage message)
    {
        if (!LogMessage.TryRead(message, out var read, out var complaint))
        {
            SetApart(message, complaint);
            return;
        }
        var admission = _pending.Add(read);
        Count(health => admission switch
        {
            Admission.Taken => health with { MessagesTaken = health.MessagesTaken + 1 },
            Admission.Full => health with { MessagesDropped = health.MessagesDropped + 1 },
            _ => health with { MessagesRepeated = health.MessagesRepeated + 1 },
        });
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var messages = await _pending.TakeAsync(cancellation);
            Join(messages);
            while (await OfferAsync(messages, cancellation) is { } trouble)
            {
                var now = Instant.From(_time.GetUtcNow());
                Count(health => health with { Trouble = trouble.Text, TroubleSince = health.TroubleSince ?? now });
                await _backoff.WaitAsync(trouble.RetryAfter, cancellation);
            }
            _backoff.Reset();
            Count(health => health with { Trouble = null, TroubleSince = null });
            _pending.Done(messages);
            await AcknowledgeAsync(messages, cancellation);
        }
    }

    private void Join(List<LogMessage> messages)
    {
        _lines.ResetWrittenCount();
        foreach (var message in messages)
        {
            _lines.Write(message.Payload.Span);
            if (message.Payload.Span[^1] != '\n') _lines.Write("\n"u8);
        }
    }

    /// <returns>Null when the database has answered for every line and what it refused is on the disk.</returns>
    private async ValueTask<(string Text, TimeSpan? RetryAfter)?> OfferAsync(List<LogMessage> messages, CancellationToken cancellation)
    {
        var result = await _writer.WriteAsync(_lines.WrittenMemory, cancellation);
        if (result.Outcome != WriteOutcome.Written) return ($"{_writer.Target}: {result.Trouble}", result.RetryAfter);
        try
        {
            if (result.Refused.Count > 0) _rejected.AddLines(Owned(result.Refused, messages));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ($"{_rejected.FilePath}: refused lines cannot be set apart ({exception.Message}).", null);
        }
        var written = messages.Sum(message => message.Lines) - result.Refused.Count;
        Count(health => health with
        {
            LinesWritten = health.LinesWritten + written,
            LinesSetApart = health.LinesSetApart + result.Refused.Count,
        });
        return null;
    }

    private static IEnumerable<(LogMessage, ReadOnlyMemory<byte>, string)> Owned(
        IReadOnlyList<RefusedLine> refused, List<LogMessage> messages)
    {
        var (owner, end) = (0, messages[0].Lines);
        foreach (var line in refused)
        {
            while (line.Number >= end) end += messages[++owner].Lines;
            yield return (messages[owner], line.Line, line.Reason);
        }
    }

    private async ValueTask AcknowledgeAsync(List<LogMessage> messages, CancellationToken cancellation)
    {
        var sending = messages.ConvertAll(message =>
        {
            var word = new Acknowledgement(_options.Name, message.First, message.Last);
            return _link.PublishAsync(new MqttMessage(message.Topics.Ack, word.ToJson()), cancellation).AsTask();
        });
        var failed = (await Task.WhenAll(sending)).Count(refusal => refusal is not null);
        Count(health => health with
        {
            AcknowledgementsSent = health.AcknowledgementsSent + messages.Count - failed,
            AcknowledgementsFailed = health.AcknowledgementsFailed + failed,
        });
    }

    private void SetApart(MqttMessage message, string complaint)
    {
        Count(health => health with { MessagesMalformed = health.MessagesMalformed + 1 });
        var hash = new HashCode();
        hash.Add(message.Topic);
        hash.AddBytes(message.Payload.Span);
        var print = hash.ToHashCode();
        if (_complaints.Contains(print)) return;
        try
        {
            _rejected.AddMessage(message, complaint);
            _complaints.Enqueue(print);
            if (_complaints.Count > ComplaintsKnownMax) _complaints.Dequeue();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost by that: the message is not acknowledged, and it is counted.
        }
    }

    private void Count(Func<IngestHealth, IngestHealth> change)
    {
        lock (_gate) _health = change(_health);
    }
}
