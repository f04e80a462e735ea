using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SPS30: particles, measured by itself every second.</summary>
/// <remarks>
/// Source: Sensirion SPS30 data sheet version 1.0 (March 2020), chapters 4 and 6; numbers as in Sensirion's own driver embedded-sps,
/// sps30.c at 131df91b.
/// <code>
/// 0010 start 0300 (floats)  20 ms     0104 stop   20 ms     1103 wake up (twice: the first is not acknowledged)   5 ms
/// 0202 data ready (1)       -         0300 read   -         mass up to 1, 2.5, 4, 10 µm, number up to 0.5, 1, 2.5, 4, 10 µm, typical size:
///                                                           ten floats of two words each, the upper first; µg/m³, 1/cm³, µm
/// D206 status               -         since firmware 2.2: bit 21 fan speed, 5 laser, 4 fan         D210 clear it   5 ms
/// D033 serial number        -         text of 16 words      D100 firmware   -   major and minor in one word
/// </code>
/// Once a week its fan cleans itself for ten seconds without data. Numbers and sizes of particles are not read.
/// </remarks>
internal sealed class Sps30 : Sensor
{
    private const ushort Start = 0x0010, Floats = 0x0300, Stop = 0x0104, WakeUp = 0x1103, ReadReady = 0x0202, ReadValues = 0x0300,
        ReadSerial = 0xD033, ReadFirmware = 0xD100;

    // Chapter 6: execution times; where none is printed the driver waits 10 ms at most.
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(20), WakeTime = TimeSpan.FromMilliseconds(5),
        ShortTime = TimeSpan.FromMilliseconds(5);

    private static readonly ImmutableArray<string> Particles = ["pm.1", "pm.2-5", "pm.4", "pm.10"];

    /// <summary>The device status register.</summary>
    private static readonly ImmutableArray<ChipFlag> Flags =
    [
        new(4, "Its fan stands still: blocked or broken.", Particles, []),
        new(5, "Its laser has failed.", Particles, []),
        new(21, "Its fan runs too fast or too slowly.", [], Particles),
    ];

    private readonly SensirionChip _chip;
    private readonly ChipStatus _status;
    private readonly ushort[] _answer = new ushort[20];
    private bool _hasStatus;

    private Sps30(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new SensirionChip(new I2cChip(setup, wires));
        _status = new ChipStatus(_chip, Flags, ShortTime, wires.Time);
    }

    internal static SensorType Type { get; } = new("sps30", "Sensirion SPS30", SensorWire.I2c, SensirionNumber.ParticleQuantities)
    {
        Addresses = [0x69],
        PeriodMin = TimeSpan.FromSeconds(1),
        Make = (setup, wires) => new Sps30(setup, wires),
    };

    // Cleaning takes ten seconds (chapter 4): nothing new for twice this is no longer that.
    private protected override TimeSpan Interval => TimeSpan.FromSeconds(6);

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        await _chip.TrySendAsync(WakeUp, WakeTime, cancellation);
        await _chip.TrySendAsync(WakeUp, WakeTime, cancellation);
        // One that does not measure need not take it.
        await _chip.TrySendAsync(Stop, StartTime, cancellation);
        var firmware = await _chip.AskWordAsync(ReadFirmware, ShortTime, cancellation);
        var serial = await _chip.TryAskTextAsync(ReadSerial, ShortTime, 16, cancellation);
        // Chapter 4: firmware 2.2 brought the status.
        _hasStatus = firmware >= 0x0202;
        if (_hasStatus) await _status.ClearAsync(cancellation);
        await _chip.SendAsync(Start, StartTime, cancellation, Floats);
        return new SensorSelf(Setup.Type.Title) { Serial = serial, Firmware = $"{firmware >> 8}.{firmware & 0xFF}" };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        if (await _chip.AskWordAsync(ReadReady, ShortTime, cancellation) != 1) return false;
        await _chip.AskAsync(ReadValues, ShortTime, _answer, cancellation);
        for (var i = 0; i < Particles.Length; i++)
            values.Set(Particles[i], BitConverter.UInt32BitsToSingle((uint)_answer[2 * i] << 16 | _answer[2 * i + 1]));
        if (_hasStatus) await _status.JudgeAsync(values, cancellation);
        return true;
    }
}
