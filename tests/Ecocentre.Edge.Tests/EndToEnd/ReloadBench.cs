using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ecocentre.Edge.Tests.EndToEnd;

/// <summary>A whole gateway in this process whose site file a test changes, and what its broker says. Its sensors are topics of that broker, which retain
/// what they said: everything has a value as soon as it is subscribed.</summary>
internal sealed class ReloadBench : IAsyncDisposable
{
    /// <summary>Far beyond what anything here takes on a busy machine; reached only by a failure.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private static readonly MeterCatalogue Catalogue = MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []);

    private readonly List<BrokerView> _views = [];

    // Ten beats a second.
    private readonly FastClock _clock = FastClock.StartNow(10);
    private CancellationTokenSource _ending = new();
    private Task _run = Task.CompletedTask;

    public Scratch Scratch { get; } = new();

    public Mosquitto Broker { get; private set; } = null!;

    /// <summary>What <see cref="Broker"/> says.</summary>
    public BrokerView Seen { get; private set; } = null!;

    public RunningCentre Centre { get; private set; } = null!;

    public JsonObject Site { get; private set; } = null!;

    /// <summary>The site file.</summary>
    public string File => Scratch.File("site.json");

    public string Log => Scratch.File("log.db");

    public static async Task<ReloadBench> StartAsync()
    {
        var bench = new ReloadBench { Broker = await Mosquitto.StartAsync() };
        bench.Seen = await bench.WatchAsync(bench.Broker);
        await bench.Seen.SayAsync("in/a", "21.5");
        await bench.Seen.SayAsync("in/b", "19.5");
        foreach (var desk in (string[])["in/z1", "in/z2"]) await bench.Seen.SayAsync(desk, """{"occupancy":true}""");
        bench.Site = JsonNode.Parse("""
            { "centre": "tested", "zone": "Europe/Paris", "clock": "trusted", "log": { "path": "log.db" }, "spaces": [ { "id": "hall" } ],
              "occupancy": { "heldAfter": "1s", "hold": "2s" },
              "mqtt": { "broker": "BROKER", "acknowledge": "broker" },
              "buses": [ { "name": "bridge", "mqtt": { "broker": "BROKER" }, "devices": [
                { "name": "a", "topic": "in/a", "points": { "temperature": { "path": "$" } } },
                { "name": "b", "topic": "in/b", "points": { "temperature": { "path": "$" } } },
                { "name": "z1", "topic": "in/z1", "path": "$.occupancy", "place": "hall" },
                { "name": "z2", "topic": "in/z2", "path": "$.occupancy", "place": "hall" } ] } ],
              "desks": [ { "id": "d1", "space": "hall", "sensors": ["z1"] }, { "id": "d2", "space": "hall", "sensors": ["z2"] } ] }
            """.Replace("BROKER", bench.Broker.Uri.ToString()))!.AsObject();
        return bench;
    }

    public async Task<BrokerView> WatchAsync(Mosquitto broker)
    {
        _views.Add(await BrokerView.WatchAsync(broker));
        return _views[^1];
    }

    /// <summary>Puts whole days before today into the log, which no gateway has open.</summary>
    public void Live(int days)
    {
        var midnight = new Instant(Instant.From(_clock.Time.GetUtcNow()).UnixMilliseconds / 86_400_000 * 86_400_000);
        using var log = EvidenceLog.Open(Log, "tested", LogOptions.Default, midnight - TimeSpan.FromDays(days));
        var series = new Series("old.power.active", "power.active", "W", PointKind.Gauge, "old", null);
        log.Declare([series], midnight - TimeSpan.FromDays(days));
        for (var hour = -24 * days; hour < 0; hour++)
        {
            var window = new Window(midnight + TimeSpan.FromHours(hour), TimeSpan.FromHours(1));
            log.Append([new WindowFact(series, new Aggregate(default, WindowKind.Hour, window, 0, 60, 1, 3, 2, 2.5, double.NaN, 1))], [], window.Start);
        }
    }

    public void Run()
    {
        var mistakes = new List<Mistake>();
        Write();
        var site = SiteFile.Load(File, Catalogue, mistakes);
        Assert.True(site is not null, string.Join('\n', mistakes));
        Centre = RunningCentre.Open(site, _clock.Time, TimeProvider.System, NullLogger.Instance);
        Centre.Reloads.Read = again => SiteFile.Load(File, Catalogue, again);
        _ending = new CancellationTokenSource();
        _run = Centre.RunAsync(_ending.Token);
    }

    public async Task StopAsync()
    {
        _ending.Cancel();
        await _run;
        await Centre.DisposeAsync();
        _run = Task.CompletedTask;
    }

    /// <summary>As a person's editor should: nobody ever reads half of it.</summary>
    public void Write()
    {
        System.IO.File.WriteAllText(File + ".new", Site.ToJsonString());
        System.IO.File.Move(File + ".new", File, overwrite: true);
    }

    /// <summary>Has the site as it is now applied.</summary>
    /// <returns>What changed, in words.</returns>
    public async Task<string> ReloadAsync()
    {
        Write();
        var answer = await Centre.Reloads.ReloadAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.True(answer.IsDone, answer.Text);
        return answer.Text;
    }

    public async Task UntilAsync(Func<bool> isSo)
    {
        for (var begun = TimeProvider.System.GetTimestamp(); !isSo(); await Task.Delay(20))
        {
            if (_run.IsFaulted) await _run;
            if (TimeProvider.System.GetElapsedTime(begun) > Deadline)
                Assert.Fail($"Seen: {string.Join(' ', _views.Select(view => view.ToString()))}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_run.IsCompleted) await StopAsync();
        foreach (var view in _views) await view.DisposeAsync();
        await Broker.DisposeAsync();
        Scratch.Dispose();
    }
}

/// <summary>What a broker retains, as one who is subscribed all the time sees it, and what was told on the log's topic.</summary>
internal sealed class BrokerView : IAsyncDisposable
{
    private readonly MqttLink _link;
    private readonly Task _taking;
    private readonly ConcurrentDictionary<string, string> _topics = new();
    private readonly ConcurrentQueue<(long First, long Last)> _told = new();
    private readonly ConcurrentDictionary<string, byte> _heard = new();

    private BrokerView(MqttLink link) => (_link, _taking) = (link, TakeAsync(link));

    /// <summary>Ranges told on the log's topic, in order.</summary>
    public IReadOnlyCollection<(long First, long Last)> Told => _told;

    public static async Task<BrokerView> WatchAsync(Mosquitto broker)
    {
        var link = new MosquittoLink(new MqttOptions { Broker = broker.Uri, ClientId = $"watcher-{broker.Port}" }, null, TimeProvider.System, new Random(1));
        foreach (var filter in (string[])["ecocentre/#", "homeassistant/#", "elsewhere/#", "spBv1.0/#"]) link.Subscribe(filter);
        link.Start();
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        return new BrokerView(link);
    }

    /// <summary>What the topic says now, or null.</summary>
    public string? Says(string topic) => _topics.GetValueOrDefault(topic);

    /// <summary>What the centre's topic says now, or null.</summary>
    public string? OfCentre(string topic) => Says($"ecocentre/v1/tested/{topic}");

    /// <summary>Whether something was ever said on a topic.</summary>
    public bool HasHeard(string topic) => _heard.ContainsKey(topic);

    public bool Has(string beginning) => _topics.Keys.Any(topic => topic.StartsWith(beginning, StringComparison.Ordinal));

    public async Task SayAsync(string topic, string text) => Assert.Null(
        await _link.PublishAsync(new MqttMessage(topic, System.Text.Encoding.UTF8.GetBytes(text), Retain: true), CancellationToken.None));

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        await _taking;
    }

    public override string ToString() => string.Join(", ", _topics.Keys.Order(StringComparer.Ordinal));

    private async Task TakeAsync(MqttLink link)
    {
        await foreach (var message in link.Incoming.ReadAllAsync())
        {
            _heard[message.Topic] = 0;
            if (message.Topic.EndsWith("/tested/log", StringComparison.Ordinal))
                _told.Enqueue((long.Parse(message.Property("first")!), long.Parse(message.Property("last")!)));
            else if (message.Payload.Length > 0) _topics[message.Topic] = System.Text.Encoding.UTF8.GetString(message.Payload.Span);
            else _topics.TryRemove(message.Topic, out _);
        }
    }
}
