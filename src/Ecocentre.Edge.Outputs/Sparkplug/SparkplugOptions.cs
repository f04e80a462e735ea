using System.Collections.Immutable;
using Ecocentre.Edge.Outputs.Mqtt;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>What a site says of Sparkplug. Plain values.</summary>
/// <param name="Broker">How the broker is reached, with a client id of its own.</param>
/// <param name="Group">Group id.</param>
/// <param name="Node">Edge node id; group and node together are unique at the broker.</param>
public sealed record SparkplugOptions(MqttOptions Broker, string Group, string Node)
{
    // Room for a name a person chooses; MQTT itself would take 65,535 bytes for the whole topic.
    private const int IdLengthMax = 64;

    /// <summary>Host application without which nothing is told (its STATE must say that it is online), or null.</summary>
    public string? PrimaryHost { get; init; }

    /// <summary>What is wrong with these values; empty when nothing is.</summary>
    /// <param name="file">The file they came from.</param>
    /// <param name="path">Place in it, such as <c>$.sparkplug</c>.</param>
    public ImmutableArray<Mistake> Check(string file, string path)
    {
        var mistakes = Broker.Check(file, path).ToBuilder();
        foreach (var (key, id) in new[] { ("group", Group), ("node", Node), ("primaryHost", PrimaryHost) })
            if (id is not null && !IsId(id))
                mistakes.Add(new Mistake(file, $"{path}.{key}", $"\"{id}\" is no Sparkplug id.",
                    $"Write 1 to {IdLengthMax} characters without +, / and #."));
        return mistakes.ToImmutable();
    }

    /// <summary>Any text but one with the signs that topics are made with (Sparkplug 3.0.0, 4.1, topic-structure-namespace-valid-…-id).</summary>
    private static bool IsId(string id) =>
        id.Length is > 0 and <= IdLengthMax && id.IndexOfAny(['+', '/', '#']) < 0 && !id.Any(char.IsControl);
}
