using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An SCD40, SCD41 or SCD43, byte by byte: it measures every five seconds once started, takes settings only when idle, and forgets
/// at <see cref="CyclePower"/> what was not stored.</summary>
/// <remarks>Source: Sensirion SCD4x data sheet version 1.3 (September 2022), sections 3.4 to 3.11. One bus; not synchronised.</remarks>
public sealed class SimulatedScd4x(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    // Sections 3.5 and 3.7: one measurement every 5 s; a recalibration wants three minutes of them.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5), RecalibrationMin = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(1);

    private readonly SensirionWords _words = new(time);
    private Settings _settings = new(1, 0, 1498);
    private Settings _stored = new(1, 0, 1498);
    private long _startedAt;
    private long _intervalsRead;
    private TimeSpan _measured;

    /// <summary>0 SCD40, 1 SCD41, 5 SCD43; null for an old one that does not know the question.</summary>
    public int? Variant { get; init; } = 1;

    public ulong Serial { get; init; } = 0xF896_31AF_0D2B;

    /// <summary>What its ageing adds to the truth, in ppm; a recalibration takes it off.</summary>
    public double DriftPpm { get; set; }

    /// <summary>The cell is dead: it shows this word for CO2.</summary>
    public ushort? StuckWord { get; set; }

    /// <summary>It shows too much or too little where it is told a wrong pressure, as the real one does.</summary>
    public bool HasPressureEffect { get; init; }

    /// <summary>Settings are taken with an acknowledgement and not kept.</summary>
    public bool IsStubborn { get; set; }

    /// <summary>Word of the self-test; 0 is well.</summary>
    public ushort SelfTestWord { get; set; }

    public bool IsMeasuring { get; private set; }

    public bool SelfCalibration => _settings.SelfCalibration != 0;

    public int AltitudeMetres => _settings.Altitude;

    /// <summary>Last ambient pressure told, in hPa; 0 before.</summary>
    public int PressureHectopascals { get; private set; }

    /// <summary>Writes to its memory so far.</summary>
    public int Persists { get; private set; }

    /// <summary>Off and on again.</summary>
    public void CyclePower()
    {
        (_settings, IsMeasuring, PressureHectopascals, _measured) = (_stored, false, 0, TimeSpan.Zero);
        _words.Work(TimeSpan.FromMilliseconds(30));
    }

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (_words.IsBusy || !SensirionWords.TryParse(bytes, out var command, out var words)) return false;
        switch (command)
        {
            case 0x3F86:
                if (IsMeasuring) _measured = time.GetElapsedTime(_startedAt);
                IsMeasuring = false;
                return _words.Work(TimeSpan.FromMilliseconds(500));
            case 0xE4B8:
                return _words.Answer(ShortTime, (ushort)(0x8000 | (IsReady ? 6 : 0)));
            case 0xEC05:
                return IsReady && Measurement();
            case 0xE000 when words.Length == 1:
                PressureHectopascals = words[0];
                return _words.Work(ShortTime);
            default:
                // While it measures it takes nothing else (section 3.5.1); to a wake-up nobody answers.
                return !IsMeasuring && command != 0x36F6 && Idle(command, words);
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    /// <summary>The pressure it reckons with.</summary>
    private double Assumed => PressureHectopascals > 0 ? PressureHectopascals : StandardAtmosphere.PressureHectopascals(AltitudeMetres);

    private long IntervalsDone => IsMeasuring ? time.GetElapsedTime(_startedAt).Ticks / Interval.Ticks : 0;

    private bool IsReady => IntervalsDone > _intervalsRead;

    private bool Idle(ushort command, ushort[] words)
    {
        switch (command, words.Length)
        {
            case (0x21B1, 0):
                (IsMeasuring, _startedAt, _intervalsRead) = (true, time.GetTimestamp(), 0);
                return _words.Work(TimeSpan.Zero);
            case (0x3682, 0):
                return _words.Answer(ShortTime, (ushort)(Serial >> 32), (ushort)(Serial >> 16), (ushort)Serial);
            case (0x202F, 0):
                return Variant is { } variant && _words.Answer(ShortTime, (ushort)(variant << 12 | 0x0440));
            case (0x2313, 0):
                return _words.Answer(ShortTime, _settings.SelfCalibration);
            case (0x2322, 0):
                return _words.Answer(ShortTime, _settings.Altitude);
            case (0x2318, 0):
                return _words.Answer(ShortTime, _settings.Offset);
            case (0x2416, 1):
                return Take(_settings with { SelfCalibration = words[0] });
            case (0x2427, 1):
                PressureHectopascals = 0;
                return Take(_settings with { Altitude = words[0] });
            case (0x241D, 1):
                return Take(_settings with { Offset = words[0] });
            case (0x3615, 0):
                Persists++;
                _stored = _settings;
                return _words.Work(TimeSpan.FromMilliseconds(800));
            case (0x3646, 0):
                // Section 3.9.4, reinit: what is stored counts again.
                _settings = _stored;
                return _words.Work(TimeSpan.FromMilliseconds(20));
            case (0x3639, 0):
                return _words.Answer(TimeSpan.FromSeconds(10), SelfTestWord);
            case (0x362F, 1):
                return Recalibrate(words[0]);
            default:
                return false;
        }
    }

    private bool Take(Settings settings)
    {
        if (!IsStubborn) _settings = settings;
        return _words.Work(ShortTime);
    }

    private bool Recalibrate(ushort target)
    {
        if (_measured < RecalibrationMin) return _words.Answer(TimeSpan.FromMilliseconds(400), 0xFFFF);
        var correction = Math.Round(target - (air().Co2 + DriftPpm));
        DriftPpm += correction;
        return _words.Answer(TimeSpan.FromMilliseconds(400), (ushort)(0x8000 + correction));
    }

    private bool Measurement()
    {
        _intervalsRead = IntervalsDone;
        var now = air();
        var shown = now.Co2 + DriftPpm;
        if (HasPressureEffect) shown *= now.Pressure / Assumed;
        // The offset is taken off by the chip; what it is set to is what its warmth adds.
        return _words.Answer(ShortTime, StuckWord ?? (ushort)Math.Clamp(Math.Round(shown), 0, 40_000),
            Ticks((now.Temperature + 45) / 175), Ticks(now.Humidity / 100));
    }

    private static ushort Ticks(double share) => (ushort)Math.Clamp(Math.Round(share * 65535), 0, 65535);

    private readonly record struct Settings(ushort SelfCalibration, ushort Altitude, ushort Offset);
}
