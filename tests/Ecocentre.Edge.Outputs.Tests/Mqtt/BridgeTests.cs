using System.Collections.Frozen;
using System.Globalization;
using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class BridgeTests
{
    private static readonly TimeSpan Silent = TimeSpan.FromHours(2);

    private readonly ManualTime _time = new();
    private readonly Channel<Reading> _readings = Channel.CreateBounded<Reading>(1000);
    private readonly Channel<Incident> _incidents = Channel.CreateBounded<Incident>(1000);
    private readonly CancellationTokenSource _ending = new();

    // Two topics: one with words for presence, one with two numbers, of which one is in Pa.
    private static readonly BridgeTopic Desk = new("z-d07", "zigbee2mqtt/desk-7", Silent,
        [Point(0, "z-d07", "presence", "$.occupancy", ("true", 1), ("false", 0), ("on", 1))]);

    private static readonly BridgeTopic Roof = new("roof", "lora/roof", TimeSpan.FromMinutes(30),
        [Point(1, "roof", "co2", "$.object.co2"), Point(2, "roof", "pressure", "$.object.pa") with { Factor = 0.01 }]);

    [Theory]
    [InlineData("""{"occupancy":true,"battery":97}""", 1.0)]
    [InlineData("""{"occupancy":"on"}""", 1.0)]
    [InlineData("""{"occupancy":false}""", 0.0)]
    [InlineData("""{"occupancy":"off"}""", null)]
    [InlineData("""{"occupancy":null}""", null)]
    [InlineData("""{"battery":97}""", null)]
    [InlineData("""{"occupancy":tr""", null)]
    [InlineData("", null)]
    [InlineData("true", null)]
    public void Payload_with_words(string payload, double? value)
    {
        Assert.Equal(value, Desk.Points[0].Read(Message("t", payload).Payload, out var complaint));
        Assert.Equal(value is null, complaint.Length > 0);
    }

    [Theory]
    [InlineData("21.5", 21.5)]
    [InlineData(" -3 ", -3.0)]
    [InlineData("1e3", 1000.0)]
    [InlineData("NaN", null)]
    [InlineData("1e999", null)]
    [InlineData("21,5", null)]
    [InlineData("warm", null)]
    public void Bare_payload_is_the_number(string payload, double? value) =>
        Assert.Equal(value, Point(0, "a", "temperature", null).Read(Message("t", payload).Payload, out _));

    [Fact]
    public async Task Live_messages_become_good_readings_in_canonical_units()
    {
        await using var link = new ScriptedLink();
        var run = Run(link, out var bridge);
        link.Deliver(Message(Desk.Topic, """{"occupancy":true}"""));
        link.Deliver(Message(Roof.Topic, """{"object":{"co2":431,"pa":98765}}"""));
        link.Deliver(Message("somebody/else", "{}"));
        Assert.Equal(new Reading(new PointId(0), Now, 1, Quality.Good), await NextAsync());
        Assert.Equal((431.0, Quality.Good), (await NextAsync()) is var co2 ? (co2.Value, co2.Quality) : default);
        Assert.Equal(987.65, (await NextAsync()).Value, 9);
        await EndAsync(run);
        Assert.Equal([("z-d07", true, 1L, 0L), ("roof", true, 1L, 0L)], bridge.Health.Select(h => (h.Device, h.IsAlive, h.Messages, h.Malformed)));
        Assert.False(_incidents.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Payloads_that_cannot_be_read_are_counted_and_told_once()
    {
        await using var link = new ScriptedLink();
        var run = Run(link, out var bridge);
        foreach (var payload in new[] { "{", """{"occupancy":"maybe"}""", "", """{"occupancy":true}""", "x", """{"occupancy":true}""" })
            link.Deliver(Message(Desk.Topic, payload));
        await NextAsync();
        await NextAsync();
        await UntilAsync(() => _incidents.Reader.Count == 4, () => $"{_incidents.Reader.Count} incidents.");
        await EndAsync(run);
        Assert.Equal(4, bridge.Health[0].Malformed);
        var told = Told();
        Assert.Equal([IncidentKind.DeviceUnwell, IncidentKind.DeviceWell, IncidentKind.DeviceUnwell, IncidentKind.DeviceWell],
            told.Select(i => i.Kind));
        Assert.Contains("\"{\"", told[0].Text);
        Assert.All(told, i => Assert.Equal("z-d07", i.Subject));
    }

    [Theory]
    // {"occupancy":"\ud800"}, and a text of one byte that begins a character and does not end it.
    [InlineData("7B226F63637570616E6379223A225C7564383030227D")]
    [InlineData("7B226F63637570616E6379223A22E2227D")]
    public async Task Payload_whose_text_is_none_is_told_and_the_next_one_is_read(string payload)
    {
        await using var link = new ScriptedLink();
        var run = Run(link, out var bridge);
        link.Deliver(new MqttMessage(Desk.Topic, Convert.FromHexString(payload)));
        link.Deliver(Message(Desk.Topic, """{"occupancy":true}"""));
        await NextAsync();
        await EndAsync(run);
        Assert.Equal((1L, 1L), (bridge.Health[0].Malformed, bridge.Health[0].Messages));
        Assert.Contains("a text in it is none", Told()[0].Text);
    }

    [Fact]
    public async Task Silence_is_missing_and_told_once_until_it_ends()
    {
        await using var link = new ScriptedLink();
        var run = Run(link, out var bridge);
        link.Deliver(Message(Roof.Topic, """{"object":{"co2":431,"pa":98765}}"""));
        await NextAsync();
        await NextAsync();
        for (var round = 0; round < 2; round++)
        {
            await _time.WaitForWaitAsync(TimeSpan.FromMinutes(30));
            _time.Advance(TimeSpan.FromMinutes(30));
            Assert.Equal([(1, Quality.Missing), (2, Quality.Missing)],
                new[] { await NextAsync(), await NextAsync() }.Select(r => ((int)r.Point.Value, r.Quality)));
        }
        Assert.False(bridge.Health[1].IsAlive);
        // Only a part of the quantities: that is life, and not malformed.
        link.Deliver(Message(Roof.Topic, """{"object":{"co2":500}}"""));
        Assert.Equal(500, (await NextAsync()).Value);
        await UntilAsync(() => bridge.Health[1].IsAlive, () => "still lost");
        await EndAsync(run);
        Assert.Equal([IncidentKind.DeviceLost, IncidentKind.DeviceBack], Told().Select(i => i.Kind));
        Assert.Equal(0, bridge.Health[1].Malformed);
    }

    [Fact]
    public async Task Retained_message_is_questionable_keeps_nobody_alive_and_repeats_nothing()
    {
        await using var link = new ScriptedLink();
        var run = Run(link, out var bridge);
        link.Deliver(Message(Desk.Topic, """{"occupancy":true}""", retain: true));
        Assert.Equal((1.0, Quality.Questionable), (await NextAsync()) is var old ? (old.Value, old.Quality) : default);
        Assert.False(bridge.Health[0].IsAlive);
        link.Deliver(Message(Desk.Topic, """{"occupancy":false}"""));
        Assert.Equal((0.0, Quality.Good), (await NextAsync()) is var live ? (live.Value, live.Quality) : default);
        // After a reconnection the broker tells again what was heard live; that is no news. Something else is, though of unknown age.
        link.Deliver(Message(Desk.Topic, """{"occupancy":false}""", retain: true));
        link.Deliver(Message(Desk.Topic, """{"occupancy":true}""", retain: true));
        Assert.Equal((1.0, Quality.Questionable), (await NextAsync()) is var other ? (other.Value, other.Quality) : default);
        await EndAsync(run);
    }

    [Fact]
    public async Task Over_a_real_broker_that_goes_and_comes_back()
    {
        // Goal: what a real broker retains, delivers and forgets is taken as promised. Method: a publisher not ours, a kill and a restart.
        await using var broker = await Mosquitto.StartAsync();
        await PublishAsync(broker, """{"occupancy":true}""", "-r");
        await using var link = new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1));
        var run = Run(link, out var bridge);
        link.Start();
        Assert.Equal(Quality.Questionable, (await NextAsync()).Quality);
        await PublishAsync(broker, """{"occupancy":false,"linkquality":102}""");
        Assert.Equal((0.0, Quality.Good), (await NextAsync()) is var live ? (live.Value, live.Quality) : default);
        broker.Kill();
        await link.UntilTroubleAsync("");
        await _time.WaitForWaitAsync(TimeSpan.FromMinutes(30));
        _time.Advance(Silent);
        // The roof's two points several times, and the desk's.
        await UntilAsync(() => !bridge.Health[0].IsAlive, () => "The desk is still heard.");
        await broker.RestartAsync();
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
        await PublishAsync(broker, """{"occupancy":true}""");
        await UntilAsync(() => bridge.Health[0].IsAlive, () => "The desk is not heard again.");
        await EndAsync(run);
        _readings.Writer.Complete();
        var desk = (await _readings.Reader.ReadAllAsync().ToListAsync()).Where(r => r.Point.Value == 0).Select(r => r.Quality).ToArray();
        Assert.Equal([Quality.Missing, Quality.Good], [desk[0], desk[^1]]);
        Assert.Equal([IncidentKind.DeviceLost, IncidentKind.DeviceBack], Told().Where(i => i.Subject == "z-d07").Select(i => i.Kind));
    }

    private Instant Now => Instant.From(_time.GetUtcNow());

    private static BridgePoint Point(ushort id, string device, string quantity, string? path, params (string Word, double Value)[] values) => new(
        new Point
        {
            Id = new PointId(id), Name = $"{device}.{quantity}", Device = device, Period = Silent,
            Quantity = Quantity.TryGet(quantity, out var known) ? known : throw new ArgumentException(quantity),
        },
        path is null ? null : PayloadPath.Parse(path), values.ToFrozenDictionary(v => v.Word, v => v.Value));

    private static Task PublishAsync(Mosquitto broker, string payload, params string[] more) => PeerProcess.RunAsync("mosquitto_pub",
        ["-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-q", "1", "-t", Desk.Topic, "-m", payload, .. more]);

    private Task Run(MqttLink link, out Bridge bridge)
    {
        bridge = new Bridge("bridge", link, [Desk, Roof], new BridgeOutlets(_readings.Writer, _incidents.Writer), _time, () => Now);
        return bridge.RunAsync(_ending.Token);
    }

    private async Task<Reading> NextAsync() => await _readings.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    private List<Incident> Told()
    {
        var told = new List<Incident>();
        while (_incidents.Reader.TryRead(out var incident)) told.Add(incident);
        return told;
    }

    private async Task EndAsync(Task run)
    {
        await _ending.CancelAsync();
        await run.WaitAsync(Deadline);
    }
}
