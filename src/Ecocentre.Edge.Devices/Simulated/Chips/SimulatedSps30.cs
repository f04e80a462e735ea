namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An SPS30, byte by byte; it sleeps until it is woken twice.</summary>
/// <remarks>Source: Sensirion SPS30 data sheet version 1.0 (March 2020), chapters 4 and 6. One bus; not synchronised.</remarks>
public sealed class SimulatedSps30(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), ShortTime = TimeSpan.FromMilliseconds(5);

    private readonly SensirionWords _words = new(time);
    private long _startedAt;
    private long _intervalsRead;
    private uint _status;

    public string Serial { get; init; } = "8F3A51B2C0D4E6F7";

    /// <summary>Major and minor in one word; the status came with 2.2.</summary>
    public ushort Firmware { get; init; } = 0x0203;

    /// <summary>What is wrong with it now, by the bits of its status word. Errors stay in the word until it is cleared.</summary>
    public uint Ailments { get; set; }

    public bool IsSleeping { get; set; } = true;

    public bool IsMeasuring { get; private set; }

    /// <summary>It cleans its fan: nothing new.</summary>
    public bool IsCleaning { get; set; }

    /// <summary>Off and on again.</summary>
    public void CyclePower() => (IsMeasuring, IsSleeping, _status) = (false, true, 0);

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (_words.IsBusy || !SensirionWords.TryParse(bytes, out var command, out var words)) return false;
        if (IsSleeping)
        {
            // Chapter 6, 0x1103: the first wake-up is taken, but not acknowledged.
            IsSleeping = command != 0x1103;
            return false;
        }
        switch (command, words.Length)
        {
            case (0x1103, 0):
                return _words.Work(ShortTime);
            case (0x0010, 1) when words[0] == 0x0300:
                if (!IsMeasuring) (IsMeasuring, _startedAt, _intervalsRead) = (true, time.GetTimestamp(), 0);
                return _words.Work(TimeSpan.FromMilliseconds(20));
            case (0x0104, 0):
                IsMeasuring = false;
                return _words.Work(TimeSpan.FromMilliseconds(20));
            case (0x0202, 0):
                return _words.Answer(TimeSpan.Zero, (ushort)(IntervalsDone > _intervalsRead && !IsCleaning ? 1 : 0));
            case (0x0300, 0):
                return IntervalsDone > 0 && Values();
            case (0xD206 or 0xD210, 0) when Firmware >= 0x0202:
                var status = _status | Ailments;
                _status = command == 0xD210 ? 0 : status;
                return _words.Answer(TimeSpan.Zero, (ushort)(status >> 16), (ushort)status);
            case (0xD033, 0):
                return _words.AnswerText(TimeSpan.Zero, Serial, 16);
            case (0xD100, 0):
                return _words.Answer(TimeSpan.Zero, Firmware);
            default:
                return false;
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    private long IntervalsDone => IsMeasuring ? time.GetElapsedTime(_startedAt).Ticks / Interval.Ticks : 0;

    private bool Values()
    {
        _intervalsRead = IntervalsDone;
        var now = air();
        // Numbers and size after a usual mixture; nobody reads them here.
        double[] shown = [now.Pm1, now.Pm25, now.Pm4, now.Pm10, 6.7 * now.Pm1, 7.9 * now.Pm1, 8 * now.Pm1, 8 * now.Pm1, 8 * now.Pm1, 0.5];
        var words = new ushort[2 * shown.Length];
        for (var i = 0; i < shown.Length; i++) (words[2 * i], words[2 * i + 1]) = SensirionWords.Float(shown[i]);
        return _words.Answer(TimeSpan.Zero, words);
    }
}
