using Ecocentre.Edge.Evidence;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>What weakened the evidence: how often, and the newest one by one.</summary>
internal static class IncidentPages
{
    // Some eight pages; the pack has them all as a table.
    private const int IncidentsMax = 300;

    internal static void Write(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        var incidents = page.Source.Incidents.Select(e => (e.Fact as IncidentFact)?.Incident).OfType<Incident>().ToArray();
        page.Open("incidents", Vocabulary.IncidentsHeading, isOnNewPage: false);
        if (incidents.Length == 0) html.Add($"<p>{page.Say(Vocabulary.NoIncidents)}</p>");
        else
        {
            html.Add($"<p>{page.Say(Vocabulary.IncidentsIntro, tongue.Number(incidents.Length, 0))}</p>");
            Kinds(page, incidents);
            List(page, incidents);
        }
        page.Close();
    }

    private static void Kinds(Page page, Incident[] incidents)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.OpenTable(
            page.Say(Vocabulary.ByKind), "tight", page.Say(Vocabulary.Kind), ">" + page.Say(Vocabulary.Count),
                page.Say(Vocabulary.FirstTime),
            page.Say(Vocabulary.LastTime));
        foreach (var kind in incidents.GroupBy(i => i.Kind).OrderByDescending(g => g.Count()).ThenBy(g => g.Key))
        {
            html.Add($"""<tr><th scope="row">{IncidentWords.Of(kind.Key, tongue)}</th>""");
            html.Add($"""<td class="r">{tongue.Number(kind.Count(), 0)}</td>""");
            html.Add($"""<td>{tongue.Moment(kind.Min(i => i.At))}</td><td>{tongue.Moment(kind.Max(i => i.At))}</td></tr>{"\n"}""");
        }
        page.CloseTable();
    }

    private static void List(Page page, Incident[] incidents)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.OpenTable(
            page.Say(Vocabulary.IncidentList), "tight", page.Say(Vocabulary.When), page.Say(Vocabulary.Kind), page.Say(Vocabulary.Subject),
            page.Say(Vocabulary.Text));
        foreach (var incident in incidents.OrderByDescending(i => i.At).Take(IncidentsMax))
        {
            html.Add($"""<tr><td class="nw">{tongue.Moment(incident.At)}</td><td>{IncidentWords.Of(incident.Kind, tongue)}</td>""");
            html.Add($"""<th scope="row">{new Name(incident.Subject)}</th><td lang="en">{new Name(incident.Text)}</td></tr>{"\n"}""");
        }
        page.CloseTable();
        if (incidents.Length > IncidentsMax) html.Add($"<p>{page.Say(Vocabulary.IncidentsLeftOut, incidents.Length - IncidentsMax)}</p>");
    }
}
