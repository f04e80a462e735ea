using Ecocentre.Edge.Outputs.Mqtt;

namespace Ecocentre.Edge.Outputs.Tests.Sparkplug;

/// <summary>Holds what one edge node publishes against the normative statements of Sparkplug 3.0.0 that can be seen from outside, each by its id in the
/// specification. What the broker alone sees (quality of service, retain, will) is checked in its log.</summary>
internal sealed class SparkplugRules(string group, string node)
{
    // Types that a node of ours uses, of the specification's 1 to 34.
    private static readonly Dictionary<ulong, Type> Types =
        new() { [4] = typeof(long), [10] = typeof(double), [11] = typeof(bool), [12] = typeof(string) };

    private readonly Dictionary<string, Dictionary<ulong, HeardMetric>> _born = [];
    private readonly Dictionary<ulong, string> _aliases = [];
    private readonly List<string> _broken = [];
    private ulong? _sequence;
    private long? _birthDeath;
    private bool _isWhole;

    /// <summary>Every rule that was broken so far, with the topic.</summary>
    public IReadOnlyList<string> Broken => _broken;

    /// <summary>Data messages so far.</summary>
    public int DataCount { get; private set; }

    public int Births { get; private set; }

    /// <summary>Device ids that are alive.</summary>
    public IEnumerable<string> Alive => _born.Keys.Where(device => device.Length > 0);

    /// <summary>Metrics of the last birth of a device, by name.</summary>
    public IEnumerable<HeardMetric> BornOf(string device) => _born[device].Values;

    /// <summary>Name of the metric behind an alias.</summary>
    public string NameOf(string device, ulong alias) => _born[device][alias].Name!;

    /// <summary>What is heard next may be the middle of a session: it is judged whole from the next NBIRTH on.</summary>
    public void Join() => _isWhole = false;

    public HeardPayload Hear(MqttMessage message)
    {
        var parts = message.Topic.Split('/');
        var payload = HeardPayload.Parse(message.Payload.Span);
        void Rule(bool isKept, string id)
        {
            if (!isKept) _broken.Add($"{id}: {message.Topic}");
        }
        Rule(parts.Length is 4 or 5 && parts[0] == "spBv1.0" && parts[1] == group && parts[3] == node, "topic-structure");
        Rule(!message.Retain, "payloads-…-retain");
        var (verb, device) = (parts[2], parts.Length == 5 ? parts[4] : "");
        Rule(verb[0] == 'D' == (device.Length > 0), "topic-structure-namespace-device-id-associated-message-types");
        if (verb == "NDEATH")
        {
            Rule(payload.Sequence is null, "topics-ndeath-seq");
            Rule(payload.Metrics is [{ Name: "bdSeq", Type: 4, Value: long }], "topics-ndeath-payload");
            if (_birthDeath is { } number) Rule(Equals(payload.Metrics[0].Value, number), "payloads-ndeath-bdseq");
            _born.Clear();
            _sequence = null;
            return payload;
        }
        Rule(payload.Timestamp is not null, $"topics-{verb.ToLowerInvariant()}-timestamp");
        Rule(payload.Sequence <= 255, "payloads-sequence-num-always-included");
        if (verb == "NBIRTH")
        {
            Births++;
            _isWhole = true;
            Rule(payload.Sequence == 0, "topics-nbirth-seq-num");
            _born.Clear();
            _aliases.Clear();
            Rule(payload.Metrics.SingleOrDefault(metric => metric.Name == "Node Control/Rebirth") is { Type: 11, Value: false, Alias: null },
                "topics-nbirth-rebirth-metric, operational-behavior-data-commands-rebirth-name-aliases");
            var birthDeath = payload.Metrics.SingleOrDefault(metric => metric.Name == "bdSeq");
            Rule(birthDeath is { Type: 4, Value: long and >= 0 and <= 255 }, "topics-nbirth-bdseq-included");
            _birthDeath = birthDeath?.Value as long?;
        }
        else if (!_isWhole) return payload;
        else
        {
            Rule(_sequence is { } last && payload.Sequence == (last + 1) % 256, $"topics-{verb.ToLowerInvariant()}-seq-num");
            Rule(_born.ContainsKey(""), "message-flow-device-birth-publish-nbirth-wait");
        }
        _sequence = payload.Sequence;
        if (verb is "NBIRTH" or "DBIRTH") Bear(device, payload, Rule);
        else if (verb == "DDEATH")
        {
            Rule(_born.Remove(device), "operational-behavior-device-ddeath");
            Rule(payload.Metrics.Count == 0, "a death has nothing to say");
        }
        else if (verb is "NDATA" or "DDATA") HearData(device, payload, Rule);
        else Rule(false, $"{verb} is not a node's to say");
        return payload;
    }

    private void Bear(string device, HeardPayload payload, Action<bool, string> rule)
    {
        var metrics = new Dictionary<ulong, HeardMetric>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        _born.Remove(device);
        foreach (var alias in _aliases.Where(known => known.Value == device).Select(known => known.Key).ToArray()) _aliases.Remove(alias);
        foreach (var metric in payload.Metrics)
        {
            rule(metric.Name is { Length: > 0 }, "payloads-name-requirement");
            rule(names.Add(metric.Name ?? ""), "case-sensitivity-metric-names");
            rule(metric.Timestamp is not null, "payloads-name-birth-data-requirement");
            rule(metric.Type is { } type && Types.ContainsKey(type), "payloads-metric-datatype-req");
            rule(metric.IsNull ? metric.Value is null : metric.Value?.GetType() == Types[metric.Type!.Value], "operational-behavior-data-publish-nbirth-values");
            rule(!metric.IsHistorical, "a birth tells the present");
            Properties(metric, rule);
            if (metric.Alias is { } alias)
            {
                rule(_aliases.TryAdd(alias, device), "payloads-alias-uniqueness");
                metrics[alias] = metric;
            }
            else rule(metric.Name == "Node Control/Rebirth", "payloads-alias-birth-requirement");
        }
        InOrder(payload, rule);
        _born[device] = metrics;
    }

    private void HearData(string device, HeardPayload payload, Action<bool, string> rule)
    {
        DataCount++;
        rule(payload.Metrics.Count > 0, "data without metrics");
        if (!_born.TryGetValue(device, out var born))
        {
            rule(false, "operational-behavior-data-publish-dbirth");
            return;
        }
        foreach (var metric in payload.Metrics)
        {
            rule(metric.Name is null && metric.Alias is not null, "payloads-alias-data-cmd-requirement");
            rule(metric.Timestamp is not null, "payloads-name-birth-data-requirement");
            rule(metric.Type is null, "payloads-metric-datatype-not-req");
            Properties(metric, rule);
            if (!born.TryGetValue(metric.Alias ?? 0, out var known)) rule(false, "operational-behavior-data-publish-dbirth (metric)");
            else rule(metric.IsNull ? metric.Value is null : metric.Value?.GetType() == Types[known.Type!.Value], "payloads-metric-datatype-value");
        }
        InOrder(payload, rule);
    }

    private static void InOrder(HeardPayload payload, Action<bool, string> rule)
    {
        var present = payload.Metrics.Where(metric => !metric.IsHistorical).Select(metric => metric.Timestamp).ToArray();
        rule(present.SequenceEqual(present.Order()), "operational-behavior-data-publish-nbirth-order, -dbirth-order");
    }

    private static void Properties(HeardMetric metric, Action<bool, string> rule)
    {
        if (metric.Properties.TryGetValue("Quality", out var quality))
        {
            rule(quality.Type == 3, "payloads-propertyset-quality-value-type");
            rule(quality.Value is 0L or 192L or 500L, "payloads-propertyset-quality-value-value");
        }
        rule(metric.Properties.Values.All(value => value.Type is >= 1 and <= 14), "payloads-metric-propertyvalue-type-value");
    }
}
