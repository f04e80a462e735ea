using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class IncomingMessagesTests
{
    [Fact]
    public void It_is_full_by_number_and_tells_once_when_half_is_taken()
    {
        var told = 0;
        var messages = new IncomingMessages(10, int.MaxValue, () => told++);
        for (var i = 0; i < 10; i++) Assert.True(messages.TryAdd(LinkBench.Message("t", $"{i}")));
        Assert.True(messages.IsFull);
        messages.WantRoom();
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i >= 5 ? 1 : 0, told);
            Assert.True(messages.TryRead(out var message));
            Assert.Equal($"{i}", message.Text());
        }
        Assert.False(messages.TryRead(out _));
        Assert.True(messages.HasRoom);
    }

    [Fact]
    public void It_is_full_by_bytes()
    {
        var messages = new IncomingMessages(1000, 10_000, () => { });
        for (var i = 0; i < 2; i++) messages.TryAdd(new MqttMessage("t", new byte[4_000]));
        Assert.False(messages.IsFull);
        messages.TryAdd(new MqttMessage("t", new byte[4_000]));
        Assert.True(messages.IsFull);
        messages.TryRead(out _);
        messages.TryRead(out _);
        Assert.True(messages.HasRoom);
    }

    [Fact]
    public async Task Nothing_is_taken_beyond_every_bound_and_the_end_is_seen()
    {
        var messages = new IncomingMessages(10, int.MaxValue, () => { });
        var taken = 0;
        while (messages.TryAdd(LinkBench.Message("t"))) taken++;
        Assert.InRange(taken, 10, 5_000);
        messages.Complete();
        for (var i = 0; i < taken; i++) Assert.True(messages.TryRead(out _));
        Assert.False(await messages.WaitToReadAsync());
    }
}
