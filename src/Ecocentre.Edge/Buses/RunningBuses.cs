using System.Collections.Frozen;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Buses;

/// <summary>The buses of a centre at work: a loop for each, or a link to a broker. Made once, started once, then disposed.</summary>
internal sealed class RunningBuses : IAsyncDisposable
{
    private readonly List<WatchedBus> _buses = [];
    private readonly List<(BridgePlan Plan, Bridge Bridge, MqttLink Link)> _bridges = [];

    /// <param name="network">Time for what waits on brokers.</param>
    internal RunningBuses(IEnumerable<BusPlan> plans, Wiring wiring, Intake intake, TimeProvider network)
    {
        foreach (var plan in plans)
        {
            if (plan is BridgePlan bridge)
            {
                var link = Adapters.Link(bridge.Bus.Broker, null, network, Jitter.For(bridge.Bus.Broker.ClientId));
                var heard = new BridgeOutlets(intake.Readings.Writer, intake.Incidents.Writer);
                _bridges.Add((bridge, new Bridge(plan.Options.Name, link, bridge.Topics, heard, wiring.Time, wiring.Now), link));
                continue;
            }
            _buses.Add(new WatchedBus(plan.Options.Name, () => plan.Connect(wiring), new BusOutlets(intake.Readings.Writer, intake.Incidents.Writer),
                wiring.Time, wiring.Now));
        }
    }

    /// <summary>How each bus does. Any thread.</summary>
    internal IEnumerable<BusHealth> Health => Loops.Select(loop => loop.Health).Concat(_bridges.Select(Heard));

    /// <summary>Sensors that can say something of themselves, by the name of the device.</summary>
    internal IEnumerable<Sensor> Sensors => _buses.SelectMany(bus => bus.Sensors);

    /// <inheritdoc cref="BusLoop.BorrowAsync"/>
    internal Task<T> BorrowAsync<T>(string device, Func<IDevice, Task<T>> work, CancellationToken cancellation) =>
        Loops.First(loop => loop.Health.Devices.Any(d => d.Name == device)).BorrowAsync(device, work, cancellation);

    /// <summary>Starts polling and listening; the tasks end when cancelled.</summary>
    internal IEnumerable<Task> Start(CancellationToken cancellation)
    {
        foreach (var (_, _, link) in _bridges) link.Start();
        return [.. _buses.Select(bus => bus.RunAsync(cancellation)), .. _bridges.Select(b => b.Bridge.RunAsync(cancellation))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in _buses) await bus.DisposeAsync();
        foreach (var (_, _, link) in _bridges) await link.DisposeAsync();
    }

    private IEnumerable<BusLoop> Loops => _buses.SelectMany(bus => bus.Loops);

    private static BusHealth Heard((BridgePlan Plan, Bridge Bridge, MqttLink Link) bridge) => new(bridge.Plan.Options.Name, 0,
        [.. bridge.Bridge.Health.Select(h => new DeviceHealth(h.Device, h.IsAlive, h.LastAt, h.Messages + h.Malformed, h.Messages,
            h.Malformed > 0 ? new Dictionary<FaultKind, long> { [FaultKind.Garbled] = h.Malformed }.ToFrozenDictionary()
                : FrozenDictionary<FaultKind, long>.Empty,
            bridge.Link.Trouble, 0, 0))]);
}
