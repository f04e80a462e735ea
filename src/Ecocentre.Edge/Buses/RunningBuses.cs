using System.Collections.Frozen;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Buses;

/// <summary>The buses of a centre at work: a loop for each, or a link to a broker. Made once, started once, then disposed.</summary>
internal sealed class RunningBuses : IAsyncDisposable
{
    private readonly List<BusLoop> _loops = [];
    private readonly List<ConnectedBus> _ways = [];
    private readonly List<(BridgePlan Plan, Bridge Bridge, MqttLink Link)> _bridges = [];

    /// <param name="network">Time for what waits on brokers.</param>
    internal RunningBuses(IEnumerable<BusPlan> plans, Wiring wiring, Intake intake, TimeProvider network)
    {
        foreach (var plan in plans)
        {
            if (plan is BridgePlan bridge)
            {
                var link = new MosquittoLink(bridge.Bus.Broker, null, network, Jitter.For(bridge.Bus.Broker.ClientId));
                var heard = new BridgeOutlets(intake.Readings.Writer, intake.Incidents.Writer);
                _bridges.Add((bridge, new Bridge(plan.Options.Name, link, bridge.Topics, heard, wiring.Time, wiring.Now), link));
                continue;
            }
            var bus = plan.Connect(wiring);
            _ways.Add(bus);
            if (bus.Reset?.Trouble is { } trouble)
                intake.Incidents.Writer.TryWrite(new Incident(wiring.Now(), IncidentKind.RequestRefused, plan.Options.Name,
                    $"The multiplexers of {plan.Options.Name} cannot be reset: {trouble}"));
            var outlets = new BusOutlets(intake.Readings.Writer, intake.Incidents.Writer);
            if (bus.Devices.Count > 0)
                _loops.Add(new BusLoop(plan.Options.Name, bus.Devices, outlets, wiring.Time, wiring.Now) { PollsMax = bus.PollsMax });
            // What waits for something to happen would keep the others waiting.
            if (bus.Listeners is { Count: > 0 } listeners)
                _loops.Add(new BusLoop(bus.Devices.Count > 0 ? $"{plan.Options.Name} lines" : plan.Options.Name, listeners, outlets,
                    wiring.Time, wiring.Now)
                {
                    PollsMax = listeners.Count, IsListening = true,
                });
        }
    }

    /// <summary>How each bus does. Any thread.</summary>
    internal IEnumerable<BusHealth> Health => _loops.Select(loop => loop.Health).Concat(_bridges.Select(Heard));

    /// <summary>Sensors that can say something of themselves, by the name of the device.</summary>
    internal IEnumerable<Sensor> Sensors => _ways.SelectMany(way => way.Devices).OfType<Sensor>();

    /// <inheritdoc cref="BusLoop.BorrowAsync"/>
    internal Task<T> BorrowAsync<T>(string device, Func<IDevice, Task<T>> work, CancellationToken cancellation) =>
        _loops.First(loop => loop.Health.Devices.Any(d => d.Name == device)).BorrowAsync(device, work, cancellation);

    /// <summary>Starts polling and listening; the tasks end when cancelled.</summary>
    internal IEnumerable<Task> Start(CancellationToken cancellation)
    {
        foreach (var (_, _, link) in _bridges) link.Start();
        return [.. _loops.Select(loop => loop.RunAsync(cancellation)), .. _bridges.Select(b => b.Bridge.RunAsync(cancellation))];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops) await loop.DisposeAsync();
        foreach (var way in _ways) await way.DisposeAsync();
        foreach (var (_, _, link) in _bridges) await link.DisposeAsync();
    }

    private static BusHealth Heard((BridgePlan Plan, Bridge Bridge, MqttLink Link) bridge) => new(bridge.Plan.Options.Name, 0,
        [.. bridge.Bridge.Health.Select(h => new DeviceHealth(h.Device, h.IsAlive, h.LastAt, h.Messages + h.Malformed, h.Messages,
            h.Malformed > 0 ? new Dictionary<FaultKind, long> { [FaultKind.Garbled] = h.Malformed }.ToFrozenDictionary()
                : FrozenDictionary<FaultKind, long>.Empty,
            bridge.Link.Trouble, 0, 0))]);
}
