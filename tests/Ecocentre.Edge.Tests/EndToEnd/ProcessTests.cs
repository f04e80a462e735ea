using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>The verbs as an installer starts them, each a process, in real time, ended as systemd and power cuts end them.</summary>
public sealed class ProcessTests : IDisposable
{
    private readonly Scratch _scratch = new();
    private readonly List<PeerProcess> _processes = [];

    public void Dispose()
    {
        foreach (var process in _processes) process.Dispose();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Simulated_devices_are_read_run_on_killed_and_taken_up_again()
    {
        var site = _scratch.File("site.json");
        var simulate = Start("simulate", "--port", "0", "--write-site", site);
        await simulate.WaitForOutputAsync("air-meeting-room");

        var read = await ReadAsync(site);
        // A device that takes a second does not answer; a machine that stands still for one has such devices.
        for (var tries = 1; read.ExitCode != 0 && tries < 10; tries++) read = await ReadAsync(site);
        Assert.True(read.ExitCode == 0, read.Output);
        Assert.Contains("main.energy.active.import", read.Output);
        Assert.DoesNotContain("missing", read.Output);

        var port = FreePort.Take();
        var described = JsonNode.Parse(File.ReadAllText(site))!;
        described["http"] = new JsonObject { ["listen"] = $"127.0.0.1:{port}" };
        File.WriteAllText(site, described.ToJsonString());
        var killed = await RunAsync(site, port, lives: 1);
        killed.Kill();

        var stopped = await RunAsync(site, port, lives: 2);
        await stopped.StopAsync(TimeSpan.FromSeconds(60));
        Assert.True(stopped.ExitCode == 0, stopped.Output);

        await simulate.StopAsync(TimeSpan.FromSeconds(60));
        Assert.True(simulate.ExitCode == 0, simulate.Output);
        using var log = EvidenceLog.Open(_scratch.File("ecocentre.log.db"), "simulated", LogOptions.Default, Instant.From(TimeProvider.System.GetUtcNow()));
        var kinds = log.Read(0, int.MaxValue).Select(e => e.Fact).OfType<IncidentFact>().Select(f => f.Incident.Kind).ToArray();
        Assert.Equal([IncidentKind.Started, IncidentKind.Started, IncidentKind.Stopped], kinds.Where(k => k is IncidentKind.Started or IncidentKind.Stopped));
    }

    [Fact]
    public async Task Ingest_ends_in_good_order_when_told_to_even_without_a_broker()
    {
        var (broker, influx) = ($"mqtt://127.0.0.1:{FreePort.Take()}", $"http://127.0.0.1:{FreePort.Take()}");
        var ingest = Start("ingest", "--broker", broker, "--influx", influx, "--rejected", _scratch.File("rejected"));
        await ingest.WaitForOutputAsync("ingest-1: mqtt://");
        // It says what is wrong once it has tried.
        await ingest.WaitForOutputAsync("refused");
        await ingest.StopAsync(TimeSpan.FromSeconds(60));
        Assert.True(ingest.ExitCode == 0, ingest.Output);
        Assert.DoesNotContain("   at ", ingest.Output);
    }

    [Fact]
    public async Task Demo_without_an_end_ends_in_good_order_when_interrupted()
    {
        var port = FreePort.Take();
        var demo = Start("demo", "--folder", _scratch.Folder, "--http", $"127.0.0.1:{port}");
        await demo.WaitForPortAsync(port, TimeSpan.FromSeconds(60));
        demo.Signal(PeerProcess.SignalInterrupt);
        await demo.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(demo.ExitCode == 0, demo.Output);
        Assert.Contains("Stopped in good order", demo.Output);
        Assert.DoesNotContain("   at ", demo.Output);
    }

    [Fact]
    public async Task A_gateway_tells_systemd_that_it_is_ready_lives_and_stops()
    {
        var (site, notify) = (_scratch.File("site.json"), _scratch.File("notify"));
        var simulate = Start("simulate", "--port", "0", "--write-site", site);
        await simulate.WaitForOutputAsync("air-meeting-room");
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(notify));
        var run = EdgeProgram.Start(["run", "--site", site], new Dictionary<string, string>
        {
            ["NOTIFY_SOCKET"] = notify, ["WATCHDOG_USEC"] = "3000000",
        });
        _processes.Add(run);

        Assert.StartsWith("READY=1\nWATCHDOG=1\nSTATUS=", Receive(), StringComparison.Ordinal);
        Assert.Matches("^WATCHDOG=1\nSTATUS=[0-9]+ of [0-9]+ devices answer", Receive());
        await run.StopAsync(TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Output);
        var last = Receive();
        while (systemd.Available > 0) last = Receive();
        Assert.Equal("STOPPING=1", last);

        string Receive()
        {
            var buffer = new byte[512];
            return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
        }
    }

    [Fact]
    public async Task A_gateway_that_finds_nothing_starts_and_takes_up_what_appears_and_a_changed_file()
    {
        var (site, notify, http, tcp) = (_scratch.File("site.json"), _scratch.File("notify"), FreePort.Take(), FreePort.Take());
        File.WriteAllText(site, $$"""
            { "centre": "empty", "zone": "Europe/Paris", "clock": "trusted", "log": { "path": "log.db" }, "http": { "listen": "127.0.0.1:{{http}}" },
              "mqtt": { "broker": "mqtt://127.0.0.1:{{FreePort.Take()}}" },
              "buses": [
                { "name": "tcp", "tcp": { "host": "127.0.0.1", "port": {{tcp}} }, "devices": [ { "name": "main", "model": "siemens-pac3200", "period": "1s" } ] },
                { "name": "line", "serial": { "path": "ttyNone", "baud": 9600 }, "devices": [ { "name": "sub", "model": "eastron-sdm120", "unit": 2 } ] },
                { "name": "chips", "i2c": { "path": "i2c-none" }, "devices": [ { "name": "air", "sensor": "sht41" } ] },
                { "name": "lines", "gpio": { "path": "gpio-none" }, "devices": [ { "name": "door", "contact": { "line": 4 } } ] } ] }
            """);
        using var systemd = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 60_000 };
        systemd.Bind(new UnixDomainSocketEndPoint(notify));
        var run = EdgeProgram.Start(["run", "--site", site], new Dictionary<string, string> { ["NOTIFY_SOCKET"] = notify });
        _processes.Add(run);
        await run.WaitForPortAsync(http, TimeSpan.FromSeconds(60));
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        foreach (var device in new[] { "main", "sub", "air", "lines-1" }) await UntilAsync("health/ready", text => text.Contains($"\"{device}\""));
        Assert.False(run.HasExited, run.Output);

        await using var meter = Meter(tcp);
        await UntilAsync("api/v1/points", text => text.Contains("\"good\""));

        File.WriteAllText(site, File.ReadAllText(site).Replace("\"name\": \"air\"", "\"name\": \"air-2\""));
        run.Signal(PeerProcess.SignalHangup);
        await run.WaitForOutputAsync("device air-2 begins");
        await UntilAsync("api/v1/points", text => text.Contains("air-2.temperature") && text.Contains("\"good\""));
        var told = new List<string>();
        while (told.Count(one => one.StartsWith("READY=1", StringComparison.Ordinal)) < 2) told.Add(Receive());
        Assert.Single(told, one => one.StartsWith("RELOADING=1\nMONOTONIC_USEC=", StringComparison.Ordinal));
        var again = Start("reload", "--site", site);
        await again.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        Assert.True(again.ExitCode == 0 && again.Output.Contains("nothing was changed", StringComparison.Ordinal), again.Output);
        await run.StopAsync(TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Output);

        async Task UntilAsync(string path, Func<string, bool> isSo)
        {
            for (var end = DateTime.UtcNow.AddSeconds(60); ; await Task.Delay(100))
                try
                {
                    using var answer = await client.GetAsync($"http://127.0.0.1:{http}/{path}");
                    var text = await answer.Content.ReadAsStringAsync();
                    if (isSo(text)) return;
                    Assert.True(DateTime.UtcNow < end, $"{text}\n{run.Output}");
                }
                catch (HttpRequestException) when (DateTime.UtcNow < end)
                {
                    // Between the server of before and the new one.
                }
        }

        string Receive()
        {
            var buffer = new byte[512];
            return Encoding.UTF8.GetString(buffer, 0, systemd.Receive(buffer));
        }
    }

    /// <summary>A simulated building whose first meter is at a port.</summary>
    private static SimulatedWires Meter(int port)
    {
        var catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);
        return new SimulatedWires(
            SimulatedBuilding.Default(1, TimeZoneInfo.Utc, catalogue, () => Instant.From(TimeProvider.System.GetUtcNow())), port, TimeProvider.System);
    }

    private async Task<PeerProcess> ReadAsync(string site)
    {
        var read = Start("read", "--site", site);
        await read.WaitForExitAsync();
        return read;
    }

    private async Task<PeerProcess> RunAsync(string site, int port, int lives)
    {
        var run = Start("run", "--site", site);
        await run.WaitForPortAsync(port, TimeSpan.FromSeconds(60));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        // A good reading, and that it is stored that it started.
        for (var tries = 0; await CountAsync("points", "\"good\"") == 0 || await CountAsync("incidents", "\"started\"") < lives; tries++)
        {
            Assert.True(tries < 600, run.Output);
            await Task.Delay(100);
        }
        return run;

        async Task<int> CountAsync(string path, string word) =>
            Regex.Count(await http.GetStringAsync($"http://127.0.0.1:{port}/api/v1/{path}"), word);
    }

    private PeerProcess Start(params string[] arguments)
    {
        var process = EdgeProgram.Start(arguments);
        _processes.Add(process);
        return process;
    }
}
