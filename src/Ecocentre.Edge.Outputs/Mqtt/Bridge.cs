using System.Collections.Immutable;
using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>Listens to topics on which others publish what their sensors say (a Zigbee or LoRaWAN bridge), and hands on readings.</summary>
/// <remarks>
/// <para>A message's instant is that of its arrival. A retained one was published nobody knows when: it is questionable and keeps nobody alive, until the
/// topic speaks live; one that only repeats what was heard live before is left out. A payload that cannot be read is counted and told once, until one
/// can be read again. A topic without a live message for its time, whether its sensor, its bridge or the broker is away, is missing and told as
/// lost; it is told again when it is back.</para>
/// <para><see cref="RunAsync"/> runs once. <see cref="Health"/> may be read from any thread. The link belongs to the caller.</para>
/// </remarks>
public sealed class Bridge
{
    private readonly string _name;
    private readonly MqttLink _link;
    private readonly BridgeOutlets _outlets;
    private readonly TimeProvider _time;
    private readonly Func<Instant> _now;
    private readonly Dictionary<string, Heard> _topics;
    private readonly ImmutableArray<Heard> _inOrder;

    /// <param name="name">Of the bus, for people.</param>
    /// <param name="link">Its topics are subscribed here; it is started by the caller.</param>
    /// <param name="topics">Each topic once.</param>
    /// <param name="time">For what is silent when.</param>
    /// <param name="now">The gateway's clock, for readings and incidents.</param>
    public Bridge(string name, MqttLink link, IEnumerable<BridgeTopic> topics, BridgeOutlets outlets, TimeProvider time, Func<Instant> now)
    {
        (_name, _link, _outlets, _time, _now) = (name, link, outlets, time, now);
        var start = time.GetTimestamp();
        _inOrder = [.. topics.Select(topic => new Heard(topic, start))];
        _topics = _inOrder.ToDictionary(heard => heard.Topic.Topic, StringComparer.Ordinal);
        foreach (var topic in _topics.Keys) link.Subscribe(topic);
    }

    /// <summary>How each topic does, in the order given.</summary>
    public ImmutableArray<BridgeHealth> Health => [.. _inOrder.Select(heard => heard.Health())];

    /// <summary>Listens until cancelled or the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                await WaitAsync(cancellation);
                while (_link.Incoming.TryRead(out var message))
                    if (_topics.TryGetValue(message.Topic, out var heard)) await TakeAsync(heard, message, cancellation);
                foreach (var heard in _inOrder)
                    if (Left(heard) <= TimeSpan.Zero) await FallSilentAsync(heard, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ChannelClosedException)
        {
        }
    }

    /// <summary>Returns when a message waits, or a topic falls silent.</summary>
    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        var left = _inOrder.Min(Left);
        if (left <= TimeSpan.Zero) return;
        // Timers cut off below a millisecond; rounded up, the last one is not spent in circles.
        using var silence = new CancellationTokenSource(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
        try
        {
            if (!await _link.Incoming.WaitToReadAsync(either.Token)) throw new ChannelClosedException();
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Somebody has been silent for long enough.
        }
    }

    private TimeSpan Left(Heard heard) => heard.Topic.SilentAfter - _time.GetElapsedTime(heard.DueFrom);

    private async ValueTask TakeAsync(Heard heard, MqttMessage message, CancellationToken cancellation)
    {
        var (at, complaint, read) = (_now(), "", 0);
        var points = heard.Topic.Points;
        for (var i = 0; i < points.Length; i++)
        {
            if (points[i].Read(message.Payload, out var words) is not { } value)
            {
                // A device that publishes its quantities one by one leaves out the others.
                complaint = words;
                continue;
            }
            read++;
            if (message.Retain && heard.IsAlive && heard.Last[i].Equals(value)) continue;
            if (!message.Retain) heard.Last[i] = value;
            await _outlets.Readings.WriteAsync(new Reading(points[i].Point.Id, at, value, message.Retain ? Quality.Questionable
                : Quality.Good), cancellation);
        }
        if (read == 0)
        {
            if (heard.Complain(at)) await TellAsync(heard, IncidentKind.DeviceUnwell,
                $"What arrived on {heard.Topic.Topic} cannot be read: {complaint}", cancellation);
            return;
        }
        var (wasSick, wasLost) = heard.Hear(at, message.Retain, _time.GetTimestamp());
        if (wasSick) await TellAsync(heard, IncidentKind.DeviceWell, $"What arrives on {heard.Topic.Topic} can be read again.", cancellation);
        if (wasLost) await TellAsync(heard, IncidentKind.DeviceBack, $"{heard.Topic.Device} on {_name} speaks again.", cancellation);
    }

    private async ValueTask FallSilentAsync(Heard heard, CancellationToken cancellation)
    {
        var at = _now();
        foreach (var point in heard.Topic.Points)
            await _outlets.Readings.WriteAsync(new Reading(point.Point.Id, at, double.NaN, Quality.Missing), cancellation);
        if (heard.Lose(_time.GetTimestamp()))
            await TellAsync(heard, IncidentKind.DeviceLost,
                $"{heard.Topic.Device} on {_name} has said nothing on {heard.Topic.Topic} for {heard.Topic.SilentAfter}. "
                    + $"{_link.Trouble}".TrimEnd(), cancellation);
    }

    private ValueTask TellAsync(Heard heard, IncidentKind kind, string text, CancellationToken cancellation) =>
        _outlets.Incidents.WriteAsync(new Incident(_now(), kind, heard.Topic.Device, text), cancellation);

    /// <summary>A topic and what was heard on it.</summary>
    private sealed class Heard(BridgeTopic topic, long start)
    {
        private readonly Lock _gate = new();
        private bool _isLost, _isSick;
        private long _messages, _malformed;
        private Instant? _at;

        internal BridgeTopic Topic => topic;

        /// <summary>Values heard live last, NaN before.</summary>
        internal double[] Last { get; } = [.. topic.Points.Select(_ => double.NaN)];

        /// <summary>From when its silence counts: the last live message, or the last time it was found missing.</summary>
        internal long DueFrom { get; private set; } = start;

        internal bool IsAlive => _at is not null && !_isLost;

        /// <returns>True when this is the first payload in a row that cannot be read.</returns>
        internal bool Complain(Instant at)
        {
            lock (_gate)
            {
                _malformed++;
                var isNew = !_isSick;
                _isSick = true;
                return isNew;
            }
        }

        internal (bool WasSick, bool WasLost) Hear(Instant at, bool isRetained, long timestamp)
        {
            lock (_gate)
            {
                _messages++;
                var (sick, lost) = (_isSick, _isLost && !isRetained);
                _isSick = false;
                if (isRetained) return (sick, false);
                (_isLost, _at, DueFrom) = (false, at, timestamp);
                return (sick, lost);
            }
        }

        /// <returns>True when it was not lost before.</returns>
        internal bool Lose(long timestamp)
        {
            lock (_gate)
            {
                DueFrom = timestamp;
                var isNew = !_isLost;
                _isLost = true;
                return isNew;
            }
        }

        internal BridgeHealth Health()
        {
            lock (_gate) return new BridgeHealth(topic.Device, IsAlive, _at, _messages, _malformed);
        }
    }
}

/// <summary>Where a bridge puts what it hears. Both are bounded and make it wait when full.</summary>
public sealed record BridgeOutlets(ChannelWriter<Reading> Readings, ChannelWriter<Incident> Incidents);

/// <summary>How a topic does. Immutable picture of one moment; counts are since start.</summary>
/// <param name="IsAlive">It spoke live lately.</param>
/// <param name="LastAt">When it last did, or null.</param>
/// <param name="Malformed">Payloads that could not be read.</param>
public sealed record BridgeHealth(string Device, bool IsAlive, Instant? LastAt, long Messages, long Malformed);
