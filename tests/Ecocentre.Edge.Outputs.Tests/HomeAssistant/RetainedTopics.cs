using System.Collections.Concurrent;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Tests.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.HomeAssistant;

/// <summary>Watches topics of a broker as one who is subscribed all the time, and knows what each says now.</summary>
internal sealed class RetainedTopics : IAsyncDisposable
{
    private readonly MqttLink _link;
    private readonly Task _taking;
    private int _count;

    private RetainedTopics(MqttLink link)
    {
        _link = link;
        _taking = TakeAsync();
    }

    /// <summary>What each topic said last; those that were cleared are not there.</summary>
    public ConcurrentDictionary<string, MqttMessage> Retained { get; } = new();

    /// <summary>Messages so far.</summary>
    public int Count => Volatile.Read(ref _count);

    public string Last { get; private set; } = "";

    public static async Task<RetainedTopics> WatchAsync(Mosquitto broker, string filter) =>
        new(await new MosquittoLink(LinkBench.Options(broker), null, TimeProvider.System, new Random(3)).ConnectedAsync(filter));

    public async ValueTask DisposeAsync()
    {
        await _link.DisposeAsync();
        await _taking;
    }

    private async Task TakeAsync()
    {
        await foreach (var message in _link.Incoming.ReadAllAsync())
        {
            var isPresent = !message.Topic.EndsWith("/status", StringComparison.Ordinal) && !message.Topic.EndsWith("/end", StringComparison.Ordinal);
            if (isPresent && message.Payload.Length > 0) Retained[message.Topic] = message;
            else Retained.TryRemove(message.Topic, out _);
            Last = message.Topic;
            Interlocked.Increment(ref _count);
        }
    }
}
