namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>An ingest's word that the database has taken a range of one centre's log:
/// <c>{"by":"ingest-1","first":N,"last":M}</c>.</summary>
/// <param name="By">Who says so, for people.</param>
/// <param name="First">First sequence taken, at least 1.</param>
/// <param name="Last">Last sequence taken, included.</param>
public readonly record struct Acknowledgement(string By, long First, long Last)
{
    public byte[] ToJson() => RangeMessage.Write("first", First, "last", Last, By);

    /// <returns>False for anything that is not such an object with 1 ≤ first ≤ last. Unknown members are allowed.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out Acknowledgement acknowledgement)
    {
        var valid = RangeMessage.TryRead(payload, "first", "last", out var first, out var last, out var by);
        acknowledgement = valid ? new Acknowledgement(by ?? "", first, last) : default;
        return valid;
    }
}
