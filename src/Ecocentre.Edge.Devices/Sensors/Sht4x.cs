using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SHT40, SHT41 and SHT45: temperature and relative humidity, measured when asked.</summary>
/// <remarks>
/// Source: Sensirion SHT4x data sheet, chapters 3 (timing) and 4 (commands, conversion); its numbers as in Sensirion's own driver
/// embedded-i2c-sht4x, sht4x_i2c.h at 20033156.
/// <code>
/// FD  measure, high repeatability   8.3 ms   T = -45 + 175 w/65535 °C, RH = -6 + 125 w/65535 %, cut to 0 to 100
/// 89  serial number                 1 ms     two words
/// 94  soft reset                    1 ms
/// </code>
/// Its commands have one byte, its words the family's checksum. A read before the measurement is done is not acknowledged. It cannot tell
/// its variant nor its firmware. The heater is never switched on.
/// </remarks>
internal sealed class Sht4x : Sensor
{
    private const byte Measure = 0xFD, ReadSerial = 0x89, Reset = 0x94;

    // High repeatability: 8.3 ms at most; ESPHome and Sensirion's driver take 10 ms.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(10);

    // Reset and serial number: 1 ms; twice that costs nothing.
    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(2);

    // Not ready after all: asked this often again, one more measuring time apart.
    private const int ReadsMax = 3;

    private readonly I2cChip _chip;
    private readonly SensirionChip _words;
    private readonly byte[] _bytes = new byte[6];
    private readonly ushort[] _answer = new ushort[2];

    private Sht4x(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new I2cChip(setup, wires);
        _words = new SensirionChip(_chip);
    }

    internal static ImmutableArray<SensorType> Types { get; } =
        [TypeOf("sht40", "SHT40"), TypeOf("sht41", "SHT41"), TypeOf("sht45", "SHT45")];

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        _chip.Write([Reset]);
        await _chip.WaitAsync(ShortTime, cancellation);
        _chip.Write([ReadSerial]);
        await _chip.WaitAsync(ShortTime, cancellation);
        _chip.Read(_bytes);
        _words.Decode(_bytes, _answer);
        return new SensorSelf(Setup.Type.Title) { Serial = $"{_answer[0]:X4}{_answer[1]:X4}" };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        _chip.Write([Measure]);
        for (var read = 1; ; read++)
        {
            await _chip.WaitAsync(MeasureTime, cancellation);
            if (read == ReadsMax) _chip.Read(_bytes);
            else if (!_chip.TryRead(_bytes)) continue;
            break;
        }
        _words.Decode(_bytes, _answer);
        values.Set("temperature", -45 + 175 * _answer[0] / 65535.0 - (Options.TemperatureOffset ?? 0));
        values.Set("humidity", Math.Clamp(-6 + 125 * _answer[1] / 65535.0, 0, 100));
        return true;
    }

    private static SensorType TypeOf(string word, string title) => new(word, $"Sensirion {title}", SensorWire.I2c,
        [new("temperature", -40, 125), new("humidity", 0, 100)])
    {
        Addresses = [0x44, 0x45, 0x46],
        PeriodMin = TimeSpan.FromSeconds(1),
        Make = (setup, wires) => new Sht4x(setup, wires),
    };
}
