using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs;

/// <summary>What all followers of a gateway are handed.</summary>
/// <param name="Time">Waits between tries.</param>
/// <param name="Now">The gateway's clock.</param>
/// <param name="Incidents">Takes incidents to the gateway loop, which appends them; a follower waits while it is full.</param>
public sealed record FollowerSurroundings(TimeProvider Time, Func<Instant> Now, ChannelWriter<Incident> Incidents, GatewayLimits Limits);
