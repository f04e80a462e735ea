namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>Usual pressure of the air at an altitude, where no barometer tells it. Pure.</summary>
/// <remarks>Source: ISO 2533:1975, troposphere: 1013.25 hPa and 288.15 K at sea level, 6.5 K less each km.</remarks>
internal static class StandardAtmosphere
{
    public static double PressureHectopascals(double altitudeMetres) =>
        // 0.0065 K/m / 288.15 K; exponent g0 M / (R L) = 9.80665 x 0.0289644 / (8.31432 x 0.0065).
        1013.25 * Math.Pow(1 - 0.0065 / 288.15 * altitudeMetres, 5.25588);
}
