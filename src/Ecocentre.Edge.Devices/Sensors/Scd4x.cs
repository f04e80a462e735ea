using System.Collections.Immutable;

namespace Ecocentre.Edge.Devices.Sensors;

/// <summary>SCD40, SCD41 and SCD43: CO2, temperature and relative humidity, measured by itself every five seconds.</summary>
/// <remarks>
/// Source: Sensirion SCD4x data sheet version 1.3 (September 2022), sections 3.4 to 3.11; the variants as in
/// Sensirion's own driver embedded-i2c-scd4x, scd4x_i2c.h at 215a5569.
/// <code>
/// 36F6 wake up (not acknowledged)  30 ms     3F86 stop            500 ms     21B1 start periodic     -
/// E4B8 data ready                  1 ms      EC05 read            1 ms       CO2 = w ppm, T = -45 + 175 w/65535 °C, RH = 100 w/65535 %
/// 241D/2318 temperature offset     1 ms      w = K x 65535/175               2427/2322 altitude      1 ms   m
/// E000 ambient pressure            1 ms      hPa, also while measuring       2416/2313 self-calibration 1 ms  0 or 1
/// 3615 persist settings            800 ms    3682 serial number   1 ms       202F variant            1 ms   bits 15 to 12
/// 362F forced recalibration        400 ms    3639 self-test       10 s       0: well
/// </code>
/// Settings are stored only when they differ: the memory takes 2000 writes. What a poll reads is the newest measurement; those between
/// polls are not seen. It cannot tell its firmware. Self-calibration assumes fresh air (400 ppm) for four hours once a week.
/// </remarks>
internal sealed class Scd4x : Sensor
{
    private const ushort WakeUp = 0x36F6, Stop = 0x3F86, Start = 0x21B1, ReadReady = 0xE4B8, ReadMeasurement = 0xEC05,
        SetOffset = 0x241D, GetOffset = 0x2318, SetAltitude = 0x2427, GetAltitude = 0x2322, SetPressure = 0xE000,
        SetSelfCalibration = 0x2416, GetSelfCalibration = 0x2313, Persist = 0x3615, ReadSerial = 0x3682, ReadVariant = 0x202F,
        Recalibrate = 0x362F, SelfTest = 0x3639;

    // Section 3.4, table 9: the maximum of each command; a wake-up takes 20 ms there, and 30 ms in later prints.
    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(1), WakeTime = TimeSpan.FromMilliseconds(30),
        StopTime = TimeSpan.FromMilliseconds(500), PersistTime = TimeSpan.FromMilliseconds(800),
        RecalibrateTime = TimeSpan.FromMilliseconds(400), SelfTestTime = TimeSpan.FromSeconds(10);

    // Section 3.8.2: any of the lower eleven bits says that data are there.
    private const ushort ReadyMask = 0x07FF;

    // The memory takes 2000 writes (section 3.9.1). A chip that forgets again and again is told again, but no longer stored.
    private const int PersistsMax = 3;

    // Sensirion's driver: 3000 m is the most it compensates for.
    private const double AltitudeMax = 3000;

    private readonly SensirionChip _chip;
    private readonly PressureCompensation _compensation;
    private readonly ushort[] _answer = new ushort[3];
    private int _persists;

    private Scd4x(SensorSetup setup, SensorWires wires) : base(setup, wires)
    {
        _chip = new SensirionChip(new I2cChip(setup, wires));
        _compensation = new PressureCompensation(Options.AltitudeMetres);
    }

    internal static ImmutableArray<SensorType> Types { get; } =
        [TypeOf("scd40", "SCD40"), TypeOf("scd41", "SCD41"), TypeOf("scd43", "SCD43")];

    public override Task<CalibrationResult> CalibrateAsync(double targetPpm, IProgress<string> progress, CancellationToken cancellation) =>
        new ForcedRecalibration
        {
            Name = Name, Time = Wires.Time, Progress = progress, Bounds = Setup.Type.CalibrationPpm!.Value, Interval = Interval,
            Start = RestartAsync, Measure = c => MeasureAsync("co2", c), Tell = TellAsync,
        }.RunAsync(targetPpm, cancellation);

    private protected override async ValueTask<SensorSelf> StartAsync(CancellationToken cancellation)
    {
        await _chip.TrySendAsync(WakeUp, WakeTime, cancellation);
        await _chip.SendAsync(Stop, StopTime, cancellation);
        await _chip.AskAsync(ReadSerial, ShortTime, _answer, cancellation);
        var serial = $"{_answer[0]:X4}{_answer[1]:X4}{_answer[2]:X4}";
        var settings = new SensirionSettings(_chip, ShortTime);
        var type = await ReadTypeAsync(settings, cancellation);
        var declared = Options.Instrument?.SelfCalibration;
        var self = await settings.SettleAsync("self-calibration", GetSelfCalibration, SetSelfCalibration,
            declared is { } on ? (ushort)(on ? 1 : 0) : null, cancellation);
        var altitude = await settings.SettleAsync("altitude", GetAltitude, SetAltitude,
            Options.AltitudeMetres is { } metres ? (ushort)Math.Round(Math.Clamp(metres, 0, AltitudeMax)) : null, cancellation);
        var offset = await settings.SettleAsync("temperature offset", GetOffset, SetOffset,
            Options.TemperatureOffset is { } kelvin ? (ushort)Math.Round(Math.Clamp(kelvin, 0, 20) * 65535 / 175) : null, cancellation);
        if (settings.HasChanged) await PersistAsync(settings, cancellation);
        await _chip.SendAsync(Start, ShortTime, cancellation);
        _compensation.Forget();
        return new SensorSelf(type)
        {
            Serial = serial, SelfCalibration = self != 0, AltitudeMetres = altitude,
            TemperatureOffset = Math.Round(offset * 175 / 65535.0, 2), SelfTest = Self?.SelfTest, Differences = settings.Differences,
        };
    }

    private protected override async ValueTask<bool> MeasureAsync(SensorValues values, CancellationToken cancellation)
    {
        if ((await _chip.AskWordAsync(ReadReady, ShortTime, cancellation) & ReadyMask) == 0) return false;
        if (!await _chip.TryAskAsync(ReadMeasurement, ShortTime, _answer, cancellation)) return false;
        // Nobody breathes air without CO2: both ends of the scale are a cell that measures nothing.
        var isBlind = _answer[0] is 0 or 0xFFFF;
        values.Set("co2", isBlind ? double.NaN : _answer[0]);
        values.Set("temperature", -45 + 175 * _answer[1] / 65535.0);
        values.Set("humidity", 100 * _answer[2] / 65535.0);
        if (isBlind) values.Complaint = $"it shows {_answer[0]} ppm, which no air has.";
        if (_compensation.Next(PressureHectopascals) is { } pressure)
        {
            await _chip.SendAsync(SetPressure, ShortTime, cancellation, pressure);
            _compensation.Told(pressure);
        }
        return true;
    }

    private async ValueTask<string> ReadTypeAsync(SensirionSettings settings, CancellationToken cancellation)
    {
        // Older chips do not know the question.
        if (!await _chip.TryAskAsync(ReadVariant, ShortTime, _answer.AsMemory(0, 1), cancellation)) return Setup.Type.Title;
        var title = (_answer[0] >> 12) switch
        {
            0 => "Sensirion SCD40",
            1 => "Sensirion SCD41",
            2 => "Sensirion SCD42",
            5 => "Sensirion SCD43",
            var other => $"Sensirion SCD4x, variant {other}",
        };
        if (title != Setup.Type.Title) settings.Differ($"it calls itself a {title}, the site calls it a {Setup.Type.Title}.");
        return title;
    }

    private async ValueTask PersistAsync(SensirionSettings settings, CancellationToken cancellation)
    {
        if (_persists == PersistsMax)
        {
            settings.Differ($"it has forgotten its settings {PersistsMax} times and is not made to store them any more.");
            return;
        }
        _persists++;
        await _chip.SendAsync(Persist, PersistTime, cancellation);
    }

    private async ValueTask<double?> TellAsync(ushort ppm, CancellationToken cancellation)
    {
        await _chip.SendAsync(Stop, StopTime, cancellation);
        await _chip.AskAsync(Recalibrate, RecalibrateTime, _answer.AsMemory(0, 1), cancellation, ppm);
        if (_answer[0] == 0xFFFF) return null;
        var correction = _answer[0] - 0x8000;
        var fault = await _chip.AskWordAsync(SelfTest, SelfTestTime, cancellation);
        Self = (Self ?? new SensorSelf(Setup.Type.Title)) with { SelfTest = fault == 0 ? "well" : $"malfunction 0x{fault:X4}" };
        return correction;
    }

    private static SensorType TypeOf(string word, string title) => new(word, $"Sensirion {title}", SensorWire.I2c,
    [
        // Chapter 1: the output's range, 60 s until 63 % of a step are shown, and the ranges of operation.
        new("co2", 0, 40_000) { WarmUp = TimeSpan.FromSeconds(60) }, new("temperature", -10, 60), new("humidity", 0, 100),
    ])
    {
        Addresses = [0x62],
        PeriodMin = TimeSpan.FromSeconds(5),
        CalibrationPpm = (400, 2000),
        HasSelfCalibration = true,
        Make = (setup, wires) => new Scd4x(setup, wires),
    };
}
