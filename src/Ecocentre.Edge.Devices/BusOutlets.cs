using System.Threading.Channels;
using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices;

/// <summary>Where a bus loop puts what it reads and what happens to its devices. Both are bounded and make the loop wait when
/// full.</summary>
public sealed record BusOutlets(ChannelWriter<Reading> Readings, ChannelWriter<Incident> Incidents);

/// <summary>A writer that takes several readings at once.</summary>
public abstract class ReadingsWriter : ChannelWriter<Reading>
{
    /// <summary>Takes the first of the readings, as many as there is room for.</summary>
    /// <returns>How many.</returns>
    public abstract int TryWriteMany(ReadOnlySpan<Reading> readings);
}
