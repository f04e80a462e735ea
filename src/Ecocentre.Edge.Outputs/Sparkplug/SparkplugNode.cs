using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>The session of an edge node (Sparkplug 3.0.0, chapter 5): births at each connection and when a host asks for them, deaths, one count of
/// messages, and where a primary host is named silence while it is away.</summary>
/// <remarks>All messages go out under one gate, so that their numbers are in the order of the wire; each is bound to its connection, so that none comes
/// before the births of the next. Any thread.</remarks>
internal sealed class SparkplugNode : IDisposable
{
    /// <summary>Shortest time from births that a host asked for to the next that any asks for: a storm of requests costs one sequence of births.</summary>
    public static readonly TimeSpan RebirthRest = TimeSpan.FromSeconds(5);

    // The count of messages and that of births begin anew after 255 (Sparkplug 3.0.0, 6.4.5 and 5.4).
    private const int CountEnd = 256;

    private readonly SparkplugTopics _topics;
    private readonly MqttLink _link;
    private readonly TimeProvider _time;
    private readonly string? _hostTopic;
    private readonly HostState _host = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _ready;
    private int _sequence;
    private long _birthDeath = -1;
    private Instant _newestIncident;
    private bool _isAsked;
    private long? _rebornAt;
    private string? _trouble;

    public SparkplugNode(SparkplugOptions options, MqttLink link, ImmutableArray<Point> points, TimeProvider time)
    {
        (_topics, _link, _time) = (new SparkplugTopics(options.Group, options.Node), link, time);
        Book = new PlantBook(points, aliasesTaken: IncidentAlias);
        // First, because the first is what is asked for again when the link confirms: the broker then tells the host's state anew.
        if (options.PrimaryHost is { } host) link.Subscribe(_hostTopic = SparkplugTopics.State(host));
        link.Subscribe(_topics.OfNode("NCMD"));
    }

    /// <summary>Aliases of the node's own metrics; those of points follow.</summary>
    public const ulong BirthDeathAlias = 1, IncidentAlias = 2;

    /// <summary>Name of the metric that tells incidents.</summary>
    public const string IncidentName = "Incident";

    public required Func<Instant> Now { get; init; }

    /// <summary>The newest reading of a point, or null; any thread, returns at once.</summary>
    public required Func<string, Reading?> Newest { get; init; }

    /// <summary>Devices and metrics; only for who holds the gate.</summary>
    public PlantBook Book { get; }

    /// <summary>Why nothing is told now, in words.</summary>
    public string Trouble => !_link.IsConnected ? _link.Trouble ?? "The broker is not connected."
        : _hostTopic is not null && !_host.IsOnline ? $"The primary host has not said on {_hostTopic} that it is online."
        : Volatile.Read(ref _trouble) ?? "The births are not told yet.";

    /// <summary>The will of the next connection: a death with the number that the next births will have.</summary>
    public MqttMessage NextWill()
    {
        var number = Interlocked.Increment(ref _birthDeath) % CountEnd;
        return new MqttMessage(_topics.OfNode("NDEATH"), Payload.Death(Now(), number));
    }

    /// <summary>Keeps the session until cancelled, or until the link is disposed of; ends quietly then.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            for (long connection = 0; ;)
            {
                connection = await _link.WaitForConnectionAsync(connection, cancellation);
                using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                var next = _link.WaitForConnectionAsync(connection, ending.Token);
                try
                {
                    await ServeAsync(connection, next, ending.Token);
                }
                finally
                {
                    SetReady(0);
                    ending.Cancel();
                    await Task.WhenAny(next);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
        }
        catch (ObjectDisposedException)
        {
        }
    }

    /// <summary>Waits for a session.</summary>
    /// <returns>Its connection.</returns>
    public async Task<long> WaitForSessionAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_ready > 0 && _link.IsConnected) return _ready;
                changed = _changed.Task;
            }
            await changed.WaitAsync(cancellation);
        }
    }

    /// <summary>Holds the gate for a while: nobody else tells anything, no births come between.</summary>
    public async Task<SemaphoreSlim> EnterAsync(CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        return _gate;
    }

    /// <summary>Sends a message of the session; only for who holds the gate.</summary>
    /// <param name="device">Id of a device, or null for the node.</param>
    public async ValueTask<string?> SendAsync(long connection, string verb, string? device, IEnumerable<Protobuf> metrics, CancellationToken cancellation)
    {
        var topic = device is null ? _topics.OfNode(verb) : _topics.OfDevice(verb, device);
        var payload = Payload.Write(Now(), metrics, _sequence);
        var trouble = await _link.PublishAsync(new MqttMessage(topic, payload) { AtMostOnce = true, Connection = connection }, cancellation);
        if (trouble is null) _sequence = (_sequence + 1) % CountEnd;
        return trouble;
    }

    /// <summary>Tells a device's birth; only for who holds the gate.</summary>
    public async ValueTask<string?> BearAsync(long connection, PlantDevice device, CancellationToken cancellation)
    {
        var now = Now();
        // Values stand in the order of their times (Sparkplug 3.0.0, 5.13, data-publish-dbirth-order).
        var metrics = device.Metrics.Select(metric => metric.Birth(Newest(metric.Series.Name), now)).OrderBy(metric => metric.At)
            .Select(metric => metric.Write(isBirth: true)).ToArray();
        var trouble = await SendAsync(connection, "DBIRTH", device.Id, metrics, cancellation);
        device.IsBorn = trouble is null;
        return trouble;
    }

    /// <summary>An incident as data; only for who holds the gate. Historical when births or a newer one were told already.</summary>
    public Metric Tell(Incident incident, long sequence)
    {
        var isHistorical = incident.At < _newestIncident;
        if (!isHistorical) _newestIncident = incident.At;
        return new Metric(MetricType.String, incident.At)
        {
            Alias = IncidentAlias, Value = $"{incident.Subject}: {incident.Text}", Sequence = sequence, IsHistorical = isHistorical,
            Properties = [new("kind", IncidentWords.Of(incident.Kind)), new("subject", incident.Subject)],
        };
    }

    public void Dispose() => _gate.Dispose();

    private async Task ServeAsync(long connection, Task next, CancellationToken cancellation)
    {
        if (_hostTopic is not null)
        {
            _host.Forget();
            await _link.ConfirmAsync(connection, cancellation);
        }
        if (_hostTopic is null) await TellBirthsAsync(connection, isNewSession: true, cancellation);
        for (var arrival = Arrival(cancellation); !next.IsCompleted;)
        {
            if (arrival.IsCompleted)
            {
                if (!await arrival) break;
                while (_link.Incoming.TryRead(out var message)) Hear(message);
                arrival = Arrival(cancellation);
                if (_hostTopic is not null && !await FollowHostAsync(connection, cancellation)) break;
            }
            if (_isAsked && RestLeft() is var rest)
            {
                if (rest <= TimeSpan.Zero) await RebirthAsync(connection, cancellation);
                else await FirstAsync(cancellation, arrival, next, Task.Delay(rest, _time, cancellation));
            }
            else await FirstAsync(cancellation, arrival, next);
        }
        await next;
    }

    private Task<bool> Arrival(CancellationToken cancellation) => _link.Incoming.WaitToReadAsync(cancellation).AsTask();

    private static async Task FirstAsync(CancellationToken cancellation, params Task[] tasks)
    {
        await Task.WhenAny(tasks);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Hear(MqttMessage message)
    {
        if (message.Topic == _hostTopic) _host.Hear(message.Payload);
        // A command that the broker kept was meant for another session.
        else if (!message.Retain && message.Topic == _topics.OfNode("NCMD") && Payload.AsksForRebirth(message.Payload.Span)) _isAsked = true;
    }

    /// <summary>Tells births when the primary host has come, and dies when it has gone.</summary>
    /// <returns>False when this connection is given up.</returns>
    private async Task<bool> FollowHostAsync(long connection, CancellationToken cancellation)
    {
        var isReady = Volatile.Read(ref _ready) == connection;
        if (_host.IsOnline && !isReady) await TellBirthsAsync(connection, isNewSession: true, cancellation);
        if (_host.IsOnline || !isReady) return true;
        await _gate.WaitAsync(cancellation);
        try
        {
            SetReady(0);
            await _link.RenewAsync(cancellation);
        }
        finally
        {
            _gate.Release();
        }
        return false;
    }

    private TimeSpan RestLeft() => _rebornAt is { } at ? RebirthRest - _time.GetElapsedTime(at) : TimeSpan.Zero;

    private async Task RebirthAsync(long connection, CancellationToken cancellation)
    {
        _isAsked = false;
        if (Volatile.Read(ref _ready) != connection) return;
        _rebornAt = _time.GetTimestamp();
        await TellBirthsAsync(connection, isNewSession: false, cancellation);
    }

    /// <param name="isNewSession">All devices are told, also those that died before.</param>
    private async Task TellBirthsAsync(long connection, bool isNewSession, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            _isAsked = false;
            _sequence = 0;
            var now = _newestIncident = Now();
            var trouble = await SendAsync(connection, "NBIRTH", null,
                [
                    new Metric(MetricType.Int64, now) { Name = Payload.BirthDeath, Alias = BirthDeathAlias, Value = Volatile.Read(ref _birthDeath) % CountEnd }
                        .Write(isBirth: true),
                    // Without an alias, so that a host that knows nothing of this node can ask (5.16, rebirth-name-aliases).
                    new Metric(MetricType.Boolean, now) { Name = Payload.Rebirth, Value = false }.Write(isBirth: true),
                    new Metric(MetricType.String, now) { Name = IncidentName, Alias = IncidentAlias }.Write(isBirth: true),
                ], cancellation);
            foreach (var device in Book.Devices.Where(device => isNewSession || device.IsBorn))
                trouble ??= await BearAsync(connection, device, cancellation);
            Volatile.Write(ref _trouble, trouble);
            SetReady(trouble is null ? connection : 0);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void SetReady(long connection)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _ready = connection;
            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.TrySetResult();
    }
}
