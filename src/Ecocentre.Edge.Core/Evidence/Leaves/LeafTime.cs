using System.Globalization;
using Ecocentre.Edge.Time;

namespace Ecocentre.Edge.Evidence.Leaves;

/// <summary>Instants in leaves and windows: RFC 3339 in UTC, with milliseconds only where there are any.</summary>
internal static class LeafTime
{
    internal static string Write(Instant at)
    {
        var text = at.ToString();
        return text.EndsWith(".000Z", StringComparison.Ordinal) ? text[..^5] + "Z" : text;
    }

    /// <returns>Null for what <see cref="Write"/> would not have written.</returns>
    internal static Instant? Read(string? text)
    {
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return null;
        var at = Instant.From(time);
        return Write(at) == text ? at : null;
    }
}
