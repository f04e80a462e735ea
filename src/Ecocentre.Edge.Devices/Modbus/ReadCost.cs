namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>What a read request costs its bus: bytes on the wire, and the milliseconds during which nothing else can be asked.</summary>
/// <param name="FixedBytes">Request and reply without registers.</param>
/// <param name="FixedMilliseconds">Time of those bytes, of the silence before the reply and of the server's thinking.</param>
/// <param name="RegisterMilliseconds">Time of one register more.</param>
/// <param name="SilenceMilliseconds">Silence before the request; 0 where there is no line to keep silent.</param>
public sealed record ReadCost(int FixedBytes, double FixedMilliseconds, double RegisterMilliseconds, double SilenceMilliseconds)
{
    // RTU: request unit, function, address, count, CRC = 8; reply unit, function, byte count, CRC = 5 (MODBUS over Serial Line V1.02,
    // 2.5.1).
    private const int RtuFixedBytes = 8 + 5;

    // TCP: request MBAP header 7 + PDU 5; reply MBAP header 7 + function, byte count (MODBUS Messaging on TCP/IP V1.0b, 3.1.3).
    private const int TcpFixedBytes = 7 + 5 + 7 + 2;

    /// <summary>How long meters think before they answer, where nothing better is known: Carlo Gavazzi names 40 ms typical, others
    /// less.</summary>
    public static readonly TimeSpan UsualTurnaround = TimeSpan.FromMilliseconds(15);

    /// <summary>A round trip in a building's network and a meter's own stack, where nothing better is known.</summary>
    public static readonly TimeSpan UsualRoundTrip = TimeSpan.FromMilliseconds(5);

    /// <summary>A serial line.</summary>
    /// <param name="bitsPerCharacter">10 for 8N1, 11 for 8E1, 8O1 and 8N2.</param>
    /// <param name="frameDelay">Silence kept before each request, when longer than 3.5 characters.</param>
    public static ReadCost Rtu(int baud, int bitsPerCharacter, TimeSpan frameDelay, TimeSpan turnaround)
    {
        var character = 1000.0 * bitsPerCharacter / baud;
        // 3.5 characters of 11 bits (shorter formats get no shorter silence: RtuTiming), but fixed 1.75 ms above 19,200 baud (MODBUS over
        // Serial Line V1.02, 2.5.1.1).
        var silence = baud > 19_200 ? 1.75 : 3.5 * 11_000.0 / baud;
        return new ReadCost(RtuFixedBytes, RtuFixedBytes * character + silence + turnaround.TotalMilliseconds, 2 * character, silence)
            .WithFrameDelay(frameDelay);
    }

    /// <summary>A TCP connection.</summary>
    public static ReadCost Tcp(TimeSpan roundTrip) =>
        // 2 bytes at 1 Mbit/s and as much in the server: small, but never nothing, so that registers nobody wants are not read for fun.
        new(TcpFixedBytes, roundTrip.TotalMilliseconds, 0.02, 0);

    public int Bytes(int registers) => FixedBytes + 2 * registers;

    public double Milliseconds(int registers) => SilenceMilliseconds + FixedMilliseconds + registers * RegisterMilliseconds;

    /// <summary>The same line for a device that wants a longer silence before each request; without a line nothing changes.</summary>
    public ReadCost WithFrameDelay(TimeSpan delay) =>
        SilenceMilliseconds > 0 ? this with { SilenceMilliseconds = Math.Max(SilenceMilliseconds, delay.TotalMilliseconds) } : this;
}
