using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Tests.HomeAssistant;

public sealed class HomeAssistantDiscoveryTests : IAsyncLifetime
{
    private static readonly Topics Topics = new("lyon-1");

    private List<IAsyncDisposable> _links = [];
    private CancellationTokenSource _ending = new();
    private List<Task> _running = [];
    private Mosquitto _broker = null!;
    private RetainedTopics _seen = null!;

    public async ValueTask InitializeAsync()
    {
        _broker = await Mosquitto.StartAsync();
        _seen = await RetainedTopics.WatchAsync(_broker, "homeassistant/#");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _ending.Dispose();
        await _seen.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Every_quantity_is_announced_by_the_rules_and_what_is_private_is_not()
    {
        var all = Quantity.All.Select(quantity => ("all", quantity.Name, (string?)null)).ToArray();
        var plan = Plan([.. all, ("pir-d01", "presence", "booth")], [new("d01", "LYO-D01", "booth", [new PointId((ushort)all.Length)])]);
        await StartAsync(plan);
        await UntilToldAsync(2);
        Assert.Empty(DiscoveryRules.Broken(_seen.Retained.Values));
        var told = Components("ecocentre-lyon-1_device_all");
        Assert.Equal(all.Length, told.Count);
        Assert.DoesNotContain(_seen.Retained.Values, message => message.Text().Contains("d01", StringComparison.Ordinal));
        Assert.Equal(
            """{"platform":"sensor","unique_id":"ecocentre-lyon-1_sensor_all_2eenergy_2eactive_2eimport","name":"Energy import","device_class":"energy","state_class":"total_increasing","unit_of_measurement":"kWh","state_topic":"ecocentre/v1/lyon-1/points/all.energy.active.import","value_template":"{{ value_json.v if value_json.v is number and value_json.q in ['good', 'questionable'] else none }}"}""",
            told["sensor_all_2eenergy_2eactive_2eimport"]);
        Assert.Contains("\"device_class\":\"carbon_dioxide\"", told["sensor_all_2eco2"]);
        Assert.Contains("\"device_class\":\"occupancy\"", told["binary_sensor_all_2epresence"]);
        Assert.DoesNotContain("unit_of_measurement", told["sensor_all_2evoc_2eindex"]);
    }

    [Fact]
    public async Task Desks_are_announced_only_when_the_site_wants_it()
    {
        var plan = Plan([("pir-d01", "presence", "booth")], [new("d01", "LYO-D01 café/+#", "booth", [new PointId(0)])]);
        await StartAsync(plan, new HomeAssistantOptions { Desks = true });
        await UntilToldAsync(2);
        Assert.Empty(DiscoveryRules.Broken(_seen.Retained.Values));
        var desk = Assert.Single(Components("ecocentre-lyon-1_desks_booth")).Value;
        Assert.Contains("ecocentre/v1/lyon-1/desks/d01", desk);
        using var parsed = JsonDocument.Parse(desk);
        Assert.Equal("LYO-D01 café/+#", parsed.RootElement.GetProperty("name").GetString());
        // It watches one desk: no announcement reads it as a point.
        Assert.DoesNotContain(_seen.Retained.Values, message => message.Text().Contains("points/pir-d01", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_left_the_site_while_the_gateway_was_off_is_removed_and_others_are_left_alone()
    {
        await using var before = await new MosquittoLink(LinkBench.Options(_broker), null, TimeProvider.System, new Random(1)).ConnectedAsync();
        string[] kept = ["homeassistant/device/0x00158d/config", "homeassistant/device/ecocentre-lyon-12_device_x/config", "homeassistant/sensor/ecocentre-lyon-1/config"];
        foreach (var topic in kept) await before.TellAsync(LinkBench.Message(topic, "{}", retain: true));
        await before.TellAsync(LinkBench.Message(Topic("ecocentre-lyon-1_device_gone"), """{"components":{"a":{"platform":"sensor"}}}""", retain: true));
        await before.TellAsync(LinkBench.Message(Topic("ecocentre-lyon-1_device_odd"), "no JSON \ud83c\udfe2", retain: true));
        await before.TellAsync(LinkBench.Message(Topic("ecocentre-lyon-1_device_main"),
            """{"components":{"sensor_old":{"platform":"sensor","unique_id":"u"},"x":1,"binary_sensor_main_2epower_2eactive":{"platform":"binary_sensor"}}}""", retain: true));

        await StartAsync(Plan([("main", "power.active", null)]));
        await UntilAsync(() => !_seen.Retained.ContainsKey(Topic("ecocentre-lyon-1_device_gone"))
            && !_seen.Retained.ContainsKey(Topic("ecocentre-lyon-1_device_odd")) && Components("ecocentre-lyon-1_device_main").Count == 3);
        Assert.Equal("""{"platform":"sensor"}""", Components("ecocentre-lyon-1_device_main")["sensor_old"]);
        Assert.Equal("""{"platform":"binary_sensor"}""", Components("ecocentre-lyon-1_device_main")["binary_sensor_main_2epower_2eactive"]);
        Assert.Empty(DiscoveryRules.Broken(_seen.Retained.Values.Where(message => !kept.Contains(message.Topic))));

        // Home Assistant starts: it has heard the removal, and it is left out from then on.
        await before.TellAsync(LinkBench.Message("homeassistant/status", "online"));
        await UntilAsync(() => Components("ecocentre-lyon-1_device_main").Count == 1);
        Assert.All(kept, topic => Assert.Equal("{}", _seen.Retained[topic].Text()));
    }

    [Fact]
    public async Task A_gateway_that_comes_back_with_a_changed_site_removes_what_it_told_before_itself()
    {
        await StartAsync(
            Plan([("main", "power.active", null), ("main", "frequency", null), ("old", "co2", null), ("pir-d01", "presence", "booth")],
                [new("d01", "LYO-D01", "booth", [new PointId(3)])]),
            new HomeAssistantOptions { Desks = true });
        await UntilToldAsync(4);
        await StopAsync();

        // A point less, a device less, a device more, and desks are not told any longer.
        await StartAsync(Plan([("main", "power.active", null), ("new", "co2", null), ("pir-d01", "presence", "booth")], [new("d01", "LYO-D01", "booth", [new PointId(2)])]));
        await UntilAsync(() => _seen.Retained.Keys.Order().SequenceEqual(
            new[] { Topic("ecocentre-lyon-1"), Topic("ecocentre-lyon-1_device_main"), Topic("ecocentre-lyon-1_device_new") }.Order()));
        await UntilAsync(() => Components("ecocentre-lyon-1_device_main").GetValueOrDefault("sensor_main_2efrequency") == """{"platform":"sensor"}""");
        Assert.Equal(2, Components("ecocentre-lyon-1_device_main").Count);
        Assert.Empty(DiscoveryRules.Broken(_seen.Retained.Values));
        await StopAsync();

        // Once more without a start of Home Assistant between: the removal still stands there for it, and for what is as it was nothing is lost.
        await StartAsync(Plan([("main", "power.active", null), ("new", "co2", null)]));
        await using var home = await new MosquittoLink(LinkBench.Options(_broker), null, TimeProvider.System, new Random(1)).ConnectedAsync();
        await home.TellAsync(LinkBench.Message("homeassistant/status", "online"));
        await UntilAsync(() => Components("ecocentre-lyon-1_device_main").Count == 1);
        Assert.Contains("sensor_new_2eco2", Components("ecocentre-lyon-1_device_new").Keys);
    }

    [Fact]
    public async Task A_start_of_Home_Assistant_is_answered_with_everything_and_a_storm_of_starts_once()
    {
        await StartAsync(Plan([.. Enumerable.Range(0, 20).Select(n => ($"meter-{n}", "power.active", (string?)null))]));
        await UntilToldAsync(21);
        var told = _seen.Count;
        await using var home = await new MosquittoLink(LinkBench.Options(_broker), null, TimeProvider.System, new Random(1)).ConnectedAsync();
        await home.TellAsync(LinkBench.Message("homeassistant/status", "offline"));
        var begun = Stopwatch.GetTimestamp();
        for (var start = 0; start < 100; start++) await home.TellAsync(LinkBench.Message("homeassistant/status", "online"));
        // The starts themselves are seen too.
        await UntilAsync(() => _seen.Count >= told + 101 + 21);
        await home.TellAsync(LinkBench.Message("homeassistant/end", "end"));
        await UntilAsync(() => _seen.Retained.ContainsKey("homeassistant/end") || _seen.Last == "homeassistant/end");
        // Those that came while everything was told ask for one telling more, after a rest; a storm on a slow machine lasts for several.
        var rests = (int)(Stopwatch.GetElapsedTime(begun) / HomeAssistantDiscovery.BirthRest);
        Assert.InRange(_seen.Count, told + 101 + 21 + 1, told + 101 + 21 * (2 + rests) + 1);
    }

    [Fact]
    public async Task A_broker_that_forgot_is_told_again()
    {
        await StartAsync(Plan([("main", "power.active", null)]));
        await UntilToldAsync(2);
        _broker.Kill();
        _seen.Retained.Clear();
        await _broker.RestartAsync();
        await UntilToldAsync(2);
        Assert.Empty(DiscoveryRules.Broken(_seen.Retained.Values));
    }

    [Fact]
    public async Task Four_hundred_points_are_announced_and_nothing_is_told_twice()
    {
        await StartAsync(Plan([.. Enumerable.Range(0, 400).Select(n => ($"meter-{n % 10}", "power.active", (string?)$"space-{n}"))], numbered: true));
        await UntilToldAsync(11);
        Assert.Empty(DiscoveryRules.Broken(_seen.Retained.Values));
        Assert.Equal(400, Enumerable.Range(0, 10).Sum(n => Components($"ecocentre-lyon-1_device_meter-{n}").Count));
        Assert.Equal(11, _seen.Count);
    }

    [Fact]
    public async Task Two_gateways_of_one_name_do_not_fight()
    {
        await StartAsync(Plan([("main", "power.active", null)]));
        await UntilToldAsync(2);
        await StartAsync(Plan([("other", "power.active", null)]));
        await UntilAsync(() => _seen.Retained.ContainsKey(Topic("ecocentre-lyon-1_device_other")) && !_seen.Retained.ContainsKey(Topic("ecocentre-lyon-1_device_main")));
        await using var word = await new MosquittoLink(LinkBench.Options(_broker), null, TimeProvider.System, new Random(1)).ConnectedAsync();
        await word.TellAsync(LinkBench.Message("homeassistant/end", "end"));
        await UntilAsync(() => _seen.Last == "homeassistant/end");
        // Two of the first, two of the second and one that clears.
        Assert.Equal(5 + 1, _seen.Count);
    }

    private static string Topic(string id) => $"homeassistant/device/{id}/config";

    private static OccupancyPlan Plan(
        (string Device, string Quantity, string? Place)[] points, Desk[]? desks = null, bool numbered = false) => OccupancyPlan.Of(
        [
            .. points.Select((point, index) => new Point
            {
                Id = new PointId((ushort)index), Name = $"{point.Device}.{point.Quantity}{(numbered ? $".{index}" : "")}", Device = point.Device,
                Place = point.Place,
                Quantity = Quantity.TryGet(point.Quantity, out var quantity) ? quantity : throw new InvalidOperationException(point.Quantity),
                Period = TimeSpan.FromSeconds(1),
            }),
        ], [new Space("booth", "Cabine d'été", "1")], [.. desks ?? []]);

    /// <summary>All gateways end.</summary>
    private async Task StopAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_running).WaitAsync(LinkBench.Deadline);
        foreach (var link in _links) await link.DisposeAsync();
        (_links, _running) = ([], []);
        _ending.Dispose();
        _ending = new CancellationTokenSource();
    }

    private async Task StartAsync(OccupancyPlan plan, HomeAssistantOptions? options = null)
    {
        var link = new MosquittoLink(LinkBench.Options(_broker), null, TimeProvider.System, new Random(1));
        _links.Add(link);
        var plant = new AnnouncedPlant("Écocentre de Lyon", "1.2.3", plan.Points) { Spaces = plan.Spaces, Desks = plan.Desks };
        var discovery = new HomeAssistantDiscovery(Topics, link, options ?? new HomeAssistantOptions(), plant, TimeProvider.System);
        await link.ConnectedAsync();
        _running.Add(discovery.RunAsync(_ending.Token));
    }

    private ImmutableSortedDictionary<string, string> Components(string id)
    {
        if (!_seen.Retained.TryGetValue(Topic(id), out var message)) return ImmutableSortedDictionary<string, string>.Empty;
        using var document = JsonDocument.Parse(message.Payload);
        if (!document.RootElement.TryGetProperty("device", out _)) return ImmutableSortedDictionary<string, string>.Empty;
        return document.RootElement.GetProperty("components").EnumerateObject().ToImmutableSortedDictionary(c => c.Name, c => c.Value.GetRawText());
    }

    private Task UntilToldAsync(int announcements) => UntilAsync(() => _seen.Retained.Count >= announcements);

    private Task UntilAsync(Func<bool> isSo) => LinkBench.UntilAsync(isSo, () => $"{_seen.Count} messages: {string.Join(", ", _seen.Retained.Keys)}");
}
