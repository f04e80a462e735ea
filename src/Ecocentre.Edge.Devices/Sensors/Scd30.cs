namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SCD30: CO2, temperature and relative humidity, measured by itself every two seconds.</summary>
/// <remarks>
/// Source: Sensirion SCD30 interface description version 1.0 (May 2020), section 1.4; numbers as in Sensirion's own driver
/// embedded-i2c-scd30, scd30_i2c.h at ec809101.
/// <code>
/// 0010 start, with hPa (0: by altitude); again with another hPa while measuring     0104 stop
/// 0202 data ready (1)      0300 read: CO2 ppm, T °C, RH %, each a float of two words, the upper first
/// 4600 interval in s, 2 to 1800, stored          5306 self-calibration, 0 or 1, stored; off by default
/// 5102 altitude in m, stored                     5403 temperature offset in 0.01 K, stored
/// 5204 forced recalibration, 400 to 2000 ppm, stored
/// D100 firmware, major and minor in one word     D033 serial number as text
/// </code>
/// 3 ms at least between a command and its read. It holds the clock for up to 30 ms, and 150 ms once a day: run the bus at 50 kHz at most.
/// Self-calibration needs an hour of fresh air each day.
/// </remarks>
internal sealed class Scd30 : Sensor
{
    private const ushort Start = 0x0010, ReadReady = 0x0202, ReadMeasurement = 0x0300, IntervalSeconds = 0x4600,
        SelfCalibration = 0x5306, Altitude = 0x5102, Offset = 0x5403, Recalibrate = 0x5204, ReadFirmware = 0xD100, ReadSerial = 0xD033;

    // Section 1.4: more than 3 ms between a command and its read; storing is not timed, and ESPHome waits 30 ms.
    private static readonly TimeSpan ReadTime = TimeSpan.FromMilliseconds(4), StoreTime = TimeSpan.FromMilliseconds(30);

    // The shortest it knows, its default, and the one that a recalibration wants.
    private const ushort UsualInterval = 2;

    private readonly SensirionChip _chip;
    private readonly PressureCompensation _compensation;
    private readonly ushort[] _answer = new ushort[6];

    private Scd30(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new SensirionChip(new I2cChip(setup, wires));
        _compensation = new PressureCompensation(Options.AltitudeMetres);
    }

    internal static SensorType Type { get; } = new("scd30", "Sensirion SCD30", SensorWire.I2c,
    [
        // Data sheet version 1.0 (May 2020), chapter 1: ranges, and 20 s until 63 % of a step are shown.
        new("co2", 0, 40_000) { WarmUp = TimeSpan.FromSeconds(20) }, new("temperature", -40, 70), new("humidity", 0, 100),
    ])
    {
        Addresses = [0x61],
        PeriodMin = TimeSpan.FromSeconds(2),
        CalibrationPpm = (400, 2000),
        HasSelfCalibration = true,
        Make = (setup, wires) => new Scd30(setup, wires),
    };

    public override Task<CalibrationResult> CalibrateAsync(double targetPpm, IProgress<string> progress, CancellationToken cancellation) =>
        new ForcedRecalibration
        {
            Name = Name, Time = Wires.Time, Progress = progress, Bounds = Setup.Type.CalibrationPpm!.Value, Interval = Interval,
            Start = RestartAsync, Measure = c => MeasureAsync("co2", c), Tell = TellAsync,
        }.RunAsync(targetPpm, cancellation);

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        var firmware = await _chip.AskWordAsync(ReadFirmware, ReadTime, cancellation);
        var serial = await _chip.TryAskTextAsync(ReadSerial, ReadTime, 16, cancellation);
        var settings = new SensirionSettings(_chip, StoreTime);
        await settings.SettleAsync("interval", IntervalSeconds, IntervalSeconds, UsualInterval, cancellation);
        var declared = Options.Instrument?.SelfCalibration;
        var self = await settings.SettleAsync("self-calibration", SelfCalibration, SelfCalibration,
            declared is { } on ? (ushort)(on ? 1 : 0) : null, cancellation);
        var altitude = await settings.SettleAsync("altitude", Altitude, Altitude,
            Options.AltitudeMetres is { } metres ? (ushort)Math.Round(Math.Clamp(metres, 0, ushort.MaxValue)) : null, cancellation);
        var offset = await settings.SettleAsync("temperature offset", Offset, Offset,
            Options.TemperatureOffset is { } kelvin ? (ushort)Math.Round(Math.Clamp(kelvin, 0, 100) * 100) : null, cancellation);
        _compensation.Forget();
        await _chip.SendAsync(Start, ReadTime, cancellation, 0);
        return new SensorSelf(Setup.Type.Title)
        {
            Serial = serial, Firmware = $"{firmware >> 8}.{firmware & 0xFF}", SelfCalibration = self != 0, AltitudeMetres = altitude,
            TemperatureOffset = offset / 100.0, Differences = settings.Differences,
        };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        if (await _chip.AskWordAsync(ReadReady, ReadTime, cancellation) != 1) return false;
        await _chip.AskAsync(ReadMeasurement, ReadTime, _answer, cancellation);
        // The first measurement after power-on may show zero, which no air has.
        var co2 = Float(0);
        values.Set("co2", co2 > 0 ? co2 : double.NaN);
        values.Set("temperature", Float(2));
        values.Set("humidity", Float(4));
        if (_compensation.Next(PressureHectopascals) is { } pressure)
        {
            await _chip.SendAsync(Start, ReadTime, cancellation, pressure);
            _compensation.Told(pressure);
        }
        return true;
    }

    private async ValueTask<double?> TellAsync(ushort ppm, CancellationToken cancellation)
    {
        await _chip.SendAsync(Recalibrate, StoreTime, cancellation, ppm);
        return await _chip.AskWordAsync(Recalibrate, ReadTime, cancellation) == ppm ? double.NaN : null;
    }

    private double Float(int word) => BitConverter.UInt32BitsToSingle((uint)_answer[word] << 16 | _answer[word + 1]);
}
