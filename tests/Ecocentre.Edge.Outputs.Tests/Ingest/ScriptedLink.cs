using System.Collections.Concurrent;
using System.Threading.Channels;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Ingest;

/// <summary>A link without a broker: the test delivers, and sees what was published. Any thread.</summary>
public sealed class ScriptedLink : MqttLink
{
    private readonly Channel<MqttMessage> _incoming = Channel.CreateBounded<MqttMessage>(100_000);

    public ConcurrentQueue<MqttMessage> Published { get; } = new();

    public List<string> Filters { get; } = [];

    /// <summary>Why the broker does not take a message, or null.</summary>
    public Func<MqttMessage, string?> Refusal { get; set; } = _ => null;

    public bool Started { get; private set; }

    public override bool IsConnected => Started;

    public override string? Trouble => null;

    public override ChannelReader<MqttMessage> Incoming => _incoming.Reader;

    public void Deliver(MqttMessage message) => Assert.True(_incoming.Writer.TryWrite(message));

    public override void Start() => Started = true;

    public override Task WaitForConnectionAsync(CancellationToken cancellation) => Task.CompletedTask;

    public override Task<long> WaitForConnectionAsync(long after, CancellationToken cancellation) => Task.FromResult(1L);

    public override void Subscribe(string filter) => Filters.Add(filter);

    public override ValueTask<string?> PublishAsync(MqttMessage message, CancellationToken cancellation)
    {
        var refusal = Refusal(message);
        if (refusal is null) Published.Enqueue(message);
        return new(refusal);
    }

    public override ValueTask DisposeAsync()
    {
        _incoming.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }
}
