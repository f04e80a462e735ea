using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence;

/// <summary>Writes and reads the one JSON object of a <see cref="RecordFact"/>: keys in the order of writing, absent ones left out, so that the same
/// content is the same text.</summary>
internal static class RecordText
{
    // Quotes, backslashes and everything below a space are still escaped: there is no line break in it.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static string Write(Action<Utf8JsonWriter> members)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    /// <returns>Null when the text is not one JSON object, or a text in it is none.</returns>
    internal static JsonElement? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && JsonText.IsWhole(root) ? root.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static void Put(this Utf8JsonWriter json, string key, string? value)
    {
        if (value is not null) json.WriteString(key, value);
    }

    internal static void Put(this Utf8JsonWriter json, string key, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(key, number);
    }

    internal static void Put(this Utf8JsonWriter json, string key, long? value)
    {
        if (value is { } number) json.WriteNumber(key, number);
    }

    internal static void Put(this Utf8JsonWriter json, string key, bool? value)
    {
        if (value is { } flag) json.WriteBoolean(key, flag);
    }

    internal static void Put(this Utf8JsonWriter json, string key, DateOnly? day) => json.Put(key, day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    internal static void Put(this Utf8JsonWriter json, string key, Instant at) => json.WriteString(key, at.ToString());

    internal static string? Text(this JsonElement record, string key) =>
        record.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    internal static double? Number(this JsonElement record, string key) =>
        record.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    internal static long? Whole(this JsonElement record, string key) =>
        record.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    internal static bool? Flag(this JsonElement record, string key) =>
        record.TryGetProperty(key, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.ValueKind == JsonValueKind.True : null;

    internal static Instant? At(this JsonElement record, string key) =>
        DateTimeOffset.TryParse(record.Text(key), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? Instant.From(at) : null;

    internal static DateOnly? Day(this JsonElement record, string key) =>
        DateOnly.TryParseExact(record.Text(key), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;
}
