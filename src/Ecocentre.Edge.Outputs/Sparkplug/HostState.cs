using System.Text.Json;

namespace Ecocentre.Edge.Outputs.Sparkplug;

/// <summary>What the primary host says of itself on its STATE topic (Sparkplug 3.0.0, 4.3 and 5.4): <c>{"online":true,"timestamp":ms}</c>. One
/// thread.</summary>
internal sealed class HostState
{
    // Four times the longest honest message.
    private const int BytesMax = 256;

    private long? _newest;

    public bool IsOnline { get; private set; }

    /// <summary>A new connection: what was said on the one before counts no more, but its time does.</summary>
    public void Forget() => IsOnline = false;

    /// <summary>Takes a message. One older than what was heard before is of a connection that is over, and counts for nothing; so does what nobody
    /// understands.</summary>
    public void Hear(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > BytesMax) return;
        try
        {
            using var document = JsonDocument.Parse(payload);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("online", out var online)
                || online.ValueKind is not (JsonValueKind.True or JsonValueKind.False) || !root.TryGetProperty("timestamp", out var time)
                || time.ValueKind != JsonValueKind.Number || !time.TryGetInt64(out var at) || at < (_newest ?? long.MinValue)) return;
            (_newest, IsOnline) = (at, online.GetBoolean());
        }
        catch (JsonException)
        {
            // Not JSON: an older revision of the specification had bare words there.
        }
    }
}
