using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>What every MQTT link does, against a real mosquitto. An implementation subclasses this.</summary>
public abstract class MqttLinkContract
{
    protected abstract MqttLink Make(MqttOptions options, MqttMessage? will = null);

    [Fact]
    public async Task A_published_message_reaches_a_subscriber_not_ours()
    {
        await using var broker = await Mosquitto.StartAsync();
        using var subscriber = PeerProcess.Start(
            "stdbuf", ["-oL", "mosquitto_sub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-q", "1", "-t", "a/#", "-d", "-F", "got %t %q %p %P"]);
        await subscriber.WaitForOutputAsync("Subscribed");
        await using var link = await Make(Options(broker)).ConnectedAsync();

        var message = new MqttMessage("a/b", Encoding.UTF8.GetBytes("été"), UserProperties: [new("first", "1"), new("last", "9")]);
        Assert.Null(await link.TellAsync(message));
        await subscriber.WaitForOutputAsync("got a/b 1 été first:1 last:9");
        Assert.Null(link.Trouble);
    }

    [Fact]
    public async Task A_message_from_a_publisher_not_ours_arrives()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync("a/+");
        await PeerProcess.RunAsync(
            "mosquitto_pub", "-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", "5", "-q", "1", "-t", "a/b", "-m", "ça", "-D", "publish",
                "user-property", "k", "v");

        var message = await link.NextAsync();
        Assert.Equal(("a/b", "ça", false, "v"), (message.Topic, message.Text(), message.Retain, message.Property("k")));
    }

    [Fact]
    public async Task User_properties_keep_order_repetition_and_letters()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync("t");
        KeyValuePair<string, string>[] properties = [new("b", "2"), new("a", ""), new("b", "1"), new("µ", "°C")];
        Assert.Null(await link.TellAsync(new MqttMessage("t", ReadOnlyMemory<byte>.Empty, UserProperties: properties)));

        var message = await link.NextAsync();
        Assert.Equal(properties, message.UserProperties);
        Assert.True(message.Payload.IsEmpty);
    }

    [Fact]
    public async Task Retained_messages_are_told_to_those_who_come_later()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var first = await Make(Options(broker)).ConnectedAsync();
        Assert.Null(await first.TellAsync(Message("state", "on", retain: true)));
        Assert.Null(await first.TellAsync(Message("event", "was", retain: false)));

        await using var second = await Make(Options(broker)).ConnectedAsync("state", "event");
        var message = await second.NextAsync();
        Assert.Equal(("state", "on", true), (message.Topic, message.Text(), message.Retain));
        Assert.Null(await first.TellAsync(Message("event", "is")));
        Assert.Equal("is", (await second.NextAsync()).Text());
    }

    [Fact]
    public async Task A_filter_added_while_connected_is_in_place_when_the_wait_ends()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync();
        link.Subscribe("late");
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.Null(await link.TellAsync(Message("late", "x")));
        Assert.Equal("x", (await link.NextAsync()).Text());
    }

    [Fact]
    public async Task A_large_payload_arrives_bit_for_bit()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync("big");
        var payload = new byte[MqttOptions.PayloadBytesMax];
        new Random(1).NextBytes(payload);
        Assert.Null(await link.TellAsync(new MqttMessage("big", payload)));
        Assert.Equal(payload, (await link.NextAsync()).Payload.ToArray());
    }

    [Fact]
    public async Task Ten_thousand_messages_at_once_are_each_acknowledged_and_arrive_exactly_once()
    {
        const int count = 10_000;
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_queued_messages 0"] });
        await using var subscriber = await Make(Options(broker) with { IncomingMax = 2 * count }).ConnectedAsync("many");
        await using var link = await Make(Options(broker)).ConnectedAsync();

        var told = Enumerable.Range(0, count).Select(i => link.TellAsync(Message("many", $"{i}"))).ToArray();
        var seen = new int[count];
        for (var i = 0; i < count; i++) seen[int.Parse((await subscriber.NextAsync()).Text())]++;
        Assert.All(await Task.WhenAll(told), Assert.Null);
        Assert.All(seen, times => Assert.Equal(1, times));
        Assert.False(subscriber.Incoming.TryRead(out _));
    }

    [Fact]
    public async Task A_broker_that_takes_one_at_a_time_gets_one_at_a_time()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_inflight_messages 1", "max_queued_messages 0"] });
        await using var link = await Make(Options(broker) with { InFlightMax = 100 }).ConnectedAsync("t");
        var told = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => link.TellAsync(Message("t", $"{i}"))));
        Assert.All(told, Assert.Null);
        for (var i = 0; i < 500; i++) Assert.Equal($"{i}", (await link.NextAsync()).Text());
        Assert.Equal(1, await link.WaitForConnectionAsync(0, CancellationToken.None));
    }

    [Fact]
    public async Task A_refused_login_is_told_in_words_and_tried_again()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { User = "gateway", Password = "right" });
        await using var link = Make(Options(broker) with { User = "gateway", Password = "wrong" });
        link.Start();
        await link.UntilTroubleAsync("not authori");
        Assert.Contains("gateway", link.Trouble);
        Assert.Contains($"{broker.Port}", link.Trouble);
        Assert.DoesNotContain("wrong", link.Trouble);
        Assert.False(link.IsConnected);
        Assert.NotNull(await link.TellAsync(Message("t")));

        await using var right = await Make(Options(broker) with { User = "gateway", Password = "right" }).ConnectedAsync();
        Assert.Null(await right.TellAsync(Message("t")));
    }

    [Fact]
    public async Task A_message_the_broker_refuses_is_told_in_words_and_harms_no_other()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_packet_size 2000"] });
        await using var link = await Make(Options(broker)).ConnectedAsync();
        Assert.Equal(2000, link.PacketBytesMax);
        Assert.Contains("2000", await link.TellAsync(new MqttMessage("t", new byte[2000])));
        Assert.NotNull(await link.TellAsync(Message("not/+/a/topic")));
        Assert.NotNull(await link.TellAsync(Message("zero\0")));
        Assert.Null(await link.TellAsync(Message("t", "good")));
    }

    [Fact]
    public async Task A_forbidden_topic_is_told_in_words()
    {
        using var scratch = new Scratch();
        var rights = scratch.Write("rights", "topic write open\ntopic read open\n");
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = [$"acl_file {rights}"] });
        await using var link = await Make(Options(broker)).ConnectedAsync();
        Assert.Contains("not authori", await link.TellAsync(Message("closed")), StringComparison.OrdinalIgnoreCase);
        Assert.Null(await link.TellAsync(Message("open")));
    }

    [Fact]
    public async Task Who_cancels_stops_waiting()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync();
        broker.Freeze();
        using var cancellation = new CancellationTokenSource();
        var told = link.PublishAsync(Message("t"), cancellation.Token).AsTask();
        Assert.False(told.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => told.WaitAsync(Deadline));
        broker.Thaw();
        Assert.Null(await link.TellAsync(Message("t")));

        await using var never = Make(Options(new Uri($"mqtt://127.0.0.1:{FreePort.Take()}")));
        never.Start();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => never.WaitForConnectionAsync(cancellation.Token).WaitAsync(Deadline));
    }

    [Fact]
    public async Task The_will_is_told_when_the_connection_vanishes()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var relay = new TcpRelay(broker.Port);
        await using var watcher = await Make(Options(broker)).ConnectedAsync("status");
        await using var link = await Make(Options(relay), Message("status", "gone", retain: true)).ConnectedAsync();

        relay.Refuse(true);
        relay.Cut();
        Assert.Equal("gone", (await watcher.NextAsync()).Text());
        await using var later = await Make(Options(broker)).ConnectedAsync("status");
        Assert.True((await later.NextAsync()).Retain);
    }

    [Fact]
    public async Task An_orderly_end_tells_the_will_once()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var watcher = await Make(Options(broker)).ConnectedAsync("status");
        var link = await Make(Options(broker), Message("status", "gone", retain: true)).ConnectedAsync();
        await link.DisposeAsync();
        Assert.False(link.IsConnected);
        Assert.Equal("gone", (await watcher.NextAsync()).Text());
        // Whatever the broker would add of itself stands before this in the queue.
        Assert.Null(await watcher.TellAsync(Message("status", "fence")));
        Assert.Equal("fence", (await watcher.NextAsync()).Text());
        Assert.NotNull(await link.TellAsync(Message("t")));
        Assert.False(await link.Incoming.WaitToReadAsync());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => link.WaitForConnectionAsync(CancellationToken.None));
        await link.DisposeAsync();
    }

    [Fact]
    public async Task An_end_before_a_frozen_broker_comes_all_the_same()
    {
        await using var broker = await Mosquitto.StartAsync();
        var options = Options(broker) with { PublishTimeout = TimeSpan.FromMinutes(5), InFlightMax = 1 };
        var link = await Make(options, Message("status", "gone", retain: true)).ConnectedAsync();
        broker.Freeze();
        var told = link.TellAsync(Message("t"));
        await link.DisposeAsync().AsTask().WaitAsync(Deadline);
        Assert.NotNull(await told);
        broker.Thaw();
        await using var watcher = await Make(Options(broker)).ConnectedAsync("status");
        Assert.Equal("gone", (await watcher.NextAsync()).Text());
    }

    [Fact]
    public async Task A_link_never_started_can_be_disposed()
    {
        var link = Make(Options(new Uri("mqtt://127.0.0.1:1")));
        Assert.NotNull(await link.TellAsync(Message("t")));
        await link.DisposeAsync();
    }
}
