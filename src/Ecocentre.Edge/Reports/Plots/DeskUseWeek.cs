using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>A usual week of the desks of a cell: weekday by hour, with the share taken written into each field.</summary>
internal static class DeskUseWeek
{
    private const double Top = 8, RowHeight = 15, Foot = 18;

    // From the fifth shade on white letters are read, before it black ones.
    private const int FirstDark = 5;

    internal static Fragment Draw(DeskUse use, string title, Tongue tongue)
    {
        const double height = Top + RowHeight * DeskUse.Weekdays + Foot;
        var drawing = new Drawing(height, title, tongue.Say(Vocabulary.DeskDescription, tongue.Share(use.Whole), use.Desks));
        if (double.IsNaN(use.Whole)) return drawing.Empty(tongue);
        const double width = Drawing.FullWidth - Drawing.Left - Drawing.Right, bottom = Top + RowHeight * DeskUse.Weekdays;
        var svg = drawing.Shapes;
        Carpet.Draw(svg, HourGrid.Hours, DeskUse.Weekdays, ClassOf, Shades.Amount.Length, "a", (Drawing.Left, Top, width, bottom - Top));
        svg.Add($"""<path class="f" d="M{Drawing.Left} {Top}h{width}V{bottom}h{-width}z"/>""");
        for (var weekday = 0; weekday < DeskUse.Weekdays; weekday++)
        {
            var y = Top + RowHeight * weekday + 10.5;
            svg.Add($"""<text class="t e" x="{Drawing.Left - 5}" y="{y}">{tongue.Weekday(weekday)}</text>""");
            for (var hour = 0; hour < HourGrid.Hours; hour++)
            {
                var share = use.Share[weekday, hour];
                if (double.IsNaN(share)) continue;
                var x = Drawing.Left + width / HourGrid.Hours * (hour + 0.5);
                svg.Add($"""<text class="{(ClassOf(hour, weekday) >= FirstDark ? "s v" : "s")}" x="{x}" y="{y}">{tongue.Number(100 * share, 0)}</text>""");
            }
        }
        drawing.FootAxis(
            Enumerable.Range(0, 9).Select(i => (Drawing.Left + width / 8 * i, $"{3 * i}\u202Fh")), bottom, bottom, 0, "");
        return drawing.Close();

        int ClassOf(int hour, int weekday)
        {
            var share = use.Share[weekday, hour];
            return double.IsNaN(share) ? Carpet.Gap : Math.Clamp((int)(share * Shades.Amount.Length), 0, Shades.Amount.Length - 1);
        }
    }
}
