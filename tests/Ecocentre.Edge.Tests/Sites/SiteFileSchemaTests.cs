using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Peers;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Sites;

namespace Ecocentre.Edge.Tests.Sites;

/// <summary>The schema that helps an editor and the loader that decides know the same keys in the same places, and the example obeys both.</summary>
public sealed partial class SiteFileSchemaTests : IDisposable
{
    private const string Known = "Remove it; known are ";

    // A site in which each kind of place has a key that nobody knows: the loader's remedy then names those it would have known.
    private static readonly string[] Probes =
    [
        """
        { "x": 1, "spaces": [ { "x": 1 } ], "log": { "x": 1 }, "evidence": { "x": 1 },
          "archive": { "x": 1, "points": { "co2": { "x": 1 } } }, "mqtt": { "x": 1, "homeAssistant": { "x": 1 } }, "sparkplug": { "x": 1 }, "influx": { "x": 1 },
          "http": { "x": 1, "tls": { "x": 1 }, "rate": { "x": 1 } }, "webhooks": [ { "x": 1 } ],
          "outdoor": { "x": 1 }, "opening": { "x": 1 }, "desks": [ { "x": 1 } ], "occupancy": { "x": 1 }, "entries": [ { "x": 1 } ],
          "label": { "x": 1, "facts": { "people": { "x": 1 } } }, "buses": [] }
        """,
        """
        { "buses": [ { "x": 1, "serial": { "x": 1 }, "devices": [ { "x": 1, "unit": 1, "instrument": { "x": 1 }, "points": { "power.active": { "x": 1 } } } ] },
          { "tcp": { "x": 1 }, "devices": [ { "name": "a" } ] }, { "rtuOverTcp": { "x": 1 }, "devices": [ { "name": "b" } ] },
          { "i2c": { "x": 1, "reset": { "x": 1 } }, "devices": [ { "x": 1, "sensor": "sht41", "mux": { "x": 1 } },
            { "x": 1, "expander": "mcp23017", "interrupt": { "x": 1 }, "contacts": [ { "x": 1, "instrument": { "x": 1 } } ] } ] },
          { "gpio": { "x": 1 }, "devices": [ { "x": 1, "contact": { "x": 1 } }, { "x": 1, "pulse": { "x": 1 } } ] },
          { "mqtt": { "x": 1 }, "devices": [ { "x": 1 }, { "x": 1, "points": { "co2": { "x": 1 } } } ] },
          { "serial": { "x": 1 }, "devices": [ { "x": 1, "sensor": "mh-z19b" } ] } ] }
        """,
        """{ "buses": [ { "serial": {}, "devices": [ { "x": 1, "sensor": "ld2410" } ] } ] }""",
    ];

    // Known to the loader for their remedies alone: secrets in the site itself, a line's own name beside its contact, what belongs on another bus.
    private static readonly HashSet<string> KnownToBeRefused =
    [
        "$.mqtt.password", "$.sparkplug.password", "$.influx.password", "$.influx.token", "$.buses[].mqtt.password", "$.webhooks[].secret",
    ];

    private static readonly JsonNode Schema =
        JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "schemas", "site.schema.json")))!;

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Index();

    [GeneratedRegex(@"\.(points|facts)(?:\.\w+|\['[^']+'\])")]
    private static partial Regex PointKey();

    [Fact]
    public void Schema_and_loader_know_the_same_keys_in_the_same_places()
    {
        var loader = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var probe in Probes)
        {
            var mistakes = new List<Mistake>();
            SiteFile.Load(_scratch.Write("site.json", probe), MeterCatalogue.Load(Path.Combine(AppContext.BaseDirectory, "meters"), []), mistakes);
            foreach (var mistake in mistakes.Where(m => m.Remedy.StartsWith(Known, StringComparison.Ordinal)))
                foreach (var key in mistake.Remedy[Known.Length..].TrimEnd('.').Split(", "))
                    loader.Add($"{Place(mistake.Path[..mistake.Path.LastIndexOf('.')])}.{key}");
        }
        loader.ExceptWith(KnownToBeRefused);
        var schema = new SortedSet<string>(Keys(Schema, "$"), StringComparer.Ordinal);
        schema.Remove("$.$schema");
        // A contact beside its device and one on an expander are one definition; only the latter has a name, a place and an instrument in it.
        schema.RemoveWhere(key => key.StartsWith("$.buses[].devices[].contact.", StringComparison.Ordinal)
            && key.Split('.')[4] is "name" or "place" or "instrument");
        Assert.Equal(schema.Except(loader), []);
        Assert.Equal(loader.Except(schema), []);
    }

    [Fact]
    public void Annotated_example_obeys_the_schema()
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
        var example = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "config", "site.json")), documentOptions: options)!;
        Assert.Empty(Violations(example, Schema, "$"));
    }

    [Theory]
    [InlineData("""{ "zone": "UTC", "buses": [], "log": { "path": "l" } }""", "$.centre")]
    [InlineData("""{ "centre": "a", "zone": "UTC", "buses": [], "log": { "path": "l" }, "colour": 1 }""", "$.colour")]
    [InlineData("""{ "centre": "A", "zone": "UTC", "buses": [], "log": { "path": "l" } }""", "$.centre")]
    [InlineData("""{ "centre": "a", "zone": "UTC", "buses": [ { "name": "b", "devices": [] } ], "log": { "path": "l" } }""", "$.buses[0].devices")]
    [InlineData("""{ "centre": "a", "zone": "UTC", "buses": [], "log": { "path": "l", "keep": "soon" } }""", "$.log.keep")]
    [InlineData("""{ "centre": "a", "zone": "UTC", "buses": [], "log": { "path": "l" }, "clock": "sun" }""", "$.clock")]
    public void Schema_finds_what_it_can(string site, string place) => Assert.Contains(place, Violations(JsonNode.Parse(site)!, Schema, "$"));

    private static string Place(string path) => PointKey().Replace(Index().Replace(path, "[]"), ".$1.*");

    private static JsonNode Resolved(JsonNode schema) =>
        schema["$ref"] is { } reference ? Resolved(Schema["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!) : schema;

    private static IEnumerable<string> Keys(JsonNode written, string path)
    {
        var schema = Resolved(written);
        if (schema["properties"] is JsonObject properties)
            foreach (var (key, below) in properties)
            {
                yield return $"{path}.{key}";
                foreach (var inner in Keys(below!, $"{path}.{key}")) yield return inner;
            }
        if (schema["items"] is { } items)
            foreach (var inner in Keys(items, path + "[]")) yield return inner;
        if (schema["additionalProperties"] is JsonObject any)
            foreach (var inner in Keys(any, path + ".*")) yield return inner;
    }

    /// <summary>Checks the part of JSON Schema (draft 2020-12) that ours uses; yields the places that do not obey.</summary>
    private static IEnumerable<string> Violations(JsonNode? node, JsonNode written, string path)
    {
        var schema = Resolved(written);
        if (!Fits(node, schema)) yield return path;
        if (node is JsonObject members)
        {
            foreach (var missing in (schema["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>()).Where(r => !members.ContainsKey(r)))
                yield return $"{path}.{missing}";
            foreach (var (key, value) in members)
                if (schema["properties"]?[key] is { } known)
                    foreach (var inner in Violations(value, known, $"{path}.{key}")) yield return inner;
                else if (schema["additionalProperties"] is JsonObject any)
                    foreach (var inner in Violations(value, any, $"{path}.{key}")) yield return inner;
                else if (schema["additionalProperties"]?.GetValue<bool>() == false) yield return $"{path}.{key}";
        }
        if (node is JsonArray items && schema["items"] is { } item)
            foreach (var (index, value) in items.Index())
                foreach (var inner in Violations(value, item, $"{path}[{index}]")) yield return inner;
    }

    private static bool Fits(JsonNode? node, JsonNode schema)
    {
        var kind = node?.GetValueKind() ?? JsonValueKind.Null;
        if (schema["type"] is { } type && !(type is JsonArray many ? many : [type.DeepClone()])
            .Any(t => Is(kind, node, t!.GetValue<string>()))) return false;
        if (schema["enum"] is JsonArray words && !words.Any(word => JsonNode.DeepEquals(word, node))) return false;
        if (kind == JsonValueKind.String && schema["pattern"] is { } pattern
            && !Regex.IsMatch(node!.GetValue<string>(), pattern.GetValue<string>())) return false;
        if (node is JsonArray array && array.Count < (schema["minItems"]?.GetValue<int>() ?? 0)) return false;
        if (kind == JsonValueKind.Number && schema["minimum"] is { } min && node!.GetValue<double>() < min.GetValue<double>()) return false;
        if (kind == JsonValueKind.Number && schema["exclusiveMinimum"] is { } over
            && node!.GetValue<double>() <= over.GetValue<double>()) return false;
        if (kind == JsonValueKind.Number && schema["maximum"] is { } max && node!.GetValue<double>() > max.GetValue<double>()) return false;
        return node is not JsonObject keyed || schema["propertyNames"]?["pattern"] is not { } names
            || keyed.All(member => Regex.IsMatch(member.Key, names.GetValue<string>()));
    }

    private static bool Is(JsonValueKind kind, JsonNode? node, string type) => type switch
    {
        "object" => kind == JsonValueKind.Object,
        "array" => kind == JsonValueKind.Array,
        "string" => kind == JsonValueKind.String,
        "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
        "integer" => kind == JsonValueKind.Number && node!.GetValue<double>() % 1 == 0,
        _ => kind == JsonValueKind.Number,
    };
}
