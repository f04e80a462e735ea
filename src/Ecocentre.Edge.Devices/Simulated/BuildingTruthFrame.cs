using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What is true in the simulated building at one instant.</summary>
/// <remarks>The truth that gave it does the work when asked; any thread.</remarks>
public sealed class BuildingTruthFrame
{
    private const double DeciPerOne = 10;
    private static readonly double SquareRootOfThree = Math.Sqrt(3);

    private readonly int _seed;
    private readonly long _second;
    private readonly long _minute;
    private readonly BuildingTruthLedger _ledger;
    private readonly BuildingTruthClimate _climate;
    private readonly Lock _gate;

    // Worked out when somebody asks for something electric: who asks for air need not wait for it.
    private (long[] Energy, int[] Power)? _electric;

    /// <param name="gate">The lock of ledger and climate.</param>
    internal BuildingTruthFrame(int seed, Instant at, BuildingTruthLedger ledger, BuildingTruthClimate climate, Lock gate)
    {
        _seed = seed;
        At = at;
        (_second, _minute) = (at.UnixMilliseconds / 1000, at.UnixMilliseconds / 60_000);
        (_ledger, _climate, _gate) = (ledger, climate, gate);
    }

    public Instant At { get; }

    /// <summary>What an ideal meter or sensor on a load or in a room would show, in the quantity's canonical unit; counters count from the
    /// start of the truth.</summary>
    /// <param name="subject">One of <see cref="BuildingTruth.Loads"/> or <see cref="BuildingTruth.Places"/>.</param>
    /// <param name="quantity">A name of <see cref="Plant.Quantity"/>.</param>
    /// <returns>NaN when the subject has no such quantity, or when there is no such subject.</returns>
    public double Value(string subject, string quantity)
    {
        if (BuildingTruth.Places.Contains(subject))
            lock (_gate) return Air(subject, quantity);
        var load = BuildingTruth.Loads.IndexOf(subject);
        return load < 0 ? double.NaN : Electric(load, quantity);
    }

    /// <summary>Energy counted since the start, in 0.1 W x 1 ms.</summary>
    internal (long Import, long Export) Units(int load) =>
        (Electricity.Energy[load * BuildingTruthLedger.EnergySlots], Electricity.Energy[load * BuildingTruthLedger.EnergySlots + 1]);

    private (long[] Energy, int[] Power) Electricity
    {
        get
        {
            lock (_gate) return _electric ??= _ledger.At(At);
        }
    }

    private double Air(string place, string quantity)
    {
        var room = BuildingPlan.RoomOf(place);
        var at = At.UnixMilliseconds;
        // One draw for a measured minute is enough for what needs no balance.
        var minute = at / 60_000;
        var air = room < 0 ? _climate.Outdoor(at) : _climate.Air(room, at);
        return quantity switch
        {
            "co2" => air.Co2,
            "temperature" => air.Temperature,
            "humidity" => air.Humidity,
            "pressure" => _climate.Weather.Pressure(minute),
            "voc" => Math.Clamp((air.Co2 - 380) / 30, 0, 100),
            "voc.index" => air.VocIndex,
            "nox.index" => 1 + BuildingTruthNoise.Smooth(_seed, 230, minute / 140.0),
            // How fine dust of towns and rooms is spread over the sizes, about.
            "pm.1" => 0.68 * air.Dust,
            "pm.2-5" => air.Dust,
            "pm.4" => 1.12 * air.Dust,
            "pm.10" => 1.25 * air.Dust,
            "illuminance" => Light(room, minute),
            // No fault.
            "device.state" => 0,
            _ => double.NaN,
        };
    }

    private double Light(int room, long minute)
    {
        // Full sun gives 90,000 lx outside; of it a window a third as deep into the room as it is high leaves some hundredths.
        const double SunLux = 90_000, LampLux = 430;
        var sun = _climate.Weather.Sun(minute);
        if (room < 0) return SunLux * sun;
        var daylight = SunLux * sun * 0.09 * BuildingPlan.Rooms[room].Facade;
        var isLit = _climate.People.People(room, minute) > 0.05;
        return daylight + (isLit ? LampLux * Math.Clamp(1.05 - 1.4 * sun, 0.25, 1) : 0);
    }

    private double Electric(int load, string quantity)
    {
        var phase = quantity.EndsWith(".l1", StringComparison.Ordinal) ? 0
            : quantity.EndsWith(".l2", StringComparison.Ordinal) ? 1
            : quantity.EndsWith(".l3", StringComparison.Ordinal) ? 2 : -1;
        return (phase < 0 ? quantity : quantity[..^3]) switch
        {
            "power.active" => phase < 0 ? Active(load) : Active(load, phase),
            "power.reactive" => phase < 0 ? Reactive(load) : Reactive(load, phase),
            "power.apparent" when phase < 0 => double.Hypot(Active(load), Reactive(load)),
            "power.apparent" => double.Hypot(Active(load, phase), Reactive(load, phase)),
            "power.factor" => phase < 0 ? Factor(Active(load), Reactive(load)) : Factor(Active(load, phase), Reactive(load, phase)),
            "voltage" when phase >= 0 => Voltage(phase),
            "voltage.thd" when phase >= 0 =>
                1.4 + 0.25 * phase + 0.6 * BuildingTruthNoise.Smooth(_seed, 210 + phase, _minute / 35.0),
            "voltage.average" => (Voltage(0) + Voltage(1) + Voltage(2)) / 3,
            "voltage.l1-l2" => (Voltage(0) + Voltage(1)) / 2 * SquareRootOfThree,
            "voltage.l2-l3" => (Voltage(1) + Voltage(2)) / 2 * SquareRootOfThree,
            "voltage.l3-l1" => (Voltage(2) + Voltage(0)) / 2 * SquareRootOfThree,
            "current" when phase >= 0 => Current(load, phase),
            "current.sum" => Current(load, 0) + Current(load, 1) + Current(load, 2),
            "current.average" => (Current(load, 0) + Current(load, 1) + Current(load, 2)) / 3,
            "current.neutral" => Math.Max(Current(load, 0), Math.Max(Current(load, 1), Current(load, 2)))
                - Math.Min(Current(load, 0), Math.Min(Current(load, 1), Current(load, 2))),
            "frequency" => 50 + 0.03 * BuildingTruthNoise.Swing(_seed, 205, _second / 13.0),
            "energy.active.import" => Kwh(load, phase < 0 ? 0 : 2 + 2 * phase),
            "energy.active.export" => Kwh(load, phase < 0 ? 1 : 3 + 2 * phase),
            "energy.active.total" => Kwh(load, 0) + Kwh(load, 1),
            "energy.reactive.import" => phase < 0 ? Kwh(load, 8) : Kwh(load, 8) / 3,
            // All loads are inductive.
            "energy.reactive.export" => 0,
            _ => double.NaN,
        };
    }

    private static double Factor(double active, double reactive) =>
        active == 0 && reactive == 0 ? 1 : active / double.Hypot(active, reactive);

    private double Kwh(int load, int slot) => Electricity.Energy[load * BuildingTruthLedger.EnergySlots + slot] / BuildingTruthLedger.UnitsPerKwh;

    private double Active(int load) => Active(load, 0) + Active(load, 1) + Active(load, 2);

    private double Active(int load, int phase) => Electricity.Power[load * BuildingTruthLedger.PowerSlots + phase] / DeciPerOne;

    private double Reactive(int load) => Electricity.Power[load * BuildingTruthLedger.PowerSlots + 3] / DeciPerOne;

    private double Reactive(int load, int phase)
    {
        // Spread as the active power is; where all phases cancel out, evenly.
        var all = Math.Abs(Active(load, 0)) + Math.Abs(Active(load, 1)) + Math.Abs(Active(load, 2));
        return all == 0 ? Reactive(load) / 3 : Reactive(load) * Math.Abs(Active(load, phase)) / all;
    }

    private double Current(int load, int phase) => double.Hypot(Active(load, phase), Reactive(load, phase)) / Voltage(phase);

    private double Voltage(int phase) =>
        231.2 - 0.7 * phase + 2.2 * BuildingTruthNoise.Swing(_seed, 200 + phase, _minute / 26.0)
            + 0.25 * (2 * BuildingTruthNoise.Uniform(_seed, 220 + phase, _second) - 1);
}
