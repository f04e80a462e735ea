using System.Collections.Frozen;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.HomeAssistant;

/// <summary>What a quantity is in Home Assistant: platform, device class, state class and unit as its sensor and binary sensor integrations take them
/// (developer documentation, "Sensor entity", available device classes; release 2024.11 and later).</summary>
/// <param name="Name">For people, in English, as all of Home Assistant's defaults are.</param>
/// <param name="Class">Device class, or null where none fits: an index is no mass, kvarh is no unit of energy there.</param>
/// <param name="Unit">Null where it must not be given: a quantity without dimension.</param>
internal sealed record EntityKind(string Platform, string Name, string? Class, string? StateClass, string? Unit)
{
    public const string Sensor = "sensor", BinarySensor = "binary_sensor";

    /// <summary>Shown among a device's own doings, not among what it measures.</summary>
    public bool IsDiagnostic { get; init; }

    // By quantity, without the phase that may stand behind it. A class whose units do not hold ours is no class for us.
    private static readonly FrozenDictionary<string, (string Name, string? Class)> Known = new Dictionary<string, (string, string?)>
    {
        ["power.active"] = ("Power", "power"), ["power.reactive"] = ("Reactive power", "reactive_power"),
        ["power.apparent"] = ("Apparent power", "apparent_power"), ["power.factor"] = ("Power factor", "power_factor"),
        ["energy.active.import"] = ("Energy import", "energy"), ["energy.active.export"] = ("Energy export", "energy"),
        ["energy.active.total"] = ("Energy total", "energy"),
        ["energy.reactive.import"] = ("Reactive energy import", null), ["energy.reactive.export"] = ("Reactive energy export", null),
        ["voltage"] = ("Voltage", "voltage"), ["voltage.average"] = ("Voltage average", "voltage"), ["voltage.thd"] = ("Voltage distortion", null),
        ["current"] = ("Current", "current"), ["current.average"] = ("Current average", "current"), ["current.sum"] = ("Current sum", "current"),
        ["current.neutral"] = ("Current neutral", "current"), ["frequency"] = ("Frequency", "frequency"),
        ["co2"] = ("CO2", "carbon_dioxide"), ["temperature"] = ("Temperature", "temperature"), ["humidity"] = ("Humidity", "humidity"),
        ["pressure"] = ("Pressure", "atmospheric_pressure"), ["voc.index"] = ("VOC index", null), ["voc"] = ("VOC", null),
        ["voc.mass"] = ("VOC mass", "volatile_organic_compounds"), ["nox.index"] = ("NOx index", null),
        ["pm.1"] = ("PM1", "pm1"), ["pm.2-5"] = ("PM2.5", "pm25"), ["pm.4"] = ("PM4", null), ["pm.10"] = ("PM10", "pm10"),
        ["illuminance"] = ("Illuminance", "illuminance"), ["water"] = ("Water", "water"), ["pulses"] = ("Pulses", null),
        ["presence"] = ("Presence", "occupancy"), ["contact"] = ("Contact", null), ["people"] = ("People", null),
        ["desks.occupied"] = ("Desks occupied", null), ["desks.offered"] = ("Desks offered", null), ["device.state"] = ("State", null),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a quantity is. Every quantity is something.</summary>
    public static EntityKind Of(Quantity quantity)
    {
        var (stem, phase) = Split(quantity.Name);
        var (name, kind) = Known.TryGetValue(stem, out var known) ? known : (quantity.Name, null);
        if (phase is not null) name = $"{name} {phase}";
        if (quantity.Kind == PointKind.State) return new EntityKind(BinarySensor, name, kind, null, null);
        return new EntityKind(Sensor, name, kind, quantity.Kind == PointKind.Counter ? "total_increasing" : "measurement",
            quantity.Unit == "1" ? null : quantity.Unit) { IsDiagnostic = quantity.Name == "device.state" };
    }

    /// <summary><c>power.active.l1</c> is power.active of L1, <c>voltage.l1-l2</c> voltage of L1-L2.</summary>
    private static (string Stem, string? Phase) Split(string quantity)
    {
        var dot = quantity.LastIndexOf(".l", StringComparison.Ordinal);
        return dot > 0 && dot + 2 < quantity.Length && char.IsAsciiDigit(quantity[dot + 2])
            ? (quantity[..dot], quantity[(dot + 1)..].ToUpperInvariant()) : (quantity, null);
    }
}
