using System.Diagnostics;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>How every MQTT link notices that a broker is gone, says so and comes back. Each was seen to fail in some client
/// library.</summary>
public abstract class MqttLinkLossContract
{
    protected abstract MqttLink Make(MqttOptions options, MqttMessage? will = null);

    [Fact]
    public async Task A_broker_not_there_is_told_in_words_and_found_when_it_comes()
    {
        await using var broker = await Mosquitto.StartAsync();
        broker.Kill();
        await using var link = Make(Options(broker));
        link.Subscribe("t");
        link.Start();
        await link.UntilTroubleAsync("refused");
        await broker.RestartAsync();
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.Null(await link.TellAsync(Message("t", "x")));
        Assert.Equal("x", (await link.NextAsync()).Text());
    }

    [Fact]
    public async Task A_name_nobody_knows_is_told_in_words()
    {
        // RFC 2606: .invalid never resolves.
        await using var link = Make(Options(new Uri("mqtt://broker.invalid")));
        link.Start();
        await link.UntilTroubleAsync("looked up");
    }

    [Fact]
    public async Task A_killed_broker_that_forgot_everything_is_found_again_with_all_subscriptions()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync("a", "b");
        Assert.Equal(1, await link.WaitForConnectionAsync(0, CancellationToken.None).WaitAsync(Deadline));
        var again = link.WaitForConnectionAsync(1, CancellationToken.None);
        Assert.False(again.IsCompleted);

        broker.Kill();
        await UntilAsync(() => !link.IsConnected, () => "The loss was not noticed.");
        Assert.NotNull(link.Trouble);
        Assert.NotNull(await link.TellAsync(Message("a", "lost")));
        await broker.RestartAsync();
        Assert.Equal(2, await again.WaitAsync(Deadline));
        Assert.Null(link.Trouble);
        Assert.Null(await link.TellAsync(Message("b", "1")));
        Assert.Null(await link.TellAsync(Message("a", "2")));
        Assert.Equal(["1", "2"], [(await link.NextAsync()).Text(), (await link.NextAsync()).Text()]);
    }

    [Fact]
    public async Task What_was_under_way_when_the_broker_died_is_reported_as_failed()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var link = await Make(Options(broker)).ConnectedAsync();
        broker.Freeze();
        var told = Enumerable.Range(0, 50).Select(i => link.TellAsync(Message("t", $"{i}"))).ToArray();
        broker.Kill();
        Assert.All(await Task.WhenAll(told), Assert.NotNull);
    }

    [Fact]
    public async Task A_frozen_broker_fails_publications_in_time_and_is_given_up_and_found_again()
    {
        await using var broker = await Mosquitto.StartAsync();
        var options = Options(broker) with { PublishTimeout = TimeSpan.FromSeconds(1.5), ConnectTimeout = TimeSpan.FromSeconds(1.5) };
        await using var link = await Make(options).ConnectedAsync("t");
        Assert.Null(await link.TellAsync(Message("t", "before")));
        Assert.Equal("before", (await link.NextAsync()).Text());

        broker.Freeze();
        Assert.Contains("acknowledged", await link.TellAsync(Message("t", "during")));
        for (var i = 0; link.IsConnected && i < 10; i++) await link.TellAsync(Message("t", "during"));
        Assert.False(link.IsConnected);
        await link.UntilTroubleAsync("no answer");
        broker.Thaw();
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
        Assert.Null(await link.TellAsync(Message("t", "after")));
        while ((await link.NextAsync()).Text() != "after")
        {
            // What was sent into the frozen broker may arrive late, or not.
        }
    }

    [Fact]
    public async Task A_dead_wire_is_noticed_by_keep_alive_while_publishing_goes_on()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var relay = new TcpRelay(broker.Port);
        var options = Options(relay) with { KeepAlive = TimeSpan.FromSeconds(5), PublishTimeout = TimeSpan.FromMinutes(5), InFlightMax = 1000 };
        await using var link = await Make(options).ConnectedAsync();
        relay.Silence(true);
        var told = new List<Task<string?>>();
        for (var begun = Stopwatch.GetTimestamp(); link.IsConnected && Stopwatch.GetElapsedTime(begun) < Deadline; await Task.Delay(100))
            told.Add(link.TellAsync(Message("t")));
        Assert.False(link.IsConnected);
        Assert.All(await Task.WhenAll(told), Assert.NotNull);

        relay.Silence(false);
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_broker_that_wants_more_frequent_signs_of_life_gets_them()
    {
        // 10 is the shortest max_keepalive mosquitto takes; it throws out who is silent for one and a half times that.
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_keepalive 10", "log_type all"] });
        await using var link = await Make(Options(broker) with { KeepAlive = TimeSpan.FromSeconds(60) }).ConnectedAsync();
        await broker.Process.WaitForOutputAsync("Received PINGREQ");
        Assert.DoesNotContain("exceeded timeout", broker.Output);
        Assert.True(link.IsConnected, link.Trouble);
        Assert.Equal(1, await link.WaitForConnectionAsync(0, CancellationToken.None));
    }

    [Fact]
    public async Task A_durable_session_brings_what_was_sent_meanwhile()
    {
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Persistence = true });
        var options = Options(broker) with { SessionExpiry = TimeSpan.FromHours(1) };
        await using var sender = await Make(Options(broker)).ConnectedAsync();
        await using (await Make(options).ConnectedAsync("log/+"))
            Assert.Null(await sender.TellAsync(Message("log/a", "0")));
        for (var i = 1; i <= 5; i++) Assert.Null(await sender.TellAsync(Message("log/a", $"{i}")));
        await broker.StopAsync();
        await broker.RestartAsync();

        await using var again = Make(options);
        again.Subscribe("log/+");
        again.Start();
        var got = new List<string>();
        while (got.LastOrDefault() != "5") got.Add((await again.NextAsync()).Text());
        // "0" came to the first link, which may have gone before its PUBACK did.
        Assert.Equal(["1", "2", "3", "4", "5"], got.Where(text => text != "0"));
    }

    [Fact]
    public async Task A_slow_reader_holds_the_broker_back_and_loses_nothing()
    {
        const int count = 2_000;
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_queued_messages 0"] });
        await using var sender = await Make(Options(broker)).ConnectedAsync();
        var options = Options(broker) with { IncomingMax = 50, SessionExpiry = TimeSpan.FromHours(1), KeepAlive = TimeSpan.FromSeconds(5) };
        await using var reader = await Make(options).ConnectedAsync("t");
        var told = await Task.WhenAll(Enumerable.Range(0, count).Select(i => sender.TellAsync(Message("t", $"{i}"))));
        Assert.All(told, Assert.Null);

        // Longer than half a keep-alive: the link hangs up.
        await UntilAsync(() => !reader.IsConnected, () => "The link is still there.");
        Assert.InRange(reader.Incoming.Count, 50, 50 + 40);
        var got = new HashSet<string>();
        while (got.Count < count) got.Add((await reader.NextAsync()).Text());
        await reader.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_reader_that_answers_on_a_link_of_its_own_loses_nothing_under_a_flood()
    {
        const int count = 5_000;
        await using var broker = await Mosquitto.StartAsync(new MosquittoSetup { Lines = ["max_queued_messages 0"] });
        await using var sender = await Make(Options(broker)).ConnectedAsync("answer");
        await using var reader = await Make(Options(broker) with { IncomingMax = 40, SessionExpiry = TimeSpan.FromHours(1) }).ConnectedAsync("t");
        await using var answerer = await Make(Options(broker)).ConnectedAsync();
        var told = Task.WhenAll(Enumerable.Range(0, count).Select(i => sender.TellAsync(Message("t", $"{i}"))));
        var read = new HashSet<string>();
        while (read.Count < count)
        {
            var message = await reader.NextAsync();
            if (read.Add(message.Text())) Assert.Null(await answerer.TellAsync(message with { Topic = "answer" }));
        }
        Assert.All(await told, Assert.Null);
        var answers = new HashSet<string>();
        while (answers.Count < count) Assert.True(answers.Add((await sender.NextAsync()).Text()));
    }
}
