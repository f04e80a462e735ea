using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Pages;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports;

/// <summary>The report for people: one HTML file that needs nothing else and no script, is well-formed XML, reads in black and white and
/// prints to A4.
/// The same source gives the same text.</summary>
internal static class HtmlReport
{
    private static readonly (string Id, Phrase Heading)[] Sections =
    [
        ("label", Vocabulary.LabelHeading), ("criteria", Vocabulary.CriteriaHeading), ("air", Vocabulary.AirHeading),
            ("energy", Vocabulary.EnergyHeading),
        ("coverage", Vocabulary.CoverageHeading), ("desks", Vocabulary.DesksHeading), ("instruments", Vocabulary.InstrumentsHeading),
        ("incidents", Vocabulary.IncidentsHeading), ("entries", Vocabulary.EntriesHeading), ("check", Vocabulary.CheckHeading),
    ];

    internal static string Write(ReportSource source, Language language)
    {
        var tongue = new Tongue(language, source.Facts.Zone);
        var html = new Html();
        var page = new Page(html, source, ReportFigures.Of(source), ReportLabel.Of(source), tongue);
        var days = tongue.Say(Vocabulary.FromTo, tongue.ShortDate(source.First), tongue.ShortDate(source.Last));
        var title = $"{tongue.Say(Vocabulary.Report)} – {source.Centre} – {days}";
        var warning = source.Findings.IsGood ? null : tongue.Say(Vocabulary.NotVerifiedBanner);
        html.Add($"<!DOCTYPE html>\n");
        html.Add($"""<html xmlns="http://www.w3.org/1999/xhtml" lang="{tongue.Code}"><head><meta charset="utf-8"/>""");
        html.Add($"""<meta name="viewport" content="width=device-width, initial-scale=1"/><title>{title}</title>{"\n"}""");
        html.Add($"<style>{new Fragment(ReportStyle.Write(title, tongue.Say(Vocabulary.PageOf), warning))}</style></head>\n<body>");
        if (warning is not null) html.Add($"""<div class="alert" role="alert">{warning}</div>""");
        // Lines across show gaps in print as on a screen; the shape holds no place of its own.
        html.Add($"""<svg class="marks" xmlns="http://www.w3.org/2000/svg" aria-hidden="true"><defs><pattern id="gap" width="4" height="4" """);
        html.Add($"""patternUnits="userSpaceOnUse"><rect width="4" height="4" fill="#fff"/>""");
        html.Add($"""<path d="M-1 1L1 -1M0 4L4 0M3 5L5 3" stroke="#777" stroke-width=".7"/>""");
        html.Add($"</pattern></defs></svg>\n<main>");
        TitlePage.Write(page, Sections);
        LabelPage.Write(page);
        CriterionPages.Write(page);
        AirPages.Write(page);
        EnergyPages.Write(page);
        CoveragePages.Write(page);
        DeskPages.Write(page);
        InstrumentPages.Write(page);
        IncidentPages.Write(page);
        EntryPages.Write(page);
        CheckPages.Write(page);
        html.Add($"</main></body></html>\n");
        return html.ToString();
    }
}
