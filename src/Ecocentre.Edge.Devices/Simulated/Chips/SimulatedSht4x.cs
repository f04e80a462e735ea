namespace Ecocentre.Edge.Devices.Simulated.Chips;

/// <summary>An SHT40, SHT41 or SHT45, byte by byte.</summary>
/// <remarks>Source: Sensirion SHT4x data sheet, chapters 3 and 4. One bus; not synchronised.</remarks>
public sealed class SimulatedSht4x(Func<SimulatedAir> air, TimeProvider time) : SimulatedChip
{
    // High repeatability, typical 6.9 ms, at most 8.3 ms.
    private static readonly TimeSpan MeasureTime = TimeSpan.FromMilliseconds(8.3), ShortTime = TimeSpan.FromMilliseconds(1);

    private readonly SensirionWords _words = new(time);

    public uint Serial { get; set; } = 0x0F12_3456;

    public override bool OnWrite(ReadOnlySpan<byte> bytes)
    {
        if (_words.IsBusy || bytes.Length != 1) return false;
        switch (bytes[0])
        {
            case 0xFD:
                var now = air();
                return _words.Answer(MeasureTime, Ticks((now.Temperature + 45) / 175), Ticks((now.Humidity + 6) / 125));
            case 0x89:
                return _words.Answer(ShortTime, (ushort)(Serial >> 16), (ushort)Serial);
            case 0x94:
                return _words.Work(ShortTime);
            default:
                return false;
        }
    }

    public override bool OnRead(Span<byte> bytes) => _words.Read(bytes);

    private static ushort Ticks(double share) => (ushort)Math.Clamp(Math.Round(share * 65535), 0, 65535);
}
