using System.Globalization;
using Ecocentre.Edge.Plant;

namespace Ecocentre.Edge.Sites;

/// <summary>Reads sizes as people write them: <c>64MB</c>, <c>1.5GB</c> (decimal, as on an SD card's label).</summary>
internal static class Bytes
{
    /// <summary>A size with its unit, both bounds included; a mistake and <paramref name="min"/> otherwise.</summary>
    internal static long Read(JsonPlace place, long min, long max)
    {
        if (place.IsText && TryParse(place.Text(), out var bytes) && bytes >= min && bytes <= max) return bytes;
        place.Wrong("is no size in the allowed range.", $"Write a size from {Print(min)} to {Print(max)}, as in \"64MB\" or \"2GB\".");
        return min;
    }

    private static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var unit = text.Length > 2 ? text[^2..] : "";
        var factor = unit switch { "kB" => 1e3, "MB" => 1e6, "GB" => 1e9, "TB" => 1e12, _ => double.NaN };
        if (!double.TryParse(text.AsSpan(0, Math.Max(0, text.Length - 2)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            || !(number * factor <= 1e15)) return false;
        bytes = (long)(number * factor);
        return true;
    }

    private static string Print(long bytes) => bytes switch
    {
        >= 1_000_000_000 => $"{bytes / 1_000_000_000}GB",
        >= 1_000_000 => $"{bytes / 1_000_000}MB",
        _ => $"{bytes / 1_000}kB",
    };
}
