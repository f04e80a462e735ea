using System.Text.Json;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Commands;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>A simulated building on Modbus TCP and a pseudo-terminal, a gateway, a broker, ingests and a database; all but the building are processes
/// that can be killed.</summary>
internal sealed class Chain : IAsyncDisposable
{
    public const string Centre = "survivor";

    private const string Database = "ecocentre";

    // A minute of the building passes in two seconds.
    private const double Speed = 30;

    private readonly Scratch _scratch = new();
    private readonly FastClock _clock = FastClock.StartNow(Speed);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly List<PeerProcess> _ingests = [];
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(150));
    private readonly int _webPort = FreePort.Take();
    private SimulatedWires _wires = null!;

    private Chain(Mosquitto broker, Influxd influxd) => (Broker, Influxd) = (broker, influxd);

    public Mosquitto Broker { get; }

    public Influxd Influxd { get; }

    public PeerProcess Gateway { get; private set; } = null!;

    public string RejectedFolder => _scratch.File("rejected");

    /// <param name="persistence">The broker keeps its queues over a restart in good order.</param>
    public static async Task<Chain> StartAsync(bool persistence)
    {
        // Everything is written soon, or a kill would find nothing kept.
        var broker = await Mosquitto.StartAsync(new MosquittoSetup { Persistence = persistence, Lines = persistence ? ["autosave_interval 1"] : [] });
        var chain = new Chain(broker, await Influxd.StartAsync(null, Database));
        var catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        var building = SimulatedBuilding.Default(1, zone, catalogue, () => Instant.From(chain._clock.Time.GetUtcNow()));
        chain._wires = new SimulatedWires(building, 0, chain._clock.Time);
        chain.WriteSite();
        return chain;
    }

    public async Task StartGatewayAsync()
    {
        Gateway?.Dispose();
        Gateway = GatewayProcess.Start(_scratch.File("site.json"), _clock);
        await Gateway.WaitForOutputAsync("HTTP is answered", TimeSpan.FromSeconds(60));
    }

    public PeerProcess StartIngest(string name, string? group = null)
    {
        var ingest = EdgeProgram.Start([
            "ingest", "--broker", $"{Broker.Uri}", "--influx", $"{Influxd.Uri}", "--database", Database, "--name", name, "--rejected", RejectedFolder,
            .. group is null ? (string[])[] : ["--group", group],
        ]);
        _ingests.Add(ingest);
        return ingest;
    }

    /// <summary>Head of the running gateway's log.</summary>
    public async Task<long> HeadAsync()
    {
        using var answer = await _http.GetAsync($"http://127.0.0.1:{_webPort}/health/ready", _deadline.Token);
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(_deadline.Token));
        return json.RootElement.GetProperty("head").GetInt64();
    }

    /// <summary>Returns when the log has grown by so many building minutes, whoever is told of it.</summary>
    public async Task MinutesPassAsync(int minutes)
    {
        for (var (passed, head) = (0, await HeadAsync()); passed < minutes; await Task.Delay(100, _deadline.Token))
        {
            var now = await HeadAsync();
            // Single incidents are no minute.
            if (now < head + 20) continue;
            (passed, head) = (passed + 1, now);
        }
    }

    /// <summary>Returns when the database has all that the log has now.</summary>
    /// <returns>The head of the log then.</returns>
    public async Task<long> DeliveredAsync()
    {
        var head = await HeadAsync();
        while (!await HasAllAsync(head)) await Task.Delay(200, _deadline.Token);
        return head;
    }

    /// <summary>Kills the gateway and opens what it leaves.</summary>
    public EvidenceLog KillAndOpenLog()
    {
        Gateway.Kill();
        return EvidenceLog.Open(_scratch.File("ecocentre.log.db"), Centre, LogOptions.Default, Instant.From(_clock.Time.GetUtcNow()));
    }

    /// <summary>Every row of the database: its sequence and its time in nanoseconds, by sequence.</summary>
    public async Task<List<(long Sequence, long Nanoseconds)>> RowsAsync()
    {
        var rows = await Influxd.RowsAsync(Database, $"SELECT seq FROM window, incident, record WHERE centre = '{Centre}'");
        return [.. rows.Select(r => (r[1].GetInt64(), r[0].GetInt64())).Order()];
    }

    /// <summary>Waits until the database holds what is expected and nothing else, or long enough to know that it never will.</summary>
    /// <returns>What it holds.</returns>
    public async Task<List<(long Sequence, long Nanoseconds)>> SettledRowsAsync(Func<List<(long, long)>, bool> settled)
    {
        var rows = await RowsAsync();
        for (var i = 0; i < 100 && !settled(rows); i++)
        {
            await Task.Delay(200, _deadline.Token);
            rows = await RowsAsync();
        }
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        Gateway?.Dispose();
        foreach (var ingest in _ingests) ingest.Dispose();
        await _wires.DisposeAsync();
        await Broker.DisposeAsync();
        await Influxd.DisposeAsync();
        _http.Dispose();
        _deadline.Dispose();
        _scratch.Dispose();
    }

    /// <summary>Each row stands for one sequence, and a revised one also for those it took the place of: their number tells whether any is missing.</summary>
    private async Task<bool> HasAllAsync(long head)
    {
        var rows = await Influxd.RowsAsync(Database, $"SELECT seq, revision FROM window, incident, record WHERE centre = '{Centre}'");
        // influxd reads the two fields one after the other: of a row that is just being written it may see one only.
        if (rows.Any(r => r[1].ValueKind != JsonValueKind.Number)) return false;
        var last = rows.Select(r => r[1].GetInt64()).DefaultIfEmpty().Max();
        return last >= head && last == rows.Sum(r => 1 + (r[2].ValueKind == JsonValueKind.Number ? r[2].GetInt64() : 0));
    }

    private void WriteSite()
    {
        var file = _scratch.File("site.json");
        _wires.WriteSite(file, Centre, new JsonObject
        {
            ["mqtt"] = new JsonObject { ["broker"] = Broker.Uri.ToString().TrimEnd('/'), ["acknowledge"] = "database", ["acknowledgeTimeout"] = "2s" },
            ["http"] = new JsonObject { ["listen"] = $"127.0.0.1:{_webPort}" },
        });
        var site = JsonNode.Parse(File.ReadAllText(file))!;
        // A real second, even at this speed: the machine that runs the tests may be busy.
        foreach (var bus in site["buses"]!.AsArray()) bus!["timeout"] = "30s";
        File.WriteAllText(file, site.ToJsonString());
    }
}
