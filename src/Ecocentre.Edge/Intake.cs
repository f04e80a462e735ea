using System.Threading.Channels;
using Ecocentre.Edge.Evidence;

namespace Ecocentre.Edge;

/// <summary>The bounded queues between the bus loops (many writers) and the gateway loop (the only reader). Writers wait when they are full.</summary>
public sealed class Intake(GatewayLimits limits)
{
    // Orders come one by one from people; instruments a few at a start.
    private const int WorkWaitingMax = 16;

    public ReadingQueue Readings { get; } = new(limits.ReadingsWaitingMax);

    /// <summary>What others want the loop to do; looked at once a beat.</summary>
    public Channel<LoopWork> Work { get; } = Channel.CreateBounded<LoopWork>(new BoundedChannelOptions(WorkWaitingMax) { SingleReader = true });

    public Channel<Incident> Incidents { get; } = Channel.CreateBounded<Incident>(
        new BoundedChannelOptions(limits.IncidentsWaitingMax) { FullMode = BoundedChannelFullMode.Wait, SingleReader = true });
}
