using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge;

/// <summary>The two bounded queues between the bus loops (many writers) and the gateway loop (the only reader). Writers wait when they are full.</summary>
public sealed class Intake(GatewayLimits limits)
{
    public Channel<Reading> Readings { get; } = Channel.CreateBounded<Reading>(
        new BoundedChannelOptions(limits.ReadingsWaitingMax) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });

    public Channel<Incident> Incidents { get; } = Channel.CreateBounded<Incident>(
        new BoundedChannelOptions(limits.IncidentsWaitingMax) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
}
