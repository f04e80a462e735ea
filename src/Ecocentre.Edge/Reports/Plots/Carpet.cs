using System.Globalization;
using System.Text;
using Ecocentre.Edge.Reports.Markup;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>A field of cells in few shades, as one path for each shade: a year of hours becomes some thousand rectangles. Shades lie one on
/// the other,
/// each covering also the cells of those above it, so that no seam shows the paper.</summary>
internal static class Carpet
{
    /// <summary>Class of a cell that is a gap.</summary>
    internal const int Gap = -1;

    /// <summary>Class of a cell that is not there at all.</summary>
    internal const int Nothing = -2;

    /// <summary>Draws the field.</summary>
    /// <param name="classOf">Of a column and a row: 0 up to but not including <paramref name="shades"/>, <see cref="Gap"/> or
    /// <see cref="Nothing"/>.</param>
    /// <param name="style">Shade k bears the class of this name and k; gaps are hatched.</param>
    internal static void Draw(
        Html svg, int columns, int rows, Func<int, int, int> classOf, int shades, string style, (double X, double Y, double Width,
            double Height) place)
    {
        var (cellWidth, cellHeight) = (place.Width / columns, place.Height / rows);
        svg.Add($"""<g class="c" transform="translate({place.X} {place.Y}) scale({new Fragment(Exact(cellWidth))} {new Fragment(Exact(cellHeight))})">""");
        for (var shade = 0; shade < shades; shade++)
        {
            var path = Path(columns, rows, (column, row) => classOf(column, row) >= shade, 1, 1);
            if (path.Length > 0) svg.Add($"""<path class="{style}{shade}" d="{new Fragment(path)}"/>""");
        }
        svg.Add($"</g>");
        // A pattern would be stretched with the cells: gaps are drawn in pixels.
        var gaps = Path(columns, rows, (column, row) => classOf(column, row) == Gap, cellWidth, cellHeight);
        if (gaps.Length > 0) svg.Add($"""<path class="gap" transform="translate({place.X} {place.Y})" d="{new Fragment(gaps)}"/>""");
    }

    /// <summary>The cells as rectangles: runs of a column, joined with the same run of the next column.</summary>
    private static string Path(int columns, int rows, Func<int, int, bool> isIn, double width, double height)
    {
        var path = new StringBuilder();
        var open = new Dictionary<(int From, int To), int>();
        var runs = new HashSet<(int From, int To)>();
        for (var column = 0; column <= columns; column++)
        {
            runs.Clear();
            for (var row = 0; row < rows && column < columns; row++)
            {
                if (!isIn(column, row)) continue;
                var from = row;
                while (row < rows && isIn(column, row)) row++;
                runs.Add((from, row));
            }
            foreach (var (run, begin) in open.Where(o => !runs.Contains(o.Key)).ToArray())
            {
                open.Remove(run);
                path.Append(CultureInfo.InvariantCulture, $"M{begin * width:0.##} {run.From * height:0.##}h{(column - begin) * width:0.##}")
                    .Append(CultureInfo.InvariantCulture, $"v{(run.To - run.From) * height:0.##}h{-(column - begin) * width:0.##}z");
            }
            foreach (var run in runs) open.TryAdd(run, column);
        }
        return path.ToString();
    }

    // The scale of a cell is multiplied by hundreds of cells.
    private static string Exact(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
