using System.Collections.Immutable;
using System.Diagnostics;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Simulation.Building;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Simulation.Outside;
using Ecocentre.Edge.Simulation.Scheduling;

namespace Ecocentre.Edge.Simulation;

/// <summary>A simulated centre with its gateway, from the first start to a calm end.</summary>
public sealed class World : IDisposable
{
    // A gateway asleep has a handful of timers and each wire a few pieces on their way; what grows without end is far above this soon.
    private const int AgendaCountMax = 1_000;

    // Often enough to catch a state between two readings of its sensor.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(4.3);

    private readonly string _folder;
    private readonly Random _random;
    private readonly MeterRoom _room;
    private readonly Verdicts _seen = new();
    private TimeSpan _clockOffset, _clockOffsetMax;
    private int _lives;

    /// <param name="folder">Scratch: the logs of each life are left in it.</param>
    public World(Scenario scenario, MeterCatalogue catalogue, string folder, PlantedBug bug = PlantedBug.None)
    {
        Scenario = scenario;
        _folder = folder;
        _random = new Random(scenario.Seed ^ 0x5EED);
        Receiver = new Receiver(Agenda, new Random(_random.Next())) { Loses = bug == PlantedBug.EntryLost ? 100 : null };
        Broker = new SimulatedBroker(Agenda, new Random(_random.Next()));
        Database = new SimulatedDatabase(Agenda, new Random(_random.Next()), Broker, GatewayProcess.Centre);
        _room = new MeterRoom(Agenda, scenario, catalogue, new Random(_random.Next()), bug);
        Desks = new DeskRoom(Agenda, scenario, new Random(scenario.Seed ^ 0x0FF1CE), (_room.Outside, _room.Points.Length), bug);
        Plan = OccupancyPlan.Of([.. _room.Points, .. Desks.Points], Desks.Spaces, Desks.Plan);
        DeskOracles = new DeskOracles(Desks, scenario, _seen);
        Agenda.At(0, Database.Start);
        Agenda.At(0, Boot);
        foreach (var one in scenario.Events) Agenda.At(one.At.Ticks, () => Happen(one));
        // In the end the clock is past everything it has shown: what counters grew in time that came twice is told after it.
        Agenda.At(scenario.FaultsTo.Ticks, () => _clockOffset = _clockOffsetMax);
        Agenda.In(TimeSpan.FromMinutes(1), Watch);
        Agenda.In(LookEvery, Look);
    }

    public Scenario Scenario { get; }

    public Agenda Agenda { get; } = new();

    public Receiver Receiver { get; }

    public SimulatedBroker Broker { get; }

    public SimulatedDatabase Database { get; }

    /// <summary>False until the operating system has learnt the time.</summary>
    public bool IsSynchronised { get; private set; } = true;

    /// <summary>Lives of the gateway process so far.</summary>
    public int Lives => _lives;

    /// <summary>What was seen on the way that may never be.</summary>
    public List<string> Violations { get; } = [];

    internal MeterRoom Room => _room;

    internal DeskRoom Desks { get; }

    /// <summary>All points, desks and spaces of the centre.</summary>
    internal OccupancyPlan Plan { get; }

    internal DeskOracles DeskOracles { get; }

    /// <summary>What was found on the way.</summary>
    internal Verdicts Seen => _seen;

    /// <summary>When no gateway was alive, by true time.</summary>
    internal List<(long From, long To)> Outages { get; } = [];

    internal GatewayProcess? Gateway { get; private set; }

    /// <summary>Wall time as the operating system tells it.</summary>
    public DateTimeOffset Wall(long now) => Scenario.Begin.AddTicks(now) + _clockOffset;

    /// <summary>Lives through the whole scenario, and then until the receiver has been told everything, or has had a minute for it.</summary>
    public void Run()
    {
        Agenda.RunUntil(Scenario.Length.Ticks);
        for (var second = 0; second < 60 && Gateway is { } gateway
            && (gateway.Log.Cursor("receiver") < gateway.Log.Head || gateway.Log.Cursor("mqtt") < gateway.Log.Head); second++)
            Agenda.RunUntil(Agenda.Now + TimeSpan.TicksPerSecond);
    }

    public void Dispose()
    {
        Gateway?.Archive.Dispose();
        Gateway?.Log.Dispose();
    }

    private void Boot()
    {
        _lives++;
        Gateway = new GatewayProcess(this, LogPath(_lives), new Random(_random.Next()));
    }

    private string LogPath(int life) => Path.Combine(_folder, $"life-{life}.db");

    private void Happen(Event one)
    {
        switch (one)
        {
            case BornIn1970 born:
                (_clockOffset, IsSynchronised) = (DateTimeOffset.UnixEpoch - Scenario.Begin, false);
                Agenda.At(born.SynchronisedAt.Ticks, () => (_clockOffset, IsSynchronised) = (TimeSpan.Zero, true));
                break;
            case ClockStepped step:
                _clockOffset += step.By;
                if (_clockOffset > _clockOffsetMax) _clockOffsetMax = _clockOffset;
                break;
            case ReceiverFails fails:
                Receiver.FailBetween(Agenda.Now, Agenda.Now + fails.For.Ticks, fails.Fault);
                break;
            case BrokerAway away:
                Broker.GoAway(away.For);
                break;
            case IngestDies dies:
                Database.GoAway(dies.Away);
                break;
            case ProcessKilled killed:
                if (Gateway is not { Process: { IsAlive: true } process }) break;
                process.KillAtStep(process.Steps + killed.Steps, () => Bury(killed.Away));
                Agenda.At(Scenario.FaultsTo.Ticks, process.Spare);
                break;
            case LinesGone or ChipBusStuck or ChipGone or LooseWire or DeskLineStuck:
                Desks.Happen(one);
                break;
            case DeviceDead or RegisterGlitch or RegisterReset or NetworkCut:
                _room.Happen(one);
                break;
            default:
                throw new UnreachableException($"BUG: the world does not know {one}.");
        }
    }

    private void Bury(TimeSpan away)
    {
        Gateway!.LeaveDisk(LogPath(_lives + 1));
        _room.Disconnect();
        Desks.Disconnect();
        Gateway = null;
        Outages.Add((Agenda.Now, Agenda.Now + away.Ticks));
        Agenda.In(away, Boot);
    }

    private void Look()
    {
        if (Gateway is { Process.IsAlive: true } gateway) DeskOracles.Look(gateway.Loop.Latest, Agenda.Now, gateway.Since);
        Agenda.In(LookEvery, Look);
    }

    /// <summary>Once a minute: nothing grows, nothing has died by itself.</summary>
    private void Watch()
    {
        if (Agenda.Count > AgendaCountMax) Violations.Add($"bounded: {Agenda.Count} things are waiting on the agenda after {TimeSpan.FromTicks(Agenda.Now)}");
        if (Gateway is { } gateway)
        {
            if (gateway.Process.Failure is { } failure) Violations.Add($"alive: the gateway ended by itself: {failure}");
            if (_room.Outside.Failure is { } outside) Violations.Add($"BUG in the simulation: {outside}");
        }
        if (Violations.Count < 10) Agenda.In(TimeSpan.FromMinutes(1), Watch);
    }
}
