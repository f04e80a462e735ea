namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A database's request to be sent a range of the log again: <c>{"from":N,"to":M}</c>. The log answers as far back as it
/// reaches.</summary>
/// <param name="From">First sequence wanted, at least 1.</param>
/// <param name="To">Last sequence wanted, included.</param>
public readonly record struct ReplayRequest(long From, long To)
{
    public byte[] ToJson() => RangeMessage.Write("from", From, "to", To, null);

    /// <returns>False for anything that is not such an object with 1 ≤ from ≤ to. Unknown members are allowed.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out ReplayRequest request)
    {
        var valid = RangeMessage.TryRead(payload, "from", "to", out var from, out var to, out _);
        request = valid ? new ReplayRequest(from, to) : default;
        return valid;
    }
}
