using System.Text.Json;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class StatusTopicTests
{
    private static readonly Topics Topics = new("lyon-1");

    [Fact]
    public void The_message_says_what_the_contract_says()
    {
        var status = new CentreStatus(new Instant(1_793_577_600_000), "0.1.0", "gold", 12);
        Assert.Equal("""{"online":true,"since":1793577600000,"version":"0.1.0","label":"gold","head":12}""", status.ToMessage(Topics, true).Text());
        Assert.Equal(
            """{"online":false,"since":1793577600000,"version":"0.1.0","label":null,"head":12,"trouble":"disk full"}""",
            (status with { Label = null, Trouble = "disk full" }).ToMessage(Topics, false).Text());
        Assert.True(status.ToMessage(Topics, true).Retain);
        Assert.Equal("ecocentre/v1/lyon-1/status", status.ToMessage(Topics, true).Topic);
    }

    [Fact]
    public async Task It_is_told_with_each_connection_and_each_period_and_the_will_ends_it()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var watcher = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Status);
        var status = new CentreStatus(default, "0.1.0", null, 1);
        var link = new MosquittoLink(Options(broker), status.ToMessage(Topics, online: false), TimeProvider.System, new Random(1));
        var time = new ManualTime();
        var head = 0L;
        var topic = new StatusTopic(Topics, link, TimeSpan.FromSeconds(30), time) { Status = () => status with { Head = ++head } };
        using var ending = new CancellationTokenSource();
        var running = topic.RunAsync(ending.Token);
        link.Start();

        Assert.Equal((true, 1), Read(await watcher.NextAsync()));
        time.Advance(await time.WaitForWaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal((true, 2), Read(await watcher.NextAsync()));

        broker.Kill();
        await broker.RestartAsync();
        await watcher.WaitForConnectionAsync(1, CancellationToken.None).WaitAsync(Deadline);
        await UntilAsync(() => head == 3, () => $"head is {head}");
        Assert.Equal((true, 3), Read(await watcher.NextAsync()));

        await link.DisposeAsync();
        Assert.False(Read(await watcher.NextAsync()).Online);
        await running.WaitAsync(Deadline);
    }

    [Fact]
    public async Task It_ends_quietly_when_cancelled()
    {
        await using var link = new MosquittoLink(Options(new Uri("mqtt://127.0.0.1:1")), null, TimeProvider.System, new Random(1));
        var topic = new StatusTopic(Topics, link, TimeSpan.FromSeconds(30), TimeProvider.System) { Status = () => new CentreStatus(default, "", null, 0) };
        using var ending = new CancellationTokenSource();
        var running = topic.RunAsync(ending.Token);
        await ending.CancelAsync();
        await running.WaitAsync(Deadline);
    }

    private static (bool Online, long Head) Read(MqttMessage message)
    {
        using var json = JsonDocument.Parse(message.Payload);
        return (json.RootElement.GetProperty("online").GetBoolean(), json.RootElement.GetProperty("head").GetInt64());
    }
}
