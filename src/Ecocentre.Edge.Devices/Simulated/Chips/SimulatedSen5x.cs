namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>A SEN54 or SEN55, byte by byte.</summary>
/// <remarks>Source: Sensirion SEN5x data sheet version 2 (March 2022), chapters 5 and 6. One bus; not synchronised.</remarks>
public sealed class SimulatedSen5x(Func<SimulatedAir> air, TimeProvider time, string name = "SEN55") : SimulatedChip
{
    // 0x03C4: NOx is unknown for the first 10 to 11 s after power-on.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), NoxUnknown = TimeSpan.FromSeconds(10.5);

    private static readonly TimeSpan ShortTime = TimeSpan.FromMilliseconds(20);

    // One word for each two bytes: the algorithm's own numbers, meaningless outside.
    private static readonly ushort[] Ignorant = [0, 0, 0, 0];

    private readonly SensirionWords _words = new(time);
    private ushort[] _voc = Ignorant;
    private ushort[]? _vocAtStart;
    private ushort[] _offset = [0, 0, 0];
    private long _startedAt;
    private long _poweredAt = time.GetTimestamp();
    private long _intervalsRead;
    private uint _status;

    public string Serial { get; init; } = "5E55A1B2C3D4";

    /// <summary>What is wrong with it now, by the bits of its status word. Errors stay in the word until it is cleared.</summary>
    public uint Ailments { get; set; }

    /// <summary>It cleans its fan: nothing new.</summary>
    public bool IsCleaning { get; set; }

    public bool IsMeasuring { get; private set; }

    /// <summary>Stops so far: each makes it forget what it has learnt.</summary>
    public int Stops { get; private set; }

    /// <summary>Minutes of this room that its VOC index has learnt; goes on by itself while it measures.</summary>
    public ushort VocMinutes => _voc[0];

    /// <summary>Off and on again.</summary>
    public void CyclePower()
    {
        (_voc, _vocAtStart, _offset, IsMeasuring, _status, _poweredAt) = (Ignorant, null, [0, 0, 0], false, 0, time.GetTimestamp());
        _words.Work(TimeSpan.FromMilliseconds(50));
    }

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (_words.IsBusy || !SensirionWords.TryParse(bytes, out var command, out var words)) return false;
        Learn();
        switch (command, words.Length)
        {
            case (0x0021, 0):
                if (!IsMeasuring)
                {
                    (IsMeasuring, _startedAt, _intervalsRead) = (true, time.GetTimestamp(), 0);
                    (_voc, _vocAtStart) = (_vocAtStart ?? Ignorant, null);
                }
                return _words.Work(TimeSpan.FromMilliseconds(50));
            case (0x0104, 0):
                Stops += IsMeasuring ? 1 : 0;
                IsMeasuring = false;
                return _words.Work(TimeSpan.FromMilliseconds(200));
            case (0x0202, 0):
                return _words.Answer(ShortTime, (ushort)(IntervalsDone > _intervalsRead && !IsCleaning ? 1 : 0));
            case (0x03C4, 0):
                return Values();
            case (0xD206 or 0xD210, 0):
                var status = _status | Ailments | (IsCleaning ? 1u << 19 : 0);
                if (command == 0xD210) _status = 0;
                else _status |= Ailments;
                return _words.Answer(ShortTime, (ushort)(status >> 16), (ushort)status);
            case (0x60B2, 0):
                return _words.Answer(ShortTime, _offset);
            case (0x60B2, 3):
                _offset = words;
                return _words.Work(ShortTime);
            case (0x6181, 0):
                return _words.Answer(ShortTime, _voc);
            case (0x6181, 4):
                if (!IsMeasuring) _vocAtStart = words;
                return _words.Work(ShortTime);
            case (0xD014, 0):
                return _words.AnswerText(TimeSpan.FromMilliseconds(50), name, 16);
            case (0xD033, 0):
                return _words.AnswerText(TimeSpan.FromMilliseconds(50), Serial, 16);
            case (0xD100, 0):
                return _words.Answer(ShortTime, 0x0200, 0x0004, 0x0001, 0x0000);
            default:
                return false;
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    private long IntervalsDone => IsMeasuring ? time.GetElapsedTime(_startedAt).Ticks / Interval.Ticks : 0;

    private void Learn()
    {
        if (!IsMeasuring) return;
        var minutes = (ushort)time.GetElapsedTime(_startedAt).TotalMinutes;
        if (minutes == 0) return;
        _voc = [(ushort)(_voc[0] + minutes), 1, 2, 3];
        // The minutes that were learnt are taken off both sides.
        _startedAt += minutes * 60L * time.TimestampFrequency;
        _intervalsRead -= minutes * 60;
    }

    private bool Values()
    {
        if (IntervalsDone == 0 && _voc[0] == 0)
            return _words.Answer(ShortTime, 0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, 0x7FFF, 0x7FFF, 0x7FFF, 0x7FFF);
        _intervalsRead = IntervalsDone;
        var now = air();
        var hasNox = name == "SEN55" && time.GetElapsedTime(_poweredAt) > NoxUnknown;
        return _words.Answer(
            ShortTime, Times(now.Pm1, 10), Times(now.Pm25, 10), Times(now.Pm4, 10), Times(now.Pm10, 10), Times(now.Humidity, 100),
            Times(now.Temperature + (short)_offset[0] / 200.0, 200), Times(now.VocIndex, 10),
            hasNox ? Times(now.NoxIndex, 10) : (ushort)0x7FFF);
    }

    private static ushort Times(double value, double factor) => (ushort)(short)Math.Round(Math.Clamp(value * factor, -32768, 32766));
}
