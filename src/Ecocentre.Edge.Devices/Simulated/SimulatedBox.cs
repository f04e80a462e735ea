using System.Collections.Immutable;
using Ecocentre.Edge.Devices.I2c;
using Ecocentre.Edge.Devices.Simulated.Chips;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>A chip that measures the air of a place, on the simulated I2C bus.</summary>
/// <param name="Type">The word by which a site file names its type.</param>
/// <param name="Branch">The multiplexer's branch it sits behind, or null.</param>
/// <param name="Place">One of <see cref="BuildingTruth.Places"/>.</param>
/// <param name="Accuracy">Of its data sheet.</param>
public sealed record SimulatedSensor(
    string Name, string Type, byte Address, MuxBranch? Branch, string Place, AirAccuracy Accuracy, SimulatedChip Chip)
{
    /// <summary>The number that the chip tells, as its driver writes it; null where it has none to tell.</summary>
    public string? Serial => Chip switch
    {
        SimulatedScd4x chip => $"{chip.Serial:X12}",
        SimulatedScd30 chip => chip.Serial,
        SimulatedSen66 chip => chip.Serial,
        SimulatedSps30 chip => chip.Serial,
        SimulatedSht4x chip => $"{chip.Serial:X8}",
        SimulatedSht3x chip => $"{chip.Serial:X8}",
        _ => null,
    };
}

/// <summary>What hangs on one input of the simulated GPIO chip.</summary>
/// <param name="Desk">Number of the desk that it watches, or null.</param>
/// <param name="Worth">What a pulse is worth; null for what is no pulse.</param>
public sealed record SimulatedInput(string Name, int Offset, BuildingLine Line, bool IsActiveLow, int? Desk = null, PulseWorth? Worth = null);

/// <summary>What a pulse stands for.</summary>
/// <param name="Quantity">A counter's name.</param>
/// <param name="PerPulse">In its canonical unit.</param>
/// <param name="Register">What the meter's own register showed when the truth began.</param>
public sealed record PulseWorth(string Quantity, double PerPulse, double Register);

/// <summary>The gateway's own small wires in the simulated building: an I2C bus with sensors in each room, on the roof and a barometer, all behind a
/// multiplexer; and a GPIO chip with a presence sensor at each desk, the water meter's pulses and an S0 meter's.</summary>
public sealed class SimulatedBox
{
    /// <summary>Where the bus and the chip stand in a site file.</summary>
    public const string I2cPath = "simulated:i2c", GpioPath = "simulated:gpio";

    /// <summary>The sensor that tells the pressure of the air, for those that compensate for it.</summary>
    public const string Barometer = "barometer";

    private const byte MuxAddress = 0x70;

    // Any number of 48 bits; each chip has its own.
    private const ulong FirstScd4x = 0xF896_31AF_0D00;

    // The size of the chip on a Raspberry Pi is 54; of the larger expanders 64.
    private const int InputsMax = 64;

    // Those in the focus room and the open space move in front of a PIR; in the quiet space radars look.
    private static readonly TimeSpan StillMax = TimeSpan.FromSeconds(90);

    // Long, because a building that lives sixty times as fast has real timers.
    private static readonly TimeSpan PulseLength = TimeSpan.FromSeconds(2);

    private readonly LinePlayer _player;

    /// <param name="time">Of the building.</param>
    /// <param name="now">The building's clock, running with <paramref name="time"/>.</param>
    public SimulatedBox(BuildingTruth truth, TimeProvider time, Func<Instant> now)
    {
        Truth = truth;
        Sensors = [.. Chips(truth, time, now)];
        I2c = new SimulatedI2cPort(I2cPath);
        foreach (var sensor in Sensors) I2c.Attach(sensor.Address, sensor.Chip, sensor.Branch);
        Inputs = [.. Lines(truth)];
        Gpio = new SimulatedGpioChip(GpioPath, InputsMax, time);
        _player = new LinePlayer(Gpio, [.. Inputs.Select(i => new PlayedLine(i.Offset, i.Line, i.IsActiveLow))], time, now);
    }

    public BuildingTruth Truth { get; }

    public SimulatedI2cPort I2c { get; }

    public SimulatedGpioChip Gpio { get; }

    public ImmutableArray<SimulatedSensor> Sensors { get; }

    public ImmutableArray<SimulatedInput> Inputs { get; }

    /// <summary>How long nobody must be seen at a desk before it is free: longer than its sensor loses who is still there.</summary>
    public static TimeSpan HoldOf(SimulatedInput input) => input.Line is DeskPir pir ? pir.UnseenMax + TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(60);

    /// <summary>Drives the inputs until cancelled. The levels of now are there before it first awaits.</summary>
    public Task PlayAsync(CancellationToken cancellation) => _player.RunAsync(cancellation);

    private static IEnumerable<SimulatedSensor> Chips(BuildingTruth truth, TimeProvider time, Func<Instant> now)
    {
        yield return Sensor("air-open-space", "sen66", 0x6B, 0, "open-space", AirAccuracy.Sen66, air => new SimulatedSen66(air, time));
        yield return Sensor("air-quiet", "scd30", 0x61, 1, "quiet-space", AirAccuracy.Scd30, air => new SimulatedScd30(air, time));
        yield return Scd4x("air-focus-room", 2, "focus-room");
        yield return Scd4x("air-meeting", 3, "meeting-room");
        yield return Scd4x("air-video-room", 4, "video-room");
        yield return Scd4x("air-kitchen", 5, "kitchen");
        yield return Sensor("dust-kitchen", "sps30", 0x69, 5, "kitchen", AirAccuracy.None, air => new SimulatedSps30(air, time));
        yield return Scd4x("roof-air", 6, BuildingPlan.Outdoor);
        yield return Sensor("roof-warmth", "sht40", 0x44, 6, BuildingPlan.Outdoor, AirAccuracy.Sht4x, air => new SimulatedSht4x(air, time));
        yield return Sensor("light-open-space", "bh1750", 0x23, 7, "open-space", AirAccuracy.None, air => new SimulatedBh1750(air, time));
        yield return Sensor("warmth-open-space", "sht31", 0x44, 7, "open-space", AirAccuracy.Sht3x, air => new SimulatedSht3x(air, time));
        yield return Sensor(Barometer, "bme280", 0x76, 7, "open-space", AirAccuracy.Bme280, air => new SimulatedBme280(air, time));

        SimulatedSensor Scd4x(string name, int channel, string place) =>
            Sensor(name, "scd41", 0x62, channel, place, AirAccuracy.Scd4x, air =>
                new SimulatedScd4x(air, time) { Serial = FirstScd4x + (ulong)channel });

        SimulatedSensor Sensor(string name, string type, byte address, int channel, string place, AirAccuracy accuracy,
            Func<Func<SimulatedAir>, SimulatedChip> make)
        {
            // Any number that differs from sensor to sensor and follows from the seed.
            var air = new SensorAir(truth, place, accuracy, name.Aggregate(truth.Seed, (sum, letter) => unchecked(sum * 31 + letter)));
            return new SimulatedSensor(name, type, address, new MuxBranch(MuxAddress, channel), place, accuracy, make(() => air.At(now())));
        }
    }

    private static IEnumerable<SimulatedInput> Lines(BuildingTruth truth)
    {
        for (var desk = 0; desk < BuildingPlan.Desks.Length; desk++)
        {
            var (id, isQuiet) = (BuildingPlan.Desks[desk].Id, BuildingPlan.RoomOfDesk[desk] == BuildingPlan.QuietSpace);
            yield return isQuiet
                ? new SimulatedInput($"radar-{id}", desk, new DeskContact(truth, desk), IsActiveLow: false, desk)
                : new SimulatedInput($"pir-{id}", desk, new DeskPir(truth, desk, StillMax), IsActiveLow: true, desk);
        }
        var next = BuildingPlan.Desks.Length;
        yield return new SimulatedInput("water", next, PulseLine.Water(truth, 1), IsActiveLow: true, Worth: new("water", 0.001, 1843.2));
        yield return new SimulatedInput("water-heater", next + 1, PulseLine.Energy(truth, "water-heater", 100, PulseLength), IsActiveLow: true,
            Worth: new("energy.active.import", 0.01, 5120));
    }
}
