using System.Text.Json;
using System.Text.Json.Nodes;
using Ecocentre.Edge.Devices.Meters;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Devices.Tests.Meters;

/// <summary>An invented meter model that uses every feature of the file's form.</summary>
internal static class ExampleModel
{
    public const string Text = """
        {
          "$schema": "../schemas/meter-model.schema.json",
          "brand": "Acme", "models": ["One"],
          "source": { "title": "t", "revision": "r", "link": "l", "evidence": "one source" },
          "serial": { "baud": 9600, "parity": "none", "stopBits": 1, "unit": 1 },
          "read": { "table": "input", "order": "ABCD", "registersMax": 80, "gapMax": 10, "frameDelay": "60ms", "timeout": "500ms", "evenCounts": true,
                    "holes": [[100, 110]] },
          "probe": [ { "register": 0, "type": "float32", "between": [80, 300], "unit": "V" },
                     { "register": 200, "text": "ACME", "registers": 2, "table": "holding" } ],
          "points": {
            "voltage.l1": { "register": 0, "printed": "30001", "type": "float32", "unit": "V", "min": 0, "max": 500 },
            "power.active": { "register": 52, "type": "float32", "unit": "kW", "min": -50000, "max": 50000 },
            "energy.active.import": { "register": 72, "type": "float32", "unit": "kWh", "rolloverAt": 1000000, "resolution": 0.01, "every": "60s" },
            "energy.active.export": { "sum": [801, 805], "type": "float64", "unit": "Wh", "rolloverAt": 1e9 },
            "frequency": { "register": 300, "table": "holding", "type": "uint16", "scale": 0.01, "unit": "Hz", "optional": true, "invalid": ["0xFFFF"] },
            "temperature": { "register": 400, "type": "int16", "order": "DCBA", "scaleRegister": 402, "unit": "°C" }
          },
          "notes": ["Invented."],
          "capture": { "from": "made from the maker's table",
            "registers": { "0": [17254, 13107], "52": [17599, 53248], "72": [17562, 21029], "801": [16679, 55114, 38280, 24117, 0, 0, 0, 0],
                           "holding:200": [16707, 19781], "holding:300": [5002] },
            "expect": { "voltage.l1": 230.2, "energy.active.import": 1234.5670166, "frequency": 50.02 } },
          "checks": { "bench": "todo: none exists", "field": "todo: none exists", "writes": "exempt: the gateway never writes to meters" }
        }
        """;

    /// <summary>The example with one value replaced or added, or removed when <paramref name="json"/> is null.</summary>
    /// <param name="path">Keys and indexes joined by '/'.</param>
    public static string Edited(string path, string? json)
    {
        var root = JsonNode.Parse(Text)!;
        var keys = path.Split('/');
        var at = keys[..^1].Aggregate(root, (node, key) => node is JsonArray list ? list[int.Parse(key)]! : node[key]!);
        if (at is JsonArray array) array[int.Parse(keys[^1])] = JsonNode.Parse(json!);
        else if (json is null) at.AsObject().Remove(keys[^1]);
        else at.AsObject()[keys[^1]] = JsonNode.Parse(json);
        return root.ToJsonString();
    }

    /// <summary>Every place of the example that holds a value.</summary>
    public static IEnumerable<string> Paths() => Walk(JsonDocument.Parse(Text).RootElement, "").Where(p => p.Length > 0);

    public static MeterModel Load(string text, string id = "acme-one")
    {
        var mistakes = new List<Mistake>();
        var model = MeterModelFile.Parse(id + ".json", text, mistakes);
        Assert.True(model is not null, string.Join('\n', mistakes));
        return model;
    }

    private static IEnumerable<string> Walk(JsonElement element, string path)
    {
        yield return path;
        var inner = element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().Select(m => (m.Name, m.Value)),
            JsonValueKind.Array => element.EnumerateArray().Select((item, index) => (index.ToString(), item)),
            _ => [],
        };
        foreach (var (key, value) in inner)
            foreach (var deeper in Walk(value, path.Length == 0 ? key : $"{path}/{key}")) yield return deeper;
    }
}
