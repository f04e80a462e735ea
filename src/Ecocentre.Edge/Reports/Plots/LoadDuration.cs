using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>For which share of the time the load was at least so high: all known quarters of an hour from the highest to the
/// lowest.</summary>
internal static class LoadDuration
{
    private const double Top = 24, Height = 180, Bottom = Height - 34;

    // Finer than the paper shows.
    private const int PointsMax = 400;

    internal static Fragment Draw(IReadOnlyList<QuarterLoad> load, string title, Tongue tongue)
    {
        double[] falling = [.. load.Select(q => q.Kilowatts).OrderDescending()];
        var drawing = new Drawing(Height, title, Describe(falling, tongue));
        if (falling.Length == 0) return drawing.Empty(tongue);
        const double right = Drawing.FullWidth - Drawing.Right;
        var y = Scale.Of(falling, Bottom, Top, withZero: true);
        var x = new Scale(0, 1, Drawing.Left, right);
        drawing.ValueAxis(y, Drawing.Left, right, "kW", tongue);
        drawing.FootAxis(
            Enumerable.Range(0, 6).Select(i => (x[i / 5.0], tongue.Share(i / 5.0))), Top, Bottom, (Drawing.Left + right) / 2,
            tongue.Say(Vocabulary.ShareOfTimeAxis));
        var path = new Html();
        var points = Math.Min(PointsMax, falling.Length);
        for (var i = 0; i < points; i++)
        {
            // The first and the last are the extremes themselves.
            var rank = points == 1 ? 0 : (int)((long)i * (falling.Length - 1) / (points - 1));
            path.Add($"{(i == 0 ? "M" : "L")}{x[points == 1 ? 0 : (double)rank / (falling.Length - 1)]} {y[falling[rank]]}");
        }
        if (points == 1) path.Add($"H{right}");
        drawing.Shapes.Add($"""<path class="l" d="{path.ToFragment()}"/>""");
        return drawing.Close();
    }

    private static string Describe(double[] falling, Tongue tongue) => falling.Length == 0
        ? tongue.Say(Vocabulary.NothingToPlot)
        : tongue.Say(
            Vocabulary.DurationDescription, tongue.Amount(falling[0], "kW"), tongue.Amount(falling[falling.Length / 2], "kW"),
            tongue.Amount(falling[^1], "kW"));
}
