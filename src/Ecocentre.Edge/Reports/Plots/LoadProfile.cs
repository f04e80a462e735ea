using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>The load over a day, working days beside others: a line for the median of each quarter of an hour, a band from the tenth to the
/// ninetieth
/// hundredth.</summary>
internal static class LoadProfile
{
    private const double Top = 34, Height = 206, Bottom = Height - 34, Between = 46;

    internal static Fragment Draw(IReadOnlyList<QuarterLoad> load, Func<DateOnly, bool> isWorkingDay, string title, Tongue tongue)
    {
        Quarter[][] panels = [Quarters(load.Where(q => isWorkingDay(q.Date))), Quarters(load.Where(q => !isWorkingDay(q.Date)))];
        var drawing = new Drawing(Height, title, Describe(panels, tongue));
        if (load.Count == 0) return drawing.Empty(tongue);
        var y = Scale.Of(panels.SelectMany(p => p).SelectMany(q => new[] { q.Low, q.High }), Bottom, Top, withZero: true);
        const double width = (Drawing.FullWidth - Drawing.Left - Drawing.Right - Between) / 2;
        for (var panel = 0; panel < panels.Length; panel++)
        {
            var left = Drawing.Left + panel * (width + Between);
            var x = new Scale(0, LoadSeries.QuartersOfDay, left, left + width);
            drawing.ValueAxis(y, left, left + width, "kW", tongue);
            drawing.FootAxis(
                Enumerable.Range(0, 5).Select(i => (x[24 * i], $"{6 * i}\u202Fh")), Top, Bottom, left + width / 2,
                    tongue.Say(Vocabulary.LocalTimeAxis));
            Curve(drawing.Shapes, panels[panel], x, y);
            var days = load.Where(q => isWorkingDay(q.Date) == (panel == 0)).Select(q => q.Date).Distinct().Count();
            var name = $"{tongue.Say(panel == 0 ? Vocabulary.WorkingDays : Vocabulary.OtherDays)} ({days})";
            drawing.Shapes.Add($"""<text class="t b m" x="{left + width / 2}" y="14">{name}</text>""");
        }
        return drawing.Close();
    }

    /// <summary>Tenth, fiftieth and ninetieth hundredth of each quarter, NaN where none is known.</summary>
    private static Quarter[] Quarters(IEnumerable<QuarterLoad> load)
    {
        var byQuarter = load.ToLookup(q => q.Quarter, q => q.Kilowatts);
        return
        [
            .. Enumerable.Range(0, LoadSeries.QuartersOfDay).Select(i =>
            {
                double[] values = [.. byQuarter[i].Order()];
                return new Quarter(Quantile.Of(values, 0.1), Quantile.Of(values, 0.5), Quantile.Of(values, 0.9));
            }),
        ];
    }

    private static void Curve(Html svg, Quarter[] quarters, Scale x, Scale y)
    {
        // Each stretch without a gap is a curve of its own; a quarter is a step.
        for (var from = 0; from < quarters.Length; from++)
        {
            if (double.IsNaN(quarters[from].Median)) continue;
            var to = from;
            while (to < quarters.Length && !double.IsNaN(quarters[to].Median)) to++;
            var (band, line) = (new Html(), new Html());
            for (var i = from; i < to; i++)
            {
                band.Add($"{(i == from ? "M" : "L")}{x[i]} {y[quarters[i].High]}H{x[i + 1]}");
                line.Add($"{(i == from ? "M" : "L")}{x[i]} {y[quarters[i].Median]}H{x[i + 1]}");
            }
            for (var i = to - 1; i >= from; i--) band.Add($"L{x[i + 1]} {y[quarters[i].Low]}H{x[i]}");
            svg.Add($"""<path class="n" d="{band.ToFragment()}z"/><path class="l" d="{line.ToFragment()}"/>""");
            from = to;
        }
    }

    private static string Describe(Quarter[][] panels, Tongue tongue)
    {
        double[] working = [.. panels[0].Select(q => q.Median).Where(double.IsFinite)], other = [.. panels[1].Select(q => q.Median)
            .Where(double.IsFinite)];
        return tongue.Say(
            Vocabulary.ProfileDescription,
            tongue.Amount(working.DefaultIfEmpty(double.NaN).Min(), "kW"), tongue.Amount(working.DefaultIfEmpty(double.NaN).Max(), "kW"),
            tongue.Amount(other.DefaultIfEmpty(double.NaN).Min(), "kW"), tongue.Amount(other.DefaultIfEmpty(double.NaN).Max(), "kW"));
    }

    private readonly record struct Quarter(double Low, double Median, double High);
}
