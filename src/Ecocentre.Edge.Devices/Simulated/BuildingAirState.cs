namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Air of a place at an instant.</summary>
/// <param name="Co2">ppm.</param>
/// <param name="Temperature">°C.</param>
/// <param name="Humidity">Relative, %.</param>
/// <param name="Dust">PM2.5 in µg/m³.</param>
/// <param name="VocIndex">Where 100 is what this air usually is (Sensirion's scale, 1 to 500).</param>
public readonly record struct BuildingAirState(double Co2, double Temperature, double Humidity, double Dust, double VocIndex)
{
    /// <summary>On the straight way from one to another.</summary>
    internal static BuildingAirState Between(in BuildingAirState from, in BuildingAirState to, double share) => new(
        from.Co2 + (to.Co2 - from.Co2) * share, from.Temperature + (to.Temperature - from.Temperature) * share,
        from.Humidity + (to.Humidity - from.Humidity) * share, from.Dust + (to.Dust - from.Dust) * share,
        from.VocIndex + (to.VocIndex - from.VocIndex) * share);
}
