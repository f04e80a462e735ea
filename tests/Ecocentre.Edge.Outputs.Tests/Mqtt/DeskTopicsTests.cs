using System.Collections.Immutable;
using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class DeskTopicsTests : IAsyncDisposable
{
    private static readonly Topics Topics = new("lyon-1");

    /// <summary>2026-11-21T10:00:00Z</summary>
    private static readonly Instant Zero = Instant.From(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));

    private static readonly ImmutableArray<Desk> Desks = [new("d01", "LYO-D01", "open", []), new("d02", "d02", "open", [])];

    private readonly ScriptedLink _link = new();
    private readonly CancellationTokenSource _ending = new();
    private DeskTopics _desks = null!;
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_desk_is_told_in_the_shape_of_the_API()
    {
        Start();
        _desks.Show(Picture(0, Status(0, DeskState.Occupied, 7), Unknown(1)));
        await ToldAsync(2);
        Assert.Equal(
            [
                """ecocentre/v1/lyon-1/desks/d01 {"id":"d01","ref":"LYO-D01","space":"open","state":"occupied","since":"2026-11-21T10:00:00.000Z","observedAt":"2026-11-21T10:00:00.000Z","validUntil":"2026-11-21T10:00:25.000Z","confidence":1,"sequence":7}""",
                """ecocentre/v1/lyon-1/desks/d02 {"id":"d02","ref":"d02","space":"open","state":"unknown","since":null,"observedAt":null,"validUntil":null,"confidence":0,"sequence":0}""",
            ],
            _link.Published.Select(message => $"{message.Topic} {message.Text()}").Order());
        Assert.All(_link.Published, message => Assert.True(message.Retain));
    }

    [Fact]
    public async Task A_change_is_told_at_once_and_an_unchanged_desk_before_what_was_told_runs_out()
    {
        Start();
        // Its sensor confirms every ten seconds, and each time it is good for 25 s.
        for (var second = 0; second <= 60; second++)
        {
            _desks.Show(Picture(second, Status(0, DeskState.Free, 1, observed: second / 10 * 10), Unknown(1)));
            await SettledAsync();
        }
        Assert.Equal(["10:00:25", "10:00:35", "10:00:45", "10:00:55", "10:01:05", "10:01:15"], Told("d01").Select(ValidUntil));
        Assert.Single(Told("d02"));
        _desks.Show(Picture(61, Status(0, DeskState.Occupied, 2, observed: 61), Unknown(1)));
        await ToldAsync(8);
        Assert.Contains("occupied", Told("d01")[^1].Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_broker_did_not_take_is_told_with_the_next_picture()
    {
        Start("d99");
        _link.Refusal = _ => "no";
        _desks.Show(Picture(0, Status(0, DeskState.Free, 1), Unknown(1)));
        await SettledAsync();
        _link.Refusal = _ => null;
        _desks.Show(Picture(1, Status(0, DeskState.Held, 2), Unknown(1)));
        await ToldAsync(3);
        Assert.Contains("held", Assert.Single(Told("d01")).Text(), StringComparison.Ordinal);
        Assert.Equal(0, Assert.Single(Told("d99")).Payload.Length);
    }

    [Fact]
    public async Task A_broker_that_forgot_is_told_all_desks_again_and_those_that_are_gone_are_cleared()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync();
        Assert.Null(await link.TellAsync(Message(Topics.Desk("d99"), "{}", retain: true)));
        var desks = new DeskTopics(Topics, link, Desks) { Gone = ["d99"] };
        using var ending = new CancellationTokenSource();
        var running = desks.RunAsync(ending.Token);
        for (var life = 0; life < 2; life++)
        {
            desks.Show(Picture(life, Status(0, DeskState.Occupied, 7), Unknown(1)));
            await using var watcher = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Desk("+"));
            var seen = new SortedDictionary<string, int>();
            await using var beats = new Timer(_ => desks.Show(Picture(life, Status(0, DeskState.Occupied, 7), Unknown(1))), null, 0, 50);
            // Cleared while the watcher looks on, or before: then it is not there at all.
            while (seen.Count(topic => topic.Value > 0) < 2)
            {
                var message = await watcher.NextAsync();
                seen[message.Topic] = message.Payload.Length;
            }
            await UntilGoneAsync(broker);
            broker.Kill();
            await broker.RestartAsync();
        }
        await ending.CancelAsync();
        await running.WaitAsync(Deadline);
    }

    private static async Task UntilGoneAsync(Mosquitto broker)
    {
        for (var tries = 0; tries < 100; tries++)
        {
            await using var watcher = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Desk("+"));
            // The retained ones arrive in the order of the broker's tree; a word of one's own comes after them.
            Assert.Null(await watcher.TellAsync(Message(Topics.Desk("zz"), "end")));
            var topics = new List<string>();
            while ((await watcher.NextAsync()) is var message && message.Text() != "end") topics.Add(message.Topic);
            if (topics.Count == 2 && !topics.Contains(Topics.Desk("d99"))) return;
            await Task.Delay(20);
        }
        Assert.Fail("The desk that is gone is still told.");
    }

    private static string ValidUntil(MqttMessage message) => message.Text().Split("\"validUntil\":\"")[1][11..19];

    private static Snapshot Picture(double second, params DeskStatus[] desks) =>
        new(Zero + TimeSpan.FromSeconds(second), 0, true, [], []) { Desks = [.. desks] };

    private static DeskStatus Status(int desk, DeskState state, long sequence, double observed = 0) => new(
        desk, state, Zero, Zero + TimeSpan.FromSeconds(observed), Zero + TimeSpan.FromSeconds(observed + 25), 1, sequence);

    private static DeskStatus Unknown(int desk) => new(desk, DeskState.Unknown, default, default, default, 0, 0);

    private void Start(params string[] gone)
    {
        _link.Start();
        _desks = new DeskTopics(Topics, _link, Desks) { Gone = gone };
        _running = _desks.RunAsync(_ending.Token);
    }

    private List<MqttMessage> Told(string desk) => [.. _link.Published.Where(message => message.Topic == Topics.Desk(desk))];

    private Task ToldAsync(int count) => UntilAsync(() => _link.Published.Count >= count, () => $"{_link.Published.Count} of {count} messages were told.");

    /// <summary>The picture shown last was looked at.</summary>
    private Task SettledAsync() => UntilAsync(() => _desks.IsIdle, () => "A picture was never looked at.");
}
