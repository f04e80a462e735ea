using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Outputs.Sparkplug;
using Ecocentre.Edge.Outputs.Tests.Mqtt;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

/// <summary>The sink keeps the contract with a real broker and a host that judges every message by the specification.</summary>
public sealed class SparkplugSinkTests : SinkContract
{
    private readonly List<MqttLink> _links = [];
    private Mosquitto _broker = null!;
    private SparkplugHost _host = null!;

    public override async ValueTask InitializeAsync()
    {
        _broker = await Mosquitto.StartAsync();
        _host = await SparkplugHost.StartAsync(_broker);
    }

    public override async ValueTask DisposeAsync()
    {
        _host.AssertRules();
        foreach (var link in _links) await link.DisposeAsync();
        await _host.DisposeAsync();
        await _broker.DisposeAsync();
    }

    protected override ISink CreateSink()
    {
        var options = new SparkplugOptions(LinkBench.Options(_broker), "Ecocentre", "lyon-1");
        var link = new MosquittoLink(options.Broker, null, TimeProvider.System, new Random(1));
        _links.Add(link);
        var sink = new SparkplugSink(
            options, link, [], new SparkplugSurroundings(TimeProvider.System, () => Instant.From(DateTimeOffset.UtcNow), _ => null))
        {
            SessionWaitMax = TimeSpan.FromMilliseconds(200),
        };
        // Two of one name would be one too many at a broker.
        if (_links.Count == 1) link.Start();
        return sink;
    }

    protected override async Task<IReadOnlyCollection<long>> HeldAsync(int countMin)
    {
        await LinkBench.UntilAsync(() => _host.Entries.Count >= countMin, () => $"{_host.Entries.Count} of {countMin} entries were heard.");
        return _host.Entries;
    }

    protected override async Task BreakAsync()
    {
        _broker.Kill();
        await _host.LoseBrokerAsync();
        await LinkBench.UntilAsync(() => _links.TrueForAll(link => !link.IsConnected), () => "A link has not noticed.");
    }

    protected override async Task MendAsync()
    {
        await _broker.RestartAsync();
        // Nobody is waited for at QoS 0: the host is back before the sink is asked again.
        await _host.Link.WaitForConnectionAsync(1, CancellationToken.None).WaitAsync(Deadline);
    }
}
