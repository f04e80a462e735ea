using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SEN66: particles, temperature, relative humidity, VOC index, NOx index and CO2, measured by itself every second (CO2 every
/// five).</summary>
/// <remarks>
/// Source: Sensirion SEN6x data sheet, device status and command chapters; its numbers as in Sensirion's own driver embedded-i2c-sen66,
/// sen66_i2c.h at d204f3f0 (model 1.6.0).
/// <code>
/// 0021 start    50 ms      0104 stop   1000 ms     0202 data ready   20 ms    low byte 1
/// 0300 read     20 ms      as SEN5x 03C4, then CO2: u16 ppm, FFFF: unknown, as in the first five seconds
/// D206 status   20 ms      D210 read and clear it   20 ms
/// 60B2 temperature offset  20 ms      i16/200 K added, i16/10000 slope, u16 s, slot 0 to 4; cannot be read back
/// 6181 VOC state           20 ms      8 bytes; kept over a stop, lost at power-off
/// 6707 forced recalibration 500 ms    6711 self-calibration 20 ms     6720 ambient pressure 20 ms, hPa    6736 altitude 20 ms, m
/// D014 product name, D033 serial number  20 ms  text of 16 words      D100 version  20 ms  since firmware 3
/// </code>
/// It forgets every setting at power-off, so they are set at each start; nothing wears by that. Its own self-calibration is on after
/// power-on. It is never stopped but to be started; see <see cref="Sen5x"/>.
/// </remarks>
internal sealed class Sen66 : Sensor
{
    private const ushort Start = 0x0021, Stop = 0x0104, ReadReady = 0x0202, ReadValues = 0x0300,
        TemperatureOffset = 0x60B2, VocState = 0x6181, Recalibrate = 0x6707, SelfCalibration = 0x6711, Pressure = 0x6720, Altitude = 0x6736,
        ReadName = 0xD014, ReadSerial = 0xD033, ReadVersion = 0xD100;

    // The maximum of each command.
    private static readonly TimeSpan StartTime = TimeSpan.FromMilliseconds(50), StopTime = TimeSpan.FromMilliseconds(1000),
        ShortTime = TimeSpan.FromMilliseconds(20), RecalibrateTime = TimeSpan.FromMilliseconds(500);

    // The cell inside is that of the SCD4x.
    private static readonly TimeSpan Co2Interval = TimeSpan.FromSeconds(5);

    private const double AltitudeMax = 3000;

    private static readonly ImmutableArray<string> Particles = ["pm.1", "pm.2-5", "pm.4", "pm.10"], Climate = ["temperature", "humidity"],
        Gases = ["voc.index", "nox.index"];

    /// <summary>The device status register.</summary>
    private static readonly ImmutableArray<ChipFlag> Flags =
    [
        new(4, "Its fan stands still: blocked or broken.", Particles, [.. Climate, .. Gases, "co2"]),
        new(6, "Its temperature and humidity cell does not answer.", Climate, [.. Gases, "co2"]),
        new(7, "Its gas cell has failed.", Gases, Climate),
        new(9, "Its CO2 cell has failed.", ["co2"], Climate),
        new(11, "Its particle cell has failed.", Particles, []),
        new(21, "Its fan runs too fast or too slowly.", [], Particles),
    ];

    private readonly SensirionChip _chip;
    private readonly VocMemory _voc;
    private readonly ChipStatus _status;
    private readonly PressureCompensation _compensation;
    private readonly ushort[] _answer = new ushort[9];

    private Sen66(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new SensirionChip(new I2cChip(setup, wires));
        _voc = new VocMemory(wires.Time);
        _compensation = new PressureCompensation(Options.AltitudeMetres);
        _status = new ChipStatus(_chip, Flags, ShortTime, wires.Time);
    }

    internal static SensorType Type { get; } = new("sen66", "Sensirion SEN66", SensorWire.I2c,
    [
        .. SensirionNumber.ParticleQuantities,
        // The sheet's ranges; the warm-ups are those of the SEN5x and the SCD4x.
        new("temperature", -10, 50), new("humidity", 0, 100),
        new("voc.index", 1, 500) { WarmUp = TimeSpan.FromSeconds(60) }, new("nox.index", 1, 500) { WarmUp = TimeSpan.FromSeconds(300) },
        new("co2", 0, 40_000) { WarmUp = TimeSpan.FromSeconds(60) },
    ])
    {
        Addresses = [0x6B],
        PeriodMin = TimeSpan.FromSeconds(1),
        CalibrationPpm = (400, 2000),
        HasSelfCalibration = true,
        Make = (setup, wires) => new Sen66(setup, wires),
    };

    public override Task<CalibrationResult> CalibrateAsync(double targetPpm, IProgress<string> progress, CancellationToken cancellation) =>
        new ForcedRecalibration
        {
            Name = Name, Time = Wires.Time, Progress = progress, Bounds = Setup.Type.CalibrationPpm!.Value, Interval = Co2Interval,
            Start = RestartAsync, Measure = c => MeasureAsync("co2", c), Tell = TellAsync,
        }.RunAsync(targetPpm, cancellation);

    // As with the SEN5x; cleaning happens here only when asked for.
    private protected override TimeSpan Interval => TimeSpan.FromSeconds(6);

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        await _chip.SendAsync(Stop, StopTime, cancellation);
        var settings = new SensirionSettings(_chip, ShortTime);
        var name = await _chip.TryAskTextAsync(ReadName, ShortTime, 16, cancellation);
        var serial = await _chip.TryAskTextAsync(ReadSerial, ShortTime, 16, cancellation);
        var hasVersion = await _chip.TryAskAsync(ReadVersion, ShortTime, _answer.AsMemory(0, 1), cancellation);
        var version = hasVersion ? $"{_answer[0] >> 8}.{_answer[0] & 0xFF}" : null;
        if (!string.IsNullOrEmpty(name) && name != "SEN66")
            settings.Differ($"it calls itself a {name}, the site calls it a {Setup.Type.Title}.");
        var declared = Options.Instrument?.SelfCalibration;
        var self = await settings.SettleAsync("self-calibration", SelfCalibration, SelfCalibration,
            declared is { } on ? (ushort)(on ? 1 : 0) : null, cancellation);
        var altitude = await settings.SettleAsync("altitude", Altitude, Altitude,
            Options.AltitudeMetres is { } metres ? (ushort)Math.Round(Math.Clamp(metres, 0, AltitudeMax)) : null, cancellation);
        if (Options.TemperatureOffset is { } kelvin)
            // The chip adds what it is told, and cannot be asked.
            await _chip.SendAsync(TemperatureOffset, ShortTime, cancellation,
                (ushort)(short)Math.Round(Math.Clamp(-kelvin, -100, 100) * 200), 0, 0, 0);
        if (_voc.Fresh is { } state) await _chip.SendAsync(VocState, ShortTime, cancellation, state);
        await _status.ClearAsync(cancellation);
        await _chip.SendAsync(Start, StartTime, cancellation);
        _compensation.Forget();
        return new SensorSelf(Setup.Type.Title)
        {
            Serial = serial, Firmware = version, SelfCalibration = self != 0, AltitudeMetres = altitude,
            TemperatureOffset = Options.TemperatureOffset, Differences = settings.Differences,
        };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        if ((await _chip.AskWordAsync(ReadReady, ShortTime, cancellation) & 0xFF) != 1) return false;
        await _chip.AskAsync(ReadValues, ShortTime, _answer, cancellation);
        for (var i = 0; i < Particles.Length; i++) values.Set(Particles[i], SensirionNumber.Unsigned(_answer[i], 10));
        values.Set("humidity", SensirionNumber.Signed(_answer[4], 100));
        values.Set("temperature", SensirionNumber.Signed(_answer[5], 200));
        values.Set("voc.index", SensirionNumber.Index(_answer[6]));
        values.Set("nox.index", SensirionNumber.Index(_answer[7]));
        values.Set("co2", _answer[8] == 0 ? double.NaN : SensirionNumber.Unsigned(_answer[8], 1));
        await _status.JudgeAsync(values, cancellation);
        if (_compensation.Next(PressureHectopascals) is { } pressure)
        {
            await _chip.SendAsync(Pressure, ShortTime, cancellation, pressure);
            _compensation.Told(pressure);
        }
        if (!_voc.IsDue) return true;
        await _chip.AskAsync(VocState, ShortTime, _answer.AsMemory(0, 4), cancellation);
        _voc.Keep(_answer.AsSpan(0, 4));
        return true;
    }

    private async ValueTask<double?> TellAsync(ushort ppm, CancellationToken cancellation)
    {
        await _chip.SendAsync(Stop, StopTime, cancellation);
        await _chip.AskAsync(Recalibrate, RecalibrateTime, _answer.AsMemory(0, 1), cancellation, ppm);
        return _answer[0] == 0xFFFF ? null : _answer[0] - 0x8000;
    }
}
