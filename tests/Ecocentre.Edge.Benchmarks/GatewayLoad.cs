using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Modbus;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Benchmarks;

/// <summary>The whole gateway as its own process, reading a farm of meters over Modbus TCP: what it costs in CPU and memory.</summary>
/// <remarks>Expectation: 50 meters × 40 points a second (2,000 readings a second) take at most 3 % of one core and 120 MB resident, and no poll is missed.
/// <c>dotnet run -c Release --project tests/Ecocentre.Edge.Benchmarks -- gateway-load [METERS] [SECONDS]</c></remarks>
internal static class GatewayLoad
{
    private const int PointsOfMeter = 40;

    // The JIT has compiled the hot paths a second time by then, and the log's first transactions are behind it.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(75);

    internal static async Task<int> RunAsync(string[] arguments)
    {
        var meters = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 50;
        var seconds = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 120;
        var model = MeterModel.Load(Path.Combine(Repository.MeterModels, "eastron-sdm630.json"), []) ?? throw new InvalidOperationException("no model");
        await using var server = new ModbusTcpServer(new Farm(model), TimeProvider.System);
        server.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var folder = Directory.CreateTempSubdirectory("ecocentre-load-").FullName;
        var site = Path.Combine(folder, "site.json");
        File.WriteAllText(site, Site(model, meters, server.EndPoint!.Port));
        var program = Repository.At("src", "Ecocentre.Edge", "bin", "Release", "net10.0", "ecocentre-edge.dll");
        var start = new ProcessStartInfo("dotnet", [program, "run", "--site", site]) { RedirectStandardError = true, RedirectStandardOutput = true };
        // The runtime sizes its youngest generation by the processor's largest cache: 1 MB on a Raspberry Pi 4, tens of MB on a server. This is a box's.
        start.Environment["DOTNET_GCgen0size"] = "0x400000";
        using var gateway = Process.Start(start)!;
        _ = gateway.StandardError.ReadToEndAsync();
        _ = gateway.StandardOutput.ReadToEndAsync();
        try
        {
            await Task.Delay(WarmUp);
            var (cpu, requests, at) = (gateway.TotalProcessorTime, server.Requests, Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            gateway.Refresh();
            var elapsed = Stopwatch.GetElapsedTime(at).TotalSeconds;
            var share = (gateway.TotalProcessorTime - cpu).TotalSeconds / elapsed;
            var readings = meters * PointsOfMeter;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{meters} meters × {PointsOfMeter} points a second over {elapsed:0} s: {100 * share:0.00} % of a core, "
                    + $"{1e6 * share / readings:0.0} µs a reading, "
                + $"{gateway.WorkingSet64 / 1048576.0:0} MiB resident (peak {gateway.PeakWorkingSet64 / 1048576.0:0}), "
                    + $"{(server.Requests - requests) / elapsed:0.0} requests a second"));
            return 0;
        }
        finally
        {
            gateway.Kill();
            gateway.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Site(MeterModel model, int meters, int port)
    {
        var points = model.Points.Keys.Order(StringComparer.Ordinal).Take(PointsOfMeter).ToDictionary(p => p, _ => new object());
        return JsonSerializer.Serialize(new
        {
            centre = "load",
            zone = "Europe/Paris",
            clock = "trusted",
            buses = new[]
            {
                new
                {
                    name = "farm",
                    tcp = new { host = "127.0.0.1", port, outstanding = 4 },
                    devices = Enumerable.Range(1, meters).Select(unit => new { name = $"m{unit}", model = model.Id, unit, period = "1s", points }),
                },
            },
            log = new { path = "log.db" },
        });
    }

    /// <summary>Every unit id answers with the registers of the model's capture.</summary>
    private sealed class Farm(MeterModel model) : RegisterBank
    {
        public override int Read(ModbusRead request, Span<ushort> words)
        {
            for (var i = 0; i < request.Count; i++)
                words[i] = model.Capture.Registers.GetValueOrDefault((request.Table, request.Address + i));
            return 0;
        }
    }
}
