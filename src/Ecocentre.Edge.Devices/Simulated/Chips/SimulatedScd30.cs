using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An SCD30, byte by byte. It keeps its settings for ever.</summary>
/// <remarks>Source: Sensirion SCD30 interface description version 1.0 (May 2020), section 1.4. One bus; not synchronised.</remarks>
public sealed class SimulatedScd30(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    // Section 1.4: more than 3 ms between a command and its read.
    private static readonly TimeSpan ReadTime = TimeSpan.FromMilliseconds(3);

    private readonly SensirionWords _words = new(time);
    private long _startedAt;
    private long _intervalsRead;
    private ushort _target = 400;

    public string Serial { get; init; } = "30A1B2C3D4";

    /// <summary>What its ageing adds to the truth, in ppm; a recalibration takes it off.</summary>
    public double DriftPpm { get; set; }

    /// <summary>It shows too much or too little where it is told a wrong pressure, as the real one does.</summary>
    public bool HasPressureEffect { get; init; }

    public bool IsMeasuring { get; private set; }

    public ushort IntervalSeconds { get; set; } = 2;

    public bool SelfCalibration { get; set; }

    public ushort AltitudeMetres { get; set; }

    /// <summary>In 0.01 K.</summary>
    public ushort Offset { get; set; }

    /// <summary>Last ambient pressure told, in hPa; 0: by altitude.</summary>
    public int PressureHectopascals { get; private set; }

    /// <summary>Settings written so far.</summary>
    public int SettingsWritten { get; private set; }

    /// <summary>It holds the clock while it is busy inside (up to 30 ms).</summary>
    public override TimeSpan Stretch => TimeSpan.FromMilliseconds(12);

    /// <summary>Off and on again: it measures on when it measured, as the real one does.</summary>
    public void CyclePower() => Begin(PressureHectopascals);

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (!SensirionWords.TryParse(bytes, out var command, out var words)) return false;
        if (words.Length == 1) SettingsWritten += command is 0x4600 or 0x5306 or 0x5102 or 0x5403 ? 1 : 0;
        switch (command, words.Length)
        {
            case (0x0010, 1):
                if (!IsMeasuring) Begin(words[0]);
                (IsMeasuring, PressureHectopascals) = (true, words[0]);
                return _words.Work(ReadTime);
            case (0x0104, 0):
                IsMeasuring = false;
                return _words.Work(ReadTime);
            case (0x0202, 0):
                return _words.Answer(ReadTime, (ushort)(IntervalsDone > _intervalsRead ? 1 : 0));
            case (0x0300, 0):
                return Measurement();
            case (0x4600, 1):
                IntervalSeconds = words[0];
                return _words.Work(ReadTime);
            case (0x5306, 1):
                SelfCalibration = words[0] == 1;
                return _words.Work(ReadTime);
            case (0x5102, 1):
                AltitudeMetres = words[0];
                return _words.Work(ReadTime);
            case (0x5403, 1):
                Offset = words[0];
                return _words.Work(ReadTime);
            case (0x5204, 1):
                return Recalibrate(words[0]);
            case (0xD033, 0):
                return _words.AnswerText(ReadTime, Serial, 16);
            default:
                return words.Length == 0 && Setting(command) is { } value && _words.Answer(ReadTime, value);
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    /// <summary>The pressure it reckons with.</summary>
    private double Assumed => PressureHectopascals > 0 ? PressureHectopascals : StandardAtmosphere.PressureHectopascals(AltitudeMetres);

    private long IntervalsDone => IsMeasuring ? (long)(time.GetElapsedTime(_startedAt).TotalSeconds / IntervalSeconds) : 0;

    private ushort? Setting(ushort command) => command switch
    {
        0x4600 => IntervalSeconds,
        0x5306 => (ushort)(SelfCalibration ? 1 : 0),
        0x5102 => AltitudeMetres,
        0x5403 => Offset,
        0x5204 => _target,
        0xD100 => 0x0342,
        _ => null,
    };

    private void Begin(int pressure) => (_startedAt, _intervalsRead, PressureHectopascals) = (time.GetTimestamp(), 0, pressure);

    private bool Recalibrate(ushort target)
    {
        if (target is < 400 or > 2000) return _words.Work(ReadTime);
        _target = target;
        DriftPpm = target - air().Co2;
        return _words.Work(ReadTime);
    }

    private bool Measurement()
    {
        _intervalsRead = IntervalsDone;
        var now = air();
        var shown = now.Co2 + DriftPpm;
        if (HasPressureEffect) shown *= now.Pressure / Assumed;
        var (co2, temperature) = (SensirionWords.Float(shown), SensirionWords.Float(now.Temperature));
        var humidity = SensirionWords.Float(now.Humidity);
        return _words.Answer(ReadTime, co2.High, co2.Low, temperature.High, temperature.Low, humidity.High, humidity.Low);
    }
}
