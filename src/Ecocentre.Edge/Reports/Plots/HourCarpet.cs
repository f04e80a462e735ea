using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>A year at a glance: a column for each day, a row for each hour, darker for more. Gaps are hatched; the hour that clocks leave
/// out is blank.</summary>
internal static class HourCarpet
{
    private const double Top = 14, RowHeight = 5, Foot = 36;

    /// <param name="bounds">Rising; a value belongs to the shade of the bounds it has reached. At most one fewer than there are
    /// shades.</param>
    internal static Fragment Draw(HourGrid grid, IReadOnlyList<double> bounds, string title, string unit, Tongue tongue)
    {
        const double height = Top + RowHeight * HourGrid.Hours + Foot;
        var known = grid.Known.Order().ToArray();
        var drawing = new Drawing(height, title, Describe(known, grid, unit, tongue));
        if (known.Length == 0) return drawing.Empty(tongue);
        var dayWidth = DayAxis.DayWidth(grid.Days, Drawing.FullWidth - Drawing.Left - Drawing.Right);
        var (width, bottom) = (dayWidth * grid.Days, Top + RowHeight * HourGrid.Hours);
        var svg = drawing.Shapes;
        Carpet.Draw(svg, grid.Days, HourGrid.Hours, ClassOf, bounds.Count + 1, "a", (Drawing.Left, Top, width, bottom - Top));
        svg.Add($"""<path class="f" d="M{Drawing.Left} {Top}h{width}V{bottom}h{-width}z"/>""");
        for (var hour = 0; hour <= HourGrid.Hours; hour += 6)
            svg.Add($"""<text class="t e" x="{Drawing.Left - 4}" y="{bottom - hour * RowHeight + 3}">{hour}{new Fragment("\u202F")}h</text>""");
        drawing.FootAxis(DayAxis.Ticks(grid.First, grid.Days, Drawing.Left, dayWidth, tongue), bottom, bottom, 0, "");
        string[] words = [$"< {tongue.Number(bounds[0])}", .. bounds.Select(b => $"≥ {tongue.Number(b)}")];
        svg.Add($"""<text class="t e" x="{Drawing.Left - 6}" y="{bottom + 30}">{unit}</text>""");
        Shades.Legend(svg, Drawing.Left, bottom + 22, "a", words, tongue.Say(Vocabulary.GapWord));
        return drawing.Close();

        // Midnight is at the foot, as hours grow upwards.
        int ClassOf(int day, int row)
        {
            var hour = HourGrid.Hours - 1 - row;
            var value = grid[day, hour];
            if (double.IsNaN(value)) return grid.IsLeftOut(day, hour) ? Carpet.Nothing : Carpet.Gap;
            return bounds.Count(bound => value >= bound);
        }
    }

    private static string Describe(double[] known, HourGrid grid, string unit, Tongue tongue) => known.Length == 0
        ? tongue.Say(Vocabulary.NothingToPlot)
        : tongue.Say(
            Vocabulary.CarpetDescription, grid.Days, tongue.Amount(known[0], unit), tongue.Amount(known[known.Length / 2], unit),
            tongue.Amount(known[^1], unit), tongue.Coverage(grid.KnownShare));
}
