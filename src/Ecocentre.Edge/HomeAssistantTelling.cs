using Ecocentre.Edge.Outputs.HomeAssistant;
using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge;

/// <summary>Tells Home Assistant what there is, on a connection of its own: what arrives on the other belongs to the log's sink.</summary>
internal sealed class HomeAssistantTelling : IAsyncDisposable
{
    private readonly MqttLink _link;
    private readonly HomeAssistantDiscovery _discovery;
    private RunningTask? _work;

    internal HomeAssistantTelling(RunningCentre centre, MqttOptions options, HomeAssistantOptions home, TimeProvider network)
    {
        var own = options with { ClientId = $"{options.ClientId}-ha" };
        _link = Adapters.Link(own, null, network, Jitter.For(own.ClientId));
        var plant = new AnnouncedPlant(centre.Site.Name, RunningCentre.Version, centre.Points)
        {
            Spaces = centre.Site.Spaces, Desks = centre.Occupancy.Desks, Instruments = centre.Site.Instruments,
        };
        _discovery = new HomeAssistantDiscovery(new Topics(centre.Site.Centre), _link, home, plant, network);
    }

    /// <summary>Why it cannot be told, or null. Any thread.</summary>
    internal string? Trouble => _discovery.Trouble;

    internal void Start(RunningTasks tasks)
    {
        if (_work is not null) return;
        _link.Start();
        _work = tasks.Begin(cancellation => [_discovery.RunAsync(cancellation)]);
    }

    internal async Task EndAsync()
    {
        if (_work is not null) await _work.EndAsync();
        await DisposeAsync();
    }

    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
