using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Simulation.Outside;
using Ecocentre.Edge.Simulation.Scheduling;
using Ecocentre.Edge.Time;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Simulation;

/// <summary>One life of the gateway: its real parts, wired as the host wires them, on one simulated process.</summary>
internal sealed class GatewayProcess
{
    private readonly EvidenceLog _log;
    private readonly SinkFollower _follower;

    public GatewayProcess(World world, string logPath, Random random)
    {
        var points = world.Room.Points;
        Process = new SimulatedProcess(world.Agenda, world.Wall);
        var limits = GatewayLimits.Default;
        var clock = new GatewayClock(Process.Time, limits);
        var now = clock.Now;
        _log = EvidenceLog.Open(logPath, "simulated", LogOptions.Default, now);
        _log.Declare(points.Select(Series.Of), now);
        _log.Sinks(["receiver"], now);
        var gateway = new Gateway(points, world.Scenario.Zone, limits);
        LogMemory.Restore(gateway, _log, points.Length, world.Scenario.Zone, now);
        Intake = new Intake(limits);
        var recorder = new Recorder(_log, points, NullLogger.Instance);
        recorder.Note(new Incident(now, IncidentKind.Started, "gateway", "The gateway started."));
        Clock = clock;
        Loop = new GatewayLoop(gateway, clock, Intake, recorder, Process.Time) { ClockSynchronised = () => world.IsSynchronised };
        var surroundings = new FollowerSurroundings(Process.Time, () => clock.Now, Intake.Incidents.Writer, limits);
        _follower = new SinkFollower(new ReceiverSink(world.Receiver, Process.Time), _log, surroundings, random);
        Process.Start(() => Loop.RunAsync(CancellationToken.None));
        world.Room.Connect(this);
        Process.Start(() => _follower.RunAsync(CancellationToken.None));
    }

    public SimulatedProcess Process { get; }

    public GatewayClock Clock { get; }

    public Intake Intake { get; }

    public GatewayLoop Loop { get; }

    public EvidenceLog Log => _log;

    public FollowerHealth FollowerHealth => _follower.Health;

    /// <summary>After the process has died: what the disk holds now goes on under another name, as the kernel would leave it.</summary>
    public void LeaveDisk(string logPath)
    {
        foreach (var ending in new[] { "", "-wal" })
            if (File.Exists(_log.FilePath + ending)) File.Copy(_log.FilePath + ending, logPath + ending);
        // Only the handles: whatever closing writes goes to the old file, which nobody reads again.
        _log.Dispose();
    }
}
