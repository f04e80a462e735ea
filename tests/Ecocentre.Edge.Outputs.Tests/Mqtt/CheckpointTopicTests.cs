using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class CheckpointTopicTests
{
    private static readonly Topics Topics = new("lyon-1");

    [Fact]
    public async Task Newest_note_is_retained_and_told_again_to_a_broker_that_forgot_it()
    {
        await using var broker = await Mosquitto.StartAsync();
        await using var watcher = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Checkpoint);
        await using var link = new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1));
        var (time, note) = (new ManualTime(), (string?)null);
        var topic = new CheckpointTopic(Topics, link, TimeSpan.FromSeconds(30), time) { Note = () => Volatile.Read(ref note) };
        using var ending = new CancellationTokenSource();
        var running = topic.RunAsync(ending.Token);
        link.Start();
        await link.WaitForConnectionAsync(CancellationToken.None).WaitAsync(Deadline);

        Volatile.Write(ref note, "first\n");
        time.Advance(await time.WaitForWaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("first\n", (await watcher.NextAsync()).Text());
        Volatile.Write(ref note, "second\n");
        time.Advance(await time.WaitForWaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("second\n", (await watcher.NextAsync()).Text());
        await using var late = await new MosquittoLink(Options(broker), null, TimeProvider.System, new Random(1)).ConnectedAsync(Topics.Checkpoint);
        var retained = await late.NextAsync();
        Assert.Equal(("ecocentre/v1/lyon-1/checkpoint", "second\n", true), (retained.Topic, retained.Text(), retained.Retain));

        broker.Kill();
        await broker.RestartAsync();
        await watcher.WaitForConnectionAsync(1, CancellationToken.None).WaitAsync(Deadline);
        Assert.Equal("second\n", (await watcher.NextAsync()).Text());
        await ending.CancelAsync();
        await running.WaitAsync(Deadline);
    }
}
