using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>Tells the log to Sparkplug B 3.0 hosts: one edge node, each device of the site as its device, each point as a metric.</summary>
/// <remarks>
/// <para>What is told of a point is its value at the end of each minute, when it changed; of occupancy at the end of each quarter hour
/// (<see cref="Occupancy.OccupancyHistory"/>). Values that ended before the session's births, because the broker or the host was away, come in order and
/// are marked historical. Longer windows and records are not told: a host makes the ones itself, and the others are evidence. Incidents are the node's
/// metric <c>Incident</c>. Values without good quality carry the property <c>Quality</c>, all carry <c>sequence</c>, the number of the log's
/// entry.</para>
/// <para>A device is dead from its incident of loss on, or when a whole batch knows nothing of it, until it says something again. One that only the log
/// still knows is born for its past, and dies after it.</para>
/// <para>Sparkplug publishes without acknowledgement. So after each batch the broker is asked something on the same connection: its answer says that it has
/// read all before.</para>
/// <para>The link is the caller's to start, after this was made, and to dispose of, after this. What arrives on it is taken by this sink alone.</para>
/// </remarks>
public sealed class SparkplugSink : ISink
{
    // A metric of data takes some 60 bytes: 30 kB, far below what any broker takes.
    private const int MetricsMax = 500;

    private readonly SparkplugNode _node;
    private readonly MqttLink _link;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _running;
    private bool _isDisposed;

    /// <param name="points">By their id; private ones are not told of.</param>
    /// <param name="link">Made without a will; not started yet.</param>
    public SparkplugSink(SparkplugOptions options, MqttLink link, ImmutableArray<Point> points, SparkplugSurroundings surroundings)
    {
        (_link, _time) = (link, surroundings.Time);
        _node = new SparkplugNode(options, link, points, surroundings.Time) { Now = surroundings.Now, Newest = surroundings.Newest };
        link.NextWill = _node.NextWill;
        _running = _node.RunAsync(_ending.Token);
    }

    public string Name { get; init; } = "sparkplug";

    /// <summary>How long a delivery waits for a session that is not there, before it says so.</summary>
    public TimeSpan SessionWaitMax { get; init; } = TimeSpan.FromSeconds(5);

    public async ValueTask<Delivery> DeliverAsync(ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        if (_running.IsFaulted) await _running;
        if (await SessionAsync(cancellation) is not { } connection) return Delivery.RetryLater(_node.Trouble);
        var gate = await _node.EnterAsync(cancellation);
        try
        {
            var trouble = await BearNewAsync(connection, entries, cancellation)
                ?? await TellAsync(connection, entries, cancellation)
                ?? await _link.ConfirmAsync(connection, cancellation);
            return trouble is null ? Delivery.Accepted : Delivery.RetryLater(trouble);
        }
        finally
        {
            gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _ending.Cancel();
        await _running;
        _ending.Dispose();
        _node.Dispose();
    }

    private async ValueTask<long?> SessionAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(SessionWaitMax, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await _node.WaitForSessionAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Births of devices that have metrics nobody was told of.</summary>
    private async ValueTask<string?> BearNewAsync(long connection, ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        var changed = new HashSet<PlantDevice>();
        for (var i = 0; i < entries.Length; i++)
        {
            if (entries.Span[i].Fact is not WindowFact window || !IsTold(window)) continue;
            var count = _node.Book.Device(window.Series.Device)?.Metrics.Count ?? 0;
            var (device, _) = _node.Book.Find(window.Series);
            if (device.Metrics.Count != count) changed.Add(device);
        }
        string? trouble = null;
        foreach (var device in changed) trouble ??= await _node.BearAsync(connection, device, cancellation);
        return trouble;
    }

    private async ValueTask<string?> TellAsync(long connection, ReadOnlyMemory<LogEntry> entries, CancellationToken cancellation)
    {
        var message = new MessageInMaking();
        var silent = new Dictionary<PlantDevice, bool>();
        string? trouble = null;
        for (var i = 0; i < entries.Length && trouble is null; i++)
        {
            var entry = entries.Span[i];
            switch (entry.Fact)
            {
                case WindowFact window when IsTold(window):
                    var (device, metric) = _node.Book.Find(window.Series);
                    var isKnown = double.IsFinite(window.Aggregate.Last);
                    // A dead device has nothing to say until it has something to say.
                    if (!device.IsBorn && !isKnown) break;
                    if (!device.IsBorn)
                    {
                        trouble = await SendAsync(connection, message, cancellation) ?? await _node.BearAsync(connection, device, cancellation);
                        if (trouble is not null) break;
                    }
                    var end = window.Aggregate.Window.Start + window.Aggregate.Window.Length;
                    if (metric.Tell(window.Aggregate.Last, end, QualityOf(window.Aggregate), entry.Sequence) is not { } told)
                    {
                        silent[device] = silent.GetValueOrDefault(device, true) && !isKnown;
                        break;
                    }
                    if (!told.IsHistorical) silent[device] = silent.GetValueOrDefault(device, true) && !isKnown;
                    if (!message.Takes(device, told, MetricsMax)) trouble = await SendAsync(connection, message, cancellation);
                    message.Add(device, told);
                    break;
                case IncidentFact { Incident: var incident }:
                    var word = _node.Tell(incident, entry.Sequence);
                    if (!message.Takes(null, word, MetricsMax)) trouble = await SendAsync(connection, message, cancellation);
                    message.Add(null, word);
                    var isLoss = incident.Kind == IncidentKind.DeviceLost && !word.IsHistorical;
                    if (isLoss && _node.Book.Device(incident.Subject) is { } lost) silent[lost] = true;
                    break;
            }
        }
        trouble ??= await SendAsync(connection, message, cancellation);
        foreach (var device in _node.Book.Devices)
            if (device.IsBorn && (!device.IsDeclared || silent.GetValueOrDefault(device))) trouble ??= await BuryAsync(connection, device, cancellation);
        return trouble;
    }

    private async ValueTask<string?> BuryAsync(long connection, PlantDevice device, CancellationToken cancellation)
    {
        device.IsBorn = false;
        return await _node.SendAsync(connection, "DDEATH", device.Id, [], cancellation);
    }

    private async ValueTask<string?> SendAsync(long connection, MessageInMaking message, CancellationToken cancellation)
    {
        if (message.Metrics.Count == 0) return null;
        var trouble = await _node.SendAsync(connection, message.Device is null ? "NDATA" : "DDATA", message.Device?.Id, message.Metrics, cancellation);
        message.Clear();
        return trouble;
    }

    private static bool IsTold(WindowFact window) => Occupancy.OccupancyHistory.IsOccupancy(window.Series.Quantity)
        ? window.Aggregate.Kind == WindowKind.QuarterHour : window.Aggregate.Kind == WindowKind.Minute;

    // Half of the window by good readings is what a value at its end can be counted on for; none at all is nothing.
    private static Quality QualityOf(in Aggregate aggregate) => !double.IsFinite(aggregate.Last) ? Quality.Missing
        : aggregate.Coverage > 0 ? Quality.Good : Quality.Questionable;
}

/// <summary>What a sink of Sparkplug asks of its surroundings.</summary>
/// <param name="Time">For waits.</param>
/// <param name="Now">The gateway's clock.</param>
/// <param name="Newest">The newest reading of a point by its name, or null; any thread, returns at once.</param>
public sealed record SparkplugSurroundings(TimeProvider Time, Func<Instant> Now, Func<string, Reading?> Newest);
