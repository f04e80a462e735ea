using System.Collections.Frozen;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Web.Meanings;

/// <summary>What a quantity is called in the vocabularies of building software: Brick 1.4.4 (class of a point), QUDT 2.1 (unit) and Project Haystack 4.0
/// (markers and unit).</summary>
/// <param name="Brick">Class without its namespace. Where no class says the same, the nearest one that is not wrong.</param>
/// <param name="Haystack">Markers beside <c>point</c> and <c>sensor</c>.</param>
/// <param name="IsExact">False: the class or the markers say less than we know, or nothing.</param>
internal sealed record Meaning(string Brick, string[] Haystack, bool IsExact = true)
{
    // By quantity, without the phase that may stand behind it.
    private static readonly FrozenDictionary<string, Meaning> Known = new Dictionary<string, Meaning>
    {
        ["power.active"] = new("Active_Power_Sensor", ["elec", "ac", "active", "power"]),
        ["power.reactive"] = new("Reactive_Power_Sensor", ["elec", "ac", "reactive", "power"]),
        ["power.apparent"] = new("Apparent_Power_Sensor", ["elec", "ac", "apparent", "power"]),
        ["power.factor"] = new("Power_Factor_Sensor", ["elec", "ac", "pf"]),
        ["energy.active.import"] = new("Electrical_Energy_Usage_Sensor", ["elec", "ac", "active", "energy", "import"]),
        ["energy.active.export"] = new("Electric_Energy_Sensor", ["elec", "ac", "active", "energy", "export"]),
        ["energy.active.total"] = new("Electric_Energy_Sensor", ["elec", "ac", "active", "energy"], IsExact: false),
        ["energy.reactive.import"] = new("Reactive_Energy_Sensor", ["elec", "ac", "reactive", "energy", "import"]),
        ["energy.reactive.export"] = new("Reactive_Energy_Sensor", ["elec", "ac", "reactive", "energy", "export"]),
        ["voltage"] = new("Voltage_Sensor", ["elec", "ac", "volt", "magnitude"]),
        ["voltage.average"] = new("Voltage_Sensor", ["elec", "ac", "volt", "magnitude", "avg"]),
        ["voltage.thd"] = new("Sensor", ["elec", "ac", "volt", "thd"], IsExact: false),
        ["current"] = new("Current_Sensor", ["elec", "ac", "current", "magnitude"]),
        ["current.average"] = new("Current_Sensor", ["elec", "ac", "current", "magnitude", "avg"]),
        ["current.sum"] = new("Current_Sensor", ["elec", "ac", "current", "magnitude", "total"]),
        ["current.neutral"] = new("Current_Sensor", ["elec", "ac", "current", "magnitude", "neutral"]),
        ["frequency"] = new("Frequency_Sensor", ["elec", "ac", "freq"]),
        ["co2"] = new("CO2_Sensor", ["air", "co2", "concentration"]),
        ["temperature"] = new("Air_Temperature_Sensor", ["air", "temp"]),
        ["humidity"] = new("Relative_Humidity_Sensor", ["air", "humidity"]),
        ["pressure"] = new("Pressure_Sensor", ["air", "pressure"]),
        ["voc.index"] = new("Air_Quality_Sensor", ["air", "tvoc"], IsExact: false),
        ["voc"] = new("TVOC_Sensor", ["air", "tvoc", "concentration"], IsExact: false),
        ["voc.mass"] = new("TVOC_Sensor", ["air", "tvoc", "concentration"]),
        ["nox.index"] = new("Air_Quality_Sensor", ["air"], IsExact: false),
        ["pm.1"] = new("PM1_Sensor", ["air", "pm01", "concentration"]),
        ["pm.2-5"] = new("PM2.5_Sensor", ["air", "pm25", "concentration"]),
        ["pm.4"] = new("Particulate_Matter_Sensor", ["air"], IsExact: false),
        ["pm.10"] = new("PM10_Sensor", ["air", "pm10", "concentration"]),
        ["illuminance"] = new("Illuminance_Sensor", ["light", "illuminance"]),
        ["water"] = new("Water_Usage_Sensor", ["water", "volume"]),
        ["pulses"] = new("Sensor", [], IsExact: false),
        ["presence"] = new("Occupancy_Sensor", ["occupied"]),
        ["contact"] = new("Contact_Sensor", [], IsExact: false),
        ["people"] = new("Occupancy_Count_Sensor", ["occupancy"]),
        ["desks.occupied"] = new("Occupancy_Count_Sensor", ["occupancy"], IsExact: false),
        ["desks.offered"] = new("Point", [], IsExact: false),
        ["device.state"] = new("Status", [], IsExact: false),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // What Haystack calls one phase, by the quantity's stem (phIoT, elec: phasePower, phaseEnergy, … are of elecLine or elecLineToNeutral).
    private static readonly FrozenDictionary<string, string> PhaseOf = new Dictionary<string, string>
    {
        ["power.active"] = "phasePower", ["power.reactive"] = "phasePower", ["power.apparent"] = "phasePower", ["power.factor"] = "phasePf",
        ["energy.active.import"] = "phaseEnergy", ["energy.active.export"] = "phaseEnergy", ["energy.reactive.import"] = "phaseEnergy",
        ["energy.reactive.export"] = "phaseEnergy", ["voltage"] = "phaseVolt", ["voltage.thd"] = "phaseVolt", ["current"] = "lineCurrent",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Canonical unit: QUDT's name and Haystack's symbol.
    private static readonly FrozenDictionary<string, (string Qudt, string? Haystack)> Units = new Dictionary<string, (string, string?)>
    {
        ["W"] = ("W", "W"), ["var"] = ("V-A_Reactive", "VAR"), ["VA"] = ("V-A", "VA"), ["kWh"] = ("KiloW-HR", "kWh"),
        ["kvarh"] = ("KiloV-A_Reactive-HR", "kVARh"), ["V"] = ("V", "V"), ["A"] = ("A", "A"), ["Hz"] = ("HZ", "Hz"), ["ppm"] = ("PPM", "ppm"),
        ["°C"] = ("DEG_C", "°C"), ["%"] = ("PERCENT", "%"), ["hPa"] = ("HectoPA", "hPa"), ["µg/m³"] = ("MicroGM-PER-M3", "µg/m³"), ["lx"] = ("LUX", "lx"),
        ["m³"] = ("M3", "m³"), ["1"] = ("UNITLESS", null),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>A tag with a word beside the markers, for one phase; null for the whole.</summary>
    public KeyValuePair<string, string>? Phase { get; private init; }

    /// <summary>QUDT unit without its namespace.</summary>
    public string Unit { get; private init; } = "UNITLESS";

    /// <summary>Symbol of Haystack's unit database, or null where there is no dimension.</summary>
    public string? Symbol { get; private init; }

    /// <summary>What a quantity means.</summary>
    public static Meaning Of(Quantity quantity)
    {
        var (stem, phase) = Split(quantity.Name);
        var (unit, symbol) = Units.TryGetValue(quantity.Unit, out var known) ? known : ("UNITLESS", null);
        var meaning = Known.TryGetValue(stem, out var found) ? found : new Meaning("Point", [], IsExact: false);
        return meaning with
        {
            Unit = quantity.Name == "humidity" ? "PERCENT_RH" : unit, Symbol = quantity.Name == "humidity" ? "%RH" : symbol,
            Phase = phase is null || !PhaseOf.TryGetValue(stem, out var tag) ? null
                : phase.Contains('-') ? new("lineVolt", phase) : new(tag, tag == "phaseVolt" ? phase + "-N" : phase),
        };
    }

    /// <summary><c>power.active.l1</c> is power.active of L1, <c>voltage.l1-l2</c> voltage of L1-L2.</summary>
    private static (string Stem, string? Phase) Split(string quantity)
    {
        var dot = quantity.LastIndexOf(".l", StringComparison.Ordinal);
        return dot > 0 && dot + 2 < quantity.Length && char.IsAsciiDigit(quantity[dot + 2])
            ? (quantity[..dot], quantity[(dot + 1)..].ToUpperInvariant()) : (quantity, null);
    }
}
