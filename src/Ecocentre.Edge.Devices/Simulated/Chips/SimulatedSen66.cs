using Ecocentre.Edge.Devices.Sensors;

namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A SEN66, byte by byte. It forgets every setting at <see cref="CyclePower"/>.</summary>
/// <remarks>Source: Sensirion SEN6x data sheet, its numbers as in Sensirion's driver embedded-i2c-sen66 at d204f3f0. One bus; not
/// synchronised.</remarks>
public sealed class SimulatedSen66(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    // 0x0300: NOx is unknown for the first 10 to 11 s after power-on, CO2 for 5 to 6 s.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), NoxUnknown = TimeSpan.FromSeconds(10.5),
        Co2Unknown = TimeSpan.FromSeconds(5.5);

    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(20), RecalibrationMin = TimeSpan.FromMinutes(3);

    private readonly SensirionWords _words = new(time);
    private ushort[] _voc = [0, 0, 0, 0];
    private ushort _offset;
    private long _startedAt;
    private long _poweredAt = time.GetTimestamp();
    private long _intervalsRead;
    private TimeSpan _measured;
    private uint _status;

    public string Serial { get; init; } = "66A1B2C3D4E5";

    /// <summary>What its ageing adds to the truth, in ppm; a recalibration takes it off.</summary>
    public double DriftPpm { get; set; }

    /// <summary>It shows too much or too little CO2 where it is told a wrong pressure, as the real one does.</summary>
    public bool HasPressureEffect { get; init; }

    /// <summary>What is wrong with it now, by the bits of its status word. Errors stay in the word until it is cleared.</summary>
    public uint Ailments { get; set; }

    public bool IsMeasuring { get; private set; }

    public bool SelfCalibration { get; private set; } = true;

    public int AltitudeMetres { get; private set; }

    /// <summary>Last ambient pressure told, in hPa; 0 before.</summary>
    public int PressureHectopascals { get; private set; }

    /// <summary>What it knows of its room, as it was last set; zeros after power-on.</summary>
    public IReadOnlyList<ushort> VocState => _voc;

    /// <summary>Off and on again.</summary>
    public void CyclePower()
    {
        (_voc, _offset, IsMeasuring, _status, _poweredAt, _measured) = ([0, 0, 0, 0], 0, false, 0, time.GetTimestamp(), TimeSpan.Zero);
        (SelfCalibration, AltitudeMetres, PressureHectopascals) = (true, 0, 0);
        _words.Work(TimeSpan.FromMilliseconds(100));
    }

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (_words.IsBusy || !SensirionWords.TryParse(bytes, out var command, out var words)) return false;
        switch (command, words.Length)
        {
            case (0x0021, 0):
                if (!IsMeasuring) (IsMeasuring, _startedAt, _intervalsRead) = (true, time.GetTimestamp(), 0);
                // Something that is not nothing: it learns.
                _voc = _voc[0] == 0 ? [17, 1, 2, 3] : _voc;
                return _words.Work(TimeSpan.FromMilliseconds(50));
            case (0x0104, 0):
                if (IsMeasuring) _measured = time.GetElapsedTime(_startedAt);
                IsMeasuring = false;
                return _words.Work(TimeSpan.FromMilliseconds(1000));
            case (0x0202, 0):
                return _words.Answer(ShortTime, (ushort)(IntervalsDone > _intervalsRead ? 1 : 0));
            case (0x0300, 0):
                return Values();
            case (0xD206 or 0xD210, 0):
                var status = _status | Ailments;
                _status = command == 0xD210 ? 0 : status;
                return _words.Answer(ShortTime, (ushort)(status >> 16), (ushort)status);
            case (0x6181, 0):
                return _words.Answer(ShortTime, _voc);
            case (0x6720, 1):
                PressureHectopascals = words[0];
                return _words.Work(ShortTime);
            case (0x6720, 0):
                return _words.Answer(ShortTime, (ushort)PressureHectopascals);
            case (0x60B2, 4):
                _offset = words[0];
                return _words.Work(ShortTime);
            default:
                return !IsMeasuring && Idle(command, words);
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    /// <summary>The pressure it reckons with.</summary>
    private double Assumed => PressureHectopascals > 0 ? PressureHectopascals : StandardAtmosphere.PressureHectopascals(AltitudeMetres);

    private long IntervalsDone => IsMeasuring ? time.GetElapsedTime(_startedAt).Ticks / Interval.Ticks : 0;

    private bool Idle(ushort command, ushort[] words)
    {
        switch (command, words.Length)
        {
            case (0x6181, 4):
                _voc = words;
                return _words.Work(ShortTime);
            case (0x6711, 0):
                return _words.Answer(ShortTime, (ushort)(SelfCalibration ? 1 : 0));
            case (0x6711, 1):
                SelfCalibration = words[0] == 1;
                return _words.Work(ShortTime);
            case (0x6736, 0):
                return _words.Answer(ShortTime, (ushort)AltitudeMetres);
            case (0x6736, 1):
                AltitudeMetres = words[0];
                return _words.Work(ShortTime);
            case (0x6707, 1):
                return Recalibrate(words[0]);
            case (0xD014, 0):
                return _words.AnswerText(ShortTime, "SEN66", 16);
            case (0xD033, 0):
                return _words.AnswerText(ShortTime, Serial, 16);
            case (0xD100, 0):
                return _words.Answer(ShortTime, 0x0402);
            default:
                return false;
        }
    }

    private bool Recalibrate(ushort target)
    {
        if (_measured < RecalibrationMin) return _words.Answer(TimeSpan.FromMilliseconds(500), 0xFFFF);
        var correction = Math.Round(target - (air().Co2 + DriftPpm));
        DriftPpm += correction;
        return _words.Answer(TimeSpan.FromMilliseconds(500), (ushort)(0x8000 + correction));
    }

    private bool Values()
    {
        if (IntervalsDone == 0) return _words.Answer(ShortTime, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF, 0xFFFF);
        _intervalsRead = IntervalsDone;
        var now = air();
        var age = time.GetElapsedTime(_poweredAt);
        var co2 = now.Co2 + DriftPpm;
        if (HasPressureEffect) co2 *= now.Pressure / Assumed;
        return _words.Answer(
            ShortTime, Times(now.Pm1, 10), Times(now.Pm25, 10), Times(now.Pm4, 10), Times(now.Pm10, 10), Times(now.Humidity, 100),
            Times(now.Temperature + (short)_offset / 200.0, 200), Times(now.VocIndex, 10),
            age > NoxUnknown ? Times(now.NoxIndex, 10) : (ushort)0x7FFF,
            age > Co2Unknown ? (ushort)Math.Clamp(Math.Round(co2), 0, 40_000) : (ushort)0xFFFF);
    }

    private static ushort Times(double value, double factor) => (ushort)(short)Math.Round(Math.Clamp(value * factor, -32768, 32766));
}
