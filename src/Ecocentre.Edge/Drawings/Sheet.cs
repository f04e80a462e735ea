using System.Globalization;
using System.Text;
using System.Xml.Linq;

namespace Ecocentre.Edge.Drawings;

/// <summary>What drawings are made of: boxes, lines and words, in pixels. Words that are too long for their place are cut and keep their whole text as
/// a title.</summary>
/// <param name="width">Of the place that a panel has.</param>
internal sealed class Sheet(int width)
{
    // A letter of a sans-serif font of 13 px is 7 px wide in the mean, with a little to spare.
    private const double LetterWidth = 0.55;

    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    public int Width => width;

    public static XElement Text(double x, double y, string words, string weight = "normal", int size = 13, string anchor = "start", string fill = "#111") =>
        new(Svg + "text", At("x", x), At("y", y), new XAttribute("font-weight", weight), new XAttribute("font-size", size),
            new XAttribute("text-anchor", anchor), new XAttribute("fill", fill), Printable(words));

    /// <summary>Words no wider than a place.</summary>
    public static XElement Text(double x, double y, string words, int place, string weight = "normal", int size = 13)
    {
        var most = (int)(place / (LetterWidth * size));
        var text = words.Length <= most ? words : string.Concat(words.AsSpan(0, Math.Max(1, most - 1)), "…");
        var element = Text(x, y, text, weight, size);
        if (text.Length != words.Length) element.Add(new XElement(Svg + "title", Printable(words)));
        return element;
    }

    public static XElement Box(double x, double y, double width, double height, string fill = "#fff", string stroke = "#333") =>
        new(Svg + "rect", At("x", x), At("y", y), At("width", width), At("height", height), new XAttribute("rx", 4), new XAttribute("fill", fill),
            new XAttribute("stroke", stroke));

    /// <param name="dash">As SVG's stroke-dasharray; empty for a whole line.</param>
    public static XElement Line(double x1, double y1, double x2, double y2, string stroke, double thickness = 2, string dash = "") =>
        new(Svg + "line", At("x1", x1), At("y1", y1), At("x2", x2), At("y2", y2), new XAttribute("stroke", stroke), At("stroke-width", thickness),
            dash.Length == 0 ? null : new XAttribute("stroke-dasharray", dash));

    private static XAttribute At(string name, double value) => new(name, value.ToString("0.##", CultureInfo.InvariantCulture));

    /// <summary>Words as XML can hold them: it knows no control characters, no half surrogates and neither of U+FFFE and U+FFFF.</summary>
    public static string Printable(string words) =>
        string.Concat(words.EnumerateRunes().Select(rune => (Rune.IsControl(rune) || rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune).ToString()));
}
