using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SHT30, SHT31 and SHT35: temperature and relative humidity, measured when asked.</summary>
/// <remarks>
/// Source: Sensirion SHT3x-DIS data sheet, chapter 4 (operation and communication); its numbers as ESPHome's sht3xd, dotnet/iot's Sht3x and
/// kotyara12/reSensors agree on them.
/// <code>
/// 2400  measure, high repeatability, no clock stretching   15.5 ms   T = -45 + 175 w/65535 °C, RH = 100 w/65535 %
/// F32D  status                                             -         bit 13 heater on
/// 3041  clear status                                       -
/// 3066  heater off                                         -
/// 3780  serial number                                      -         two words
/// 30A2  soft reset                                         1.5 ms
/// </code>
/// A read before the measurement is done is not acknowledged. The heater is switched off at start, and a reading while it is on is invalid:
/// it warms the chip by some kelvin.
/// </remarks>
internal sealed class Sht3x : Sensor
{
    private const ushort Measure = 0x2400, ReadStatus = 0xF32D, HeaterOff = 0x3066, ReadSerial = 0x3780, Reset = 0x30A2,
        StopPeriodic = 0x3093;

    // Status register, bit 13.
    private const ushort HeaterIsOn = 1 << 13;

    // High repeatability: 15.5 ms at most.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(16);

    // A soft reset takes 1.5 ms at most, and two commands want 1 ms between them.
    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(2);

    private readonly SensirionChip _chip;
    private readonly ushort[] _answer = new ushort[2];

    private Sht3x(SensorSetup setup, SensorWires wires) : base(setup, wires) => _chip = new SensirionChip(new I2cChip(setup, wires));

    internal static ImmutableArray<SensorType> Types { get; } =
        [TypeOf("sht30", "SHT30"), TypeOf("sht31", "SHT31"), TypeOf("sht35", "SHT35")];

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        // Where somebody left it measuring by itself, it takes no reset before the break; else it need not know what to break.
        await _chip.TrySendAsync(StopPeriodic, ShortTime, cancellation);
        await _chip.SendAsync(Reset, ShortTime, cancellation);
        await _chip.SendAsync(HeaterOff, ShortTime, cancellation);
        var hasSerial = await _chip.TryAskAsync(ReadSerial, ShortTime, _answer, cancellation);
        return new SensorSelf(Setup.Type.Title) { Serial = hasSerial ? $"{_answer[0]:X4}{_answer[1]:X4}" : null };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        await _chip.AskAsync(Measure, MeasureTime, _answer, cancellation);
        values.Set("temperature", -45 + 175 * _answer[0] / 65535.0 - (Options.TemperatureOffset ?? 0));
        values.Set("humidity", 100 * _answer[1] / 65535.0);
        var status = await _chip.AskWordAsync(ReadStatus, ShortTime, cancellation);
        if ((status & HeaterIsOn) == 0) return true;
        values.Complaint = "its heater is on, though nobody here switched it on.";
        values.Doubt("temperature", Readings.Quality.Invalid);
        values.Doubt("humidity", Readings.Quality.Invalid);
        // The next start switches it off.
        Forget();
        return true;
    }

    private static SensorType TypeOf(string word, string title) => new(word, $"Sensirion {title}", SensorWire.I2c,
        [new("temperature", -40, 125), new("humidity", 0, 100)])
    {
        Addresses = [0x44, 0x45],
        PeriodMin = TimeSpan.FromSeconds(1),
        Make = (setup, wires) => new Sht3x(setup, wires),
    };
}
