using System.Globalization;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>What the report is of, what it was made from, and whether that verifies.</summary>
internal static class TitlePage
{
    // Enough to see what happened; the verb lists all of them.
    private const int FaultsShown = 12;

    internal static void Write(Page page, IReadOnlyList<(string Id, Phrase Heading)> sections)
    {
        var (html, source, tongue) = (page.Html, page.Source, page.Tongue);
        html.Add($"""<header class="title"><h1>{page.Say(Vocabulary.Report)}</h1><p class="lead">{new Name(source.Centre)}</p>""");
        html.Add($"""<p class="lead">{page.Say(Vocabulary.FromTo, tongue.Date(source.First), tongue.Date(source.Last))}</p>""");
        Standing(page);
        html.Add($"""<table class="facts"><caption>{page.Say(Vocabulary.AboutPack)}</caption><tbody>""");
        page.Fact(Vocabulary.ProfileWord, $"{CriterionWords.Title(source.Profile.Title, tongue)} – {source.Profile.FullName}");
        page.Fact(Vocabulary.ZoneWord, source.Facts.Zone.Id);
        page.Fact(Vocabulary.PackWord, Page.Named(source.PackFile));
        page.Fact(Vocabulary.PackHash, Code(Grouped(source.PackSha256)));
        page.Fact(Vocabulary.PackMadeBy, Page.Named(source.PackProgram));
        page.Fact(Vocabulary.CheckpointWord, Checkpoint(page));
        page.Fact(Vocabulary.FingerprintWord, Code(source.Fingerprint));
        page.Fact(Vocabulary.MadeBy, source.MadeBy);
        page.Fact(Vocabulary.MadeAt, tongue.Moment(source.MadeAt));
        html.Add($"</tbody></table>");
        Checks(page);
        html.Add($"<nav><h2>{page.Say(Vocabulary.Contents)}</h2><ol>");
        foreach (var (id, heading) in sections) html.Add($"""<li><a href="#{id}">{page.Say(heading)}</a></li>""");
        html.Add($"""</ol></nav><p class="soft">{page.Say(Vocabulary.ReadWith)}</p></header>{"\n"}""");
    }

    private static void Standing(Page page)
    {
        var (html, found) = (page.Html, page.Source.Findings);
        if (found.IsGood && !found.Open.IsEmpty)
        {
            html.Add($"""<div class="box"><p><b class="say">? {page.Say(Vocabulary.NotSettled)}</b></p><ul lang="en">""");
            foreach (var open in found.Open) html.Add($"<li>{new Name(open)}</li>");
            html.Add($"</ul><p>{page.Say(page.Source.IsKeyKnown ? Vocabulary.KeyKnown : Vocabulary.KeyOpen)}</p>");
        }
        else if (found.IsGood)
        {
            html.Add($"""<div class="box"><p><b class="say">✓ {page.Say(Vocabulary.Verified)}</b></p>""");
            html.Add($"""<p>{page.Say(Vocabulary.VerifiedText)}</p>""");
            html.Add($"<p>{page.Say(page.Source.IsKeyKnown ? Vocabulary.KeyKnown : Vocabulary.KeyOpen)}</p>");
        }
        else
        {
            var count = found.Faults.Length + found.FaultsLeftOut;
            html.Add($"""<div class="box bad" role="alert"><p><b class="say">✗ {page.Say(Vocabulary.NotVerified)}</b></p>""");
            html.Add($"""<p>{page.Say(Vocabulary.NotVerifiedText, page.Tongue.Number(count, 0))}</p>""");
            html.Add($"""<p>{page.Say(Vocabulary.FaultsFound)}</p><ul lang="en">""");
            foreach (var fault in found.Faults.Take(FaultsShown)) html.Add($"<li>{new Name($"{fault.Where}: {fault.Text}")}</li>");
            html.Add($"</ul>");
            var more = count - Math.Min(FaultsShown, found.Faults.Length);
            if (more > 0) html.Add($"<p>{page.Say(Vocabulary.MoreFaults, more)}</p>");
        }
        if (!found.Remarks.IsEmpty)
        {
            html.Add($"""<p>{page.Say(Vocabulary.RemarksWord)}</p><ul lang="en">""");
            foreach (var remark in found.Remarks) html.Add($"<li>{new Name(remark)}</li>");
            html.Add($"</ul>");
        }
        html.Add($"</div>\n");
    }

    /// <summary>Each check with its outcome; their texts are the program's own, as the verb prints them.</summary>
    private static void Checks(Page page)
    {
        var html = page.Html;
        if (page.Source.Findings.Checks.IsEmpty) return;
        html.Add($"""<table class="facts tight"><caption>{page.Say(Vocabulary.ChecksTable)}</caption><tbody lang="en">""");
        foreach (var check in page.Source.Findings.Checks)
            html.Add($"""<tr><th scope="row">{(!check.IsGood ? "✗" : check.IsOpen ? "?" : "✓")} {check.Name}</th><td>{new Name(check.Text)}</td></tr>{"\n"}""");
        html.Add($"</tbody></table>");
    }

    /// <summary>Origin, size and root of the head, as the first three lines of the note say them.</summary>
    private static Fragment Checkpoint(Page page)
    {
        var lines = page.Source.Checkpoint.Split('\n');
        var html = new Html();
        foreach (var line in lines.Take(3)) html.Add($"<code>{new Name(line)}</code><br/>");
        if (page.Source.IsTimeStamped) html.Add($"{page.Say(Vocabulary.TimeStamped)}");
        return html.ToFragment();
    }

    private static Fragment Code(string text)
    {
        var html = new Html();
        html.Add($"<code>{text}</code>");
        return html.ToFragment();
    }

    /// <summary>Eight digits at a time, as people compare them.</summary>
    private static string Grouped(string hexadecimal) =>
        string.Join(' ', hexadecimal.Chunk(8).Select(part => string.Create(CultureInfo.InvariantCulture, $"{new string(part)}")));
}
