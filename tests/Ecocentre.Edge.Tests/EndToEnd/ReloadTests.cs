using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence.Checking;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>Whom a running gateway tells, and of what, changes under it: real brokers, HTTP servers and clients on loopback.</summary>
public sealed class ReloadTests : IAsyncLifetime
{
    private ReloadBench _bench = null!;

    public async ValueTask InitializeAsync() => _bench = await ReloadBench.StartAsync();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task What_left_the_site_is_cleared_at_the_broker_after_a_reload_and_after_a_restart_and_the_rest_stays()
    {
        _bench.Site["label"] = JsonNode.Parse("""{ "profile": "ecocentre-v1" }""");
        _bench.Run();
        await UntilAsync(seen => seen.OfCentre("points/a.temperature") is not null && seen.OfCentre("points/b.temperature") is not null
            && seen.OfCentre("desks/d1") is not null && seen.OfCentre("desks/d2") is not null && seen.Has("ecocentre/v1/tested/criteria/"));

        Devices.RemoveAt(3);
        Devices.RemoveAt(1);
        _bench.Site["desks"]!.AsArray().RemoveAt(1);
        _bench.Site.Remove("label");
        var head = _bench.Centre.Log.Head;
        Assert.Contains("device", await _bench.ReloadAsync());
        await UntilAsync(seen => seen.OfCentre("points/b.temperature") is null && seen.OfCentre("desks/d2") is null && !seen.Has("ecocentre/v1/tested/criteria/"));
        Assert.NotNull(_bench.Seen.OfCentre("points/a.temperature"));
        Assert.NotNull(_bench.Seen.OfCentre("desks/d1"));

        // And what leaves while it is off; a name that comes back is told again.
        await _bench.StopAsync();
        Devices[0]!["name"] = "b";
        _bench.Site["desks"]![0]!["id"] = "d2";
        _bench.Run();
        await UntilAsync(seen => seen.OfCentre("points/a.temperature") is null && seen.OfCentre("desks/d1") is null
            && seen.OfCentre("points/b.temperature") is not null && seen.OfCentre("desks/d2") is not null);
        Assert.True(_bench.Centre.Log.Head > head);
    }

    [Fact]
    public async Task Home_Assistant_and_Sparkplug_are_switched_on_and_off_and_leave_nothing_behind()
    {
        _bench.Run();
        await UntilAsync(seen => seen.OfCentre("points/a.temperature") is not null);
        Assert.False(_bench.Seen.Has("homeassistant/device/"));

        var told = _bench.Site["mqtt"]!.AsObject();
        told["homeAssistant"] = new JsonObject();
        _bench.Site["sparkplug"] = new JsonObject { ["broker"] = _bench.Broker.Uri.ToString(), ["group"] = "Tests" };
        await _bench.ReloadAsync();
        await UntilAsync(seen => seen.Has("homeassistant/device/ecocentre-tested_device_b/") && seen.HasHeard("spBv1.0/Tests/NBIRTH/tested"));
        await _bench.Seen.SayAsync("homeassistant/device/of-others/config", "{}");

        told["homeAssistant"] = new JsonObject { ["prefix"] = "elsewhere" };
        _bench.Site.Remove("sparkplug");
        await _bench.ReloadAsync();
        await UntilAsync(seen => seen.Has("elsewhere/device/ecocentre-tested_device_b/") && !seen.Has("homeassistant/device/ecocentre-tested")
            && seen.HasHeard("spBv1.0/Tests/NDEATH/tested"));

        told.Remove("homeAssistant");
        await _bench.ReloadAsync();
        await UntilAsync(seen => !seen.Has("elsewhere/device/ecocentre-tested"));
        Assert.Equal("{}", _bench.Seen.Says("homeassistant/device/of-others/config"));

        // The same while the gateway is off.
        told["homeAssistant"] = new JsonObject();
        await _bench.ReloadAsync();
        await UntilAsync(seen => seen.Has("homeassistant/device/ecocentre-tested_device_b/"));
        await _bench.StopAsync();
        told.Remove("homeAssistant");
        _bench.Run();
        await UntilAsync(seen => !seen.Has("homeassistant/device/ecocentre-tested") && seen.OfCentre("status")?.Contains("\"online\":true") == true);
        Assert.Equal("{}", _bench.Seen.Says("homeassistant/device/of-others/config"));
    }

    [Fact]
    public async Task Another_broker_is_told_from_where_the_last_one_stood_and_the_last_one_hears_goodbye()
    {
        await using var second = await Mosquitto.StartAsync();
        var other = await _bench.WatchAsync(second);
        _bench.Run();
        await UntilAsync(seen => seen.Told.Count > 0 && seen.OfCentre("points/a.temperature") is not null);

        // First one that is not there: what happens meanwhile waits.
        _bench.Site["mqtt"]!["broker"] = $"mqtt://127.0.0.1:{FreePort.Take()}";
        Assert.Contains("the broker changed", await _bench.ReloadAsync());
        await UntilAsync(seen => seen.OfCentre("status")?.Contains("\"online\":false") == true);
        _bench.Site["mqtt"]!["broker"] = second.Uri.ToString();
        await _bench.ReloadAsync();
        await UntilAsync(_ => other.Told.Count > 0 && other.Told.Max(range => range.Last) == _bench.Centre.Log.Head
            && other.OfCentre("status")?.Contains("\"online\":true") == true && other.OfCentre("points/a.temperature") is not null);

        // What a broker that was left had not acknowledged comes again; nothing is left out.
        var told = _bench.Seen.Told.Concat(other.Told).OrderBy(range => range.First).ToArray();
        Assert.Equal(1, told[0].First);
        var reached = 0L;
        foreach (var (first, last) in told)
        {
            Assert.InRange(first, 1, reached + 1);
            reached = Math.Max(reached, last);
        }
        // Written with the next beat.
        await UntilAsync(_ => Incidents(IncidentKind.ConfigurationChanged).Count() == 2);
    }

    [Fact]
    public async Task Webhooks_come_change_and_go()
    {
        var first = new Target();
        using var second = new Target();
        System.IO.File.WriteAllText(_bench.Scratch.File("secret"), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        _bench.Run();
        await UntilAsync(_ => _bench.Centre.Log.Head > 0);

        _bench.Site["webhooks"] = new JsonArray(Hook(first));
        Assert.Contains("webhooks changed", await _bench.ReloadAsync());
        await UntilAsync(_ => first.Posts.Any(post => post.Contains("desks.picture", StringComparison.Ordinal)));

        // Nobody is there to be told by mistake.
        first.Dispose();
        _bench.Site["webhooks"] = new JsonArray(Hook(second));
        await _bench.ReloadAsync();
        for (var isTaken = false; second.Posts.IsEmpty; isTaken = !isTaken)
        {
            await _bench.Seen.SayAsync("in/z1", $$"""{"occupancy":{{(isTaken ? "true" : "false")}}}""");
            var state = _bench.Centre.Loop.Latest.Desks[0].State;
            await UntilAsync(_ => _bench.Centre.Loop.Latest.Desks[0].State != state || !second.Posts.IsEmpty);
        }
        Assert.Contains("desk", second.Posts.First(), StringComparison.Ordinal);

        _bench.Site.Remove("webhooks");
        Assert.Contains("webhooks changed", await _bench.ReloadAsync());
        Assert.Empty(_bench.Centre.Reloads.Troubles());
    }

    [Fact]
    public async Task Certificate_is_exchanged_under_the_running_server()
    {
        var certificates = await Certificates.MakeAsync(_bench.Scratch);
        var (certificate, key) = await certificates.ServerAsync(CertificateFlaw.SelfSigned);
        var port = FreePort.Take();
        _bench.Site["http"] = new JsonObject
        {
            ["listen"] = $"127.0.0.1:{port}", ["tls"] = new JsonObject { ["certificate"] = certificates.Server, ["key"] = certificates.ServerKey },
        };
        _bench.Run();
        await UntilShownAsync(port, "CN=server");
        _bench.Site["http"]!["tls"] = new JsonObject { ["certificate"] = certificate, ["key"] = key };
        Assert.Contains("HTTP changed", await _bench.ReloadAsync());
        await UntilShownAsync(port, "CN=server-SelfSigned");

        // One that does not belong to its key is refused, and the server goes on with what it has.
        _bench.Site["http"]!["tls"]!["key"] = certificates.ServerKey;
        _bench.Write();
        var answer = await _bench.Centre.Reloads.ReloadAsync(CancellationToken.None);
        Assert.False(answer.IsDone);
        Assert.Contains("$.http", answer.Text);
        await UntilShownAsync(port, "CN=server-SelfSigned");
    }

    [Fact]
    public async Task Bus_that_hangs_in_a_poll_keeps_nobody_waiting()
    {
        // Takes connections and never says a word.
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        _bench.Site["buses"]!.AsArray().Add(JsonNode.Parse($$"""
            { "name": "hangs", "tcp": { "host": "127.0.0.1", "port": {{((IPEndPoint)silent.LocalEndpoint).Port}} }, "timeout": "30s",
              "devices": [ { "name": "main", "model": "siemens-pac3200" } ] }
            """));
        _bench.Run();
        using (await silent.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(60)))
        {
            await UntilAsync(seen => seen.OfCentre("points/a.temperature") is not null);
            _bench.Site["buses"]!.AsArray().RemoveAt(1);
            Assert.Contains("device main ends", await _bench.ReloadAsync());
        }
        Assert.Equal(["bridge"], _bench.Centre.Buses.Select(bus => bus.Name));
        await _bench.Seen.SayAsync("in/a", "22.5");
        await UntilAsync(seen => seen.OfCentre("points/a.temperature")?.Contains("\"v\":22.5") == true && seen.OfCentre("points/main.power.active") is null);
    }

    [Fact]
    public async Task Storm_of_requests_ends_with_the_last_file()
    {
        _bench.Run();
        await UntilAsync(seen => seen.OfCentre("points/a.temperature") is not null);
        for (var request = 0; request < 20; request++)
        {
            Devices[1]!["name"] = request % 2 == 0 ? "other" : "b";
            _bench.Write();
            _bench.Centre.Reloads.Request();
            await Task.Yield();
        }
        Devices[1]!["name"] = "last";
        _bench.Write();
        _bench.Centre.Reloads.Request();
        await UntilAsync(seen => seen.OfCentre("points/last.temperature") is not null && seen.OfCentre("points/b.temperature") is null
            && seen.OfCentre("points/other.temperature") is null && seen.OfCentre("points/a.temperature") is not null);
        Assert.Empty(_bench.Centre.Reloads.Troubles());
        Assert.Empty(Incidents(IncidentKind.ConfigurationRefused));
    }

    [Fact]
    public async Task Days_are_sealed_while_the_site_changes_again_and_again()
    {
        const int days = 4;
        _bench.Live(days);
        _bench.Run();
        for (var (reload, end) = (0, DateTime.UtcNow.AddSeconds(90)); _bench.Centre.Archive.Days.Count < days; reload++)
        {
            Assert.True(DateTime.UtcNow < end, $"{_bench.Centre.Archive.Days.Count} days were sealed in {reload} reloads.");
            Devices[1]!["name"] = reload % 2 == 0 ? "other" : "b";
            await _bench.ReloadAsync();
        }
        await UntilAsync(_ => Heads() > 0);
        await _bench.StopAsync();
        var check = EvidenceCheck.Run(_bench.Log, "tested", _ => { }, CancellationToken.None);
        Assert.True(check.Findings.IsEmpty, string.Join('\n', check.Findings));

        int Heads() => _bench.Centre.Log.Records().Count(entry => entry.Fact is RecordFact { Kind: RecordKind.Checkpoint });
    }

    [Fact]
    public async Task Process_takes_up_a_changed_file_however_often_it_is_hung_up_on()
    {
        _bench.Write();
        using (var process = EdgeProgram.Start("run", "--site", _bench.File))
        {
            await UntilAsync(seen => seen.OfCentre("points/a.temperature") is not null && seen.OfCentre("points/b.temperature") is not null);
            for (var time = 0; time < 20; time++)
            {
                Devices[1]!["name"] = $"b{time}";
                _bench.Write();
                process.Signal(PeerProcess.SignalHangup);
                await Task.Delay(10);
            }
            await UntilAsync(seen => seen.OfCentre("points/b19.temperature") is not null && seen.OfCentre("points/b.temperature") is null);
            // Whichever of them were applied, nothing of them is left.
            await UntilAsync(seen => Enumerable.Range(0, 19).All(time => seen.OfCentre($"points/b{time}.temperature") is null));
            Assert.False(process.HasExited, process.Output);
            process.Kill();
        }
        // Killed, and started with another file.
        Devices.RemoveAt(0);
        _bench.Write();
        using var again = EdgeProgram.Start("run", "--site", _bench.File);
        await UntilAsync(seen => seen.OfCentre("points/a.temperature") is null && seen.OfCentre("points/b19.temperature") is not null
            && seen.OfCentre("status")?.Contains("\"online\":true") == true);
        await again.StopAsync(TimeSpan.FromSeconds(60));
        Assert.True(again.ExitCode == 0, again.Output);
    }

    private JsonArray Devices => _bench.Site["buses"]![0]!["devices"]!.AsArray();

    private static JsonObject Hook(Target target) => new()
    {
        ["name"] = "booking", ["url"] = target.Address, ["secretFile"] = "secret", ["events"] = new JsonArray("desks"),
    };

    private IEnumerable<Incident> Incidents(IncidentKind kind) =>
        _bench.Centre.Log.Read(0, int.MaxValue).Select(entry => entry.Fact).OfType<IncidentFact>().Select(fact => fact.Incident).Where(one => one.Kind == kind);

    private Task UntilAsync(Func<BrokerView, bool> isSo) => _bench.UntilAsync(() => isSo(_bench.Seen));

    private async Task UntilShownAsync(int port, string name)
    {
        var shown = "";
        for (var end = DateTime.UtcNow.AddSeconds(60); shown != name; await Task.Delay(50))
        {
            Assert.True(DateTime.UtcNow < end, $"{shown} is shown, not {name}.");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                await using var stream = new SslStream(client.GetStream(), false, (_, certificate, _, _) => certificate is not null);
                await stream.AuthenticateAsClientAsync("localhost").WaitAsync(TimeSpan.FromSeconds(60));
                shown = stream.RemoteCertificate!.Subject;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                // Between the server of before and the new one.
            }
        }
    }

    /// <summary>Takes whatever is posted.</summary>
    private sealed class Target : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Target()
        {
            Address = $"http://127.0.0.1:{FreePort.Take()}/";
            _listener.Prefixes.Add(Address);
            _listener.Start();
            _ = ServeAsync();
        }

        public string Address { get; }

        public ConcurrentQueue<string> Posts { get; } = new();

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var context = await _listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    Posts.Enqueue(await reader.ReadToEndAsync());
                    context.Response.StatusCode = (int)HttpStatusCode.NoContent;
                    context.Response.Close();
                }
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // Closed.
            }
        }
    }
}
