using Ecocentre.Edge.Plant;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Plots;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>What was known when, and every point with its figures.</summary>
internal static class CoveragePages
{
    // The largest centre that is planned for has 400 points; twice as many still make a report that is read.
    private const int PointsMax = 800;

    internal static void Write(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.Open("coverage", Vocabulary.CoverageHeading);
        page.Figure(
            CoverageCalendar.Draw(page.Figures.Coverage, page.Say(Vocabulary.CalendarTitle), tongue),
            new Fragment(Escaped.Xml(page.Say(Vocabulary.CalendarCaption))));
        page.OpenTable(
            page.Say(Vocabulary.PointsTable), "tight", page.Say(Vocabulary.Point), page.Say(Vocabulary.Place), page.Say(Vocabulary.Device),
            page.Say(Vocabulary.Unit), ">" + page.Say(Vocabulary.Min), ">" + page.Say(Vocabulary.Mean), ">" + page.Say(Vocabulary.Max),
            ">" + page.Say(Vocabulary.Growth), ">" + page.Say(Vocabulary.Known));
        foreach (var point in page.Figures.Points.OrderBy(p => p.Series.Name, StringComparer.Ordinal).Take(PointsMax))
        {
            var isCounter = point.Series.Kind == PointKind.Counter;
            html.Add($"""<tr><th scope="row">{new Name(point.Series.Name)}</th><td>{new Name(point.Series.Place)}</td>""");
            html.Add($"""<td>{new Name(point.Series.Device)}</td>""");
            html.Add($"""<td>{tongue.UnitOf(point.Series.Unit)}</td><td class="r">{(isCounter ? "" : tongue.Number(point.Min))}</td>""");
            html.Add($"""<td class="r">{(isCounter ? "" : tongue.Number(point.Mean))}</td>""");
            html.Add($"""<td class="r">{(isCounter ? "" : tongue.Number(point.Max))}</td>""");
            html.Add($"""<td class="r">{(isCounter ? tongue.Number(point.Sum) : "")}</td>""");
            html.Add($"""<td class="r">{tongue.Coverage(point.KnownShare)}</td></tr>{"\n"}""");
        }
        page.CloseTable();
        if (page.Figures.Points.Count > PointsMax) html.Add($"<p>{page.Say(Vocabulary.PointsLeftOut, page.Figures.Points.Count - PointsMax)}</p>");
        page.Close();
    }
}
