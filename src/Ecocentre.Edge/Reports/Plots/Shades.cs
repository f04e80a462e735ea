using Ecocentre.Edge.Reports.Markup;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>Shades that grow darker step by step, in colour and in grey alike, and their legend.</summary>
internal static class Shades
{
    /// <summary>Yellow over green to deep blue, nine steps of falling luminance (ColorBrewer YlGnBu, 9 classes: safe for colour
    /// blindness).</summary>
    internal static readonly string[] Amount =
        ["#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58"];

    /// <summary>What is whole is pale, what is missing dark (ColorBrewer YlOrBr, five of nine classes).</summary>
    internal static readonly string[] Missing = ["#fff7bc", "#fec44f", "#ec7014", "#993404", "#4a1a04"];

    /// <summary>Boxes with a word each, from the left edge, and the hatched one for gaps.</summary>
    /// <returns>Where the legend ends.</returns>
    internal static double Legend(Html svg, double left, double top, string style, IReadOnlyList<string> words, string? gap)
    {
        // A box, a word of eight letters, some air.
        const double Box = 15, Letter = 4.7, Air = 8;
        var x = left;
        for (var i = 0; i <= words.Count; i++)
        {
            var word = i < words.Count ? words[i] : gap;
            if (word is null) break;
            var shade = i < words.Count ? $"{style}{i}" : "gap";
            svg.Add($"""<rect class="{shade}" x="{x}" y="{top}" width="{Box}" height="9"/>""");
            svg.Add($"""<rect class="f" x="{x}" y="{top}" width="{Box}" height="9"/>""");
            svg.Add($"""<text class="t" x="{x + Box + 3}" y="{top + 8}">{word}</text>""");
            x += Box + 3 + Letter * word.Length + Air;
        }
        return x;
    }
}
