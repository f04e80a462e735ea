namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>Water vapour in air.</summary>
internal static class BuildingMoisture
{
    /// <summary>The most water that air can hold, g/m³.</summary>
    public static double Saturated(double celsius)
    {
        // WMO Guide to Instruments and Methods of Observation (WMO-No. 8, 2021), annex 4.B: vapour pressure over water in hPa.
        var hectopascals = 6.112 * Math.Exp(17.62 * celsius / (243.12 + celsius));
        // From the gas constant of water vapour, 461.5 J/(kg K): 100 Pa in a hPa and 1000 g in a kg.
        return hectopascals * 100 * 1000 / (461.5 * (celsius + 273.15));
    }

    /// <summary>Relative humidity in %.</summary>
    public static double Relative(double gramsPerCubicMetre, double celsius) => Math.Clamp(100 * gramsPerCubicMetre / Saturated(celsius), 1, 99);
}
