using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>A level as a mark and in words, told apart without colour.</summary>
internal static class LevelMark
{
    internal static Fragment Of(VerdictLevel level, Tongue tongue)
    {
        var html = new Html();
        var style = level == VerdictLevel.NotMet ? "lv no" : "lv";
        html.Add($"""<span class="{style}"><i aria-hidden="true">{Boxes(level)}</i>{tongue.Say(CriterionWords.Of(level))}</span>""");
        return html.ToFragment();
    }

    /// <summary>One sign, for tables of many.</summary>
    internal static string Short(VerdictLevel level) => level switch
    {
        VerdictLevel.Level1 => "1",
        VerdictLevel.Level2 => "2",
        VerdictLevel.Level3 => "3",
        VerdictLevel.NotMet => "✗",
        VerdictLevel.NotApplicable => "–",
        _ => "?",
    };

    private static string Boxes(VerdictLevel level) => level switch
    {
        VerdictLevel.Level1 => "■□□",
        VerdictLevel.Level2 => "■■□",
        VerdictLevel.Level3 => "■■■",
        VerdictLevel.NotMet => "✗",
        VerdictLevel.NotApplicable => "–",
        _ => "?",
    };
}
