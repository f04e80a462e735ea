using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;
using Ecocentre.Edge.Outputs.Tests.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

public sealed class SparkplugNodeTests : IAsyncLifetime
{
    private static readonly ImmutableArray<Point> Points =
    [
        Point(0, "main", "power.active"), Point(1, "main", "energy.active.import"), Point(2, "air-1", "co2"), Point(3, "open", "people"),
        Point(4, "pir", "presence") with { Private = true }, Point(5, "door", "contact"),
    ];

    private readonly List<IAsyncDisposable> _disposables = [];
    private readonly Dictionary<string, Reading> _newest = new()
    {
        ["main.power.active"] = new(new PointId(0), Facts.Start - TimeSpan.FromSeconds(2), 1200.5, Quality.Good),
        ["open.people"] = new(new PointId(3), Facts.Start - TimeSpan.FromSeconds(2), 7, Quality.Good),
        ["air-1.co2"] = new(new PointId(2), Facts.Start - TimeSpan.FromSeconds(3), 612, Quality.Questionable),
    };

    private Mosquitto _broker = null!;
    private SparkplugHost _host = null!;
    private Instant _now = Facts.Start;
    private long _sequence;
    private bool _isBreakingRules;

    public async ValueTask InitializeAsync()
    {
        // Everything that the broker sees, for the rules that only it can tell.
        _broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["log_type all"] });
        _host = await SparkplugHost.StartAsync(_broker);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in _disposables.AsEnumerable().Reverse()) await one.DisposeAsync();
        if (!_isBreakingRules) _host.AssertRules();
        await _host.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task Births_tell_every_metric_with_unit_and_present_value_and_nothing_private()
    {
        Start();
        await _host.UntilAsync(verbs => verbs.Length == 5);
        Assert.Equal(["NBIRTH", "DBIRTH main", "DBIRTH air-1", "DBIRTH open", "DBIRTH door"], _host.Verbs);
        var main = _host.Look((_, rules) => rules.BornOf("main").ToDictionary(metric => metric.Name!));
        Assert.Equal(["energy/active/import", "power/active"], main.Keys.Order());
        Assert.Equal((1200.5, (ulong)(Facts.Start - TimeSpan.FromSeconds(2)).UnixMilliseconds), ((double)main["power/active"].Value!, main["power/active"].Timestamp));
        Assert.Equal("W", main["power/active"].Properties["engUnit"].Value);
        Assert.True(main["energy/active/import"].IsNull);
        Assert.Equal(500L, _host.Look((_, rules) => rules.BornOf("air-1").Single()).Properties["Quality"].Value);
        // Who is there now is finer than what may be kept.
        Assert.True(_host.Look((_, rules) => rules.BornOf("open").Single()).IsNull);
        Assert.DoesNotContain(_host.Messages, message => message.Topic.Contains("pir", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_broker_sees_the_will_and_every_message_as_the_specification_wants_them()
    {
        var sink = Start();
        await TakenAsync(sink, Minute("main.power.active", 0, 1300));
        // The broker's words come by another way than its messages: the last of them is awaited before all are read.
        await _broker.Process.WaitForOutputAsync("'spBv1.0/Ecocentre/DDATA/lyon-1/main'");
        var log = _broker.Output;
        // payloads-ndeath-will-message-qos and -retain; payloads-nbirth-qos, -dbirth-qos, -ddata-qos and -retain; ncmd-subscribe at QoS 1.
        Assert.Matches(@"Will message specified \(\d+ bytes\) \(r0, q1\)", log);
        Assert.Matches("spBv1.0/Ecocentre/NDEATH/lyon-1", log);
        foreach (var verb in new[] { "NBIRTH/lyon-1", "DBIRTH/lyon-1/main", "DDATA/lyon-1/main" })
            Assert.Matches($@"Received PUBLISH from \S+ \(d0, q0, r0, m\d+, 'spBv1.0/Ecocentre/{verb}'", log);
        Assert.Matches(@"spBv1.0/Ecocentre/NCMD/lyon-1 \(QoS 1\)", log);
    }

    [Fact]
    public async Task Only_changes_are_told_and_what_ended_before_the_birth_is_historical()
    {
        _now = Facts.Start + TimeSpan.FromMinutes(2);
        _newest.Clear();
        var sink = Start();
        await _host.UntilAsync(verbs => verbs.Length == 5);
        await TakenAsync(sink, [.. Minute("main.power.active", 0, 100), .. Minute("main.power.active", 1, 100), .. Minute("main.power.active", 2, 100),
            .. Minute("main.power.active", 3, 100), .. Minute("main.power.active", 4, 101), .. Minute("main.power.active", 5, double.NaN)]);
        await _host.UntilAsync(verbs => verbs.Contains("DDATA main"));
        var told = _host.Look((heard, _) => heard.Where(one => one.Verb == "DDATA").SelectMany(one => one.Payload.Metrics)
            .Select(metric => (metric.Entry, metric.IsHistorical, metric.Value,
                Minute: (long)(metric.Timestamp! - (ulong)Facts.Start.UnixMilliseconds) / 60_000))
            .ToArray());
        Assert.Equal([(1L, true, (object?)100.0, 1L), (2, true, 100.0, 2), (3, false, 100.0, 3), (5, false, 101.0, 5), (6, false, null, 6)], told);
    }

    [Fact]
    public async Task Occupancy_is_told_by_quarter_hours_and_longer_windows_are_not_told()
    {
        var sink = Start();
        LogEntry[] batch = [.. Minute("open.people", 0, 7), Window("open.people", WindowKind.QuarterHour, 0, 6), Window("main.power.active", WindowKind.QuarterHour, 0, 5)];
        await TakenAsync(sink, [.. batch, .. Minute("door.contact", 16, 1)]);
        await _host.UntilAsync(verbs => verbs.Contains("DDATA door"));
        Assert.Equal([2L, 4], _host.Entries.Order());
        Assert.Equal(true, _host.Look((heard, _) => heard.Last(one => one.Device == "door").Payload.Metrics[0].Value));
    }

    [Fact]
    public async Task A_lost_device_dies_and_is_born_again_when_it_says_something()
    {
        var sink = Start();
        await TakenAsync(sink, Minute("air-1.co2", 0, 700));
        await TakenAsync(sink, [Next(new IncidentFact(new Incident(Facts.Start + TimeSpan.FromMinutes(2), IncidentKind.DeviceLost, "air-1", "No answer. Ünïcode/+#")))]);
        await TakenAsync(sink, Minute("air-1.co2", 3, double.NaN));
        await _host.UntilAsync(verbs => verbs.Contains("DDEATH air-1"));
        _newest["air-1.co2"] = new Reading(new PointId(2), Facts.Start + TimeSpan.FromMinutes(4), 640, Quality.Good);
        await TakenAsync(sink, Minute("air-1.co2", 5, 650));
        await _host.UntilAsync(verbs => verbs.Count(verb => verb == "DBIRTH air-1") == 2 && verbs[^1] == "DDATA air-1");
        Assert.Equal(["DDATA air-1", "NDATA", "DDEATH air-1", "DBIRTH air-1", "DDATA air-1"], _host.Verbs[5..]);
        var incident = _host.Look((heard, _) => heard.Single(one => one.Verb == "NDATA").Payload.Metrics.Single());
        Assert.Equal("air-1: No answer. Ünïcode/+#", incident.Value);
        Assert.Equal("deviceLost", incident.Properties["kind"].Value);
    }

    [Fact]
    public async Task A_host_that_asks_gets_births_and_a_storm_gets_one_more()
    {
        var sink = Start();
        await _host.UntilAsync(verbs => verbs.Length == 5);
        // None of these asks: another metric, the value false, half a message, the broker's own memory.
        await _host.AskAsync(SparkplugHost.Command("Node Control/Reboot", true));
        await _host.AskAsync(SparkplugHost.Command("Node Control/Rebirth", false));
        await _host.AskAsync([0x12, 0x7F, 0x0A]);
        await TakenAsync(sink, Minute("main.power.active", 0, 1));
        Assert.Equal(1, _host.Look((_, rules) => rules.Births));
        var begun = Stopwatch.GetTimestamp();
        for (var request = 0; request < 200; request++) await _host.AskAsync();
        await _host.UntilAsync(verbs => verbs.Count(verb => verb == "NBIRTH") >= 2 && verbs[^1] == "DBIRTH door");
        await TakenAsync(sink, Minute("main.power.active", 1, 2));
        // The rest of the storm is answered once more, after a rest; a storm on a slow machine lasts for several.
        Assert.InRange(_host.Look((_, rules) => rules.Births), 2, 3 + (int)(Stopwatch.GetElapsedTime(begun) / SparkplugNode.RebirthRest));
        Assert.All(_host.Look((heard, _) => heard.Where(one => one.Verb == "NBIRTH").Select(one => one.Payload.Metrics.Single(m => m.Name == "bdSeq").Value).ToArray()),
            number => Assert.Equal(0L, number));
    }

    [Fact]
    public async Task The_count_of_messages_wraps_after_255()
    {
        var sink = Start();
        for (var minute = 0; minute < 300; minute++)
            await TakenAsync(sink, Minute("main.power.active", minute, minute));
        await _host.UntilAsync(verbs => verbs.Length == 305);
        Assert.Equal(300, _host.Look((_, rules) => rules.DataCount));
    }

    [Fact]
    public async Task A_broker_that_dies_gets_new_births_with_the_next_number_and_the_backlog_after_them()
    {
        var sink = Start();
        await TakenAsync(sink, Minute("main.power.active", 0, 1));
        await _host.UntilAsync(verbs => verbs.Contains("DDATA main"));
        _broker.Kill();
        await _host.LoseBrokerAsync();
        _now = Facts.Start + TimeSpan.FromMinutes(10);
        await _broker.RestartAsync();
        await _host.Link.WaitForConnectionAsync(1, CancellationToken.None).WaitAsync(LinkBench.Deadline);
        await TakenAsync(sink, [.. Enumerable.Range(1, 8).SelectMany(minute => Minute("main.power.active", minute, minute))]);
        await _host.UntilAsync(verbs => verbs.Length > 0 && verbs[^1] == "DDATA main");
        var backlog = _host.Look((heard, _) => heard[^1].Payload.Metrics);
        Assert.All(backlog, metric => Assert.True(metric.IsHistorical));
        Assert.Equal([2L, 3, 4, 5, 6, 7, 8, 9], backlog.Select(metric => metric.Entry));
        // The host may have come back after the births: it asks.
        _host.Forget();
        await _host.AskAsync();
        await _host.UntilAsync(verbs => verbs.Contains("NBIRTH"));
        Assert.Equal(1L, _host.Look((heard, _) => heard.First(one => one.Verb == "NBIRTH").Payload.Metrics.Single(m => m.Name == "bdSeq").Value));
    }

    [Fact]
    public async Task An_orderly_end_says_that_the_node_is_dead()
    {
        Start();
        await _host.UntilAsync(verbs => verbs.Length == 5);
        foreach (var one in _disposables.AsEnumerable().Reverse()) await one.DisposeAsync();
        _disposables.Clear();
        await _host.UntilAsync(verbs => verbs.Contains("NDEATH"));
    }

    [Fact]
    public async Task A_node_speaks_only_while_its_primary_host_is_there()
    {
        var sink = Start("scada");
        await _host.Link.TellAsync(State(false, 5));
        var away = await sink.DeliverAsync(Minute("main.power.active", 0, 1), CancellationToken.None);
        Assert.Equal(DeliveryOutcome.RetryLater, away.Outcome);
        Assert.Contains("spBv1.0/STATE/scada", away.Reason);
        Assert.Empty(_host.Verbs);
        await _host.Link.TellAsync(LinkBench.Message("spBv1.0/STATE/other", """{"online":true,"timestamp":9}""", retain: true));
        await _host.Link.TellAsync(LinkBench.Message("spBv1.0/STATE/scada", "ONLINE", retain: true));
        await _host.Link.TellAsync(State(true, 10));
        _sequence = 0;
        await TakenAsync(sink, Minute("main.power.active", 0, 1));
        await _host.UntilAsync(verbs => verbs.Contains("DDATA main"));
        // Older than what said "online": of a connection that is over.
        await _host.Link.TellAsync(State(false, 9));
        await TakenAsync(sink, Minute("main.power.active", 1, 2));
        Assert.DoesNotContain("NDEATH", _host.Verbs);
        await _host.Link.TellAsync(State(false, 10));
        await _host.UntilAsync(verbs => verbs.Contains("NDEATH"));
        Assert.Equal(DeliveryOutcome.RetryLater, (await sink.DeliverAsync(Minute("main.power.active", 2, 3), CancellationToken.None)).Outcome);
        await _host.Link.TellAsync(State(true, 11));
        await TakenAsync(sink, Minute("main.power.active", 3, 4));
        await _host.UntilAsync(verbs => verbs.Count(verb => verb == "NBIRTH") == 2 && verbs[^1] == "DDATA main");
    }

    [Fact]
    public async Task Two_gateways_of_one_group_and_node_are_noticed_by_the_host_and_do_not_fight()
    {
        // Forbidden by the specification (topic-structure-namespace-unique-edge-node-descriptor): what a copied site does all the same.
        _isBreakingRules = true;
        var first = Start();
        await _host.UntilAsync(verbs => verbs.Length == 5);
        var second = Start();
        await _host.UntilAsync(verbs => verbs.Length == 10);
        _host.AssertRules();
        await TakenAsync(first, Minute("main.power.active", 0, 1));
        await _host.UntilAsync(verbs => verbs.Length == 11);
        await TakenAsync(second, Minute("main.power.active", 1, 2));
        await _host.UntilAsync(verbs => verbs.Length == 12);
        // Two counts under one name: the second message has the number of the first, by which a host sees that something is wrong, and asks.
        Assert.Contains(_host.Look((_, rules) => rules.Broken.ToArray()), broken => broken.StartsWith("topics-ddata-seq-num", StringComparison.Ordinal));
        await _host.AskAsync();
        await _host.UntilAsync(verbs => verbs.Count(verb => verb == "NBIRTH") == 4 && verbs.Count(verb => verb == "DBIRTH door") == 4);
        // Neither answers the other's births: after the data of both there is nothing more.
        await TakenAsync(first, Minute("main.power.active", 2, 3));
        await TakenAsync(second, Minute("main.power.active", 3, 4));
        await _host.UntilAsync(verbs => verbs.Count(verb => verb == "DDATA main") == 4);
        Assert.Equal(4, _host.Verbs.Count(verb => verb == "NBIRTH"));
        Assert.Equal([1L, 2, 3, 4], _host.Entries.Order());
    }

    [Fact]
    public async Task An_independent_decoder_reads_the_same()
    {
        var sink = Start();
        await TakenAsync(sink, [.. Minute("main.power.active", 0, -0.5), .. Minute("door.contact", 0, 1), .. Minute("air-1.co2", 0, double.NaN),
            Next(new IncidentFact(new Incident(Facts.Start, IncidentKind.Glitch, "x", "会 🏢 \"quoted\"")))]);
        await _host.UntilAsync(verbs => verbs.Contains("NDATA"));
        var messages = _host.Messages;
        using var scratch = new Scratch();
        var script = scratch.Write("decode.py", PythonDecoder.Script);
        var input = scratch.Write("payloads", string.Join('\n', messages.Select(message => Convert.ToHexString(message.Payload.Span))));
        var output = await PeerProcess.RunAsync("/usr/bin/python3", script, input);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(messages.Count, lines.Length);
        foreach (var (message, line) in messages.Zip(lines))
        {
            var ours = HeardPayload.Parse(message.Payload.Span);
            using var said = JsonDocument.Parse(PythonDecoder.Write(ours));
            using var theirs = JsonDocument.Parse(line);
            Assert.True(JsonElement.DeepEquals(said.RootElement, theirs.RootElement), $"{said.RootElement}\n{line}");
        }
    }

    private static MqttMessage State(bool online, long at) =>
        LinkBench.Message("spBv1.0/STATE/scada", $$"""{"online":{{(online ? "true" : "false")}},"timestamp":{{at}}}""", retain: true);

    private static Point Point(ushort id, string device, string quantity) => new()
    {
        Id = new PointId(id), Name = $"{device}.{quantity}", Device = device, Period = TimeSpan.FromSeconds(1),
        Quantity = Quantity.TryGet(quantity, out var found) ? found : throw new InvalidOperationException(quantity),
    };

    private SparkplugSink Start(string? primaryHost = null)
    {
        var options = new SparkplugOptions(LinkBench.Options(_broker), "Ecocentre", "lyon-1") { PrimaryHost = primaryHost };
        var link = new MosquittoLink(options.Broker, null, TimeProvider.System, new Random(1));
        var surroundings = new SparkplugSurroundings(TimeProvider.System, () => _now, name => _newest.TryGetValue(name, out var reading) ? reading : null);
        var sink = new SparkplugSink(options, link, Points, surroundings) { SessionWaitMax = TimeSpan.FromMilliseconds(300) };
        _disposables.Add(link);
        _disposables.Add(sink);
        link.Start();
        return sink;
    }

    private LogEntry[] Minute(string point, int minute, double value) => [Window(point, WindowKind.Minute, minute, value)];

    private LogEntry Window(string point, WindowKind kind, int minute, double value)
    {
        var length = kind == WindowKind.Minute ? TimeSpan.FromMinutes(1) : TimeSpan.FromMinutes(15);
        var window = new Window(Facts.Start + TimeSpan.FromMinutes(minute), length);
        var aggregate = new Aggregate(default, kind, window, 0, 1, value, value, value, value, double.NaN, double.IsNaN(value) ? 0 : 1);
        return Next(new WindowFact(Series.Of(Points.Single(one => one.Name == point)), aggregate));
    }

    private LogEntry Next(LogFact fact) => new(++_sequence, fact);

    private static async Task TakenAsync(SparkplugSink sink, LogEntry[] batch)
    {
        using var deadline = new CancellationTokenSource(LinkBench.Deadline);
        while ((await sink.DeliverAsync(batch, deadline.Token)).Outcome != DeliveryOutcome.Accepted) await Task.Delay(20, deadline.Token);
    }
}
