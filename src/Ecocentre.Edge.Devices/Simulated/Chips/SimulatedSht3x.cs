namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An SHT30, SHT31 or SHT35, byte by byte.</summary>
/// <remarks>Source: Sensirion SHT3x-DIS data sheet, chapter 4. One bus; not synchronised.</remarks>
public sealed class SimulatedSht3x(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    // At most.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(15.5), ResetTime = TimeSpan.FromMilliseconds(1.5);

    private readonly SensirionWords _words = new(time);

    public uint Serial { get; set; } = 0x2A00_0031;

    /// <summary>Somebody switched the heater on.</summary>
    public bool IsHeating { get; set; }

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (_words.IsBusy || !SensirionWords.TryParse(bytes, out var command, out _)) return false;
        var now = air();
        switch (command)
        {
            case 0x2400:
                return _words.Answer(MeasureTime, Ticks((now.Temperature + 45) / 175), Ticks(now.Humidity / 100));
            case 0xF32D:
                return _words.Answer(TimeSpan.Zero, (ushort)(IsHeating ? 1 << 13 : 0));
            case 0x3066 or 0x306D:
                IsHeating = command == 0x306D;
                return _words.Work(TimeSpan.Zero);
            case 0x3780:
                return _words.Answer(TimeSpan.Zero, (ushort)(Serial >> 16), (ushort)Serial);
            case 0x30A2:
                IsHeating = false;
                return _words.Work(ResetTime);
            case 0x3093 or 0x3041:
                return _words.Work(TimeSpan.Zero);
            default:
                return false;
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    private static ushort Ticks(double share) => (ushort)Math.Clamp(Math.Round(share * 65535), 0, 65535);
}
