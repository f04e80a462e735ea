using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>A topic on which somebody else publishes what one sensor says, and how its payload becomes readings. Immutable.</summary>
/// <param name="Device">As the site names it.</param>
/// <param name="SilentAfter">Without a live message for so long its points are missing.</param>
/// <param name="Points">At least one.</param>
public sealed record BridgeTopic(string Device, string Topic, TimeSpan SilentAfter, ImmutableArray<BridgePoint> Points);

/// <summary>One point of a <see cref="BridgeTopic"/>. Immutable.</summary>
/// <param name="Path">Where in the JSON payload; null when the payload itself is the value.</param>
/// <param name="Values">Words that stand for numbers (<c>true</c> and <c>false</c> are the words of JSON's own); empty when the payload has the
/// number.</param>
/// <param name="Factor">To the point's canonical unit.</param>
public sealed record BridgePoint(Point Point, PayloadPath? Path, FrozenDictionary<string, double> Values, double Factor = 1)
{
    // A found text is quoted in the complaint; more than this of it does not help.
    private const int QuotedLengthMax = 60;

    /// <summary>Reads the value out of a payload.</summary>
    /// <param name="payload">UTF-8.</param>
    /// <param name="complaint">What is wrong, for people, when there is no value.</param>
    /// <returns>The value in the canonical unit, or null.</returns>
    public double? Read(ReadOnlyMemory<byte> payload, out string complaint)
    {
        complaint = "";
        if (Path is null) return Value(Encoding.UTF8.GetString(payload.Span).Trim(), out complaint);
        try
        {
            using var document = JsonDocument.Parse(payload);
            if (!JsonText.IsWhole(document.RootElement)) complaint = $"a text in it is none: {Quote(Encoding.UTF8.GetString(payload.Span))}";
            else if (Path.Find(document.RootElement) is { } found)
                return Value(found.ValueKind == JsonValueKind.String ? found.GetString()! : found.GetRawText(), out complaint);
            else complaint = $"{Point.Quantity.Name} is not in it: {Quote(Encoding.UTF8.GetString(payload.Span))}";
        }
        catch (JsonException)
        {
            complaint = $"it is not JSON: {Quote(Encoding.UTF8.GetString(payload.Span))}";
        }
        return null;
    }

    private double? Value(string text, out string complaint)
    {
        complaint = "";
        if (Values.TryGetValue(text, out var word)) return word;
        if (Values.Count == 0)
        {
            // What JSON says of on and off needs no table.
            if (Point.Quantity.Kind == PointKind.State && text is "true" or "false") return text == "true" ? 1 : 0;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)) return number * Factor;
        }
        complaint = $"{Quote(text)} is no value of {Point.Quantity.Name}"
            + (Values.Count == 0 ? "." : $"; known are {string.Join(", ", Values.Keys.Order(StringComparer.Ordinal))}.");
        return null;
    }

    private static string Quote(string text) => text.Length <= QuotedLengthMax ? $"\"{text}\"" : $"\"{text[..QuotedLengthMax]}…\"";
}
