using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>What was known on which day: a row for each group of points, a column for each day, darker for less.</summary>
internal static class CoverageCalendar
{
    private const double NameWidth = 150, ShareWidth = 46, Top = 8, RowHeight = 13, Foot = 36;

    /// <summary>A day with at least so much is of that shade; with less than the last of the darkest, with nothing at all a gap. 95 %, 90 %
    /// and 75 % are
    /// what the label asks of series (directive 2008/50/EC).</summary>
    private static readonly double[] Bounds = [0.95, 0.9, 0.75, 0.5];

    internal static Fragment Draw(DayGrid grid, string title, Tongue tongue)
    {
        var height = Top + RowHeight * Math.Max(1, grid.Rows.Count) + Foot;
        var drawing = new Drawing(height, title, Describe(grid, tongue));
        if (grid.Rows.Count == 0 || grid.Days == 0) return drawing.Empty(tongue);
        var dayWidth = DayAxis.DayWidth(grid.Days, Drawing.FullWidth - NameWidth - ShareWidth);
        var (width, bottom) = (dayWidth * grid.Days, Top + RowHeight * grid.Rows.Count);
        var svg = drawing.Shapes;
        Carpet.Draw(svg, grid.Days, grid.Rows.Count, ClassOf, Shades.Missing.Length, "m", (NameWidth, Top, width, bottom - Top));
        svg.Add($"""<path class="f" d="M{NameWidth} {Top}h{width}V{bottom}h{-width}z"/>""");
        foreach (var (index, row) in grid.Rows.Index())
        {
            var y = Top + RowHeight * index;
            if (index > 0) svg.Add($"""<path class="w" d="M{NameWidth} {y}h{width}"/>""");
            svg.Add($"""<text class="t e" x="{NameWidth - 5}" y="{y + 9.5}">{row.Name} ({row.Points})</text>""");
            svg.Add($"""<text class="t" x="{NameWidth + width + 5}" y="{y + 9.5}">{tongue.Coverage(row.Mean)}</text>""");
        }
        drawing.FootAxis(DayAxis.Ticks(grid.First, grid.Days, NameWidth, dayWidth, tongue), bottom, bottom, 0, "");
        string[] words = [.. Bounds.Select(b => $"≥ {tongue.Share(b)}"), $"< {tongue.Share(Bounds[^1])}"];
        Shades.Legend(svg, NameWidth, bottom + 22, "m", words, tongue.Say(Vocabulary.NothingKnown));
        return drawing.Close();

        int ClassOf(int day, int row)
        {
            var coverage = grid.Rows[row].Coverage[day];
            if (!(coverage > 0)) return Carpet.Gap;
            // Sums of days may miss the whole by the last bit.
            return Bounds.Count(bound => coverage < bound - 1e-9);
        }
    }

    private static string Describe(DayGrid grid, Tongue tongue) => grid.Rows.Count == 0
        ? tongue.Say(Vocabulary.NothingToPlot)
        : string.Join("; ", grid.Rows.Select(row => $"{row.Name}: {tongue.Coverage(row.Mean)}"));
}
