using System.Collections.Immutable;
using System.Diagnostics;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Simulation.Building;
using Ecocentre.Edge.Simulation.Disks;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Simulation.Outside;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Simulation;

/// <summary>A simulated centre with its gateway, from the first start to a calm end.</summary>
public sealed class World : IDisposable
{
    // A gateway asleep has a handful of timers and each wire a few pieces on their way; what grows without end is far above this soon.
    private const int AgendaCountMax = 1_000;

    // From one asking for the past to the next, and from one try to announce an exchange to the next.
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(3), AnnounceAgain = TimeSpan.FromSeconds(20);

    // What systemd waits before it starts again what could not open its log.
    private static readonly TimeSpan StartAgain = TimeSpan.FromSeconds(10);

    private readonly string _folder;
    private readonly PlantedBug _bug;
    private readonly CardWear _wear;
    private readonly TimeSpan _lookEvery;
    private readonly Random _random;
    private readonly MeterRoom _room;
    private readonly Verdicts _seen = new();
    private readonly OccupancyPlan _withoutLast;
    private TimeSpan _clockOffset, _clockOffsetMax;
    private int _lives;

    /// <param name="folder">Scratch: the logs of each life are left in it.</param>
    public World(Scenario scenario, MeterCatalogue catalogue, string folder, PlantedBug bug = PlantedBug.None)
    {
        Scenario = scenario;
        (_folder, _bug) = (folder, bug);
        // In short worlds often enough to catch a state between two readings of its sensor.
        _lookEvery = TimeSpan.FromSeconds(scenario.Length > TimeSpan.FromHours(8) ? 23 : 4.3);
        Disk = new SimulatedDisk(folder, scenario.Events.Any(e => e is PowerCut));
        _random = new Random(scenario.Seed ^ 0x5EED);
        Receiver = new Receiver(Agenda, new Random(_random.Next())) { Loses = bug == PlantedBug.EntryLost ? 100 : null };
        // An unseeded chance is a bug of the simulation itself: the same seed must not give two worlds.
        var chance = new Random(bug == PlantedBug.ChanceUnseeded ? Random.Shared.Next() : _random.Next());
        Broker = new SimulatedBroker(Agenda, chance, scenario.Broker, MayFail, Inject);
        Database = new SimulatedDatabase(Agenda, new Random(_random.Next()), Inject, folder) { LosesEvery = bug == PlantedBug.RowsLost ? 7 : 0 };
        _room = new MeterRoom(Agenda, scenario, catalogue, new Random(_random.Next()), (bug, Inject));
        Desks = new DeskRoom(Agenda, scenario, new Random(scenario.Seed ^ 0x0FF1CE), (_room.Outside, _room.Points.Length), (bug, Inject));
        Ingest = new SimulatedIngest(Agenda, new Random(scenario.Seed ^ 0x16E57), Broker, Database, folder);
        _wear = new CardWear(new Random(scenario.Seed ^ 0xCA2D));
        Label = SimulatedSite.Label(_room.Points);
        Plan = OccupancyPlan.Of([.. _room.Points, .. Desks.Points], Desks.Spaces, Desks.Plan);
        _withoutLast = Without(Plan);
        DeskOracles = new DeskOracles(Desks, scenario, _seen);
        Agenda.At(0, Ingest.Start);
        Agenda.At(0, Boot);
        foreach (var one in scenario.Events) Agenda.At(one.At.Ticks, () => Happen(one));
        // In the end the clock is past everything it has shown: what counters grew in time that came twice is told after it.
        Agenda.At(scenario.FaultsTo.Ticks, () => _clockOffset = _clockOffsetMax);
        Agenda.In(TimeSpan.FromMinutes(1), Watch);
        Agenda.In(_lookEvery, Look);
        if (bug != PlantedBug.None) Agenda.At(TimeSpan.FromMinutes(40).Ticks, Plant);
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

    /// <summary>How often each kind of fault was injected.</summary>
    public SortedDictionary<string, long> Injected { get; } = new(StringComparer.Ordinal);

    /// <summary>Time in which nothing could be written.</summary>
    public TimeSpan DiskTrouble { get; private set; }

    /// <summary>The card has lost something that was on it: what is gone is gone, and must be said.</summary>
    public bool IsWorn { get; private set; }

    /// <summary>Ranges that the database lost and that must be back in the end.</summary>
    public List<(long From, long To)> Forgotten { get; } = [];

    public string Folder => _folder;

    internal PlantedBug Bug => _bug;

    internal SimulatedDisk Disk { get; }

    internal SimulatedIngest Ingest { get; }

    internal LabelOptions Label { get; }

    internal MeterRoom Room => _room;

    internal DeskRoom Desks { get; }

    /// <summary>All points, desks and spaces of the centre.</summary>
    internal OccupancyPlan Plan { get; }

    /// <summary>What is in the site now.</summary>
    internal OccupancyPlan Declared => Declares(_room.IsLastDeclared);

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
        if (_room.Rollovers > 0) Injected["Rollover"] = _room.Rollovers;
        if (Desks.Dropped(Agenda.Now) is var dropped and > 0) Injected["PulseDropped"] = dropped;
        for (var second = 0; second < 60 && Gateway is { } gateway
            && (gateway.Log.Cursor("receiver") < gateway.Log.Head || gateway.Log.Cursor("mqtt") < gateway.Log.Head); second++)
            Agenda.RunUntil(Agenda.Now + TimeSpan.TicksPerSecond);
    }

    public void Dispose()
    {
        Gateway?.Archive.Dispose();
        Gateway?.Log.Dispose();
        Disk.Dispose();
    }

    /// <summary>A verdict on its way into the log, as a planted bug would bend it.</summary>
    internal RecordFact Bent(RecordFact verdict) => _bug == PlantedBug.VerdictBent && Criteria.VerdictJson.Read(verdict.Json) is { } read
        ? verdict with { Json = Criteria.VerdictJson.Write(read with { Coverage = read.Coverage with { Valid = read.Coverage.Valid + 1 } }) }
        : verdict;

    /// <summary>A site with the last meter or without it.</summary>
    internal OccupancyPlan Declares(bool isLastDeclared) => isLastDeclared ? Plan : _withoutLast;

    /// <summary>From the number of a room's points to those that they have in a site.</summary>
    internal int Distance(int firstPoint, bool isLastDeclared) =>
        isLastDeclared || firstPoint < _room.Points.Length ? 0 : _withoutLast.Points.Length - Plan.Points.Length;

    private OccupancyPlan Without(OccupancyPlan plan)
    {
        var last = $"m{Scenario.SerialMeters + Scenario.NetworkMeters - 1}";
        var left = _room.Points.Count(point => point.Device != last);
        Point[] points = [.. _room.Points.Where(point => point.Device != last), .. Desks.Points];
        var gone = _room.Points.Length - left;
        return OccupancyPlan.Of([.. points.Select((point, id) => point with { Id = new PointId((ushort)id) })], plan.Spaces,
            [.. plan.Desks.Select(desk => desk with { Sensors = [.. desk.Sensors.Select(id => new PointId((ushort)(id.Value - gone)))] })]);
    }

    private bool MayFail() => Agenda.Now >= Scenario.FaultsFrom.Ticks && Agenda.Now < Scenario.FaultsTo.Ticks;

    private void Inject(string kind) => Injected[kind] = Injected.GetValueOrDefault(kind) + 1;

    private void Boot()
    {
        _lives++;
        try
        {
            Gateway = new GatewayProcess(this, LogPath(_lives), new Random(_random.Next()));
        }
        catch (LogUnavailableException)
        {
            // It says so and ends; whoever started it starts it again, on the same disk.
            _lives--;
            Outages.Add((Agenda.Now, Agenda.Now + StartAgain.Ticks));
            Agenda.In(StartAgain, Boot);
        }
    }

    private string LogPath(int life) => Path.Combine(_folder, $"life-{life}.db");

    private void Happen(Event one)
    {
        Inject(one.GetType().Name);
        switch (one)
        {
            case BornIn1970 born:
                (_clockOffset, IsSynchronised) = (DateTimeOffset.UnixEpoch - Scenario.Begin, false);
                Agenda.At(born.SynchronisedAt.Ticks, () => (_clockOffset, IsSynchronised) = (TimeSpan.Zero, true));
                break;
            case ClockStepped step:
                Step(step.By);
                break;
            case LeapSecond:
                Step(TimeSpan.FromSeconds(-1));
                break;
            case ReceiverFails fails:
                Receiver.FailBetween(Agenda.Now, Agenda.Now + fails.For.Ticks, fails.Fault);
                break;
            case BrokerAway away:
                Broker.GoAway(away.For);
                break;
            case IngestDies dies:
                Ingest.DieAt(dies.Steps, dies.Away, () => Inject("IngestDied"));
                Agenda.At(Scenario.FaultsTo.Ticks, Ingest.Spare);
                break;
            case DatabaseFails fails:
                Database.FailBetween(Agenda.Now, Agenda.Now + fails.For.Ticks, fails.Fault);
                break;
            case DatabaseForgets forgets:
                if (Database.Forget(Agenda.Now - forgets.Back.Ticks) is not { } range) break;
                Forgotten.Add(range);
                Agenda.In(AskAgain, () => Ask(range));
                break;
            case ProcessKilled killed:
                Die(killed.Steps, () => Bury(killed.Away, null));
                break;
            case PowerCut cut:
                Die(cut.Steps, () => Bury(cut.Away, new Random(Scenario.Seed ^ (int)Agenda.Now)));
                break;
            case CardWorn worn:
                Die(worn.Steps, () =>
                {
                    Bury(worn.Away, null);
                    IsWorn |= _wear.Apply(LogPath(_lives + 1), worn.Damage);
                    Inject($"{worn.Damage}");
                });
                break;
            case DiskFull full:
                Disk.IsFull = true;
                DiskTrouble += full.For;
                Agenda.In(full.For, () => Disk.IsFull = false);
                break;
            case DiskFails fails:
                Disk.IsFailing = true;
                DiskTrouble += fails.For;
                Agenda.In(fails.For, () => Disk.IsFailing = false);
                break;
            case SiteChanged change:
                Change(change.Removes);
                break;
            case SiteRefused:
                Gateway?.Misload(refused =>
                {
                    if (refused) Inject("PointRefused");
                    else Violations.Add("once: a site was taken in which a point has another quantity than in the log");
                });
                break;
            case MeterSwapped swap:
                Swap(swap, isOut: false);
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

    private void Step(TimeSpan by)
    {
        _clockOffset += by;
        if (_clockOffset > _clockOffsetMax) _clockOffsetMax = _clockOffset;
    }

    private void Die(int steps, Action died)
    {
        if (Gateway is not { Process: { IsAlive: true } process }) return;
        process.KillAtStep(process.Steps + steps, died);
        Agenda.At(Scenario.FaultsTo.Ticks, process.Spare);
    }

    private void Bury(TimeSpan away, Random? powerCut)
    {
        Inject("Died");
        Gateway!.LeaveDisk(LogPath(_lives + 1), powerCut);
        _room.Disconnect();
        Desks.Disconnect();
        Gateway = null;
        Outages.Add((Agenda.Now, Agenda.Now + away.Ticks));
        Agenda.In(away, Boot);
    }

    /// <summary>Somebody sees that the database lacks something, and asks for it until it is there.</summary>
    private void Ask((long From, long To) range)
    {
        if (Database.Missing(range.From, range.To) == 0) return;
        Inject("ReplayAsked");
        Ingest.AskReplay(range.From, range.To);
        Agenda.In(AskAgain, () => Ask(range));
    }

    /// <summary>The old meter is taken out; half way the exchange is announced; the new one answers when the gateway has recorded that.</summary>
    private void Swap(MeterSwapped swap, bool isOut)
    {
        if (!isOut)
        {
            _room.TakeOut(swap.Meter);
            Agenda.In(swap.For / 2, () => Swap(swap, isOut: true));
            return;
        }
        if (_room.IsIn(swap.Meter)) return;
        Gateway?.AnnounceSwap($"m{swap.Meter}", () => Agenda.In(swap.For / 2, () => _room.PutIn(swap.Meter, swap.Register)));
        Agenda.In(AnnounceAgain + swap.For, () => Swap(swap, isOut: true));
    }

    /// <summary>Somebody reloads, and again until it is done: the gateway may be away, or die meanwhile, or its log refuse.</summary>
    private void Change(bool removes)
    {
        if (_room.IsLastDeclared != removes) return;
        Gateway?.Reload(removes, Inject);
        Agenda.In(AnnounceAgain * 10, () => Change(removes));
    }

    private void Plant()
    {
        if (Gateway is not { } gateway) return;
        switch (_bug)
        {
            case PlantedBug.WindowTwice:
                var window = gateway.Log.Read(0, 1000).First(entry => entry.Fact is WindowFact).Fact;
                gateway.Log.Append([window], [], gateway.Clock.Now);
                break;
            case PlantedBug.WorkForgotten:
                for (var i = 0; i < 2 * AgendaCountMax; i++) Agenda.At(long.MaxValue, () => { });
                break;
        }
    }

    private void Look()
    {
        if (Gateway is { Process.IsAlive: true } gateway) DeskOracles.Look(gateway.Loop.Latest, Agenda.Now, gateway.Since);
        Agenda.In(_lookEvery, Look);
    }

    /// <summary>Once a minute: nothing grows, nothing has died by itself.</summary>
    private void Watch()
    {
        _seen.Check("bounded", Agenda.Count <= AgendaCountMax, $"{Agenda.Count} things are waiting on the agenda after {TimeSpan.FromTicks(Agenda.Now)}");
        _seen.Check("bounded", Ingest.IsBounded, $"the ingest holds more than it may after {TimeSpan.FromTicks(Agenda.Now)}");
        if (Ingest.Failure is { } ended) Violations.Add($"alive: the ingest ended by itself: {ended}");
        if (_room.Outside.Failure is { } outside) Violations.Add($"BUG in the simulation: {outside}");
        if (Gateway is { } gateway)
        {
            var unbounded = gateway.Unbounded().ToList();
            _seen.Check("bounded", unbounded.Count == 0, $"{string.Join(", ", unbounded)} after {TimeSpan.FromTicks(Agenda.Now)}");
            if (gateway.Process.Failure is { } failure) Violations.Add($"alive: the gateway ended by itself: {failure}");
        }
        if (Violations.Count < 10) Agenda.In(TimeSpan.FromMinutes(1), Watch);
    }
}
