using Ecocentre.Edge.Reports.Figures;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>What every section of a report writes with and from.</summary>
internal sealed record Page(Html Html, ReportSource Source, ReportFigures Figures, ReportLabel Label, Tongue Tongue)
{
    internal string Say(Phrase phrase) => Tongue.Say(phrase);

    internal string Say(Phrase phrase, params ReadOnlySpan<object?> holes) => Tongue.Say(phrase, holes);

    /// <summary>Opens a section with its heading; of a pack that does not verify each one begins with saying so.</summary>
    /// <param name="isOnNewPage">Where not, it goes on below the one before.</param>
    internal void Open(string id, Phrase heading, bool isOnNewPage = true)
    {
        Html.Add($"""<section class="{(isOnNewPage ? "page" : "on")}" id="{id}"><h2>{Say(heading)}</h2>""");
        if (!Source.Findings.IsGood) Html.Add($"""<p class="warn">{Say(Vocabulary.NotVerifiedBanner)}</p>""");
    }

    internal void Close() => Html.Add($"</section>\n");

    /// <summary>Opens a table with its heads; those that begin with <c>&gt;</c> stand over figures.</summary>
    internal void OpenTable(string caption, string style, params ReadOnlySpan<string> heads)
    {
        Html.Add($"""<table class="{style}">""");
        if (caption.Length > 0) Html.Add($"<caption>{caption}</caption>");
        Html.Add($"<thead><tr>");
        foreach (var head in heads)
            if (head.StartsWith('>')) Html.Add($"""<th scope="col" class="r">{head[1..]}</th>""");
            else Html.Add($"""<th scope="col">{head}</th>""");
        Html.Add($"</tr></thead><tbody>\n");
    }

    internal void CloseTable() => Html.Add($"</tbody></table>\n");

    /// <summary>One fact of a table of two columns.</summary>
    internal void Fact(Phrase name, Fragment value) => Html.Add($"""<tr><th scope="row">{Say(name)}</th><td>{value}</td></tr>{"\n"}""");

    internal void Fact(Phrase name, string? value) => Fact(name, new Fragment(Escaped.Xml(value)));

    internal void Figure(Fragment drawing, Fragment caption) => Html.Add($"<figure>{drawing}<figcaption>{caption}</figcaption></figure>\n");

    /// <summary>A word of the site or the log.</summary>
    internal static Fragment Named(string? text)
    {
        var html = new Html();
        html.Add($"{new Name(text)}");
        return html.ToFragment();
    }

    /// <summary>A sentence of a verdict, told over where the language asks for it.</summary>
    internal Fragment Told(string text)
    {
        var told = EngineWords.Tell(text, Tongue, out var code);
        var html = new Html();
        if (code == Tongue.Code) html.Add($"{told}");
        else html.Add($"""<span lang="{code}" dir="ltr">{told}</span> <span class="soft">({Say(Vocabulary.SealedIn)})</span>""");
        return html.ToFragment();
    }

    /// <summary>A title that the profile states.</summary>
    internal Fragment Title(string title)
    {
        var (told, code) = (CriterionWords.Title(title, Tongue), CriterionWords.CodeOf(title, Tongue));
        var html = new Html();
        if (code == Tongue.Code) html.Add($"{told}");
        else html.Add($"""<span lang="{code}">{new Name(told)}</span>""");
        return html.ToFragment();
    }

    /// <summary>The name people give a space, with its id where the two differ; the centre for null.</summary>
    internal string SpaceName(string? id)
    {
        if (id is null) return Say(Vocabulary.WholeCentre);
        return Source.Facts.Spaces.FirstOrDefault(space => space.Id == id) is { } space && space.Name != id ? $"{space.Name} ({id})" : id;
    }
}
