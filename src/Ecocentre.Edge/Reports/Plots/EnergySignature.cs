using Ecocentre.Edge.Criteria.Kinds;
using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Plots;

/// <summary>Energy of each day against its outdoor mean: working days are filled, other days are rings, a line is the degree-day model of
/// all.</summary>
internal static class EnergySignature
{
    private const double Top = 24, Height = 256, Bottom = Height - 34;

    /// <param name="model">Fitted to the days, or null.</param>
    internal static Fragment Draw(IReadOnlyList<SignatureDay> days, DegreeDayModel? model, string title, Tongue tongue)
    {
        var drawing = new Drawing(Height, title, Describe(days, tongue));
        if (days.Count == 0) return drawing.Empty(tongue);
        const double right = Drawing.FullWidth - Drawing.Right;
        var x = Scale.Of(days.Select(d => d.OutdoorCelsius), Drawing.Left, right, withZero: false);
        var y = Scale.Of(days.Select(d => d.KilowattHours), Bottom, Top, withZero: true);
        drawing.ValueAxis(y, Drawing.Left, right, $"kWh/{tongue.UnitOf("d")}", tongue);
        drawing.FootAxis(
            x.Ticks().Select(t => (x[t], tongue.Number(t))), Top, Bottom, (Drawing.Left + right) / 2,
                tongue.Say(Vocabulary.OutdoorMeanAxis));
        var svg = drawing.Shapes;
        foreach (var day in days.OrderBy(d => d.IsWorkingDay))
            svg.Add($"""<circle class="{(day.IsWorkingDay ? "p" : "o")}" cx="{x[day.OutdoorCelsius]}" cy="{y[day.KilowattHours]}" r="2.4"/>""");
        if (model is not null) Line(svg, model, days, x, y);
        const double legend = Drawing.FullWidth - 330;
        svg.Add($"""<circle class="p" cx="{legend}" cy="9" r="2.4"/>""");
        svg.Add($"""<text class="t" x="{legend + 6}" y="12">{tongue.Say(Vocabulary.WorkingDays)}</text>""");
        svg.Add($"""<circle class="o" cx="{legend + 100}" cy="9" r="2.4"/>""");
        svg.Add($"""<text class="t" x="{legend + 106}" y="12">{tongue.Say(Vocabulary.OtherDays)}</text>""");
        if (model is not null)
            svg.Add($"""<path class="l" d="M{legend + 190} 9h18"/>""");
            svg.Add($"""<text class="t" x="{legend + 212}" y="12">{tongue.Say(Vocabulary.DegreeDayLine)}</text>""");
        return drawing.Close();
    }

    private static void Line(Html svg, DegreeDayModel model, IReadOnlyList<SignatureDay> days, Scale x, Scale y)
    {
        var (coldest, warmest) = (days.Min(d => d.OutdoorCelsius), days.Max(d => d.OutdoorCelsius));
        // The line bends only at the balance temperatures.
        double[] bends = [coldest, model.HeatingBalance, model.CoolingBalance, warmest];
        var path = new Html();
        foreach (var (index, at) in bends.Where(b => b >= coldest && b <= warmest).Order().Index())
            path.Add($"{(index == 0 ? "M" : "L")}{x[at]} {y[Math.Clamp(model.Predict(at), y.Min, y.Max)]}");
        svg.Add($"""<path class="l" d="{path.ToFragment()}"/>""");
    }

    private static string Describe(IReadOnlyList<SignatureDay> days, Tongue tongue) => days.Count == 0
        ? tongue.Say(Vocabulary.NothingToPlot)
        : tongue.Say(
            Vocabulary.SignatureDescription, days.Count, tongue.Amount(days.Min(d => d.KilowattHours), "kWh"),
            tongue.Amount(days.Max(d => d.KilowattHours), "kWh"), tongue.Amount(days.Min(d => d.OutdoorCelsius), "°C"),
            tongue.Amount(days.Max(d => d.OutdoorCelsius), "°C"));
}
