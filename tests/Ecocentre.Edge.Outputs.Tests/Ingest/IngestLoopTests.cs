using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Outputs.Influx;
using Ecocentre.Edge.Outputs.Ingest;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Influx;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

/// <summary>An ingest between a scripted link and a real database behind a proxy that plays its faults.</summary>
public sealed class IngestLoopTests(InfluxdFixture fixture) : IClassFixture<InfluxdFixture>, IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly Scratch _scratch = new();
    private readonly ScriptedLink _link = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly DatabaseProxy _proxy = DatabaseProxy.Start(fixture.Influxd.Uri);
    private InfluxWriter _writer = null!;
    private IngestLoop _loop = null!;
    private Task _running = Task.CompletedTask;
    private string _database = "";

    public async ValueTask InitializeAsync()
    {
        _database = await fixture.NewDatabaseAsync();
        _writer = new InfluxWriter(new InfluxOptions { Url = _proxy.Uri, Database = _database }, new HastyTime());
    }

    public async ValueTask DisposeAsync()
    {
        _ending.Cancel();
        await _running.WaitAsync(Deadline);
        _writer.Dispose();
        await _proxy.DisposeAsync();
        _scratch.Dispose();
    }

    [Theory]
    [InlineData(null, "ecocentre/v1/+/log")]
    [InlineData("ingest", "$share/ingest/ecocentre/v1/+/log")]
    public void Every_centres_log_is_subscribed(string? group, string filter)
    {
        Run(Options() with { Group = group });
        Assert.Equal([filter], _link.Filters);
        Assert.True(_link.Started);
    }

    [Fact]
    public async Task Messages_of_many_centres_are_written_together_and_acknowledged_each()
    {
        _link.Deliver(LogBatches.Message("lyon-1", 1, 30));
        _link.Deliver(LogBatches.Message("paris", 100, 120));
        _link.Deliver(LogBatches.Message("lyon-1", 31, 60));
        Run();
        await AcknowledgedAsync(3);
        Assert.Equal(
            ["ecocentre/v1/lyon-1/ack {\"by\":\"ingest-1\",\"first\":1,\"last\":30}", "ecocentre/v1/lyon-1/ack {\"by\":\"ingest-1\",\"first\":31,\"last\":60}",
                "ecocentre/v1/paris/ack {\"by\":\"ingest-1\",\"first\":100,\"last\":120}"],
            _link.Published.Select(message => $"{message.Topic} {Encoding.UTF8.GetString(message.Payload.Span)}").Order());
        Assert.All(_link.Published, message => Assert.False(message.Retain));
        Assert.Equal(81, Assert.Single(_proxy.Writes).Lines.Count);
        Assert.Equal(Range(1, 60), await StoredAsync("lyon-1"));
        Assert.Equal(Range(100, 120), await StoredAsync("paris"));
        Assert.Equal(new IngestHealth(3, 0, 0, 0, 81, 0, 3, 0, 0, 0, null, null), _loop.Health);
    }

    [Fact]
    public async Task Times_in_the_database_are_those_of_the_log()
    {
        _link.Deliver(LogBatches.Message("lyon-1", 1, 60));
        Run();
        await AcknowledgedAsync(1);
        var rows = await fixture.Influxd.RowsAsync(_database, "SELECT seq FROM window, incident");
        Assert.Equal(60, rows.Count);
        Assert.All(rows, row => Assert.Equal(LogBatches.MinuteOf(row[1].GetInt64()).UnixMilliseconds, row[0].GetInt64() / 1_000_000));
    }

    [Fact]
    public async Task Nothing_is_acknowledged_before_the_database_has_it()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(503, "busy");
        Run();
        _link.Deliver(LogBatches.Message("lyon-1", 1, 10));
        await UntilAsync(() => _loop.Health.Trouble is not null);
        Assert.Contains("503 busy", _loop.Health.Trouble);
        Assert.Empty(_link.Published);
        _proxy.Judge = _ => null;
        await AcknowledgedAsync(1);
        await UntilAsync(() => _loop.Health.Trouble is null);
        Assert.Equal(Range(1, 10), await StoredAsync("lyon-1"));
    }

    [Fact]
    public async Task Denied_login_keeps_the_messages_and_calls_a_person()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(401, "{\"error\":\"authorization failed\"}");
        Run();
        _link.Deliver(LogBatches.Message("lyon-1", 1, 10));
        await UntilAsync(() => _loop.Health.Trouble is not null);
        Assert.Contains("a person must act: 401 authorization failed", _loop.Health.Trouble);
        Assert.Empty(_link.Published);
        _proxy.Judge = _ => null;
        await AcknowledgedAsync(1);
    }

    [Fact]
    public async Task Bad_lines_are_set_apart_on_disk_before_the_rest_is_acknowledged()
    {
        _proxy.Judge = DatabaseProxy.Refusing(line => line.Contains("seq=17i") || line.Contains("seq=105i"));
        _link.Refusal = _ => File.Exists(RejectedPath) ? null : "acknowledged too early";
        _link.Deliver(LogBatches.Message("lyon-1", 1, 30));
        _link.Deliver(LogBatches.Message("paris", 100, 120));
        Run();
        await AcknowledgedAsync(2);
        Assert.Equal(Range(1, 30).Where(seq => seq != 17), await StoredAsync("lyon-1"));
        Assert.Equal(Range(100, 120).Where(seq => seq != 105), await StoredAsync("paris"));
        var apart = Rejected();
        Assert.Equal([("ecocentre/v1/lyon-1/log", 17L), ("ecocentre/v1/paris/log", 105)],
            apart.Select(line => (line.GetProperty("topic").GetString(), line.GetProperty("sequence").GetInt64())));
        Assert.All(apart, line => Assert.StartsWith("400 unable to parse", line.GetProperty("reason").GetString()));
        Assert.Equal((49, 2), (_loop.Health.LinesWritten, _loop.Health.LinesSetApart));
    }

    [Fact]
    public async Task Bad_line_that_cannot_be_set_apart_keeps_everything_unacknowledged()
    {
        _proxy.Judge = DatabaseProxy.Refusing(line => line.Contains("seq=17i"));
        var blocked = _scratch.Write("blocked", "a file, not a folder");
        Run(Options() with { RejectedFolder = blocked });
        _link.Deliver(LogBatches.Message("lyon-1", 1, 30));
        await UntilAsync(() => _loop.Health.Trouble is not null);
        Assert.Contains("cannot be set apart", _loop.Health.Trouble);
        Assert.Empty(_link.Published);
        File.Delete(blocked);
        await AcknowledgedAsync(1);
    }

    [Fact]
    public async Task Malformed_messages_are_counted_set_apart_once_and_neither_written_nor_acknowledged()
    {
        var foreign = LogBatches.Message("lyon-1", 1, 3, LogBatches.Lines("paris", 1, 3));
        _link.Deliver(foreign);
        _link.Deliver(foreign);
        _link.Deliver(LogBatches.Message("lyon-1", 1, 3) with { UserProperties = null });
        _link.Deliver(LogBatches.Message("lyon-1", 4, 6));
        Run();
        await AcknowledgedAsync(1);
        Assert.Equal((3, 1), (_loop.Health.MessagesMalformed, _loop.Health.MessagesTaken));
        Assert.Equal(Range(4, 6), await fixture.Influxd.SequencesAsync(_database));
        Assert.Equal(["Line 1 is of another centre, paris.", "The user properties \"first\" and \"last\" do not name a range of sequences."],
            Rejected().Select(message => message.GetProperty("reason").GetString()!));
    }

    [Fact]
    public async Task Memory_stays_bounded_while_the_database_is_away_and_what_is_sent_again_arrives()
    {
        _proxy.Judge = _ => new DatabaseAnswer.Status(503, "away");
        Run(Options() with { BytesMax = 50_000, PendingBytesMax = 200_000 });
        var messages = Enumerable.Range(0, 300).Select(n => LogBatches.Message("lyon-1", n * 10 + 1, n * 10 + 10)).ToList();
        // A gateway that gets no acknowledgement sends everything again and again.
        for (var round = 0; round < 3; round++)
        {
            messages.ForEach(_link.Deliver);
            await UntilAsync(() => _loop.Health is var now && now.MessagesTaken + now.MessagesDropped + now.MessagesRepeated == (round + 1) * 300);
            Assert.InRange(_loop.Health.PendingBytes, 1, 200_000);
        }
        var health = _loop.Health;
        Assert.Equal((health.PendingMessages, 2 * health.MessagesTaken, 3 * (300 - health.MessagesTaken)),
            ((int)health.MessagesTaken, health.MessagesRepeated, health.MessagesDropped));
        _proxy.Judge = _ => null;
        await AcknowledgedAsync((int)health.MessagesTaken);
        // What still waits to be read may be sent once more than it had to be, and acknowledged twice.
        while (_link.Published.Select(FirstOf).ToHashSet() is { Count: < 300 } acknowledged)
        {
            messages.FindAll(message => !acknowledged.Contains(long.Parse(message.Property("first")!))).ForEach(_link.Deliver);
            await UntilAsync(() => _loop.Health.PendingMessages == 0 && _loop.Health.AcknowledgementsSent == _loop.Health.MessagesTaken
                && _loop.Health is var now && now.MessagesTaken > health.MessagesTaken);
            health = _loop.Health;
        }
        Assert.Equal(Range(1, 3_000), await StoredAsync("lyon-1"));
    }

    [Fact]
    public async Task Message_sent_twice_is_in_the_database_once_and_acknowledged_each_time()
    {
        Run();
        _link.Deliver(LogBatches.Message("lyon-1", 1, 50));
        await AcknowledgedAsync(1);
        _link.Deliver(LogBatches.Message("lyon-1", 1, 50));
        await AcknowledgedAsync(2);
        Assert.Equal(Range(1, 50), await StoredAsync("lyon-1"));
    }

    [Fact]
    public async Task Acknowledgement_the_broker_did_not_take_is_counted_and_the_next_message_goes_on()
    {
        _link.Refusal = _ => "not connected";
        Run();
        _link.Deliver(LogBatches.Message("lyon-1", 1, 10));
        await UntilAsync(() => _loop.Health.AcknowledgementsFailed == 1);
        _link.Refusal = _ => null;
        _link.Deliver(LogBatches.Message("lyon-1", 1, 10));
        await AcknowledgedAsync(1);
        Assert.Equal((1, 1), (_loop.Health.AcknowledgementsSent, _loop.Health.AcknowledgementsFailed));
    }

    [Fact]
    public async Task Replay_is_asked_of_the_gateway()
    {
        Run();
        Assert.Null(await _loop.RequestReplayAsync("lyon-1", 5, 77, CancellationToken.None));
        var request = Assert.Single(_link.Published);
        Assert.Equal(("ecocentre/v1/lyon-1/replay", "{\"from\":5,\"to\":77}"), (request.Topic, Encoding.UTF8.GetString(request.Payload.Span)));
    }

    [Fact]
    public async Task Link_that_ends_ends_the_ingest()
    {
        Run();
        await _link.DisposeAsync();
        await _running.WaitAsync(Deadline);
    }

    private string RejectedPath => Path.Combine(_scratch.File("rejected"), "ingest-1.jsonl");

    private IngestOptions Options() => new() { Name = "ingest-1", RejectedFolder = _scratch.File("rejected"), Linger = TimeSpan.FromMilliseconds(20) };

    private void Run(IngestOptions? options = null)
    {
        _loop = new IngestLoop(_link, _writer, options ?? Options(), new HastyTime(), new Random(1));
        _running = _loop.RunAsync(_ending.Token);
    }

    private List<JsonElement> Rejected() => [.. File.ReadAllLines(RejectedPath).Select(line => JsonDocument.Parse(line).RootElement)];

    private Task<IReadOnlyList<long>> StoredAsync(string centre) => fixture.Influxd.SequencesAsync(_database, centre);

    private Task AcknowledgedAsync(int count) => UntilAsync(() => _loop.Health.AcknowledgementsSent >= count);

    private static long FirstOf(MqttMessage message) => Acknowledgement.TryRead(message.Payload, out var ack) ? ack.First : 0;

    private static IEnumerable<long> Range(int first, int last) => Enumerable.Range(first, last - first + 1).Select(seq => (long)seq);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!condition()) await Task.Delay(5, deadline.Token);
    }

    /// <summary>Back-off is waited out a hundred times faster; a wait for the other side of a socket is not asked of it in these tests.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(9) ? dueTime / 100 : dueTime, period);
    }
}
