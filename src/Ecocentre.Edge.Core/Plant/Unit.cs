using System.Collections.Frozen;

namespace Ecocentre.Edge.Plant;

/// <summary>Conversion of the units found on wires into canonical units. Only exact factors of ten stand here: nothing is estimated.</summary>
public static class Unit
{
    /// <summary>Factor to the canonical unit of the same dimension.</summary>
    private static readonly FrozenDictionary<string, (string Canonical, double Factor)> Known =
        new (string Unit, string Canonical, double Factor)[]
        {
            ("mW", "W", 1e-3), ("W", "W", 1), ("kW", "W", 1e3), ("MW", "W", 1e6),
            ("var", "var", 1), ("kvar", "var", 1e3), ("VA", "VA", 1), ("kVA", "VA", 1e3),
            ("Wh", "kWh", 1e-3), ("kWh", "kWh", 1), ("MWh", "kWh", 1e3),
            ("varh", "kvarh", 1e-3), ("kvarh", "kvarh", 1), ("Mvarh", "kvarh", 1e3),
            ("mV", "V", 1e-3), ("V", "V", 1), ("kV", "V", 1e3), ("mA", "A", 1e-3), ("A", "A", 1),
            ("Hz", "Hz", 1), ("mHz", "Hz", 1e-3), ("1", "1", 1), ("%", "%", 1), ("ppm", "ppm", 1),
            ("°C", "°C", 1), ("Pa", "hPa", 1e-2), ("hPa", "hPa", 1), ("µg/m³", "µg/m³", 1), ("lx", "lx", 1),
            ("l", "m³", 1e-3), ("m³", "m³", 1),
        }.ToFrozenDictionary(u => u.Unit, u => (u.Canonical, u.Factor), StringComparer.Ordinal);

    public static IEnumerable<string> All => Known.Keys;

    /// <summary>Finds the factor that a value in <paramref name="unit"/> is multiplied by to become canonical.</summary>
    /// <returns>False when the unit is unknown or of another dimension than <paramref name="canonical"/>.</returns>
    public static bool TryFactor(string unit, string canonical, out double factor)
    {
        factor = 0;
        if (!Known.TryGetValue(unit, out var known) || known.Canonical != canonical) return false;
        factor = known.Factor;
        return true;
    }
}
