using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>The air of a place as one sensor there feels it: the truth, a constant error within its data sheet's, and noise. A pure function of
/// time.</summary>
/// <param name="place">One of <see cref="BuildingTruth.Places"/>.</param>
/// <param name="seed">The sensor's own.</param>
public sealed class SensorAir(BuildingTruth truth, string place, AirAccuracy accuracy, int seed)
{
    // A new sensor in good order is well within what its maker promises for years; noise takes some of it too.
    private const double ConstantShare = 0.55, NoiseShare = 0.12;

    private const int CarbonStream = 40, WarmthStream = 41, HumidStream = 42, DustStream = 43;

    public SimulatedAir At(Instant at)
    {
        var (air, frame) = (truth.Air(place, at), truth.At(at));
        var dust = Math.Max(0, 1 + 0.06 * Error(DustStream, at));
        return new SimulatedAir(
            Math.Max(350, air.Co2 + Allowed(accuracy.OfCo2(air.Co2)) * Error(CarbonStream, at)),
            air.Temperature + Allowed(accuracy.Kelvins) * Error(WarmthStream, at),
            Math.Clamp(air.Humidity + Allowed(accuracy.Relative) * Error(HumidStream, at), 1, 99))
        {
            Pressure = frame.Value(place, "pressure"),
            Pm1 = dust * frame.Value(place, "pm.1"), Pm25 = dust * frame.Value(place, "pm.2-5"),
            Pm4 = dust * frame.Value(place, "pm.4"), Pm10 = dust * frame.Value(place, "pm.10"),
            VocIndex = air.VocIndex, NoxIndex = frame.Value(place, "nox.index"), Illuminance = frame.Value(place, "illuminance"),
        };
    }

    private static double Allowed(double accuracy) => double.IsNaN(accuracy) ? 0 : accuracy;

    /// <summary>From -1 to 1, most often far within.</summary>
    private double Error(int stream, Instant at) =>
        ConstantShare * (2 * BuildingTruthNoise.Uniform(seed, stream, 0) - 1)
            + NoiseShare * (2 * BuildingTruthNoise.Uniform(seed, stream, 1 + at.UnixMilliseconds / 1000) - 1);
}
