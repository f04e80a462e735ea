using System.Collections.Concurrent;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>The newest pressure of the air that each barometer of the centre told, for sensors that compensate for it. Any
/// thread.</summary>
/// <remarks>Bounded by the number of devices.</remarks>
public sealed class AmbientPressure(TimeProvider time)
{
    // The weather changes by a few hPa an hour; after this the altitude is the better guess.
    private static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(30);

    private readonly ConcurrentDictionary<string, (double Hectopascals, long At)> _told = new(StringComparer.Ordinal);

    /// <param name="device">Name of the barometer.</param>
    public void Tell(string device, double hectopascals) => _told[device] = (hectopascals, time.GetTimestamp());

    /// <summary>In hPa at the barometer (not reduced to sea level), or null when it has been silent for half an hour.</summary>
    public double? Of(string device) =>
        _told.TryGetValue(device, out var told) && time.GetElapsedTime(told.At) <= AgeMax ? told.Hectopascals : null;
}
