using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Archive;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Simulation.Oracles;
using Ecocentre.Edge.Simulation.Outside;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Simulation;

/// <summary>One life of the gateway: its real parts, wired as the host wires them, on one simulated process.</summary>
internal sealed class GatewayProcess
{
    public const string Centre = "simulated";

    private readonly EvidenceLog _log;
    private readonly SimulatedLink _link;

    public GatewayProcess(World world, string logPath, Random random)
    {
        var points = world.Plan.Points;
        Process = new SimulatedProcess(world.Agenda, world.Wall);
        var limits = GatewayLimits.Default;
        var clock = new GatewayClock(Process.Time, limits);
        var now = clock.Now;
        _log = EvidenceLog.Open(logPath, Centre, LogOptions.Default, now);
        _log.Declare(points.Where(point => !point.Private).Select(Series.Of), now);
        _log.Sinks(["receiver", "mqtt"], now);
        var gateway = new Gateway(world.Plan, world.Scenario.Zone, limits);
        LogMemory.Restore(gateway, _log, points.Length, world.Scenario.Zone, now);
        Since = world.Agenda.Now;
        Intake = new Intake(limits);
        var recorder = new Recorder(_log, points, NullLogger.Instance);
        recorder.Note(new Incident(now, IncidentKind.Started, "gateway", "The gateway started."));
        Clock = clock;
        Loop = new GatewayLoop(gateway, clock, Intake, recorder, Process.Time) { ClockSynchronised = () => world.IsSynchronised };
        var surroundings = new FollowerSurroundings(Process.Time, () => clock.Now, Intake.Incidents.Writer, limits);
        var receiver = new SinkFollower(new ReceiverSink(world.Receiver, Process.Time), _log, surroundings, random);
        _link = new SimulatedLink(world.Broker, Process.Time);
        Process.Start(() => Loop.RunAsync(CancellationToken.None));
        Archive = EvidenceArchive.Open(EvidenceArchive.FolderOf(logPath));
        var sealing = new Sealing(_log, Archive, ArchiveOptions.Default, SealedOracles.IsExact, clock, NullLogger.Instance)
        {
            IsClockTrusted = () => Loop.Latest.ClockTrusted,
        };
        Process.Start(() => sealing.RunAsync(Intake, Process.Time, CancellationToken.None));
        world.Room.Connect(this);
        world.Desks.Connect(this, _log.Carries().ToDictionary(carry => carry.Point));
        Process.Start(() => receiver.RunAsync(CancellationToken.None));
        // Made on the process's own thread: the sink begins to listen when it is made.
        Process.Start(() =>
        {
            var options = new MqttOptions { Broker = new Uri("mqtt://simulated"), ClientId = "gateway", Acknowledge = MqttAcknowledge.Database };
            var sink = new MqttSink(new Topics(Centre), _link, options, Process.Time);
            var follower = new SinkFollower(sink, _log, surroundings, random);
            _link.Start();
            return follower.RunAsync(CancellationToken.None);
        });
    }

    public SimulatedProcess Process { get; }

    /// <summary>When this life began, by true time.</summary>
    public long Since { get; }

    public GatewayClock Clock { get; }

    public Intake Intake { get; }

    public GatewayLoop Loop { get; }

    public EvidenceLog Log => _log;

    public EvidenceArchive Archive { get; }

    /// <summary>After the process has died: what the disk holds now goes on under another name, as the kernel would leave it.</summary>
    public void LeaveDisk(string logPath)
    {
        _link.Cut();
        foreach (var ending in new[] { "", "-wal" })
            if (File.Exists(_log.FilePath + ending)) File.Copy(_log.FilePath + ending, logPath + ending);
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
    }
}
