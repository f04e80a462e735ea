using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>The label on one page: its level, what holds it back, every criterion in a line, and the months.</summary>
internal static class LabelPage
{
    internal static void Write(Page page)
    {
        var (html, label, tongue) = (page.Html, page.Label, page.Tongue);
        page.Open("label", Vocabulary.LabelHeading);
        if (label.Whole is not { } whole) html.Add($"<p>{page.Say(Vocabulary.NoPeriod)}</p>");
        else
        {
            html.Add($"<p>{page.Say(Vocabulary.LabelSentence, PeriodName(whole.Period, tongue), Days(whole.Period, tongue), whole.Profile)}</p>");
            html.Add($"""<p class="big">{LevelMark.Of(whole.Level, tongue)}</p>""");
            if (!whole.CappedBy.IsEmpty)
            {
                html.Add($"<p>{page.Say(Vocabulary.HeldBack)}{tongue.Colon} ");
                foreach (var (index,
                    id) in whole.CappedBy.Index()) html.Add($"""{(index > 0 ? ", " : "")}<b><a href="#{id}">{id}</a></b>""");
                html.Add($".</p>");
            }
            html.Add($"""<p class="soft">{page.Say(Vocabulary.LabelRule, tongue.Share(page.Source.Profile.OptionalShareMin.Value))}</p>""");
            Table(page, whole);
        }
        Months(page);
        if (label.OtherCount > 0) html.Add($"""<p class="soft">{page.Say(Vocabulary.OtherVerdicts, label.OtherCount)}</p>""");
        page.Close();
    }

    internal static string PeriodName(Period period, Tongue tongue) => period.Kind switch
    {
        PeriodKind.Day => tongue.Date(period.First),
        PeriodKind.Month => tongue.Month(period.First),
        PeriodKind.Rolling => tongue.Say(Vocabulary.Rolling),
        PeriodKind.Week => $"{tongue.Say(Vocabulary.Week)} {period.Name}",
        _ => period.Name,
    };

    private static string Days(Period period, Tongue tongue) =>
        tongue.Say(Vocabulary.FromTo, tongue.ShortDate(period.First), tongue.ShortDate(period.Last));

    private static void Table(Page page, LabelVerdict whole)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.OpenTable(
            "", "tight", page.Say(Vocabulary.Criterion), "", page.Say(Vocabulary.Must), page.Say(Vocabulary.Verdict), ">"
                + page.Say(Vocabulary.Value),
            page.Say(Vocabulary.Limits123), ">" + page.Say(Vocabulary.Known), page.Say(Vocabulary.Cause));
        foreach (var criterion in page.Source.Profile.Criteria)
        {
            if (!page.Label.ByCriterion.TryGetValue(criterion.Id, out var verdict)) continue;
            var caps = whole.CappedBy.Contains(criterion.Id);
            html.Add($"""<tr><th scope="row" class="nw"><a href="#{criterion.Id}">{criterion.Id}</a>{(caps ? " ◄" : "")}</th>""");
            html.Add($"""<td>{page.Title(criterion.Title)}</td>""");
            html.Add($"""<td>{(criterion.Mandatory ? "●" : "")}</td><td>{LevelMark.Of(verdict.Level, tongue)}</td>""");
            html.Add($"""<td class="r">{VerdictValue(verdict, tongue)}</td>""");
            html.Add($"""<td class="nw">{LimitsOf(verdict, tongue)}</td>""");
            html.Add($"""<td class="r">{(verdict.Coverage.Expected == 0 ? "" : tongue.Coverage(verdict.Coverage.Share))}</td>""");
            html.Add($"<td>{new Name(verdict.Finding.Cause)}</td></tr>\n");
        }
        page.CloseTable();
    }

    /// <summary>The number that decides: of the first level that is not met, else of the highest.</summary>
    internal static string VerdictValue(Verdict verdict, Tongue tongue)
    {
        var finding = verdict.Finding;
        if (finding.Levels.IsEmpty) return tongue.Amount(finding.Value, finding.Unit);
        var deciding = Array.FindIndex([.. finding.Levels], level => level.Outcome != Outcome.Met);
        return LevelValue(verdict, finding.Levels[deciding < 0 ? finding.Levels.Length - 1 : deciding], tongue);
    }

    /// <summary>The number of a level. Where a level only asks for a number to be reported, that is the number of the whole.</summary>
    internal static string LevelValue(Verdict verdict, LevelFinding level, Tongue tongue) => double.IsNaN(level.Limit)
        || double.IsNaN(level.Value)
        ? tongue.Amount(verdict.Finding.Value, verdict.Finding.Unit) : NumberWords.Value(level.LimitName, level.Value, level.Unit, tongue);

    private static string LimitsOf(Verdict verdict, Tongue tongue)
    {
        if (verdict.Finding.Levels.IsEmpty) return "";
        var sign = verdict.Finding.Levels[0].LimitName.EndsWith("Max", StringComparison.Ordinal) ? "≤" : "≥";
        var same = verdict.Finding.Levels.All(l => l.LimitName == verdict.Finding.Levels[0].LimitName);
        return (same ? sign + "\u202F" : "") + string.Join(" / ", verdict.Finding.Levels.Select(l => Bound(l, tongue, same)));
    }

    private static string Bound(LevelFinding level, Tongue tongue, bool isBare)
    {
        if (double.IsNaN(level.Limit)) return Tongue.Unknown;
        var sign = isBare ? "" : level.LimitName.EndsWith("Max", StringComparison.Ordinal) ? "≤\u202F" : "≥\u202F";
        return sign + NumberWords.Value(level.LimitName, level.Limit, level.Unit, tongue);
    }

    private static void Months(Page page)
    {
        var (html, label, tongue) = (page.Html, page.Label, page.Tongue);
        // One month says nothing that the table above does not.
        if (label.Months.Length < 2) return;
        string[] heads = [page.Say(Vocabulary.Criterion), .. label.Months.Select(m => tongue.Month(m.First).Replace('\u00A0', ' '))];
        html.Add($"""<div class="whole">""");
        page.OpenTable(page.Say(Vocabulary.ByMonth), "tight grid", heads);
        html.Add($"""<tr><th scope="row">{page.Say(Vocabulary.LabelWord)}</th>""");
        foreach (var month in label.MonthLabels) html.Add($"<td><b>{LevelMark.Short(month.Level)}</b></td>");
        html.Add($"</tr>\n");
        foreach (var criterion in page.Source.Profile.Criteria
            .Where(c => label.Months.Any(m => label.ByMonth.TryGetValue((c.Id, m), out var v) && v.Level != VerdictLevel.NotApplicable)))
        {
            html.Add($"""<tr><th scope="row" class="nw">{criterion.Id}{(criterion.Mandatory ? " ●" : "")}</th>""");
            foreach (var month in label.Months)
                html.Add($"<td>{(label.ByMonth.TryGetValue((criterion.Id, month), out var verdict) ? LevelMark.Short(verdict.Level) : "")}</td>");
            html.Add($"</tr>\n");
        }
        page.CloseTable();
        html.Add($"""<p class="soft">{page.Say(Vocabulary.ByMonthLegend)}</p></div>{"\n"}""");
    }
}
