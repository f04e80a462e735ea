using System.Collections.Frozen;
using System.Collections.Immutable;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Buses;

/// <summary>One bus of a centre at work. Made once, run once, then disposed.</summary>
/// <param name="plan">As it was when the bus was made; its points may have got other numbers since.</param>
/// <param name="readings">Where it puts its readings.</param>
internal abstract class RunningBus(BusPlan plan, MovableOutlet readings) : IAsyncDisposable
{
    internal BusPlan Plan { get; } = plan;

    internal MovableOutlet Readings { get; } = readings;

    /// <summary>Null until it was started.</summary>
    internal RunningTask? Task { get; set; }

    /// <summary>Any thread.</summary>
    internal abstract IEnumerable<BusHealth> Health { get; }

    /// <inheritdoc cref="Health"/>
    internal virtual ImmutableArray<BusLoop> Loops => [];

    /// <inheritdoc cref="Health"/>
    internal virtual IEnumerable<Sensor> Sensors => [];

    /// <summary>Runs until cancelled.</summary>
    internal abstract Task RunAsync(CancellationToken cancellation);

    /// <summary>What hangs in it is waited for no longer.</summary>
    internal virtual void Abandon()
    {
    }

    public abstract ValueTask DisposeAsync();
}

/// <summary>A bus whose devices are asked.</summary>
internal sealed class PolledBus(BusPlan plan, MovableOutlet readings, WatchedBus bus) : RunningBus(plan, readings)
{
    internal override IEnumerable<BusHealth> Health => bus.Loops.Select(loop => loop.Health);

    internal override ImmutableArray<BusLoop> Loops => bus.Loops;

    internal override IEnumerable<Sensor> Sensors => bus.Sensors;

    internal override Task RunAsync(CancellationToken cancellation) => bus.RunAsync(cancellation);

    internal override void Abandon() => bus.Abandon();

    public override ValueTask DisposeAsync() => bus.DisposeAsync();
}

/// <summary>A broker on which others publish.</summary>
internal sealed class HeardBus(BusPlan plan, MovableOutlet readings, Bridge bridge, MqttLink link) : RunningBus(plan, readings)
{
    internal override IEnumerable<BusHealth> Health =>
    [
        new(Plan.Options.Name, 0, [.. bridge.Health.Select(h => new DeviceHealth(h.Device, h.IsAlive, h.LastAt, h.Messages + h.Malformed, h.Messages,
            h.Malformed > 0 ? new Dictionary<FaultKind, long> { [FaultKind.Garbled] = h.Malformed }.ToFrozenDictionary()
                : FrozenDictionary<FaultKind, long>.Empty,
            link.Trouble, 0, 0))]),
    ];

    internal override Task RunAsync(CancellationToken cancellation)
    {
        link.Start();
        return bridge.RunAsync(cancellation);
    }

    public override ValueTask DisposeAsync() => link.DisposeAsync();
}
