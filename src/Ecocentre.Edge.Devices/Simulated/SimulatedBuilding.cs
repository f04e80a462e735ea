using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A work centre full of simulated meters, all driven by one truth. Any thread.</summary>
public sealed class SimulatedBuilding
{
    // What the meters on the line leave the factory with, but for the SDM120 (2400), which its electrician has set.
    private const int LineBaud = 9600;

    private readonly ImmutableDictionary<string, SimulatedDevice> _devices;

    public SimulatedBuilding(BuildingTruth truth, ImmutableArray<SimulatedBus> buses)
    {
        Truth = truth;
        Buses = buses;
        _devices = buses.SelectMany(b => b.Devices).ToImmutableDictionary(d => d.Name, StringComparer.Ordinal);
    }

    public BuildingTruth Truth { get; }

    public ImmutableArray<SimulatedBus> Buses { get; }

    /// <summary>The building of the demo: the switch cabinet and the roof on Modbus TCP, a serial line through the storey; meters of eight
    /// makers, one SunSpec meter at the photovoltaics, two CO2 sensors.</summary>
    /// <param name="zone">In which people come and go.</param>
    /// <param name="catalogue">Has the models named here; those of <c>config/meters</c> do.</param>
    /// <param name="now">Time of the building; never runs backwards. Energy counts from its value at this call.</param>
    /// <exception cref="ArgumentException">The catalogue lacks a model.</exception>
    public static SimulatedBuilding Default(int seed, TimeZoneInfo zone, MeterCatalogue catalogue, Func<Instant> now)
    {
        var truth = new BuildingTruth(seed, now(), zone);
        return new SimulatedBuilding(truth,
        [
            new SimulatedBus("cabinet", 0,
            [
                Device("main", 1, "siemens-pac3200", "main", null),
                Device("heat-pump", 2, "abb-b23-b24", "heat-pump", null),
                Device("plugs-open-space", 3, "carlo-gavazzi-em340", "plugs-open-space", "open-space"),
                Device("lighting", 4, "schneider-iem3155", "lighting", null),
                Device("plugs-kitchen", 5, "socomec-countis-e23", "plugs-kitchen", "kitchen"),
                Device("ventilation", 6, "janitza-umg96rm", "ventilation", null),
                Device("plugs-quiet-space", 7, "finder-7m38", "plugs-quiet-space", "quiet-space"),
                Device("charger", 8, "eastron-sdm72d-m-v2", "charger", null),
            ], now),
            new SimulatedBus("roof", 0, [Device("pv", 1, "sunspec-meter-int", "pv", null)], now),
            new SimulatedBus("line", LineBaud,
            [
                Device("server", 1, "eastron-sdm120", "server", null),
                Device("plugs-meeting", 2, "eastron-sdm630", "plugs-meeting", "meeting-room"),
                Device("air-quiet-space", 10, "senseair-s8", "quiet-space", "quiet-space"),
                Device("air-meeting-room", 11, "elt-mb-350", "meeting-room", "meeting-room"),
            ], now),
        ]);

        SimulatedDevice Device(string name, byte unit, string model, string subject, string? place)
        {
            if (!catalogue.TryGet(model, out var found))
                throw new ArgumentException($"The simulated building needs the meter model \"{model}\".", nameof(catalogue));
            // Any number but 0 that differs from device to device and follows from the seed.
            var counterSeed = name.Aggregate(seed + 1, (sum, letter) => unchecked(sum * 31 + letter)) | 1;
            return new SimulatedDevice(name, unit, new SimulatedMeter(found, truth, subject, counterSeed), place);
        }
    }

    /// <exception cref="ArgumentException">No such device.</exception>
    public SimulatedDevice Device(string name) =>
        _devices.GetValueOrDefault(name) ?? throw new ArgumentException($"The simulated building has no device \"{name}\".", nameof(name));

    /// <summary>Energy that truly flowed through a meter from one instant to a later one. What its registers gained differs by less than a
    /// step of theirs at each end.</summary>
    /// <exception cref="ArgumentException">No such device, or it stands in a room and not in the wiring.</exception>
    public EnergyFlow TrueEnergyKwh(string device, Instant from, Instant to) => Truth.EnergyKwh(Device(device).Meter.Subject, from, to);
}
