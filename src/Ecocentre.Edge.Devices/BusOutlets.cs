using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices;

/// <summary>Where a bus loop puts what it reads and what happens to its devices. Both are bounded and make the loop wait when
/// full.</summary>
public sealed record BusOutlets(ChannelWriter<Reading> Readings, ChannelWriter<Incident> Incidents);
