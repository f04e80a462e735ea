using System.Buffers.Binary;
using System.Text;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

/// <summary>A payload as a host reads it: written from the specification's sparkplug_b.proto, not from the code under test.</summary>
internal sealed record HeardPayload(ulong? Timestamp, ulong? Sequence, IReadOnlyList<HeardMetric> Metrics)
{
    public static HeardPayload Parse(ReadOnlySpan<byte> bytes)
    {
        ulong? timestamp = null, sequence = null;
        var metrics = new List<HeardMetric>();
        foreach (var (field, number, content) in Fields(bytes))
            switch (field)
            {
                case 1: timestamp = number; break;
                case 2: metrics.Add(Metric(content)); break;
                case 3: sequence = number; break;
                default: throw new InvalidDataException($"A payload has no field {field} for us.");
            }
        return new HeardPayload(timestamp, sequence, metrics);
    }

    private static HeardMetric Metric(byte[] bytes)
    {
        var metric = new HeardMetric();
        foreach (var (field, number, content) in Fields(bytes))
            metric = field switch
            {
                1 => metric with { Name = Encoding.UTF8.GetString(content) },
                2 => metric with { Alias = number },
                3 => metric with { Timestamp = number },
                4 => metric with { Type = number },
                5 => metric with { IsHistorical = number != 0 },
                7 => metric with { IsNull = number != 0 },
                9 => metric with { Properties = PropertySet(content) },
                11 => metric with { Value = (long)number },
                13 => metric with { Value = BinaryPrimitives.ReadDoubleLittleEndian(content) },
                14 => metric with { Value = number != 0 },
                15 => metric with { Value = Encoding.UTF8.GetString(content) },
                _ => throw new InvalidDataException($"A metric has no field {field} for us."),
            };
        return metric;
    }

    private static Dictionary<string, (ulong Type, object Value)> PropertySet(byte[] bytes)
    {
        var (keys, values) = (new List<string>(), new List<(ulong, object)>());
        foreach (var (field, _, content) in Fields(bytes))
            if (field == 1) keys.Add(Encoding.UTF8.GetString(content));
            else values.Add(PropertyValue(content));
        // tck-id-payloads-propertyset-keys-array-size and -values-array-size
        Assert.Equal(keys.Count, values.Count);
        return keys.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    private static (ulong, object) PropertyValue(byte[] bytes)
    {
        var (type, value) = (0UL, (object)"");
        foreach (var (field, number, content) in Fields(bytes))
            if (field == 1) type = number;
            else value = field switch { 3 => (long)number, 4 => (long)number, 8 => Encoding.UTF8.GetString(content), _ => throw new InvalidDataException($"{field}") };
        return (type, value);
    }

    private static List<(int Field, ulong Number, byte[] Content)> Fields(ReadOnlySpan<byte> bytes)
    {
        var fields = new List<(int, ulong, byte[])>();
        var at = 0;
        while (at < bytes.Length)
        {
            var head = Varint(bytes, ref at);
            var (number, length) = (0UL, 0);
            switch (head & 7)
            {
                case 0: number = Varint(bytes, ref at); break;
                case 1: length = 8; break;
                case 2: length = (int)Varint(bytes, ref at); break;
                default: throw new InvalidDataException($"Wire type {head & 7}.");
            }
            fields.Add(((int)(head >> 3), number, bytes.Slice(at, length).ToArray()));
            at += length;
        }
        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
    }
}

/// <summary>A metric as a host reads it.</summary>
internal sealed record HeardMetric
{
    public string? Name { get; init; }

    public ulong? Alias { get; init; }

    public ulong? Timestamp { get; init; }

    public ulong? Type { get; init; }

    public bool IsHistorical { get; init; }

    public bool IsNull { get; init; }

    public object? Value { get; init; }

    public IReadOnlyDictionary<string, (ulong Type, object Value)> Properties { get; init; } = new Dictionary<string, (ulong, object)>();

    public long Entry => Properties.TryGetValue("sequence", out var sequence) ? (long)sequence.Value : 0;
}
