using Ecocentre.Edge.Occupancy;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Plots;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>How desks are used, by cells from which nobody can be read.</summary>
internal static class DeskPages
{
    internal static void Write(Page page)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.Open("desks", Vocabulary.DesksHeading, isOnNewPage: false);
        if (page.Figures.Desks.Count == 0) html.Add($"<p>{page.Say(Vocabulary.NoDesks)}</p>");
        else html.Add($"<p>{page.Say(Vocabulary.DesksIntro, OccupancyPlan.CellDesksMin)}</p>");
        foreach (var use in page.Figures.Desks)
        {
            var cell = use.Cell is null ? page.Say(Vocabulary.CentreCell) : page.SpaceName(use.Cell);
            page.Figure(
                DeskUseWeek.Draw(use, page.Say(Vocabulary.DeskTitle, cell), tongue),
                new Fragment(Escaped.Xml(page.Say(Vocabulary.DeskCaption, cell, use.Desks, tongue.Share(use.Whole),
                    tongue.Coverage(use.KnownShare)))));
        }
        page.Close();
    }
}
