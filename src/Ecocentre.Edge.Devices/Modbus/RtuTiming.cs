using System.Collections.Immutable;
using Ecocentre.Edge.Devices.Ports;

namespace Ecocentre.Edge.Devices.Modbus;

/// <summary>The times of a line that carries RTU frames.</summary>
public sealed record RtuTiming
{
    // 3.5 characters of 11 bits part two frames (MODBUS over Serial Line V1.02, 2.5.1.1). Servers built on FreeModbus and its like count
    // characters of 11 bits whatever the format is (portserial: 7 * 220000 / (2 * baud) steps of 50 us), so 10-bit characters get no shorter one.
    private const double SilenceBits = 3.5 * 11;

    // Above 19,200 baud the silence is fixed (V1.02, 2.5.1.1).
    private const int FixedSilenceAbove = 19_200;
    private static readonly TimeSpan FixedSilence = TimeSpan.FromMicroseconds(1_750);

    /// <summary>How long one character takes on the wire; zero where nothing is known of a wire.</summary>
    public TimeSpan Character { get; init; }

    /// <summary>How long the line must have been silent before each request.</summary>
    public TimeSpan Silence { get; init; }

    /// <summary>Units that want more than <see cref="Silence"/> before they are asked.</summary>
    public ImmutableDictionary<byte, TimeSpan> UnitSilences { get; init; } = ImmutableDictionary<byte, TimeSpan>.Empty;

    /// <summary>How long a unit may think before its reply must begin to come; the time both frames spend on the wire comes on top. 500 ms: the
    /// longest answer Carlo Gavazzi states for its meters, the slowest figure found in a maker's document.</summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long after a request that got no whole answer its unit is not asked again, because that answer may still come and nothing in
    /// it would tell it from the next one. It ends early when the late answer has been heard. 1.5 s: three times the slowest answer known.</summary>
    public TimeSpan LateMax { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>The first wait after the line could not be opened; it doubles up to <see cref="BackOffMax"/>.</summary>
    public TimeSpan BackOffMin { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>10 s: an adapter that was plugged in again is found by then.</summary>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The times of a serial line.</summary>
    public static RtuTiming Serial(SerialSettings settings) => new()
    {
        Character = settings.Character,
        Silence = settings.Baud > FixedSilenceAbove ? FixedSilence : TimeSpan.FromSeconds(SilenceBits / settings.Baud),
    };

    /// <summary>RTU frames through a TCP connection: the gateway at its end keeps the silences of its line.</summary>
    public static RtuTiming OverTcp { get; } = new();

    /// <summary>The silence before a request to <paramref name="unit"/>.</summary>
    public TimeSpan SilenceBefore(byte unit) =>
        UnitSilences.TryGetValue(unit, out var silence) && silence > Silence ? silence : Silence;

    /// <summary>How long a frame of <paramref name="length"/> bytes is on the wire.</summary>
    public TimeSpan OnWire(int length) => Character * length;

    /// <summary>The least time an exchange takes, by a unit that answers as soon as it may: two silences and two frames. It is what a line can be
    /// used for at most, and what a plan counts with.</summary>
    public TimeSpan ExchangeMin(ModbusRead request) =>
        SilenceBefore(request.Unit) + OnWire(RtuFrame.RequestLength) + Silence + OnWire(RtuFrame.ReplyLength(request));
}
