using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Plots;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>The carpet of CO2 of each space, and a table of what its air was like.</summary>
internal static class AirPages
{
    // Steps to read a plot by, no limits: outdoor air lies in the first, and a doubling of it is four steps away.
    private static readonly double[] Co2Bounds = [600, 800, 1000, 1200, 1400, 1600, 1800, 2000];

    private static readonly string[] Quantities = ["co2", "temperature", "humidity", "pm.2-5", "voc.mass"];

    internal static void Write(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.Open("air", Vocabulary.AirHeading);
        if (page.Figures.Co2.Count == 0) html.Add($"<p>{page.Say(Vocabulary.NoCo2)}</p>");
        else html.Add($"<p>{page.Say(Vocabulary.AirIntro, tongue.Share(page.Figures.CoverageMin))}</p>");
        foreach (var (series, hours) in page.Figures.Co2)
        {
            // Outside, or nobody said where: it is called what its point is called.
            var space = series.Place is null ? series.Name : page.SpaceName(series.Place);
            var caption = new Html();
            caption.Add($"""{new Fragment(string.Format(
                null, Escaped.Xml(page.Say(Vocabulary.CarpetCaption)), Page.Named(space).Xml, Page.Named(series.Name).Xml,
                    Page.Named(Instrument(page, series.Device)).Xml,
                Escaped.Xml(tongue.Coverage(hours.KnownShare))))}""");
            page.Figure(HourCarpet.Draw(hours, Co2Bounds, page.Say(Vocabulary.Co2Title, space), "ppm", tongue), caption.ToFragment());
        }
        Table(page);
        page.Close();
    }

    private static string Instrument(Page page, string device)
    {
        var declared = page.Source.Facts.Instruments.GetValueOrDefault(device);
        var type = string.Join(' ', new[] { declared?.Maker, declared?.Type, declared?.Serial }.OfType<string>());
        return type.Length > 0 ? $"{device} ({type})" : device;
    }

    private static void Table(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        var rows = page.Source.Facts.Spaces
            .SelectMany(space => Quantities.SelectMany(q => page.Figures.Points.Where(p => p.Series.Place == space.Id
                && p.Series.Quantity == q))).ToArray();
        if (rows.Length == 0) return;
        page.OpenTable(
            page.Say(Vocabulary.AirTable), "tight", page.Say(Vocabulary.Place), page.Say(Vocabulary.Point), page.Say(Vocabulary.Unit),
            ">" + page.Say(Vocabulary.Min), ">" + page.Say(Vocabulary.Mean), ">" + page.Say(Vocabulary.Max), ">"
                + page.Say(Vocabulary.Known));
        foreach (var row in rows) html.Add($"{Row(page, row, page.SpaceName(row.Series.Place), tongue)}");
        page.CloseTable();
    }

    private static Fragment Row(Page page, PointFigure figure, string place, Tongue tongue)
    {
        var html = new Html();
        html.Add($"""<tr><th scope="row">{new Name(place)}</th><td>{new Name(figure.Series.Name)}</td>""");
        html.Add($"""<td>{page.Tongue.UnitOf(figure.Series.Unit)}</td>""");
        html.Add($"""<td class="r">{tongue.Number(figure.Min)}</td><td class="r">{tongue.Number(figure.Mean)}</td>""");
        html.Add($"""<td class="r">{tongue.Number(figure.Max)}</td>""");
        html.Add($"""<td class="r">{tongue.Coverage(figure.KnownShare)}</td></tr>{"\n"}""");
        return html.ToFragment();
    }
}
