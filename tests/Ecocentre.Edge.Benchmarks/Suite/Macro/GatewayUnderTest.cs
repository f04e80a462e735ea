using System.Diagnostics;
using System.Text.Json;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks.Suite.Macro;

/// <summary>What the gateway is given to do.</summary>
/// <param name="Readings">A second.</param>
/// <param name="Outstanding">Transactions on their way at once on each connection.</param>
/// <param name="Farm">How the devices behave.</param>
internal sealed record GatewayTask(int Readings, int Outstanding, FarmSetup Farm)
{
    /// <summary>Float32 points that one request brings.</summary>
    internal const int PointsOfDevice = 10;

    /// <summary>Unit ids behind one server.</summary>
    internal const int DevicesOfPort = 50;

    /// <summary>Whom it tells, as parts of the site file.</summary>
    internal IReadOnlyDictionary<string, object> Outputs { get; init; } = new Dictionary<string, object>();

    /// <summary>How often each point is asked for.</summary>
    internal string Period { get; init; } = "1s";

    internal static GatewayTask Of(int readings, int outstanding, int delayMilliseconds = 0, int lossPermille = 0) =>
        new(readings, outstanding, new FarmSetup(PortsFor(readings), delayMilliseconds, lossPermille));

    private static int PortsFor(int readings) => (readings / PointsOfDevice + DevicesOfPort - 1) / DevicesOfPort;
}

/// <summary>The gateway as a process of its own that reads a farm of devices.</summary>
internal sealed class GatewayUnderTest : IAsyncDisposable
{
    private readonly Scratch _scratch;
    private readonly PeerProcess _process;
    private readonly long _startedAt;

    private GatewayUnderTest(Scratch scratch, PeerProcess process, DeviceFarm farm, long startedAt) =>
        (_scratch, _process, Farm, _startedAt) = (scratch, process, farm, startedAt);

    internal DeviceFarm Farm { get; }

    internal ProcessUse Use => ProcessUse.Of(_process.Id);

    internal static async Task<GatewayUnderTest> StartAsync(GatewayTask task)
    {
        var program = await GatewayProgram.PathAsync();
        var farm = await DeviceFarm.StartAsync(task.Farm);
        var scratch = new Scratch();
        var site = scratch.Write("site.json", Site(task, farm.Port));
        var startedAt = Stopwatch.GetTimestamp();
        var process = PeerProcess.Start("dotnet", [program, "run", "--site", site]);
        return new GatewayUnderTest(scratch, process, farm, startedAt);
    }

    /// <summary>Waits until it asks its devices.</summary>
    /// <returns>Seconds from its start to the first request.</returns>
    internal async Task<double> WaitForFirstAsync()
    {
        while (true)
        {
            if (_process.HasExited) throw new InvalidOperationException($"The gateway ended:\n{_process.Output}");
            if ((await Farm.CountsAsync()).FirstAt is var at and not 0) return Stopwatch.GetElapsedTime(_startedAt, at).TotalSeconds;
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process.Dispose();
        await Farm.DisposeAsync();
        _scratch.Dispose();
    }

    private static string Site(GatewayTask task, int port)
    {
        var model = MeterModel.Load(Path.Combine(Repository.MeterModels, "eastron-sdm630.json"), []) ?? throw new InvalidOperationException("no model");
        // The first ones by address lie side by side, so that one request brings them.
        var points = model.Points.OrderBy(p => p.Value.Address).Take(GatewayTask.PointsOfDevice).ToDictionary(p => p.Key, _ => new object());
        var devices = task.Readings / GatewayTask.PointsOfDevice;
        var site = new Dictionary<string, object>(task.Outputs)
        {
            ["centre"] = "load", ["zone"] = "Europe/Paris", ["clock"] = "trusted", ["log"] = new { path = "log.db" },
            ["buses"] = Enumerable.Range(0, task.Farm.Ports).Select(bus => new
            {
                // Half of a period: a poll that was lost does not cost the next one.
                name = $"farm{bus}", tcp = new { host = "127.0.0.1", port = port + bus, outstanding = task.Outstanding }, timeout = "500ms",
                devices = Enumerable.Range(1, Math.Min(GatewayTask.DevicesOfPort, devices - bus * GatewayTask.DevicesOfPort))
                    .Select(unit => new { name = $"m{bus}-{unit}", model = model.Id, unit, period = task.Period, points }),
            }),
        };
        return JsonSerializer.Serialize(site);
    }
}
