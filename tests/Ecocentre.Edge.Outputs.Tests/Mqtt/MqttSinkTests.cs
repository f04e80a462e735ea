using System.Text;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using Ecocentre.Edge.Windows;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>What the sink sends, and whose word it takes for what; no broker, and a clock that stands still.</summary>
public sealed class MqttSinkTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly Topics Topics = new("lyon-1");
    private static readonly Series[] Plant = Facts.Plant(40);

    private readonly ScriptedLink _link = new();
    private readonly ManualTime _time = new();
    private readonly List<(long, long)> _replays = [];
    private MqttSink? _sink;

    public async ValueTask DisposeAsync()
    {
        if (_sink is not null) await _sink.DisposeAsync();
        await _link.DisposeAsync();
    }

    [Fact]
    public void It_listens_before_the_link_starts()
    {
        Sink(MqttAcknowledge.Broker);
        Assert.Equal([Topics.Replay], _link.Filters);
        _link.Filters.Clear();
        Sink(MqttAcknowledge.Database);
        Assert.Equal([Topics.Replay, Topics.Ack], _link.Filters);
    }

    [Fact]
    public async Task A_batch_is_one_message_of_line_protocol_that_says_its_range()
    {
        var sink = Sink(MqttAcknowledge.Broker);
        Assert.Equal(DeliveryOutcome.Accepted, (await sink.DeliverAsync(Batch(11, 20), CancellationToken.None)).Outcome);
        var message = Assert.Single(_link.Published);
        Assert.Equal((Topics.Log, false), (message.Topic, message.Retain));
        Assert.Equal(("11", "30", "20"), (message.Property("first"), message.Property("last"), message.Property("count")));
        Assert.Equal(Enumerable.Range(11, 20).Select(n => (long)n), Sequences(message));
        Assert.Equal((1, message.Payload.Length), (sink.Health.MessagesSent, sink.Health.BytesSent));
    }

    [Fact]
    public async Task A_batch_longer_than_a_message_is_split_at_line_ends()
    {
        var sink = Sink(MqttAcknowledge.Broker, bytesMax: 4096);
        await sink.DeliverAsync(Batch(1, 500), CancellationToken.None);
        var messages = _link.Published.ToArray();
        Assert.All(messages[..^1], message => Assert.InRange(message.Payload.Length, 4096 - 400, 4096));
        Assert.True(messages.Length > 10);
        var next = 1L;
        foreach (var message in messages)
        {
            Assert.Equal($"{next}", message.Property("first"));
            foreach (var sequence in Sequences(message)) Assert.Equal(next++, sequence);
            Assert.Equal($"{next - 1}", message.Property("last"));
            Assert.Equal((byte)'\n', message.Payload.Span[^1]);
        }
        Assert.Equal(501, next);
    }

    [Fact]
    public async Task An_entry_longer_than_a_message_is_refused_and_the_others_are_sent()
    {
        var sink = Sink(MqttAcknowledge.Database, bytesMax: 4096);
        LogEntry[] batch = [.. Batch(1, 3), new(4, Facts.Incident(Facts.Start, new string('x', 5000))), .. Batch(5, 2)];
        var delivering = sink.DeliverAsync(batch, CancellationToken.None).AsTask();
        Assert.Equal([1L, 2, 3, 5, 6], _link.Published.SelectMany(Sequences));
        foreach (var message in _link.Published) Acknowledge(message);
        var delivery = await delivering.WaitAsync(Deadline);
        Assert.Equal(DeliveryOutcome.Rejected, delivery.Outcome);
        Assert.Equal([4L], delivery.RejectedSequences);
        Assert.Contains("4096", delivery.Reason);
    }

    [Fact]
    public async Task What_the_broker_refuses_is_offered_again_with_its_words()
    {
        var sink = Sink(MqttAcknowledge.Broker, bytesMax: 4096);
        _link.Refusal = message => message.Property("first") == "1" ? null : "No more room.";
        var delivery = await sink.DeliverAsync(Batch(1, 500), CancellationToken.None);
        Assert.Equal((DeliveryOutcome.RetryLater, "No more room."), (delivery.Outcome, delivery.Reason));
    }

    [Fact]
    public async Task Without_a_connection_it_waits_a_little_and_says_so()
    {
        await using var link = new MosquittoLink(LinkBench.Options(new Uri("mqtt://127.0.0.1:1")), null, TimeProvider.System, new Random(1));
        await using var sink = new MqttSink(Topics, link, LinkBench.Options(new Uri("mqtt://127.0.0.1:1")), _time);
        var delivering = sink.DeliverAsync(Batch(1, 1), CancellationToken.None).AsTask();
        _time.Advance(await _time.WaitForWaitAsync(sink.ConnectionWaitMax));
        var delivery = await delivering.WaitAsync(Deadline);
        Assert.Equal(DeliveryOutcome.RetryLater, delivery.Outcome);
        Assert.Contains("127.0.0.1:1", delivery.Reason);
    }

    [Fact]
    public async Task The_database_s_word_may_come_in_parts_in_any_order_and_twice()
    {
        var sink = Sink(MqttAcknowledge.Database);
        var delivering = sink.DeliverAsync(Batch(101, 100), CancellationToken.None).AsTask();
        Acknowledge(161, 200);
        Acknowledge(101, 120);
        Acknowledge(101, 120);
        Acknowledge(90, 110);
        Acknowledge(121, 159);
        await UntilHeardAsync(5);
        Assert.False(delivering.IsCompleted);
        Acknowledge(160, 160);
        Assert.Equal(DeliveryOutcome.Accepted, (await delivering.WaitAsync(Deadline)).Outcome);
        Assert.Equal((4, 2), (sink.Health.Acknowledged, sink.Health.AcknowledgedBefore));
    }

    [Fact]
    public async Task What_stays_unacknowledged_is_sent_again_and_nothing_else()
    {
        var sink = Sink(MqttAcknowledge.Database);
        var first = sink.DeliverAsync(Batch(1, 100), CancellationToken.None).AsTask();
        Acknowledge(31, 40);
        Acknowledge(71, 100);
        await UntilHeardAsync(2);
        _time.Advance(await _time.WaitForWaitAsync(TimeSpan.FromMinutes(1)));
        var delivery = await first.WaitAsync(Deadline);
        Assert.Equal(DeliveryOutcome.RetryLater, delivery.Outcome);
        Assert.Contains("60 of 100", delivery.Reason);

        // While nobody waits the word still counts.
        Acknowledge(1, 10);
        await UntilHeardAsync(3);
        _link.Published.Clear();
        var second = sink.DeliverAsync(Batch(1, 120), CancellationToken.None).AsTask();
        Assert.Equal([("11", "30"), ("41", "70"), ("101", "120")], _link.Published.Select(message => (message.Property("first"), message.Property("last"))));
        foreach (var message in _link.Published) Acknowledge(message);
        Assert.Equal(DeliveryOutcome.Accepted, (await second.WaitAsync(Deadline)).Outcome);
    }

    [Fact]
    public async Task All_acknowledged_late_is_accepted_without_sending()
    {
        var sink = Sink(MqttAcknowledge.Database);
        var first = sink.DeliverAsync(Batch(1, 10), CancellationToken.None).AsTask();
        _time.Advance(await _time.WaitForWaitAsync(TimeSpan.FromMinutes(1)));
        Assert.Equal(DeliveryOutcome.RetryLater, (await first.WaitAsync(Deadline)).Outcome);
        Acknowledge(1, 10);
        await UntilHeardAsync(1);
        _link.Published.Clear();
        Assert.Equal(DeliveryOutcome.Accepted, (await sink.DeliverAsync(Batch(1, 10), CancellationToken.None)).Outcome);
        Assert.Empty(_link.Published);
    }

    [Fact]
    public async Task An_accepted_range_offered_again_is_sent_and_awaited_again()
    {
        var sink = Sink(MqttAcknowledge.Database);
        for (var i = 0; i < 2; i++)
        {
            _link.Published.Clear();
            var delivering = sink.DeliverAsync(Batch(1, 10), CancellationToken.None).AsTask();
            Assert.Single(_link.Published);
            Assert.False(delivering.IsCompleted);
            Acknowledge(1, 10);
            Assert.Equal(DeliveryOutcome.Accepted, (await delivering.WaitAsync(Deadline)).Outcome);
        }
    }

    [Fact]
    public async Task Garbage_and_foreign_words_count_for_nothing()
    {
        var sink = Sink(MqttAcknowledge.Database);
        var delivering = sink.DeliverAsync(Batch(1, 10), CancellationToken.None).AsTask();
        _link.Deliver(LinkBench.Message(Topics.Ack, "garbage"));
        _link.Deliver(LinkBench.Message(Topics.Ack, """{"by":"x","first":10,"last":1}"""));
        _link.Deliver(LinkBench.Message(Topics.Ack, """{"by":"x","first":1,"last":10}""", retain: true));
        _link.Deliver(LinkBench.Message(new Topics("paris-2").Ack, """{"by":"x","first":1,"last":10}"""));
        _link.Deliver(LinkBench.Message(Topics.Replay, "[]"));
        _link.Deliver(LinkBench.Message(Topics.Replay, """{"from":1,"to":5}""", retain: true));
        Acknowledge(500, 600);
        Acknowledge(1, long.MaxValue);
        await UntilHeardAsync(8);
        Assert.Equal((6, 0, 2, 0), (sink.Health.Malformed, sink.Health.Acknowledged, sink.Health.AcknowledgedBefore, sink.Health.Replays));
        Assert.False(delivering.IsCompleted);
        Acknowledge(1, 10);
        Assert.Equal(DeliveryOutcome.Accepted, (await delivering.WaitAsync(Deadline)).Outcome);
        Assert.Empty(_replays);
    }

    [Fact]
    public async Task A_replay_is_passed_on()
    {
        Sink(MqttAcknowledge.Broker);
        _link.Deliver(LinkBench.Message(Topics.Replay, """{"from":5,"to":900}"""));
        await UntilHeardAsync(1);
        Assert.Equal([(5, 900)], _replays);
    }

    private MqttSink Sink(MqttAcknowledge acknowledge, int bytesMax = MqttOptions.PayloadBytesMax)
    {
        if (!_link.Started) _link.Start();
        var options = LinkBench.Options(new Uri("mqtt://127.0.0.1")) with { Acknowledge = acknowledge, BatchBytesMax = bytesMax };
        return _sink = new MqttSink(Topics, _link, options, _time) { Replay = (from, to) => _replays.Add((from, to)) };
    }

    private void Acknowledge(long first, long last) => _link.Deliver(new MqttMessage(Topics.Ack, new Acknowledgement("test", first, last).ToJson()));

    private void Acknowledge(MqttMessage message) => Acknowledge(long.Parse(message.Property("first")!), long.Parse(message.Property("last")!));

    private Task UntilHeardAsync(int messages) => LinkBench.UntilAsync(
        () => _sink!.Health is var heard && heard.Acknowledged + heard.AcknowledgedBefore + heard.Malformed + heard.Replays >= messages,
        () => $"Heard {_sink!.Health}");

    private static IEnumerable<long> Sequences(MqttMessage message) =>
        Encoding.UTF8.GetString(message.Payload.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(SequenceOf);

    internal static long SequenceOf(string line)
    {
        var at = line.LastIndexOf("seq=", StringComparison.Ordinal) + 4;
        return long.Parse(line.AsSpan(at, line.IndexOf('i', at) - at));
    }

    private static LogEntry[] Batch(long first, int count) =>
        [.. Enumerable.Range(0, count).Select(offset => new LogEntry(
            first + offset, Facts.Window(Plant[offset % Plant.Length], WindowKind.Minute, Facts.Start, offset, new Random(offset))))];
}
