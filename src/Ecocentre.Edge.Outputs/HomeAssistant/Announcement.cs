using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ecocentre.Edge.Outputs.HomeAssistant;

/// <summary>One device as Home Assistant is told of it: the retained message of device-based discovery (MQTT integration, "Device discovery payload",
/// Home Assistant 2024.11). Immutable.</summary>
/// <param name="Id">Object id of its topic.</param>
/// <param name="Head">Members of the payload beside the components, as JSON without the outer braces.</param>
/// <param name="Components">By key: platform and configuration, the latter a whole JSON object.</param>
internal sealed record Announcement(string Id, string Head, ImmutableSortedDictionary<string, AnnouncedComponent> Components)
{
    // Letters stay letters: what is told is UTF-8 and is never put into a page by us.
    private static readonly JsonWriterOptions Writer = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The topic of an id.</summary>
    public static string Topic(string prefix, string id) => $"{prefix}/device/{id}/config";

    /// <summary>The payload.</summary>
    /// <param name="gone">Components that were told once and are no more, with their platforms: each is told once more with nothing but its platform, which
    /// is how Home Assistant is asked to remove it.</param>
    public byte[] Payload(IReadOnlyDictionary<string, string> gone)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Writer))
        {
            json.WriteStartObject();
            using (var head = JsonDocument.Parse("{" + Head + "}"))
                foreach (var member in head.RootElement.EnumerateObject()) member.WriteTo(json);
            json.WriteStartObject("components");
            foreach (var (key, component) in Components)
            {
                json.WritePropertyName(key);
                json.WriteRawValue(component.Json);
            }
            foreach (var (key, platform) in gone.Where(one => !Components.ContainsKey(one.Key)).OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(key);
                json.WriteString("platform", platform);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }

    /// <summary>Keys and platforms of the components that a payload tells, those included that are only being removed. Empty for what nobody
    /// understands.</summary>
    public static ImmutableSortedDictionary<string, string> Told(ReadOnlyMemory<byte> payload)
    {
        var told = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(payload);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("components", out var components)
                || components.ValueKind != JsonValueKind.Object) return told.ToImmutable();
            foreach (var component in components.EnumerateObject())
                if (component.Value.ValueKind == JsonValueKind.Object && component.Value.TryGetProperty("platform", out var platform)
                    && platform.ValueKind == JsonValueKind.String) told[component.Name] = platform.GetString()!;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not ours, or half a character in it: it is written over.
        }
        return told.ToImmutable();
    }
}

/// <summary>One entity of an <see cref="Announcement"/>.</summary>
internal sealed record AnnouncedComponent(string Platform, string Json);
