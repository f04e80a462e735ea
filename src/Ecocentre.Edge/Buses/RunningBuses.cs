using System.Collections.Immutable;
using System.Threading.Channels;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Devices.Sensors;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Buses;

/// <summary>The buses of a centre at work: a loop for each, or a link to a broker. Some may be exchanged for others while the rest runs on.</summary>
/// <remarks>What changes the set belongs to one caller at a time; all else may be asked from any thread.</remarks>
internal sealed class RunningBuses : IAsyncDisposable
{
    // Polls are told to end and most do at once; who does not hangs, and is left behind.
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    private readonly Wiring _wiring;
    private readonly Intake _intake;
    private readonly TimeProvider _network;
    private RunningBus[] _buses = [];

    /// <param name="network">Time for what waits on brokers.</param>
    internal RunningBuses(IEnumerable<BusPlan> plans, Wiring wiring, Intake intake, TimeProvider network)
    {
        (_wiring, _intake, _network) = (wiring, intake, network);
        Make([.. plans]);
    }

    /// <summary>How each bus does.</summary>
    internal IEnumerable<BusHealth> Health => Buses.SelectMany(bus => bus.Health);

    /// <summary>Sensors that can say something of themselves, by the name of the device.</summary>
    internal IEnumerable<Sensor> Sensors => Buses.SelectMany(bus => bus.Sensors);

    /// <inheritdoc cref="BusLoop.BorrowAsync"/>
    internal Task<T> BorrowAsync<T>(string device, Func<IDevice, Task<T>> work, CancellationToken cancellation) =>
        Buses.SelectMany(bus => bus.Loops).FirstOrDefault(loop => loop.Health.Devices.Any(d => d.Name == device)) is { } loop
            ? loop.BorrowAsync(device, work, cancellation)
            : throw new InvalidOperationException($"There is no device {device} on any bus now.");

    /// <summary>Starts what does not run yet.</summary>
    internal void Start(RunningTasks tasks)
    {
        foreach (var bus in Buses.Where(bus => bus.Task is null)) bus.Task = tasks.Begin(cancellation => [bus.RunAsync(cancellation)]);
    }

    /// <summary>Ends those that do not go on; the others never notice.</summary>
    internal async Task EndAsync(IReadOnlySet<string> kept)
    {
        var ending = Buses.Where(bus => !kept.Contains(bus.Plan.Options.Name)).ToArray();
        Volatile.Write(ref _buses, [.. Buses.Except(ending)]);
        await Task.WhenAll(ending.Select(EndAsync));
    }

    /// <summary>Those that go on put their readings there from now on, under the numbers their points have by these plans.</summary>
    internal void Move(ChannelWriter<Reading> readings, ImmutableArray<BusPlan> plans)
    {
        foreach (var bus in Buses)
            if (plans.FirstOrDefault(plan => plan.Options.Name == bus.Plan.Options.Name) is { Points.Length: > 0 } plan)
                bus.Readings.MoveTo(readings, plan.Points[0].Id.Value - bus.Plan.Points[0].Id.Value);
    }

    /// <summary>Makes those of the plans that are not there, in their order. Nothing is opened.</summary>
    /// <param name="carries">Registers that pulses go on from; null for those of the start.</param>
    internal void Make(ImmutableArray<BusPlan> plans, IReadOnlyDictionary<string, CounterCarry>? carries = null)
    {
        if (carries is not null) _wiring.Carries = carries;
        var known = Buses.ToDictionary(bus => bus.Plan.Options.Name, StringComparer.Ordinal);
        Volatile.Write(ref _buses, [.. plans.Select(plan => known.GetValueOrDefault(plan.Options.Name) ?? Make(plan))]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in Buses) await bus.DisposeAsync();
    }

    private RunningBus[] Buses => Volatile.Read(ref _buses);

    private RunningBus Make(BusPlan plan)
    {
        var readings = new MovableOutlet(_intake.Readings.Writer);
        if (plan is not BridgePlan bridge)
            return new PolledBus(plan, readings, new WatchedBus(
                plan.Options.Name, () => plan.Connect(_wiring), new BusOutlets(readings, _intake.Incidents.Writer), _wiring.Time, _wiring.Now));
        var link = Adapters.Link(bridge.Bus.Broker, null, _network, Jitter.For(bridge.Bus.Broker.ClientId));
        var heard = new Bridge(plan.Options.Name, link, bridge.Topics, new BridgeOutlets(readings, _intake.Incidents.Writer), _wiring.Time, _wiring.Now);
        return new HeardBus(plan, readings, heard, link);
    }

    private async Task EndAsync(RunningBus bus)
    {
        if (bus.Task?.EndAsync() is { } end)
        {
            using var patience = new CancellationTokenSource();
            if (await Task.WhenAny(end, Task.Delay(EndPatience, _network, patience.Token)) != end) bus.Abandon();
            patience.Cancel();
            await end;
        }
        await bus.DisposeAsync();
    }
}
