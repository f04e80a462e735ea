using Ecocentre.Edge.Criteria;
using Ecocentre.Edge.Reports.Markup;
using Ecocentre.Edge.Reports.Words;

namespace Ecocentre.Edge.Reports.Pages;

/// <summary>A section for each criterion: what it asks, its limits with their sources, what was found and how sure.</summary>
internal static class CriterionPages
{
    internal static void Write(Page page)
    {
        page.Open("criteria", Vocabulary.CriteriaHeading);
        page.Html.Add($"""<p class="soft">{page.Say(Vocabulary.SureLegend)}</p>""");
        foreach (var criterion in page.Source.Profile.Criteria) One(page, criterion);
        page.Close();
    }

    private static void One(Page page, Criterion criterion)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        html.Add($"""<article id="{criterion.Id}"><h3>{new Name(criterion.Id)} {page.Title(criterion.Title)} """);
        html.Add($"""<span class="soft">({page.Say(criterion.Mandatory ? Vocabulary.MustLong : Vocabulary.OptionalLong)})</span></h3>""");
        var asks = CriterionWords.Kinds.TryGetValue(criterion.Kind.Name, out var phrase) ? page.Say(phrase) : criterion.Kind.Name;
        var over = string.Join(", ", criterion.Periods.Select(p => page.Say(CriterionWords.Of(p))));
        html.Add($"<p>{asks} ");
        html.Add($"""<span class="soft">{page.Say(
            Vocabulary.JudgedOver, page.Say(CriterionWords.Of(criterion.When)), tongue.Number(criterion.Step.TotalMinutes), over,
            page.Say(criterion.Scope == Scope.Spaces ? Vocabulary.SpaceBySpace : Vocabulary.WholeCentre))}</span></p>""");
        Limits(page, criterion);
        if (page.Label.Whole is { } whole)
        {
            if (page.Label.ByCriterion.TryGetValue(criterion.Id, out var verdict)) Found(page, criterion, verdict);
            else html.Add($"<p>{page.Say(Vocabulary.NotJudged, LabelPage.PeriodName(whole.Period, tongue))}</p>");
        }
        Months(page, criterion);
        html.Add($"</article>\n");
    }

    private static void Limits(Page page, Criterion criterion)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.OpenTable(
            "", "tight", page.Say(Vocabulary.Limit), ">" + page.Say(Vocabulary.Level1), ">" + page.Say(Vocabulary.Level2),
            ">" + page.Say(Vocabulary.Level3), page.Say(Vocabulary.Source));
        foreach (var limit in criterion.Limits.Values.OrderBy(l => l.Name, StringComparer.Ordinal))
        {
            html.Add($"""<tr><th scope="row">{NumberWords.Name(limit.Name, tongue)}</th>""");
            foreach (var value in limit.Levels)
                html.Add($"""<td class="r">{Limit(page, limit.Name, value, limit.Unit)}</td>""");
            html.Add($"<td>{Sources(page, limit)}</td></tr>\n");
        }
        page.CloseTable();
        if (criterion.Settings.IsEmpty) return;
        html.Add($"""<p class="tight soft">{page.Say(Vocabulary.MethodNumbers)}{tongue.Colon} """);
        foreach (var (index, setting) in criterion.Settings.Values.OrderBy(s => s.Name, StringComparer.Ordinal).Index())
        {
            html.Add($"{(index > 0 ? "; " : "")}{NumberWords.Name(setting.Name, tongue)} ");
            html.Add($"{NumberWords.Value(setting.Name, setting.Value, setting.Unit, tongue)} [{setting.Source.Sure}]");
        }
        html.Add($".</p>");
    }

    /// <summary>A limit; a level that has none asks for the number all the same.</summary>
    private static string Limit(Page page, string name, double value, string unit) =>
        double.IsNaN(value) ? page.Say(Vocabulary.Reported) : NumberWords.Value(name, value, unit, page.Tongue);

    /// <summary>The sources of the three levels, each once, with the levels it stands for where they differ.</summary>
    private static Fragment Sources(Page page, Limit limit)
    {
        var html = new Html();
        var groups = limit.Sources.Select((source, i) => (source, Level: i + 1, Limit: limit.Levels[i])).Where(s => !double.IsNaN(s.Limit))
            .GroupBy(s => s.source).ToArray();
        foreach (var (index, group) in groups.Index())
        {
            if (index > 0) html.Add($"<br/>");
            if (groups.Length > 1) html.Add($"{string.Join(", ", group.Select(s => s.Level))}{page.Tongue.Colon} ");
            html.Add($"{page.Title(group.Key.Title)} ({group.Key.Sure})");
        }
        return html.ToFragment();
    }

    private static void Found(Page page, Criterion criterion, Verdict verdict)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        html.Add($"""<div class="whole"><p><b>{page.Say(Vocabulary.Found)}</b>""");
        html.Add($""", {LabelPage.PeriodName(verdict.Period, tongue)}{tongue.Colon} """);
        html.Add($"""<b>{LevelMark.Of(verdict.Level, tongue)}</b>""");
        html.Add($"""{(double.IsNaN(verdict.Finding.Value) ? "" : $", {LabelPage.VerdictValue(verdict, tongue)}")}</p>""");
        if (!verdict.Finding.Levels.IsEmpty) Levels(page, verdict);
        html.Add($"</div>");
        html.Add($"""<table class="facts tight"><tbody>""");
        if (verdict.Finding.Text.Length > 0) page.Fact(Vocabulary.InWords, page.Told(verdict.Finding.Text));
        if (verdict.Finding.Cause is { } cause) page.Fact(Vocabulary.CauseLong, Page.Named(Place(page, cause)));
        if (verdict.Coverage.Expected > 0) page.Fact(Vocabulary.CoverageWord, Coverage(page, verdict));
        if (verdict.Occupied.Length > 0) page.Fact(Vocabulary.OccupiedWord, page.Told(verdict.Occupied));
        if (!double.IsNaN(verdict.Uncertainty))
            page.Fact(Vocabulary.Uncertainty, page.Say(Vocabulary.UncertaintyText, tongue.Amount(verdict.Uncertainty,
                verdict.UncertaintyUnit)));
        if (verdict.DecisionRule.Length > 0 && verdict.Level != VerdictLevel.NotApplicable) page.Fact(Vocabulary.DecisionRule,
            page.Title(verdict.DecisionRule));
        if (!verdict.Finding.Factors.IsDefaultOrEmpty) page.Fact(Vocabulary.Factors, string.Join("; ", verdict.Finding.Factors));
        page.Fact(Vocabulary.FedBy, Inputs(page, criterion));
        if (verdict.Revision > 0) page.Fact(Vocabulary.Verdict, page.Say(Vocabulary.Revised, verdict.Revision));
        html.Add($"</tbody></table>\n");
    }

    /// <summary>Where the numbers come from: the points of a role, a declared number with its source, or the points of a
    /// quantity.</summary>
    private static Fragment Inputs(Page page, Criterion criterion)
    {
        var (facts, html) = (page.Source.Facts, new Html());
        foreach (var (index, input) in criterion.Inputs.OrderBy(i => i.Key, StringComparer.Ordinal).Select(i => i.Value).Distinct().Index())
        {
            if (index > 0) html.Add($"; ");
            html.Add($"{new Name(input)}");
            var count = facts.Points.Count(p => p.Quantity == input);
            if (facts.Roles.TryGetValue(input, out var points)) html.Add($" = {new Name(string.Join(", ", points))}");
            else if (facts.Facts.TryGetValue(input,
                out var fact)) html.Add($" = {page.Tongue.Amount(fact.Value, fact.Unit)} ({new Name(fact.Source)})");
            else html.Add($" ({(count > 0 ? page.Say(Vocabulary.PointCount, count) : page.Say(Vocabulary.NotDeclared))})");
        }
        return html.ToFragment();
    }

    private static void Levels(Page page, Verdict verdict)
    {
        var (html, tongue) = (page.Html, page.Tongue);
        page.OpenTable(
            "", "tight", page.Say(Vocabulary.Level), page.Say(Vocabulary.DecidedBy), ">" + page.Say(Vocabulary.Value),
            ">" + page.Say(Vocabulary.Limit), page.Say(Vocabulary.Outcome), ">" + page.Say(Vocabulary.Headroom));
        foreach (var (index, level) in verdict.Finding.Levels.Index())
        {
            html.Add($"""<tr><th scope="row">{index + 1}</th><td>{NumberWords.Name(level.LimitName, tongue)}</td>""");
            html.Add($"""<td class="r">{LabelPage.LevelValue(verdict, level, tongue)}</td>""");
            html.Add($"""<td class="r">{Limit(page, level.LimitName, level.Limit, level.Unit)}</td>""");
            html.Add($"<td>{Sign(level.Outcome)} {page.Say(CriterionWords.Of(level.Outcome))}</td>");
            html.Add($"""<td class="r">{(double.IsNaN(level.Headroom) ? "" : tongue.Amount(level.Headroom, level.HeadroomUnit))}</td>""");
            html.Add($"""</tr>{"\n"}""");
        }
        page.CloseTable();
    }

    private static Fragment Coverage(Page page, Verdict verdict)
    {
        var (coverage, tongue, html) = (verdict.Coverage, page.Tongue, new Html());
        html.Add($"""{page.Say(
            Vocabulary.CoverageText, tongue.Number(coverage.Valid, 0), tongue.Number(coverage.Expected, 0), tongue.Coverage(coverage.Share),
            tongue.Share(coverage.Min))}""");
        if (verdict.Finding.CoverageWeighed) html.Add($" {page.Say(Vocabulary.CoverageBySpace)}");
        var reasons = coverage.Excluded.Select((count, reason) => (Count: count, Reason: (Exclusion)reason)).Where(e => e.Count > 0)
            .ToArray();
        if (reasons.Length > 0)
        {
            var told = reasons.Select(e => $"{tongue.Number(e.Count, 0)} {page.Say(CriterionWords.Of(e.Reason))}");
            html.Add($" {page.Say(Vocabulary.Excluded)}{tongue.Colon} {string.Join("; ", told)}.");
        }
        return html.ToFragment();
    }

    private static void Months(Page page, Criterion criterion)
    {
        var (html, label, tongue) = (page.Html, page.Label, page.Tongue);
        var months = label.Months.Where(m => label.ByMonth.ContainsKey((criterion.Id, m))).ToArray();
        if (months.Length < 2 || months.All(m => label.ByMonth[(criterion.Id, m)].Level == VerdictLevel.NotApplicable)) return;
        html.Add($"""<div class="whole">""");
        string[] heads = [page.Say(Vocabulary.Month), .. months.Select(m => tongue.Month(m.First).Replace('\u00A0', ' '))];
        page.OpenTable("", "tight grid", heads);
        Row(Vocabulary.Level, v => LevelMark.Short(v.Level));
        Row(Vocabulary.Value, v => LabelPage.VerdictValue(v, tongue));
        Row(Vocabulary.Known, v => v.Coverage.Expected == 0 ? "" : tongue.Coverage(v.Coverage.Share));
        page.CloseTable();
        html.Add($"</div>\n");

        void Row(Phrase name, Func<Verdict, string> cell)
        {
            html.Add($"""<tr><th scope="row">{page.Say(name)}</th>""");
            foreach (var month in months) html.Add($"<td>{cell(label.ByMonth[(criterion.Id, month)])}</td>");
            html.Add($"</tr>\n");
        }
    }

    private static string Place(Page page, string cause) =>
        page.Source.Facts.Spaces.Any(s => s.Id == cause) ? page.SpaceName(cause) : cause == "centre" ? page.Say(Vocabulary.WholeCentre)
            : cause;

    private static string Sign(Outcome outcome) => outcome switch { Outcome.Met => "✓", Outcome.NotMet => "✗", _ => "?" };
}
