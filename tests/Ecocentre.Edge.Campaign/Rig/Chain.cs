using System.Globalization;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Simulated;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Campaign.Rig;

/// <summary>The whole chain as processes: building, gateway, broker, ingest, database; between gateway and broker a line that can be cut,
/// before the database a proxy that lies when told to.</summary>
internal sealed class Chain : IAsyncDisposable
{
    public const string Centre = "campaign", Database = "ecocentre";

    // An acknowledgement that takes longer is not waited for: the entries go out again.
    private const string AcknowledgeTimeout = "5s";

    // Nothing leaves the log while the clock is in another century.
    private const string KeepDays = "30000d";

    private readonly CampaignOptions _options;
    private readonly Scratch _scratch = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly List<Task> _watching = [];
    private readonly Mosquitto _broker;
    private readonly Influxd _influxd;
    private int _copies;

    private Chain(CampaignOptions options, Mosquitto broker, Influxd influxd)
    {
        (_options, _broker, _influxd) = (options, broker, influxd);
        Begin = Instant.From(TimeProvider.System.GetUtcNow());
        (Disk, Clock, Network) = (new LogDisk(_scratch.Folder), new SteppedClock(_scratch.File("clock")), new Network());
        (Proxy, Line) = (DatabaseProxy.Start(influxd.Uri), new TcpRelay(broker.Port));
        var models = Path.Combine(Path.GetDirectoryName(options.Binary)!, "meters");
        Truth = BuildingProcess.Describe(options.Seed, Begin, models);
        BusPort = Pair();
        View = new GatewayView(FreePort.Take());
        Building = new Part("devices", async () =>
        {
            var process = BuildingProcess.Start(options.Seed, Begin, models, BusPort, _scratch.File("line"), _scratch.File("site.json"));
            await process.WaitForOutputAsync("The building answers.", TimeSpan.FromSeconds(60));
            return process;
        });
        Gateway = new Part("gateway", () => Task.FromResult(Edge(Clock.Environment, "run", "--site", Site)));
        Ingest = new Part("ingest", () => Task.FromResult(StartIngest("ingest-1")));
        Broker = new Part("broker", async () =>
        {
            await broker.RestartAsync();
            return broker.Process;
        });
        Store = new Part("database", async () =>
        {
            await influxd.RestartAsync();
            return influxd.Process;
        });
    }

    /// <summary>Where the truth begins.</summary>
    public Instant Begin { get; }

    public SimulatedBuilding Truth { get; }

    public LogDisk Disk { get; }

    public SteppedClock Clock { get; }

    public Network Network { get; }

    public DatabaseProxy Proxy { get; }

    /// <summary>Between gateway and broker.</summary>
    public TcpRelay Line { get; }

    public GatewayView View { get; }

    public Part Building { get; }

    public Part Gateway { get; }

    public Part Ingest { get; }

    public Part Broker { get; }

    public Part Store { get; }

    public IReadOnlyList<Part> Parts => [Gateway, Ingest, Broker, Store, Building];

    public int BrokerPort => _broker.Port;

    /// <summary>The first of the building's two Modbus TCP ports.</summary>
    public int BusPort { get; }

    public string Site => _scratch.File("gateway.json");

    public string Log => Disk.PathOf("ecocentre.log.db");

    public string Rejected => _scratch.File("rejected");

    /// <summary>Every entry that was ever seen in the log, also those that were torn away later.</summary>
    public SortedDictionary<long, LogEntry> Known { get; } = [];

    /// <summary>Sequences that stood for two different facts.</summary>
    public List<string> Reused { get; } = [];

    public static async Task<Chain> StartAsync(CampaignOptions options)
    {
        // Saved every second, or a killed broker would have forgotten all; one that forgets is a fault of its own.
        var broker = await Mosquitto.StartAsync(new MosquittoSetup { Persistence = true, Lines = ["autosave_interval 1"] });
        var chain = new Chain(options, broker, await Influxd.StartAsync(null, Database));
        await chain.Building.StartAsync();
        chain.WriteSite();
        foreach (var part in (Part[])[chain.Broker, chain.Store, chain.Ingest, chain.Gateway]) await part.StartAsync();
        foreach (var part in chain.Parts) chain._watching.Add(part.WatchAsync(chain._ending.Token));
        return chain;
    }

    public void ForgetBroker() => _broker.Forget();

    public PeerProcess StartIngest(string name, params string[] more) => Edge(new Dictionary<string, string>(), [
        "ingest", "--broker", _broker.Uri.ToString(), "--influx", Proxy.Uri.ToString(), "--database", Database, "--rejected", Rejected,
        "--name", name, .. more]);

    /// <summary>Runs a verb of the published program to its end.</summary>
    public async Task<(int ExitCode, string Output)> VerbAsync(params string[] arguments)
    {
        using var process = Edge(Clock.Environment, arguments);
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        // Its last lines may still be on their way to us.
        await Task.Delay(200);
        return (process.ExitCode, process.Output);
    }

    /// <summary>Takes up what the log of a gateway that does not run holds, on a copy.</summary>
    /// <returns>All of it.</returns>
    public IReadOnlyList<LogEntry> RememberLog()
    {
        using var log = EvidenceLog.Open(CopyLog(), Centre, LogOptions.Default, Instant.From(TimeProvider.System.GetUtcNow()));
        var entries = log.Read(0, int.MaxValue);
        foreach (var entry in entries)
            if (Known.TryGetValue(entry.Sequence, out var known) && !Same(known.Fact, entry.Fact))
                Reused.Add($"{entry.Sequence} was {known.Fact} and is {entry.Fact}");
            else Known[entry.Sequence] = entry;
        return entries;
    }

    /// <summary>Copies the log's files, without its archive, into a folder of their own.</summary>
    /// <returns>The copy's path.</returns>
    public string CopyLog()
    {
        var folder = Directory.CreateDirectory(_scratch.File($"copy-{++_copies}")).FullName;
        foreach (var file in Directory.GetFiles(Disk.Folder, "ecocentre.log.db*"))
            // Neither what SQLite makes anew, nor the socket of the gateway's orders, nor what was set aside.
            if (!file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith(".orders", StringComparison.Ordinal)
                && !file.Contains(".broken", StringComparison.Ordinal))
                File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return Path.Combine(folder, Path.GetFileName(Log));
    }

    public Task<IReadOnlyList<System.Text.Json.JsonElement[]>> RowsAsync(string question) => _influxd.RowsAsync(Database, question);

    public string PathOf(string name) => _scratch.File(name);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_watching);
        foreach (var part in Parts) await part.KillAsync();
        await Line.DisposeAsync();
        await Proxy.DisposeAsync();
        await _broker.DisposeAsync();
        await _influxd.DisposeAsync();
        View.Dispose();
        _ending.Dispose();
        Disk.Dispose();
        _scratch.Dispose();
    }

    private static bool Same(LogFact one, LogFact other) => one.ToString() == other.ToString();

    /// <summary>The first of two free ports beside each other.</summary>
    private static int Pair()
    {
        while (true)
        {
            var first = FreePort.Take();
            if (FreePort.Take() == first + 1) return first;
        }
    }

    private PeerProcess Edge(IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        var all = new Dictionary<string, string>(environment);
        // The program's own launcher looks for the runtime where this one came from.
        if (Path.GetDirectoryName(Environment.ProcessPath) is { } root && File.Exists(Path.Combine(root, "dotnet"))) all["DOTNET_ROOT"] = root;
        return PeerProcess.Start(_options.Binary, arguments, environment: all);
    }

    private void WriteSite()
    {
        var site = JsonNode.Parse(File.ReadAllText(_scratch.File("site.json")))!;
        site["log"] = new JsonObject { ["path"] = Log, ["keepMinutes"] = KeepDays, ["keep"] = KeepDays };
        site["mqtt"] = new JsonObject
        {
            ["broker"] = string.Create(CultureInfo.InvariantCulture, $"mqtt://127.0.0.1:{Line.Port}"),
            ["acknowledge"] = "database", ["acknowledgeTimeout"] = AcknowledgeTimeout,
        };
        site["http"] = new JsonObject { ["listen"] = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{View.Port}") };
        File.WriteAllText(Site, site.ToJsonString());
    }
}
