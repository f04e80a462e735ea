using Ecocentre.Edge.Readings;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>One metric of a payload (Sparkplug 3.0.0, 6.4.6), as it is written.</summary>
/// <param name="Type">Its data type; written in births only.</param>
/// <param name="At">When the value was true.</param>
internal readonly record struct Metric(MetricType Type, Instant At)
{
    // Values of the property Quality (6.4.13).
    private const ulong Bad = 0, Stale = 500;

    /// <summary>In births, and where there is no alias.</summary>
    public string? Name { get; init; }

    public ulong? Alias { get; init; }

    /// <summary>Null: nothing is known.</summary>
    public object? Value { get; init; }

    public bool IsHistorical { get; init; }

    /// <summary>Good is not said: it is what no word means.</summary>
    public Quality Quality { get; init; }

    /// <summary>Number of the log's entry, or 0 for none.</summary>
    public long Sequence { get; init; }

    /// <summary>In births: what else there is to know of it.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Properties { get; init; }

    /// <summary>Writes it, with its type where it is born.</summary>
    public Protobuf Write(bool isBirth)
    {
        // Field numbers of Payload.Metric.
        var metric = new Protobuf();
        if (Name is not null) metric.Text(1, Name);
        if (Alias is { } alias) metric.Number(2, alias);
        metric.Number(3, (ulong)At.UnixMilliseconds);
        if (isBirth || Name is not null) metric.Number(4, (ulong)Type);
        if (IsHistorical) metric.Flag(5, true);
        if (Value is null) metric.Flag(7, true);
        var properties = PropertySet();
        if (properties.Length > 0) metric.Message(9, properties);
        switch (Value)
        {
            case long number: metric.Number(11, (ulong)number); break;
            case double number: metric.Double(13, number); break;
            case bool flag: metric.Flag(14, flag); break;
            case string text: metric.Text(15, text); break;
        }
        return metric;
    }

    private Protobuf PropertySet()
    {
        // Keys and values are two lists of the same length; a value is its type, and one of several fields.
        var (keys, values) = (new List<string>(), new List<Protobuf>());
        void Add(string key, MetricType type, Action<Protobuf> write)
        {
            var value = new Protobuf().Number(1, (ulong)type);
            write(value);
            keys.Add(key);
            values.Add(value);
        }
        // Questionable values are there but not to be counted on; the specification knows no nearer word than stale.
        var quality = Quality == Quality.Questionable ? Stale : Bad;
        if (Quality != Quality.Good) Add("Quality", MetricType.Int32, value => value.Number(3, quality));
        var sequence = Sequence;
        if (sequence > 0) Add("sequence", MetricType.Int64, value => value.Number(4, (ulong)sequence));
        foreach (var (key, text) in Properties ?? []) Add(key, MetricType.String, value => value.Text(8, text));
        var set = new Protobuf();
        foreach (var key in keys) set.Text(1, key);
        foreach (var value in values) set.Message(2, value);
        return set;
    }
}

/// <summary>The data types that are used, by their numbers in the specification (Sparkplug 3.0.0, 6.4.16).</summary>
internal enum MetricType : uint
{
    Int32 = 3,
    Int64 = 4,
    Double = 10,
    Boolean = 11,
    String = 12,
}
