using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Ecocentre.Edge.Plant;

/// <summary>What a point measures: its dotted name (biggest word first), the canonical unit its values are kept in, its kind, and the
/// OBIS code (IEC 62056-61) where one exists.</summary>
/// <remarks>Every value inside the gateway is a <see cref="double"/> in this unit; a unit is converted once, at the wire
/// (<see cref="Unit"/>). Import and consumption are positive.</remarks>
public sealed record Quantity(string Name, string Unit, PointKind Kind, string? Obis = null)
{
    private static readonly FrozenDictionary<string, Quantity> ByName = List().ToFrozenDictionary(q => q.Name, StringComparer.Ordinal);

    /// <summary>All legal quantities, in no particular order.</summary>
    public static IEnumerable<Quantity> All => ByName.Values;

    public static bool TryGet(string name, [NotNullWhen(true)] out Quantity? quantity) => ByName.TryGetValue(name, out quantity);

    private static IEnumerable<Quantity> List()
    {
        static Quantity Gauge(string name, string unit, string? obis = null) => new(name, unit, PointKind.Gauge, obis);
        static Quantity Counter(string name, string unit, string? obis = null) => new(name, unit, PointKind.Counter, obis);

        foreach (var (suffix, phase) in new[] { ("", 0), (".l1", 20), (".l2", 40), (".l3", 60) })
        {
            yield return Gauge("power.active" + suffix, "W", $"1-0:{phase + 16}.7.0");
            yield return Gauge("power.reactive" + suffix, "var", phase == 0 ? "1-0:131.7.0" : null);
            yield return Gauge("power.apparent" + suffix, "VA", $"1-0:{phase + 9}.7.0");
            yield return Gauge("power.factor" + suffix, "1", $"1-0:{phase + 13}.7.0");
            yield return Counter("energy.active.import" + suffix, "kWh", $"1-0:{phase + 1}.8.0");
            yield return Counter("energy.active.export" + suffix, "kWh", $"1-0:{phase + 2}.8.0");
            yield return Counter("energy.reactive.import" + suffix, "kvarh", $"1-0:{phase + 3}.8.0");
            yield return Counter("energy.reactive.export" + suffix, "kvarh", $"1-0:{phase + 4}.8.0");
        }
        foreach (var (phase, code) in new[] { ("l1", 32), ("l2", 52), ("l3", 72) })
        {
            yield return Gauge($"voltage.{phase}", "V", $"1-0:{code}.7.0");
            yield return Gauge($"current.{phase}", "A", $"1-0:{code - 1}.7.0");
            yield return Gauge($"voltage.thd.{phase}", "%");
        }
        yield return Gauge("voltage.l1-l2", "V");
        yield return Gauge("voltage.l2-l3", "V");
        yield return Gauge("voltage.l3-l1", "V");
        yield return Gauge("voltage.average", "V");
        yield return Gauge("current.average", "A");
        yield return Gauge("current.sum", "A");
        yield return Gauge("current.neutral", "A", "1-0:91.7.0");
        yield return Gauge("frequency", "Hz", "1-0:14.7.0");
        // Some meters keep only import + export in one register; it grows in both directions and is never mistaken for import.
        yield return Counter("energy.active.total", "kWh", "1-0:15.8.0");
        yield return Gauge("co2", "ppm");
        yield return Gauge("temperature", "°C");
        yield return Gauge("humidity", "%");
        yield return Gauge("pressure", "hPa");
        yield return Gauge("voc.index", "1");
        yield return Gauge("voc", "%");
        // Only what an instrument calibrated for it gives as mass: an index or a share of an unknown gas is not this.
        yield return Gauge("voc.mass", "µg/m³");
        yield return Gauge("nox.index", "1");
        yield return Gauge("pm.1", "µg/m³");
        yield return Gauge("pm.2-5", "µg/m³");
        yield return Gauge("pm.4", "µg/m³");
        yield return Gauge("pm.10", "µg/m³");
        yield return Gauge("illuminance", "lx");
        yield return Counter("water", "m³", "8-0:1.0.0");
        yield return Counter("pulses", "1");
        yield return new Quantity("presence", "1", PointKind.State);
        yield return new Quantity("contact", "1", PointKind.State);
        yield return Gauge("people", "1");
        yield return Gauge("desks.occupied", "1");
        yield return Gauge("desks.offered", "1");
        yield return Gauge("device.state", "1");
    }
}
