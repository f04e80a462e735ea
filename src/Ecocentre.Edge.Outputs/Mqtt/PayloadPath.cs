using System.Globalization;
using System.Text.Json;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A place in a JSON payload: <c>$</c>, <c>$.occupancy</c>, <c>$.a.b</c>, <c>$.list[0]</c>, <c>$['odd name']</c>. The plain part of JSONPath
/// (RFC 9535, sections 2.3.1 and 2.3.3: names and indexes), and nothing that searches. Immutable.</summary>
public sealed class PayloadPath
{
    private readonly object[] _steps;

    private PayloadPath(object[] steps) => _steps = steps;

    /// <returns>Null when the text is no such path.</returns>
    public static PayloadPath? Parse(string text)
    {
        if (text.Length == 0 || text[0] != '$') return null;
        var steps = new List<object>();
        for (var at = 1; at < text.Length;)
        {
            var end = text[at] == '.' ? NextStep(text, at + 1) : text.IndexOf(']', at) + 1;
            if (end <= at + 1) return null;
            var step = text[at] == '.' ? text[(at + 1)..end] : text[(at + 1)..(end - 1)];
            if (text[at] == '.') steps.Add(step);
            else if (text[at] != '[') return null;
            else if (step.Length >= 2 && step[0] == '\'' && step[^1] == '\'') steps.Add(step[1..^1]);
            else if (int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) steps.Add(index);
            else return null;
            at = end;
        }
        return new PayloadPath([.. steps]);
    }

    /// <summary>Follows the path.</summary>
    /// <returns>Null when the payload has no such place.</returns>
    public JsonElement? Find(JsonElement payload)
    {
        foreach (var step in _steps)
            if (step is string name && payload.ValueKind == JsonValueKind.Object && payload.TryGetProperty(name, out var member)) payload = member;
            else if (step is int index && payload.ValueKind == JsonValueKind.Array && index < payload.GetArrayLength()) payload = payload[index];
            else return null;
        return payload;
    }

    private static int NextStep(string text, int from)
    {
        var end = text.AsSpan(from).IndexOfAny('.', '[');
        return end < 0 ? text.Length : from + end;
    }
}
