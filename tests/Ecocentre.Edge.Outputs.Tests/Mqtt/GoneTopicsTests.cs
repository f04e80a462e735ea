using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Ingest;
using static Ecocentre.Edge.Outputs.Tests.Mqtt.LinkBench;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

public sealed class GoneTopicsTests : IAsyncDisposable
{
    private readonly ScriptedLink _link = new();
    private readonly ManualTime _time = new();
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(Deadline);
    }

    [Fact]
    public async Task Each_is_cleared_once_a_handful_at_a_time_with_a_rest_between()
    {
        const int topics = (2 * LivePoints.UnderWayMax) + 5;
        Start(topics);
        for (var round = 1; round <= 3; round++)
        {
            var rest = await _time.WaitForWaitAsync(GoneTopics.Rest);
            Assert.Equal(Math.Min(topics, round * LivePoints.UnderWayMax), _link.Published.Count);
            _time.Advance(rest);
        }
        Assert.Equal(Enumerable.Range(0, topics).Select(n => $"t/{n}"), _link.Published.Select(message => message.Topic));
        Assert.All(_link.Published, message => Assert.True(message is { Retain: true, Payload.Length: 0 }));
    }

    [Fact]
    public async Task What_the_broker_denies_comes_again_after_the_others_and_after_a_longer_rest()
    {
        _link.Refusal = message => message.Topic == "t/1" ? "denied" : null;
        Start(3);
        _time.Advance(await _time.WaitForWaitAsync(GoneTopics.Retry));
        Assert.Equal(["t/0", "t/2"], _link.Published.Select(message => message.Topic));
        await _time.WaitForWaitAsync(GoneTopics.Retry);
        _link.Refusal = _ => null;
        _time.Advance(GoneTopics.Retry);
        await UntilAsync(() => _link.Published.Count == 3, () => "The third was not cleared.");
        Assert.Equal("t/1", _link.Published.Last().Topic);
    }

    [Fact]
    public async Task Of_too_many_the_last_are_cleared()
    {
        Start(GoneTopics.TopicsMax + 7);
        while (_link.Published.Count < GoneTopics.TopicsMax) _time.Advance(await _time.WaitForWaitAsync(GoneTopics.Rest));
        Assert.Equal("t/7", _link.Published.First().Topic);
        Assert.Equal(GoneTopics.TopicsMax, _link.Published.Count);
    }

    private void Start(int topics) => _running = new GoneTopics(_link, [.. Enumerable.Range(0, topics).Select(n => $"t/{n}")], _time).RunAsync(_ending.Token);
}
