using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>Makes and reads whole payloads (Sparkplug 3.0.0, 6.4.5).</summary>
internal static class Payload
{
    /// <summary>Name of the metric that pairs births and deaths.</summary>
    public const string BirthDeath = "bdSeq";

    /// <summary>Name of the metric by which a host asks for births.</summary>
    public const string Rebirth = "Node Control/Rebirth";

    /// <param name="at">When it is sent.</param>
    /// <param name="sequence">0 to 255, or null for a node's death.</param>
    public static byte[] Write(Instant at, IEnumerable<Protobuf> metrics, int? sequence)
    {
        // Field numbers of Payload.
        var payload = new Protobuf().Number(1, (ulong)at.UnixMilliseconds);
        foreach (var metric in metrics) payload.Message(2, metric);
        if (sequence is { } number) payload.Number(3, (ulong)number);
        return payload.Written.ToArray();
    }

    /// <summary>A node's death: its number and nothing else.</summary>
    public static byte[] Death(Instant at, long birthDeath) =>
        Write(at, [new Metric(MetricType.Int64, at) { Name = BirthDeath, Value = birthDeath }.Write(isBirth: true)], sequence: null);

    /// <summary>Whether a command asks for births. Whatever else it asks for is passed over; bad bytes ask for nothing.</summary>
    public static bool AsksForRebirth(ReadOnlySpan<byte> payload)
    {
        var asks = false;
        var fields = new ProtobufReader(payload);
        while (fields.Read())
        {
            if (fields.Field != 2) continue;
            var (isRebirth, isTrue) = (false, false);
            var metric = new ProtobufReader(fields.Bytes);
            while (metric.Read())
            {
                if (metric.Field == 1) isRebirth = metric.Bytes.SequenceEqual("Node Control/Rebirth"u8);
                if (metric.Field == 14) isTrue = metric.Number != 0;
            }
            if (metric.IsMalformed) return false;
            asks |= isRebirth && isTrue;
        }
        return asks && !fields.IsMalformed;
    }
}
