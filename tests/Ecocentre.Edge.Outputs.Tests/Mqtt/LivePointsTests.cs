using System.Collections.Immutable;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;
using Ecocentre.Edge.Windows;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class LivePointsTests : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);
    private static readonly Topics Topics = new("lyon-1");

    private readonly ScriptedLink _link = new();
    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _ending = new();
    private LivePoints _live = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_reading_is_told_with_its_own_time_its_quality_and_its_unit()
    {
        Start(4);
        _live.Show(Picture(Read(0, 1_000, 230.5), Read(1, 2_000, double.NaN, Quality.Missing), Read(2, 3_000, 1e9, Quality.Invalid), NotYet(3)));
        await RoundAsync();
        Assert.Equal(
            [
                """ecocentre/v1/lyon-1/points/meter.p0 {"v":230.5,"t":1000,"q":"good","u":"W"}""",
                """ecocentre/v1/lyon-1/points/meter.p1 {"v":null,"t":2000,"q":"missing","u":"W"}""",
                """ecocentre/v1/lyon-1/points/meter.p2 {"v":1000000000,"t":3000,"q":"invalid","u":"W"}""",
            ],
            _link.Published.Select(message => $"{message.Topic} {message.Text()}"));
        Assert.All(_link.Published, message => Assert.True(message.Retain));
    }

    [Fact]
    public async Task A_changing_point_is_told_once_in_a_period_and_an_unchanging_one_once_in_a_refresh()
    {
        Start(2);
        for (var second = 0; second < 120; second++)
        {
            _live.Show(Picture(Read(0, second * 1_000, second), Read(1, second * 1_000, 7)));
            await RoundAsync();
        }
        Assert.Equal(120 / 5, Told(0).Count);
        Assert.Equal(120 / 60, Told(1).Count);
    }

    [Fact]
    public async Task What_was_not_read_again_is_not_told_again()
    {
        Start(1);
        var picture = Picture(Read(0, 1_000, 1));
        for (var second = 0; second < 200; second++)
        {
            _live.Show(picture);
            await RoundAsync();
        }
        Assert.Single(Told(0));
    }

    [Fact]
    public async Task More_than_may_be_told_in_a_second_take_turns()
    {
        const int points = 50, perSecond = 20;
        _link.Start();
        _live = new LivePoints(Topics, _link, Points(points), _time) { Period = Period, Refresh = Refresh, PerSecondMax = perSecond };
        _running = _live.RunAsync(_ending.Token);
        for (var second = 0; second < 10; second++)
        {
            _live.Show(Picture([.. Enumerable.Range(0, points).Select(i => Read(i, second * 1_000 + 1, second))]));
            await RoundAsync();
            Assert.InRange(_link.Published.Count, 0, (second + 1) * perSecond);
        }
        // Period alone would be 50 at once, and 50 after 5 s.
        var told = Enumerable.Range(0, points).Select(i => Told(i).Count).ToArray();
        Assert.All(told, times => Assert.InRange(times, 1, 3));
        Assert.Equal(_link.Published.Count, told.Sum());
    }

    [Fact]
    public async Task A_change_of_quality_is_a_change()
    {
        Start(1);
        _live.Show(Picture(Read(0, 1_000, 1)));
        await RoundAsync();
        _live.Show(Picture(Read(0, 2_000, 1, Quality.Questionable)));
        for (var second = 0; second < 6; second++) await RoundAsync();
        Assert.Equal(2, Told(0).Count);
    }

    [Fact]
    public async Task What_the_broker_did_not_take_is_told_later_with_the_newest_value()
    {
        Start(1);
        _link.Refusal = _ => "no";
        _live.Show(Picture(Read(0, 1_000, 1)));
        await RoundAsync();
        _link.Refusal = _ => null;
        _live.Show(Picture(Read(0, 2_000, 2)));
        await RoundAsync();
        Assert.Equal("""{"v":2,"t":2000,"q":"good","u":"W"}""", Assert.Single(Told(0)).Text());
    }

    [Fact]
    public async Task A_broker_that_forgot_is_told_the_same_values_with_the_times_they_had()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync();
        var live = new LivePoints(Topics, link, Points(1), TimeProvider.System) { Period = Period, Refresh = Refresh };
        live.Show(Picture(Read(0, 1_000, 1)));
        using var ending = new CancellationTokenSource();
        var running = live.RunAsync(ending.Token);
        for (var life = 0; life < 2; life++)
        {
            await using var watcher = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Point("+"));
            Assert.Equal("""{"v":1,"t":1000,"q":"good","u":"W"}""", (await watcher.NextAsync()).Text());
            broker.Kill();
            await broker.RestartAsync();
        }
        await ending.CancelAsync();
        await running.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Neither_live_points_nor_the_log_starve_the_other()
    {
        const int points = 500, entries = 400;
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_queued_messages 0"] });
        await using var link = new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1));
        await using var sink = new MqttSink(Topics, link, Options(broker) with { BatchBytesMax = 4096 }, TimeProvider.System);
        await link.ConnectedAsync();
        var live = new LivePoints(Topics, link, Points(points), TimeProvider.System) { Period = TimeSpan.Zero, Refresh = TimeSpan.Zero };
        using var ending = new CancellationTokenSource();
        var running = live.RunAsync(ending.Token);
        await using var watcher = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Point("+"));
        var plant = Facts.Plant(40);
        var seen = 0;
        for (var batch = 0; batch < 10 || seen < 3 * points; batch++)
        {
            live.Show(Picture([.. Enumerable.Range(0, points).Select(i => Read(i, batch * 1_000 + 1, batch))]));
            LogEntry[] log = [.. Enumerable.Range(0, entries).Select(i => new LogEntry(
                batch * entries + i + 1, Facts.Window(plant[i % 40], WindowKind.Minute, Facts.Start, i, new Random(i))))];
            var delivery = await sink.DeliverAsync(log, CancellationToken.None).AsTask().WaitAsync(Deadline);
            Assert.Equal(DeliveryOutcome.Accepted, delivery.Outcome);
            while (watcher.Incoming.TryRead(out _)) seen++;
            Assert.True(batch < 10_000, $"{seen} live messages beside {batch} batches");
        }
        await ending.CancelAsync();
        await running.WaitAsync(Deadline);
    }

    private void Start(int points)
    {
        _link.Start();
        _live = new LivePoints(Topics, _link, Points(points), _time) { Period = Period, Refresh = Refresh };
        _running = _live.RunAsync(_ending.Token);
    }

    /// <summary>Lets one round happen, from one wait to the next.</summary>
    private async Task RoundAsync()
    {
        _time.Advance(await _time.WaitForWaitAsync(TimeSpan.FromSeconds(1)));
        await _time.WaitForWaitAsync(TimeSpan.FromSeconds(1));
    }

    private List<MqttMessage> Told(int point) => [.. _link.Published.Where(message => message.Topic == Topics.Point($"meter.p{point}"))];

    private static ImmutableArray<Point> Points(int count)
    {
        Assert.True(Quantity.TryGet("power.active", out var quantity));
        return [.. Enumerable.Range(0, count).Select(index => new Point
        {
            Id = new PointId((ushort)index), Name = $"meter.p{index}", Quantity = quantity, Device = "meter", Period = TimeSpan.FromSeconds(1),
        })];
    }

    private static Reading Read(int point, long at, double value, Quality quality = Quality.Good) =>
        new(new PointId((ushort)point), new Instant(at), value, quality);

    private static Reading NotYet(int point) => new(new PointId((ushort)point), default, double.NaN, Quality.Missing);

    private static Snapshot Picture(params Reading[] latest) => new(default, 0, true, [.. latest], []);
}
