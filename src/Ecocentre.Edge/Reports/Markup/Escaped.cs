using System.Globalization;
using System.Text;

namespace Ecocentre.Edge.Reports.Markup;

/// <summary>Text as it may stand in markup and in style sheets.</summary>
internal static class Escaped
{
    /// <summary>Appends text for elements and quoted attributes of XML 1.0. Characters that would turn the reading direction, and those
    /// that no document
    /// may hold, are shown by their number: what is hidden in evidence is seen in the report.</summary>
    internal static void Put(StringBuilder to, string? text)
    {
        if (text is null) return;
        foreach (var rune in text.EnumerateRunes())
            switch (rune.Value)
            {
                case '&': to.Append("&amp;"); break;
                case '<': to.Append("&lt;"); break;
                case '>': to.Append("&gt;"); break;
                case '"': to.Append("&quot;"); break;
                case '\'': to.Append("&#39;"); break;
                default:
                    if (IsHidden(rune)) to.Append(CultureInfo.InvariantCulture, $"[U+{rune.Value:X4}]");
                    else to.Append(rune.ToString());
                    break;
            }
    }

    internal static string Xml(string? text)
    {
        var escaped = new StringBuilder();
        Put(escaped, text);
        return escaped.ToString();
    }

    /// <summary>Text as a quoted string of a style sheet within a document: all but letters, digits and spaces by their numbers (CSS Syntax
    /// Level 3,
    /// 4.3.7).</summary>
    internal static string Css(string text)
    {
        var escaped = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value == ' ' || Rune.IsLetterOrDigit(rune)) escaped.Append(rune.ToString());
            // The space ends the number; a space of the text behind it would be taken for that end.
            else escaped.Append(CultureInfo.InvariantCulture, $"\\{(IsHidden(rune) ? Rune.ReplacementChar.Value : rune.Value):x6} ");
        return escaped.Append('"').ToString();
    }

    /// <summary>Letters of the longest run without a place to break a line.</summary>
    internal static int LongestWord(string? text)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text ?? "")
        {
            run = c is ' ' or '-' or '\u00AD' ? 0 : run + 1;
            longest = Math.Max(longest, run);
        }
        return longest;
    }

    private static bool IsHidden(Rune rune) => rune.Value switch
    {
        '\t' or '\n' or '\r' => false,
        // Controls, and the two code points that XML 1.0 (2.2) leaves out beside them.
        < 0x20 or >= 0x7F and <= 0x9F or 0xFFFE or 0xFFFF => true,
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm (UAX 9), and what has no width.
        0x061C or >= 0x200B and <= 0x200F or >= 0x202A and <= 0x202E or >= 0x2060 and <= 0x2069 or 0xFEFF => true,
        _ => false,
    };
}
