using System.Buffers.Binary;
using System.Collections.Immutable;
using Ecocentre.Edge.Readings;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>BH1750FVI: illuminance, measured when asked.</summary>
/// <remarks> Source: ROHM BH1750FVI technical note, 2011.11 revision D: instruction set on page 5, measurement procedure and worked example
/// (0x8390 is 28067 lx) on page 7, measurement time on page 11.
/// <code>
/// 01  power on      07  reset of the data      20  once, 1 lx, 180 ms at most; it powers down afterwards
/// 01000 MMM, 011 MMMMM  measurement time, 31 to 254, 69 after power-on
/// lx = counts / 1.2 x 69 / measurement time
/// </code>
/// All bits up means more light than it can count: the time is then cut to 31, which reaches 121,557 lx, and told as questionable when that
/// is not enough either. It has no identity, no checksum and nothing to read back: that an address answers is all one learns of it. A blind
/// chip reads 0.
/// </remarks>
internal sealed class Bh1750 : Sensor
{
    private const byte PowerOn = 0x01, MeasureOnce = 0x20;

    // Page 11: 69 is the usual time, 31 the shortest and therefore for the brightest light.
    private const int TimeUsual = 69, TimeShortest = 31;

    private const ushort Saturated = 0xFFFF;

    // Under this many counts at the shortest time the usual one has room again: 69/31 of them would fill 80 % of the range.
    private const int RoomAgain = 23_500;

    // Page 2: typical 120 ms, at most 180 ms, at the usual time; it grows in proportion, and shorter is not promised.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(180);

    private const int ReadsMax = 3;

    private readonly I2cChip _chip;
    private readonly byte[] _bytes = new byte[2];
    private int _measurementTime = TimeUsual;

    private Bh1750(SensorSetup setup, SensorWires wires) : base(setup, wires) => _chip = new I2cChip(setup, wires);

    internal static ImmutableArray<SensorType> Types { get; } =
    [
        new("bh1750", "ROHM BH1750", SensorWire.I2c, [new("illuminance", 0, 121_557)])
        {
            Addresses = [0x23, 0x5C],
            PeriodMin = TimeSpan.FromSeconds(1),
            Make = (setup, wires) => new Bh1750(setup, wires),
        },
    ];

    /// <summary>lx.</summary>
    internal static double Illuminance(ushort counts, int measurementTime) => counts / 1.2 * TimeUsual / measurementTime;

    private protected override ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        SetTime(TimeUsual);
        return ValueTask.FromResult(new SensorSelf(Setup.Type.Title));
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        var counts = await CountAsync(cancellation);
        if (counts == Saturated && _measurementTime != TimeShortest)
        {
            SetTime(TimeShortest);
            counts = await CountAsync(cancellation);
        }
        values.Set("illuminance", Illuminance(counts, _measurementTime), counts == Saturated ? Quality.Questionable : Quality.Good);
        if (_measurementTime == TimeShortest && counts < RoomAgain) SetTime(TimeUsual);
        return true;
    }

    private async ValueTask<ushort> CountAsync(CancellationToken cancellation)
    {
        // The time is told again with each measurement: there is no way to see that a chip lost its power and its settings.
        SetTime(_measurementTime);
        _chip.Write([MeasureOnce]);
        await _chip.WaitAsync(MeasureTime, cancellation);
        // What was measured once stands until it is measured again: read twice, a bit that turned on the wire is seen.
        _chip.Read(_bytes);
        for (var read = 0; ; read++)
        {
            var counts = BinaryPrimitives.ReadUInt16BigEndian(_bytes);
            _chip.Read(_bytes);
            if (BinaryPrimitives.ReadUInt16BigEndian(_bytes) == counts) return counts;
            if (read == ReadsMax) throw _chip.Garbled("its counts never read the same twice.");
        }
    }

    private void SetTime(int measurementTime)
    {
        _chip.Write([PowerOn]);
        _chip.Write([(byte)(0x40 | measurementTime >> 5)]);
        _chip.Write([(byte)(0x60 | measurementTime & 0x1F)]);
        _measurementTime = measurementTime;
    }
}
