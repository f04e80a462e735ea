using System.Threading.Channels;
using Ecocentre.Edge.Buses;
using Ecocentre.Edge.Devices;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Packs;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Signing;
using Ecocentre.Edge.Simulation.Building;
using Ecocentre.Edge.Simulation.Outside;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Simulation;

/// <summary>One life of the gateway: its real parts, wired as the host wires them, on one simulated process.</summary>
internal sealed class GatewayProcess
{
    public const string Centre = "simulated";

    private readonly World _world;
    private readonly EvidenceLog _log;
    private readonly SimulatedLink _link;
    private readonly Recorder _recorder;
    private readonly KeyRing _keys;
    private readonly CentreLabel _label;
    private readonly Dictionary<string, (MovableOutlet Outlet, int FirstPoint, CancellationTokenSource Ending, Task Running)> _buses = [];

    /// <exception cref="LogUnavailableException">The disk does not let the log be opened now.</exception>
    public GatewayProcess(World world, string logPath, Random random)
    {
        _world = world;
        var plan = world.Declared;
        Site = SimulatedSite.Of(plan, world.Scenario.Zone, world.Label, logPath);
        var points = plan.Points;
        Process = new SimulatedProcess(world.Agenda, world.Wall);
        var limits = GatewayLimits.Default;
        var clock = Clock = new GatewayClock(Process.Time, limits);
        var now = clock.Now;
        _log = EvidenceLog.Open(logPath, Centre, LogOptions.Default, now);
        EvidenceArchive? archive = null;
        try
        {
            archive = Archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(logPath));
            LogMemory.RecallRecords(_log, archive);
            _log.Declare(points.Where(point => !point.Private).Select(Series.Of), now);
            _log.Sinks(["receiver", "mqtt"], now);
            var gateway = new Gateway(plan, world.Scenario.Zone, limits);
            LogMemory.Restore(gateway, _log, points.Length, world.Scenario.Zone, now);
            LogMemory.AnnounceSwaps(gateway, _log, points);
            Since = world.Agenda.Now;
            Intake = new Intake(limits);
            _recorder = new Recorder(_log, points, NullLogger.Instance);
            RecordFact[] records = [.. _log.Records().Select(entry => (RecordFact)entry.Fact)];
            _keys = KeyRing.Open(logPath, Site.Origin, records, now);
            foreach (var fact in _keys.Begun) _recorder.Note(fact);
            if (CentreConfiguration.Begin(Site, archive.PutText, records, now) is { } configuration) _recorder.Note(configuration);
            _recorder.Note(new Incident(now, IncidentKind.Started, "gateway", "The gateway started."));
            _label = new CentreLabel(Site, world.Label);
            Loop = new GatewayLoop(gateway, clock, Intake, _recorder, Process.Time)
            {
                ClockSynchronised = () => world.IsSynchronised, Recorded = Judge,
            };
            _link = new SimulatedLink(world.Broker, Process.Time, "gateway");
            Carries = _log.Carries().ToDictionary(carry => carry.Point);
            Work(random, new Signer(_keys, logPath, Site.Origin, records));
        }
        catch
        {
            archive?.Dispose();
            _log.Dispose();
            throw;
        }
    }

    /// <summary>As it is now.</summary>
    public Site Site { get; private set; }

    public SimulatedProcess Process { get; }

    /// <summary>When this life began, by true time.</summary>
    public long Since { get; }

    public GatewayClock Clock { get; }

    public Intake Intake { get; }

    public GatewayLoop Loop { get; }

    public EvidenceLog Log => _log;

    public EvidenceArchive Archive { get; }

    /// <summary>Points that the label looks at.</summary>
    public IEnumerable<(string Point, Windows.WindowKind Kind)> Feeds => _label.Feeds;

    /// <summary>Registers as the log remembered them.</summary>
    public IReadOnlyDictionary<string, CounterCarry> Carries { get; }

    /// <summary>Tells the gateway that a meter was exchanged, as the order does.</summary>
    /// <param name="done">When it is in the log.</param>
    public void AnnounceSwap(string device, Action done)
    {
        Process.Start(async () =>
        {
            var at = Clock.Now;
            var counters = Site.Points.Where(p => p.Device == device && p.Quantity.Kind == PointKind.Counter).ToArray();
            var record = new SwapRecord { Device = device, When = at, Author = "simulation", Reason = "worn" };
            var work = new LoopWork([record.ToFact(), new IncidentFact(new Incident(at, IncidentKind.Swap, device, $"{device} was exchanged."))], gateway =>
            {
                foreach (var counter in counters) gateway.AnnounceSwap(counter.Id, at);
            });
            try
            {
                await Intake.Work.Writer.WriteAsync(work);
                await work.Done.Task;
                done();
            }
            catch (LogUnavailableException)
            {
                // Whoever announces it tries again.
            }
        });
    }

    /// <summary>Polls devices on a bus of their own.</summary>
    /// <param name="firstPoint">The number that their first point has in a site that has everything, or any before it of the same room.</param>
    public void Poll(string name, IEnumerable<IDevice> devices, int pollsMax, int firstPoint)
    {
        var (outlet, ending) = (new MovableOutlet(Intake.Readings.Writer), new CancellationTokenSource());
        outlet.MoveTo(Intake.Readings.Writer, _world.Distance(firstPoint, _world.Room.IsLastDeclared));
        var loop = new BusLoop(name, devices, new BusOutlets(outlet, Intake.Incidents.Writer), Process.Time, () => Clock.Now) { PollsMax = pollsMax };
        var running = new TaskCompletionSource();
        _buses[name] = (outlet, firstPoint, ending, running.Task);
        Process.Start(async () =>
        {
            await loop.RunAsync(ending.Token);
            await loop.DisposeAsync();
            running.SetResult();
        });
    }

    /// <summary>Ends a bus, if there is one of that name, and completes when what it had under way has ended.</summary>
    public async Task EndBusAsync(string name)
    {
        if (!_buses.Remove(name, out var bus)) return;
        bus.Ending.Cancel();
        await bus.Running;
    }

    /// <summary>Goes over to a changed site, as a reload does: what changed ends first, then the log learns what is new, and then, between two steps, one
    /// gateway goes on from the other.</summary>
    /// <param name="done">What came of it.</param>
    public void Reload(bool removes, Action<string> done)
    {
        Process.Start(async () =>
        {
            await _world.Room.EndLastBusAsync(this);
            var next = _world.Declares(!removes);
            try
            {
                await DoAsync(new LoopWork([], _ => _log.Declare(next.Points.Where(point => !point.Private).Select(Series.Of), Clock.Now)));
            }
            catch (LogUnavailableException)
            {
                _world.Room.Change(this, !removes, Clock.Now);
                done("ReloadPutOff");
                return;
            }
            await DoAsync(new LoopWork([])
            {
                Succession = new GatewaySuccession(readings => Move(readings, isLastDeclared: !removes), (before, now) =>
                {
                    _recorder.Note(before.EndSeries(next, now));
                    var gateway = new Gateway(before, next);
                    _recorder.Change(next.Points);
                    Site = SimulatedSite.Of(next, _world.Scenario.Zone, _world.Label, Site.LogPath);
                    _recorder.Note(new Incident(now, IncidentKind.ConfigurationChanged, "gateway", "The changed site file was applied."));
                    _world.Room.Change(this, removes, now);
                    return gateway;
                }),
            });
            done("Reloaded");
        });
    }

    /// <summary>Offers a site in which a point has another quantity than in the log.</summary>
    /// <param name="done">Whether it was refused.</param>
    public void Misload(Action<bool> done)
    {
        Process.Start(async () =>
        {
            var point = Site.Points[0];
            var other = Quantity.All.First(quantity => quantity.Kind != point.Quantity.Kind);
            try
            {
                await DoAsync(new LoopWork([], _ => _log.Declare([Series.Of(point with { Quantity = other })], Clock.Now)));
                done(false);
            }
            catch (LogRefusedException)
            {
                done(true);
            }
            catch (LogUnavailableException)
            {
                // Whoever changed it tries again another day.
            }
        });
    }

    /// <summary>What waits within its bounds, in words where it does not.</summary>
    public IEnumerable<string> Unbounded()
    {
        var limits = GatewayLimits.Default;
        if (Intake.Readings.Count > limits.ReadingsWaitingMax) yield return $"{Intake.Readings.Count} readings wait";
        if (Intake.Incidents.Reader.Count > limits.IncidentsWaitingMax) yield return $"{Intake.Incidents.Reader.Count} incidents wait";
        if (_log.Health() is var health && health.Bytes > health.BytesMax) yield return $"the log takes {health.Bytes} of {health.BytesMax} bytes";
    }

    /// <summary>After the process has died: what the disk holds now goes on under another name, as the kernel would leave it, or a power cut.</summary>
    public void LeaveDisk(string logPath, Random? powerCut)
    {
        _link.Cut();
        var folder = Path.GetDirectoryName(_log.FilePath)!;
        foreach (var path in Directory.GetFiles(folder, Path.GetFileName(_log.FilePath) + "*"))
        {
            var ending = path[_log.FilePath.Length..];
            if (ending is ".lock" or "-shm") continue;
            if (powerCut is null || ending is not ("" or "-wal")) File.Copy(path, logPath + ending);
            else File.WriteAllBytes(logPath + ending, _world.Disk.LeftBy(path, powerCut));
        }
        Archive.Dispose();
        var sealedFolder = EvidenceArchive.FolderOf(logPath);
        foreach (var path in Directory.GetFiles(Archive.Folder, "*", SearchOption.AllDirectories))
        {
            var left = Path.Combine(sealedFolder, Path.GetRelativePath(Archive.Folder, path));
            Directory.CreateDirectory(Path.GetDirectoryName(left)!);
            File.Copy(path, left);
        }
        // Only the handles: whatever closing writes goes to the old file, which nobody reads again.
        _log.Dispose();
        _keys.Dispose();
    }

    private async Task DoAsync(LoopWork work)
    {
        await Intake.Work.Writer.WriteAsync(work);
        await work.Done.Task;
    }

    private void Move(ChannelWriter<Reading> readings, bool isLastDeclared)
    {
        foreach (var (name, bus) in _buses) bus.Outlet.MoveTo(readings, _world.Distance(bus.FirstPoint, isLastDeclared));
    }

    private void Work(Random random, Signer signer)
    {
        var (surroundings, log) = (new FollowerSurroundings(Process.Time, () => Clock.Now, Intake.Incidents.Writer, GatewayLimits.Default), _log);
        var receiver = new SinkFollower(new ReceiverSink(_world.Receiver, Process.Time), log, surroundings, random);
        Process.Start(() => Loop.RunAsync(CancellationToken.None));
        var outside = new OutsideCopies(static () => ["mqtt"], log.Cursor);
        var attestation = new Attestation(log, Archive, signer, outside);
        var sealing = new Sealing(log, Archive, ArchiveOptions.Default, Sealing.ExactFor(_label.Feeds), Clock, NullLogger.Instance)
        {
            IsClockTrusted = () => Loop.Latest.ClockTrusted, Sign = day => attestation.Sign(day, Clock.Now),
        };
        Process.Start(() => sealing.RunAsync(Intake, Process.Time, CancellationToken.None));
        var past = new LabelPast(_label, new EvidenceHistory(log, Archive), () => Clock.Now);
        Process.Start(() => past.RunAsync(Process.Time, CancellationToken.None));
        _world.Room.Connect(this);
        _world.Desks.Connect(this, Carries);
        Process.Start(() => receiver.RunAsync(CancellationToken.None));
        // Made on the process's own thread: the sink begins to listen when it is made.
        Process.Start(() =>
        {
            SinkFollower? follower = null;
            var options = new MqttOptions { Broker = new Uri("mqtt://simulated"), ClientId = "gateway", Acknowledge = MqttAcknowledge.Database };
            var sink = new MqttSink(new Topics(Centre), _link, options, Process.Time) { Replay = (from, to) => follower?.Replay(from, to) };
            follower = new SinkFollower(sink, log, surroundings, random);
            _link.Start();
            return follower.RunAsync(CancellationToken.None);
        });
    }

    private void Judge(Instant now)
    {
        try
        {
            foreach (var verdict in _label.Take(_log, now)) _recorder.Note(_world.Bent(verdict));
        }
        catch (LogUnavailableException)
        {
            // Said by the recorder already.
        }
    }
}
