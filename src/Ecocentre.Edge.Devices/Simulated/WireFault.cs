namespace Ecocentre.Edge.Devices.Simulated;

/// <summary>What a simulated server does wrong with one reply. The default does nothing wrong.</summary>
/// <param name="Delay">How much later than it could the reply leaves: longer than the client waits makes a late reply.</param>
/// <param name="At">For <see cref="WireFaultKind.Truncated"/> how many bytes are left; for <see cref="WireFaultKind.Flipped"/> which bit
/// turns. Taken modulo the length of the reply.</param>
/// <param name="Exception">The code to answer for <see cref="WireFaultKind.Refused"/>.</param>
public readonly record struct WireFault(WireFaultKind Kind, TimeSpan Delay = default, int At = 0, byte Exception = 0)
{
    /// <summary>The unit that a reply names.</summary>
    public byte UnitOf(byte unit) => Kind == WireFaultKind.WrongUnit ? (byte)(unit ^ (1 + (At % 127))) : unit;

    /// <summary>Spoils a finished reply in place.</summary>
    /// <returns>How many of its bytes go out.</returns>
    public int Spoil(Span<byte> reply)
    {
        switch (Kind)
        {
            case WireFaultKind.Silent:
                return 0;
            case WireFaultKind.Truncated:
                return At % reply.Length;
            case WireFaultKind.Flipped:
                var bit = At % (8 * reply.Length);
                reply[bit >> 3] ^= (byte)(1 << (bit & 7));
                return reply.Length;
            default:
                return reply.Length;
        }
    }
}

/// <summary>The ways a reply can go wrong on its wire.</summary>
public enum WireFaultKind : byte
{
    None,
    Silent,
    Truncated,
    Flipped,
    Refused,

    /// <summary>The reply says that another unit gave it, as when two devices have the same address, or an echo is heard.</summary>
    WrongUnit,
}
