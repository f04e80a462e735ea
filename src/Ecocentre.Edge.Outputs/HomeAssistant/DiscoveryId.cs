using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Outputs.HomeAssistant;

/// <summary>Ids as Home Assistant takes them in discovery topics: <c>a-z A-Z 0-9 _ -</c> only (documentation of the MQTT integration, "Discovery topic";
/// core, <c>mqtt/discovery.py</c>, <c>TOPIC_MATCHER</c>). Stable over the years, and different for different names.</summary>
internal static class DiscoveryId
{
    /// <summary>The gateway of a centre itself.</summary>
    public static string Gateway(string centre) => $"ecocentre-{centre}";

    /// <summary>A device of the site. Begins as no id of another centre does, because a centre's name holds no underscore.</summary>
    public static string Device(string centre, string device) => $"{Gateway(centre)}_device_{Safe(device)}";

    /// <summary>The desks of a space.</summary>
    public static string Desks(string centre, string space) => $"{Gateway(centre)}_desks_{Safe(space)}";

    /// <summary>Whether an id is one of a centre's.</summary>
    public static bool IsOf(string centre, string id) =>
        id == Gateway(centre) || id.StartsWith(Gateway(centre) + "_", StringComparison.Ordinal);

    /// <summary>Any text as letters, digits and dashes; everything else as <c>_</c> and the two hexadecimal digits of each byte, so that no two are the
    /// same.</summary>
    public static string Safe(string text)
    {
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune.IsAscii && (char.IsAsciiLetterOrDigit((char)rune.Value) || rune.Value == '-')) safe.Append((char)rune.Value);
            else
                foreach (var octet in Encoding.UTF8.GetBytes(rune.ToString())) safe.Append(CultureInfo.InvariantCulture, $"_{octet:x2}");
        return safe.ToString();
    }
}
