using System.Text.Json;

namespace Ecocentre.Edge.Outputs.Mqtt;

/// <summary>The JSON shape both share: two sequences and perhaps a name.</summary>
internal static class RangeMessage
{
    // Four times the longest message an honest sender writes (two 19-digit numbers and a name).
    private const int BytesMax = 512;

    public static byte[] Write(string firstName, long first, string lastName, long last, string? by)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            if (by is not null) json.WriteString("by", by);
            json.WriteNumber(firstName, first);
            json.WriteNumber(lastName, last);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    public static bool TryRead(ReadOnlyMemory<byte> payload, string firstName, string lastName, out long first, out long last, out string? by)
    {
        (first, last, by) = (0, 0, null);
        if (payload.Length > BytesMax) return false;
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return false;
            if (!TryReadSequence(root, firstName, out first) || !TryReadSequence(root, lastName, out last) || first > last) return false;
            if (root.TryGetProperty("by", out var name) && name.ValueKind == JsonValueKind.String) by = name.GetString();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair is legal JSON and no text.
            return false;
        }
    }

    private static bool TryReadSequence(JsonElement root, string name, out long sequence)
    {
        sequence = 0;
        return root.TryGetProperty(name, out var element) && element.ValueKind == JsonValueKind.Number
            && element.TryGetInt64(out sequence) && sequence >= 1;
    }
}
