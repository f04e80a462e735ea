using System.Text;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Peers;

namespace Ecocentre.Edge.Outputs.Tests.Mqtt;

/// <summary>The sink keeps the contract with a real broker, a subscriber in the place of the database.</summary>
public abstract class MqttSinkDeliveryContract(MqttAcknowledge acknowledge) : SinkContract
{
    private readonly List<MqttLink> _links = [];
    private readonly HashSet<long> _held = [];
    private readonly CancellationTokenSource _ending = new();
    private Mosquitto _broker = null!;
    private MqttLink _database = null!;
    private Task _taking = Task.CompletedTask;

    public override async ValueTask InitializeAsync()
    {
        _broker = await Mosquitto.StartAsync();
        _database = await new MosquittoLink(LinkBench.Options(_broker), null, TimeProvider.System, new Random(2)).ConnectedAsync(Topics.EveryLog);
        _taking = TakeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        _broker.Thaw();
        await _ending.CancelAsync();
        await _taking;
        foreach (var link in _links.Append(_database)) await link.DisposeAsync();
        await _broker.DisposeAsync();
    }

    protected override ISink CreateSink()
    {
        var options = LinkBench.Options(_broker) with { Acknowledge = acknowledge, AcknowledgeTimeout = TimeSpan.FromSeconds(2) };
        var link = new MosquittoLink(options, null, TimeProvider.System, new Random(1));
        _links.Add(link);
        var sink = new MqttSink(new Topics("lyon-1"), link, options, TimeProvider.System) { ConnectionWaitMax = TimeSpan.FromMilliseconds(200) };
        link.Start();
        return sink;
    }

    protected override async Task<IReadOnlyCollection<long>> HeldAsync(int countMin)
    {
        for (var begun = DateTime.UtcNow; DateTime.UtcNow - begun < Deadline; await Task.Delay(10))
            lock (_held)
                if (_held.Count >= countMin) break;
        lock (_held) return [.. _held];
    }

    protected override Task BreakAsync()
    {
        _broker.Kill();
        lock (_held) _held.Clear();
        return LinkBench.UntilAsync(() => _links.TrueForAll(link => !link.IsConnected), () => "A link has not noticed.");
    }

    protected override async Task MendAsync()
    {
        await _broker.RestartAsync();
        // QoS 1 waits for nobody who has not subscribed: the database is back before the sink is asked again.
        await _database.WaitForConnectionAsync(1, CancellationToken.None).WaitAsync(Deadline);
    }

    private async Task TakeAsync()
    {
        try
        {
            await foreach (var message in _database.Incoming.ReadAllAsync(_ending.Token))
            {
                var lines = Encoding.UTF8.GetString(message.Payload.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                lock (_held) _held.UnionWith(lines.Select(MqttSinkTests.SequenceOf));
                var said = new Acknowledgement("test", long.Parse(message.Property("first")!), long.Parse(message.Property("last")!));
                _ = _database.PublishAsync(new MqttMessage(new Topics("lyon-1").Ack, said.ToJson()), CancellationToken.None).AsTask();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
