using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Ecocentre.Edge.Reports.Markup;

/// <summary>Grows a document that is HTML and XML at once. What stands in the program is markup; what is put into its holes is text and is
/// escaped, so
/// that no name of a site, however written, becomes markup.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();

    /// <summary>Appends markup with text in its holes.</summary>
    internal void Add([InterpolatedStringHandlerArgument("")] Holes markup) => markup.Done();

    internal Fragment ToFragment() => new(_text.ToString());

    public override string ToString() => _text.ToString();

    /// <summary>Writes the holes: text escaped, names also set apart from the direction of the text around them, numbers of plots
    /// short.</summary>
    [InterpolatedStringHandler]
    internal readonly struct Holes(int literalLength, int formattedCount, Html html)
    {
        // Most holes hold a few letters.
        private const int HoleLength = 8;

        // A fourth of the width of the paper in the small print of tables.
        private const int LongWord = 28;

        private readonly StringBuilder _text = html._text;
        private readonly int _capacity = html._text.EnsureCapacity(html._text.Length + literalLength + HoleLength * formattedCount);

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(string? value) => Escaped.Put(_text, value);

        public void AppendFormatted(Fragment value) => _text.Append(value.Xml);

        public void AppendFormatted(Name value)
        {
            // A word that no line holds may be broken anywhere; others keep whole, or narrow columns would cut them.
            _text.Append(Escaped.LongestWord(value.Text) > LongWord ? "<bdi class=\"x\">" : "<bdi>");
            Escaped.Put(_text, value.Text);
            _text.Append("</bdi>");
        }

        public void AppendFormatted(int value) => _text.Append(CultureInfo.InvariantCulture, $"{value}");

        // A hundredth of a pixel is finer than any printer.
        public void AppendFormatted(double value) => _text.Append(CultureInfo.InvariantCulture, $"{value:0.##}");

        internal void Done() => _ = _capacity;
    }
}

/// <summary>Markup that is finished and goes into other markup as it is.</summary>
internal readonly record struct Fragment(string Xml)
{
    internal static readonly Fragment Empty = new("");
}

/// <summary>Words of the site or of the log: a space, a device, an author. They may be written in any direction.</summary>
internal readonly record struct Name(string? Text);
