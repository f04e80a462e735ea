using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>One drawing (SVG 1.1) that grows: a title and a description for those who do not see it, then shapes. Lengths are pixels of the
/// width of
/// the paper.</summary>
internal sealed class Drawing
{
    /// <summary>What fits between the margins of A4: 180 mm at 96 pixels an inch.</summary>
    internal const double FullWidth = 680;

    /// <summary>Left of every plot: figures of the axis.</summary>
    internal const double Left = 46;

    /// <summary>Right of every plot, for half of the last figure.</summary>
    internal const double Right = 12;

    private readonly Html _svg = new();

    internal Drawing(double height, string title, string description)
    {
        Height = height;
        _svg.Add($"""<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {FullWidth} {height}" width="{FullWidth}" height="{height}">""");
        _svg.Add($"<title>{title}</title><desc>{description}</desc>");
    }

    internal double Height { get; }

    internal Html Shapes => _svg;

    /// <summary>Lines of the grid with their figures, and the name of the axis above.</summary>
    internal void ValueAxis(Scale scale, double left, double right, string name, Tongue tongue)
    {
        foreach (var tick in scale.Ticks())
        {
            _svg.Add($"""<path class="g" d="M{left} {scale[tick]}H{right}"/>""");
            _svg.Add($"""<text class="t e" x="{left - 4}" y="{scale[tick] + 3}">{tongue.Number(tick)}</text>""");
        }
        _svg.Add($"""<text class="t" x="{left - Left + 4}" y="{Math.Min(scale.From, scale.To) - 8}">{name}</text>""");
    }

    /// <summary>Figures below a plot, and the name of the axis below them.</summary>
    internal void FootAxis(IEnumerable<(double X, string Text)> ticks, double top, double bottom, double middle, string name)
    {
        foreach (var (x, text) in ticks)
        {
            _svg.Add($"""<path class="g" d="M{x} {top}V{bottom + 3}"/>""");
            _svg.Add($"""<text class="t m" x="{x}" y="{bottom + 13}">{text}</text>""");
        }
        if (name.Length > 0) _svg.Add($"""<text class="t m" x="{middle}" y="{bottom + 26}">{name}</text>""");
    }

    /// <summary>Nothing to draw: says so in the middle.</summary>
    internal Fragment Empty(Tongue tongue)
    {
        _svg.Add($"""<path class="f" d="M1 1H{FullWidth - 1}V{Height - 1}H1z"/>""");
        _svg.Add($"""<text class="t m" x="{FullWidth / 2}" y="{Height / 2}">{tongue.Say(Vocabulary.NothingToPlot)}</text>""");
        return Close();
    }

    internal Fragment Close()
    {
        _svg.Add($"</svg>");
        return _svg.ToFragment();
    }
}
